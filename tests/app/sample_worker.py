"""A worker whose passes only keep a tally in SQLite, run as a script by tests that kill real processes.

A pass over `broken/…` fails at its third source, one over `deadly/…` takes the process down there.
"""

import argparse
import os
import signal
import sqlite3
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

from app.corridor import Corridor
from app.db import engine_from, sessions_of
from app.jobs import VERSION, Ticket
from app.locks import only_one
from app.logs import configure_logging
from app.roll import Roll
from app.shift import leave, work
from app.workflows import Engine
from registry.roll import Worker
from registry.submissions import PassKind
from registry.tables import METADATA

SOURCES = (1, 2, 3, 4)
TABLES = """
CREATE TABLE IF NOT EXISTS passes (key PRIMARY KEY, tool_id, kind, state, error);
CREATE TABLE IF NOT EXISTS effects (key, source, PRIMARY KEY (key, source));
CREATE TABLE IF NOT EXISTS attempts (key, step, pid);
PRAGMA journal_mode=WAL;
"""


class Tally:
    """The passes and what became of them."""

    def __init__(self, path: Path, look_s: float) -> None:
        self.path = path
        self.look_s = look_s
        with closing(self._open()) as db:
            db.executescript(TABLES)

    def corridor(self) -> Corridor:
        return Corridor(self.begin, self.look, self.finish, self.fail, self.due, self.unfinished)

    def begin(self, key: str) -> tuple[int, ...]:
        self._do(key, "begin", "UPDATE passes SET state = 'running' WHERE key = ?", key)
        return SOURCES

    def look(self, key: str, source: int) -> str:
        self._do(key, f"look {source}", "SELECT 1")
        time.sleep(self.look_s)
        if source == 3 and key.startswith("deadly/"):
            os.kill(os.getpid(), signal.SIGKILL)
        if source == 3 and key.startswith("broken/"):
            raise RuntimeError("the page came to life")
        self._do(key, f"looked {source}", "INSERT OR IGNORE INTO effects VALUES (?, ?)", key, source)
        return "seen"

    def finish(self, key: str) -> None:
        self._do(key, "finish", "UPDATE passes SET state = 'done' WHERE key = ?", key)

    def fail(self, key: str, error: str) -> None:
        self._do(key, "fail", "UPDATE passes SET state = 'failed', error = ? WHERE key = ?", error, key)

    def due(self, slot: datetime) -> None:
        for kind in (PassKind.REREAD, PassKind.RECRAWL):
            key = f"{kind}:acme/writer:{slot.isoformat()}"
            self._do(key, "due", "INSERT OR IGNORE INTO passes VALUES (?, 1, ?, 'queued', NULL)", key, kind)

    def unfinished(self) -> tuple[Ticket, ...]:
        with closing(self._open()) as db:
            rows = db.execute(
                "SELECT key, tool_id, kind FROM passes WHERE state IN ('queued', 'running') ORDER BY rowid"
            ).fetchall()
        return tuple(Ticket(key, tool_id, PassKind(kind)) for key, tool_id, kind in rows)

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=30)

    def _do(self, key: str, step: str, statement: str, *values: object) -> None:
        with closing(self._open()) as db, db:
            db.execute("INSERT INTO attempts VALUES (?, ?, ?)", (key, step, os.getpid()))
            db.execute(statement, values)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--name", default="worker-1")
    parser.add_argument("--cron", default="17 3 * * 1")
    parser.add_argument("--look-s", type=float, default=0.0)
    parser.add_argument("--parent", type=int)
    given = parser.parse_args()
    configure_logging("INFO")
    registry = engine_from(f"sqlite:///{given.folder / 'registry.db'}")
    METADATA.create_all(registry)
    engine = Engine(
        f"sqlite:///{given.folder / 'jobs.db'}",
        given.name,
        given.cron,
        retry_s=0.1,
        recoveries=2,
        beat_s=0.2,
        silent_s=2.0,
        sweep_s=0.5,
        grace_s=2,
    )
    roll = Roll(sessions_of(registry), Worker(given.name, str(os.getpid()), VERSION), engine.silent_s)
    with only_one(given.folder / f"{given.name}.lock"):
        work(engine, Tally(given.folder / "tally.db", given.look_s).corridor(), roll, given.parent)
    leave(0)


if __name__ == "__main__":
    main()
