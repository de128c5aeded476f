"""How evenly look-ups are answered: p99 against a bare app, a million plans, a change, a busy machine.

Run as `python -m tests.bench.latency`, on two cores: a server stands on the first, whatever else on the
second. The server is the front with the process's manners and its poller on a registry in SQLite; what is
compared is measured in turn, and medians are printed.

- `lookup_p99_vs_bare`: connections that ask without pause.
- `lookup_p99_busy_vs_idle`: some hundred questions a second, asked from the server's core, while a process
  as nice as the worker reads terms on the other.
- `lookup_million_vs_thousand`: answers per second to as many different questions, spread over all plans.
- `index_swap_pause_ms`: one connection that asks a million's server without pause; the longest gap between
  two answers in the half second after another process commits a change to its registry, and for comparison
  `index_still_pause_ms`, in the half second before. Where that is allowed, server and generator go before all
  other programs here: what those take is no pause of ours.
"""

import asyncio
import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import uvicorn
import uvloop

from app.clock import utc_now
from app.db import engine_from, readings_of, sessions_of
from app.logs import configure_logging
from app.lookup.authzen import Published
from app.lookup.endpoints import hot_endpoints
from app.lookup.front import LookupFront
from app.lookup.holder import IndexHolder
from app.lookup.index import LookupIndex
from app.lookup.quiet import quiet_interpreter
from app.lookup.refresh import keep_current
from app.lookup.rows import next_index
from app.recording import recorder_from
from app.serve import prepare
from app.settings import Settings
from extractors.clauses import ClauseReader
from extractors.model import Document
from extractors.ruleset import load_ruleset
from registry.journal import raise_revision
from registry.model import Role, Status
from registry.store import plans_of, revision, tools_after
from registry.tables import KeyRow
from tests.bench.asking import gaps, latencies, p99
from tests.bench.lookup import bare, running
from tests.bench.registry import KEY, POLICY, build

MODULE = "tests.bench.latency"
FOLDER = "TERMGATE_DATA_DIR"
PLANS = {"thousand": 1000, "million": 1_000_000, "first": 1_000_000}
ROUNDS = 9
PACE_S = 0.02
PACED = 8
"""Connections that ask at that pace."""
GOLD = Path(__file__).parents[1] / "gold/terms"
FIRST, SECOND = 0, 1
"""Cores."""


async def serve(which: str, port: int) -> None:
    """Run one of the servers until it is ended."""
    configure_logging(Settings().log_level)
    os.sched_setaffinity(0, {FIRST})
    readings = readings_of(engine_from(Settings().registry_url))

    def read_revision() -> int:
        with readings() as session:
            return revision(session)

    def load() -> LookupIndex:
        with readings() as session:
            return next_index(session, holder.newest)

    # The keys are the registry's; the plans come beside those of the catalogue that stand in it.
    index = replace(build(PLANS.get(which, 0)), revision=read_revision())
    holder = IndexHolder(index, utc_now())
    recorder = recorder_from(Settings(), POLICY, utc_now)
    front = LookupFront(bare, holder, utc_now, hot_endpoints(Published("")), recorder)
    app = bare if which == "bare" else front
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, log_level="warning", access_log=False, lifespan="off")
    )
    if which != "bare":
        quiet_interpreter()
        recorder.start()
    if which == "first":
        go_first()
        # By then the poller's thread is there: who waits for it interrupts it, as by the system's own order.
        asyncio.get_running_loop().call_later(0.5, go_first, 2)
    poller = asyncio.create_task(keep_current(holder, read_revision, load, utc_now))
    await server.serve()
    poller.cancel()
    if which != "bare":
        recorder.close()


def go_first(rank: int = 1) -> None:
    """Go before other programs, where that is allowed, and before threads of ours of a lower rank."""
    with suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(rank))


def go_last() -> None:
    """Be as the worker is."""
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    os.nice(Settings().worker_nice)


def stock() -> None:
    """Make a registry with the shipped catalogue and the benchmarks' key."""
    prepare(Settings())
    with sessions_of(engine_from(Settings().registry_url))() as session:
        digest = hashlib.sha256(KEY.encode()).hexdigest()
        session.add(KeyRow(name="bench", role=Role.LOOKUP, sha256=digest, created_at=utc_now()))
        raise_revision(session, ())


def change() -> None:
    """Change a plan of the registry at each line that comes in."""
    go_last()
    sessions = sessions_of(engine_from(Settings().registry_url))
    for _ in sys.stdin:
        with sessions() as session:
            (tool_id,) = tools_after(session, 0, 1)
            plan = plans_of(session, tool_id)[0]
            plan.status = Status.LISTED if plan.status == Status.REJECTED else Status.REJECTED
            session.add(plan)
            raise_revision(session, (tool_id,))


def read() -> None:
    """Read the invented terms again and again, as the worker would."""
    go_last()
    os.sched_setaffinity(0, {SECOND})
    reader = ClauseReader(load_ruleset())
    texts = [Document(path.read_text(), "") for path in sorted(GOLD.glob("*.md"))]
    print("reading", flush=True)
    while True:
        for text in texts:
            reader.read(text)


@contextmanager
def beside(what: str) -> Iterator["subprocess.Popen[str]"]:
    """Run one of the other processes for as long as the block lasts."""
    command = [sys.executable, "-m", MODULE, what]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def measure_evenness() -> None:
    """Print what two servers of a thousand plans tell."""
    with running("bare", MODULE) as plain, running("thousand", MODULE) as front:
        os.sched_setaffinity(0, {SECOND})
        plans = PLANS["thousand"]
        ratios = [p99(latencies(front, plans)) / p99(latencies(plain, plans)) for _ in range(ROUNDS)]
        _tell("lookup_p99_vs_bare", statistics.median(ratios), "ratio")
        os.sched_setaffinity(0, {FIRST})
        idle, busy = [], []
        for _ in range(ROUNDS):
            idle.append(p99(latencies(front, plans, PACED, PACE_S)))
            with beside("read") as reading:
                if reading.stdout is None or not reading.stdout.readline():
                    raise SystemExit("nothing was read")
                busy.append(p99(latencies(front, plans, PACED, PACE_S)))
        _tell("lookup_p99_idle_ms", statistics.median(idle) * 1000, "ms")
        _tell("lookup_p99_busy_vs_idle", statistics.median(busy) / statistics.median(idle), "ratio")


def measure_size() -> None:
    """Print what a server of a million plans tells beside one of a thousand."""
    with running("thousand", MODULE) as few, running("million", MODULE) as many:
        os.sched_setaffinity(0, {SECOND})
        rounds = [
            len(latencies(many, PLANS["million"])) / len(latencies(few, PLANS["thousand"]))
            for _ in range(ROUNDS)
        ]
        _tell("lookup_million_vs_thousand", statistics.median(rounds), "ratio")
    with running("first", MODULE) as many, beside("change") as changer:
        go_first()
        if changer.stdin is None:
            raise SystemExit("nobody can be told to change anything")
        word = changer.stdin

        def change_one() -> None:
            word.write("change\n")
            word.flush()

        still, changed = gaps(many, PLANS["million"], change_one)
        _tell("index_swap_pause_ms", statistics.median(changed) * 1000, "ms")
        _tell("index_still_pause_ms", statistics.median(still) * 1000, "ms")


def _tell(name: str, value: float, unit: str) -> None:
    print(f"bench {name} {value:.2f} {unit}", flush=True)


def main() -> None:
    """Measure all; with arguments, be one of the processes."""
    match sys.argv[1:]:
        case ["change"]:
            change()
        case ["read"]:
            read()
        case [which, port]:
            uvloop.run(serve(which, int(port)))
        case _:
            if len(os.sched_getaffinity(0)) < len({FIRST, SECOND}):
                raise SystemExit("these figures need two cores")
            with tempfile.TemporaryDirectory() as folder:
                os.environ[FOLDER] = folder
                stock()
                measure_evenness()
                os.sched_setaffinity(0, {FIRST, SECOND})
                measure_size()


if __name__ == "__main__":
    main()
