"""The engine and the session: the only place that commits.

SQLite runs in WAL mode, so that look-ups read while the worker writes; one writer at a time waits its turn.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, make_url
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session, create_engine

BUSY_TIMEOUT_MS = 15_000

Sessions = Callable[[], AbstractContextManager[Session]]
"""Opens one transaction: committed when the block ends well, rolled back when it raises."""


class ConflictError(Exception):
    """Two transactions wrote the same at the same time; this one has left nothing behind."""


def engine_from(url: str) -> Engine:
    """Engine for a SQLAlchemy URL; makes the folder of a SQLite file."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def is_reachable(engine: Engine) -> bool:
    """Whether the database answers."""
    try:
        engine.connect().close()
    except OperationalError:
        return False
    return True


def sessions_of(engine: Engine) -> Sessions:
    """Transactions that may write."""
    return _transactions(engine)


def readings_of(engine: Engine) -> Sessions:
    """Transactions that only read: on SQLite they never wait for a writer."""
    return _transactions(engine.execution_options(termgate_reads=True))


def _transactions(engine: Engine) -> Sessions:
    @contextmanager
    def transaction() -> Iterator[Session]:
        try:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                yield session
        except IntegrityError as error:
            raise ConflictError("somebody wrote the same a moment ago; look again, then repeat") from error

    return transaction


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late; `begin` below says it
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    """Take the write lock first: a transaction that reads and later writes would fail instead of waiting."""
    reads = connection.get_execution_options().get("termgate_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
