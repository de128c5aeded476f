"""How long a question of the past takes, by other names of tools, where a million versions are on record.

Run as `python -m tests.bench.past`; takes about a minute. `bench as_of_ms` is the median of a question among
a million versions and as many revisions, `bench as_of_p99_ms` what one in a hundred takes at least, `bench
as_of_million_vs_thousand` the median compared with that among a thousand, and `bench as_of_busy_ms` that of a
tool which changed ten thousand times. Status 1 where a question grows with the record.
"""

import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from app.db import engine_from, readings_of, sessions_of
from app.lookup.past import answer_as_of
from app.migrate import migrate
from registry.policy import policy_text
from registry.versions import remember_started
from tests.bench.figures import tell
from tests.bench.registry import POLICY, WORK, approved

NOW = datetime(2026, 11, 22, tzinfo=UTC)
EACH = 10
"""Versions of a tool."""
BUSY = 101
"""One version in so many is the busy tool's; a prime, so that all others lose alike."""
SECONDS = 30
"""From one version to the next."""
ASKED = 100
MOST_GROWTH = 5.0
"""A deeper index, and a file that no longer fits the caches; a scan would take a thousand times as long."""


def main() -> int:
    """Print the figures; 1 where one is beyond its limit."""
    with tempfile.TemporaryDirectory() as folder:
        small, _ = _times(Path(folder) / "thousand.db", 1_000)
        large, busy = _times(Path(folder) / "million.db", 1_000_000)
    usual = statistics.median(large)
    kept = (
        tell("as_of_ms", usual * 1000, "ms"),
        tell("as_of_p99_ms", statistics.quantiles(large, n=100)[-1] * 1000, "ms"),
        tell("as_of_million_vs_thousand", usual / statistics.median(small), "times", most=MOST_GROWTH),
        tell("as_of_busy_ms", statistics.median(busy) * 1000, "ms"),
    )
    return 0 if all(kept) else 1


def _times(path: Path, rows: int) -> tuple[Sequence[float], Sequence[float]]:
    """Seconds of questions on usual tools and on the busy one, in a registry with that many versions."""
    engine = engine_from(f"sqlite:///{path}")
    migrate(engine)
    with sessions_of(engine, lambda: NOW)() as session:
        began = NOW - timedelta(seconds=SECONDS * rows)
        remember_started(session, POLICY.version, policy_text("default")[0], began)
    _fill(engine, rows)
    ways = ("tool-{}.example", "model-{}-large", "tool-{}")
    draw = random.Random(7)
    usual = [way.format(draw.randint(2, rows // EACH)) for way in ways for _ in range(ASKED)]
    busy = ["tool-1.example"] * ASKED
    found = [_time(engine, name, draw.random(), rows) for name in (usual[0], *usual)]
    return found[1:], [_time(engine, name, draw.random(), rows) for name in busy]


def _time(engine: Engine, name: str, back: float, rows: int) -> float:
    # Not so far back that the tool was not there yet.
    at = NOW - timedelta(seconds=int(SECONDS * rows * back * 0.8))
    query = [*WORK.items(), ("as_of", at.isoformat())]
    with readings_of(engine)() as session:
        started = time.perf_counter()
        status, _, body = answer_as_of(session, name, query, NOW)
        took = time.perf_counter() - started
    if status != 200 or not json.loads(body)["plan"]:
        raise RuntimeError(f"{name} was not found at {at}: {body.decode()}")
    return took


def _fill(engine: Engine, rows: int) -> None:
    """Write that many versions and revisions, and the names of the tools; SQLite counts them itself."""
    tools = rows // EACH
    ago = f"printf('-%d seconds', ({rows} - n) * {SECONDS})"
    since = f"strftime('%Y-%m-%d %H:%M:%f000', '{NOW:%Y-%m-%d %H:%M:%S}', {ago})"
    tool = f"CASE WHEN n % {BUSY} = 0 THEN 1 ELSE n % {tools} + 1 END"
    with engine.begin() as connection:
        run = connection.exec_driver_sql
        run(f"INSERT INTO past_revisions (number, since) {_count(rows)} SELECT n, {since} FROM count")
        run(
            f"INSERT INTO tool_versions (tool_id, since, digest, content) {_count(rows)} "
            f"SELECT {tool}, {since}, '', replace(?, '#', {tool}) FROM count",
            (json.dumps(_content(), default=_plain),),
        )
        for name in ("'tool-' || n", "'tool-' || n || '.example'", "'model-' || n || '-*'"):
            run(f"INSERT INTO known_names (name, tool_id) {_count(tools)} SELECT {name}, n FROM count")


def _count(rows: int) -> str:
    return f"WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < {rows})"


def _content() -> dict[str, object]:
    """A tool as the record has it; `#` stands for its number. Without quotes, for the sake of the disk."""
    standing = replace(approved("vendor-#/tool-#", 1), evidence=())
    aliases = [["host", "tool-#.example"], ["model", "model-#-*"]]
    return {"tool": standing.tool, "standings": [asdict(standing)], "aliases": aliases}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot be written down")


if __name__ == "__main__":
    sys.exit(main())
