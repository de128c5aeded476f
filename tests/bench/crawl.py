"""What looking again costs: a site of invented terms, looked at as by `termgate recrawl`, week after week.

Run as `python -m tests.bench.crawl [--pages 400]`; `--pages 10000` is the full size. Processor time is that
of this process and of all its threads, per page: fetching, reading, judging, rows, finding what is due.
The pages are served by another process. Status 1 where a figure is beyond its limit.
"""

import argparse
import gc
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

from app.clock import utc_now
from app.db import engine_from, readings_of, sessions_of
from app.fetch.fetcher import fetcher_from
from app.migrate import migrate
from app.recrawl import Doors, due_recrawls
from app.settings import Settings
from app.turns import SharedTurns
from app.vetting import run_pass
from app.workshop import Workshop
from extractors.model import Audience, TermsType
from extractors.proposing import proposing_reader
from extractors.ruleset import load_ruleset
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.policy import load_policy
from registry.submissions import submit_tool
from tests.bench.crawl_tracker import install
from tests.bench.figures import tell

PAGES_A_TOOL = 4
UNCHANGED_LIMIT_MS = 6
CHANGED_LIMIT_MS = 150
GROWTH_LIMIT_MB = 20
QUIET_ROUNDS = 3


@dataclass
class Clock:
    """A time of day that is moved from week to week."""

    at: datetime = field(default_factory=lambda: datetime(2026, 1, 1, tzinfo=UTC))

    def __call__(self) -> datetime:
        """Tell it."""
        return self.at


@dataclass(frozen=True, slots=True)
class Bench:
    """The house under measurement."""

    address: str
    doors: Doors
    workshop: Workshop
    clock: Clock
    pages: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What a round over all pages took."""

    cpu_ms: float
    """Per page."""
    pages_s: float
    """Pages a second."""


def main() -> int:
    """Measure each kind of round and print its figures; 1 where one is beyond its limit."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--pages", type=int, default=400)
    asked.add_argument("--alone", action="store_true", help="without the public tracker beside it")
    given = asked.parse_args()
    pages: int = given.pages
    with tempfile.TemporaryDirectory() as scratch, serving() as address:
        with _bench(Path(scratch), address, pages) as bench:
            kept = _measure(bench)
        size = sum(file.stat().st_size for file in Path(scratch).glob("registry.db*"))
        tell("crawl_database_kb_a_page", size / 1024 / pages, "KB")
        if not given.alone:
            _compare(Path(scratch), address, pages)
    return 0 if all(kept) else 1


@contextmanager
def serving() -> Iterator[str]:
    """Run the site for the length of the block; gives its address."""
    command = [sys.executable, "-m", "tests.bench.crawl_site", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as site:
        try:
            yield site.stdout.readline().strip() if site.stdout else ""
        finally:
            site.kill()


@contextmanager
def _bench(folder: Path, address: str, pages: int) -> Iterator[Bench]:
    settings = Settings(data_dir=folder, allowed_networks=("127.0.0.0/8",), host_gap_s=0)
    engine = engine_from(f"sqlite:///{folder / 'registry.db'}")
    migrate(engine)
    clock, sessions = Clock(), sessions_of(engine)
    with SharedTurns(sessions, utc_now) as turns, fetcher_from(settings, turns) as fetcher:
        reader = proposing_reader(load_ruleset())
        workshop = Workshop(sessions, fetcher, reader, load_policy("default"), clock)
        bench = Bench(address, Doors(sessions, readings_of(engine)), workshop, clock, pages)
        _submit(bench)
        yield bench
    engine.dispose()


def _submit(bench: Bench) -> None:
    plan = PlanEntry("team", "Team", Audience.BUSINESS)
    kinds = tuple(TermsType)
    for first in range(0, bench.pages, PAGES_A_TOOL):
        sources = tuple(
            SourceEntry(
                f"page-{at}", kinds[at % 4], (f"{bench.address}/terms/{first + at}",), (), (), ("team",)
            )
            for at in range(min(PAGES_A_TOOL, bench.pages - first))
        )
        tool = ToolEntry(f"tool-{first}", f"Tool {first}", (plan,), (), sources)
        vendor = VendorEntry(f"vendor-{first}", f"Vendor {first}", (tool,))
        with bench.doors.sessions() as session:
            submit_tool(session, vendor, tool, "bench", bench.clock())


def _measure(bench: Bench) -> list[bool]:
    first = _round(bench)
    tell("crawl_first_cpu_ms", first.cpu_ms, "ms")
    quiet = [_round(bench)]
    begun_mb = _memory_mb()
    quiet += [_round(bench) for _ in range(QUIET_ROUNDS - 1)]
    grown_mb = _memory_mb() - begun_mb
    unchanged = min(quiet, key=lambda spent: spent.cpu_ms)
    told = {}
    for mode in ("bare", "noise", "changed"):
        switch(bench.address, mode)
        told[mode] = _round(bench)
    tell("crawl_unchanged_pages_s", unchanged.pages_s, "pages/s")
    tell("crawl_changed_pages_s", told["changed"].pages_s, "pages/s")
    tell("crawl_same_bytes_cpu_ms", told["bare"].cpu_ms, "ms")
    tell("crawl_same_text_cpu_ms", told["noise"].cpu_ms, "ms")
    return [
        tell("crawl_unchanged_cpu_ms", unchanged.cpu_ms, "ms", most=UNCHANGED_LIMIT_MS),
        tell("crawl_changed_cpu_ms", told["changed"].cpu_ms, "ms", most=CHANGED_LIMIT_MS),
        tell("crawl_growth_mb", max(grown_mb, 0.0), "MB", most=GROWTH_LIMIT_MB),
    ]


def _compare(folder: Path, address: str, pages: int) -> None:
    """Let a public tracker look at the same pages: at first, unchanged, and when all have changed."""
    switch(address, "same")
    tracker = install(folder / "tracker", [f"{address}/terms/{number}" for number in range(pages)])
    if tracker is None:
        return
    tell("crawl_tracker_first_cpu_ms", tracker.look(), "ms")
    tell("crawl_tracker_unchanged_cpu_ms", tracker.look(), "ms")
    switch(address, "changed")
    tell("crawl_tracker_changed_cpu_ms", tracker.look(), "ms")


def switch(address: str, mode: str) -> None:
    """Let pages answer otherwise from now on."""
    with urlopen(f"{address}/-/{mode}") as answer:
        answer.read()


def _round(bench: Bench) -> Spent:
    """Look at every page once, a week after the last time."""
    bench.clock.at += timedelta(days=7, hours=1)
    gc.collect()
    began, spent = time.perf_counter(), time.process_time()
    for key in due_recrawls(bench.doors, bench.clock()):
        run_pass(bench.workshop, key)
    cpu, seconds = time.process_time() - spent, time.perf_counter() - began
    return Spent(cpu / bench.pages * 1000, bench.pages / seconds)


def _memory_mb() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 2**20


if __name__ == "__main__":
    sys.exit(main())
