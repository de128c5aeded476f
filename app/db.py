"""The engine and the session: the only place that commits.

SQLite runs in WAL mode, so that look-ups read while the worker writes; one writer at a time waits its turn.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, OperationalError
from sqlmodel import Session, create_engine

from registry.audit_chain import link_noted
from registry.outbox import put_out
from registry.versions import remember_changes

__all__ = [
    "BUSY_TIMEOUT_MS",
    "MIGRATIONS",
    "ConflictError",
    "NotMigratedError",
    "Session",
    "Sessions",
    "UnusableDatabaseError",
    "engine_from",
    "for_reading",
    "is_current",
    "is_reachable",
    "newest_revision",
    "readings_of",
    "require_current",
    "sessions_of",
    "telling_troubles",
]
"""`Session` is what the other rooms name in their signatures."""

BUSY_TIMEOUT_MS = 15_000
MIGRATIONS = Path(__file__).parent.parent / "migrations"

_UTC_NOW: Final = partial(datetime.now, UTC)

Sessions = Callable[[], AbstractContextManager[Session]]
"""Opens one transaction: committed when the block ends well, rolled back when it raises."""


class ConflictError(Exception):
    """Two transactions wrote the same at the same time; this one has left nothing behind."""


class NotMigratedError(Exception):
    """The registry's schema is not the one that this code expects."""


class UnusableDatabaseError(Exception):
    """The database cannot be opened, read or written as it is: where it is, why, and what to do about it."""


_TROUBLES = (OperationalError, DatabaseError)
"""Of these themselves: what stands below them is a conflict or a fault of ours."""
_SETTINGS = "check TERMGATE_DATA_DIR, TERMGATE_DATABASE_URL and TERMGATE_JOBS_URL"


def engine_from(url: str, patience_ms: int = BUSY_TIMEOUT_MS) -> Engine:
    """Engine for a SQLAlchemy URL; makes the folder of a SQLite file. Raises `UnusableDatabaseError`.

    `patience_ms`: how long to wait on SQLite while somebody else writes.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            return create_engine(url, pool_pre_ping=True, hide_parameters=True)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite_engine(parsed, patience_ms)
    except (ArgumentError, ValueError):
        # The URL itself is not shown: it may hold a password.
        raise UnusableDatabaseError(f"the database's address is no SQLAlchemy URL; {_SETTINGS}") from None
    except ModuleNotFoundError as error:
        raise UnusableDatabaseError(
            f"{error}; install what this database needs: termgate[postgres]"
        ) from error
    raise UnusableDatabaseError(
        f"{parsed.get_backend_name()} is no database for this; use sqlite or postgresql"
    )


@contextmanager
def telling_troubles(url: URL) -> Iterator[None]:
    """Tell what keeps a database from being used; whatever else it raises is a fault of ours and rises."""
    try:
        yield
    except _TROUBLES as error:
        if type(error) not in _TROUBLES:
            raise
        # A password may stand in the query, too.
        place = url.set(query={}).render_as_string()
        cause = " ".join(str(error.orig).split())
        raise UnusableDatabaseError(f"{place} cannot be used ({cause}); {_advice(cause)}") from error


def is_reachable(engine: Engine) -> bool:
    """Whether the database answers."""
    try:
        engine.connect().close()
    except OperationalError:
        return False
    return True


def require_current(engine: Engine) -> None:
    """Raise `NotMigratedError` unless the schema is the one that this code expects."""
    if not is_current(engine):
        raise NotMigratedError("the registry is not set up for this version; run `termgate migrate` first")


def is_current(engine: Engine) -> bool:
    """Whether the schema is the one that this code expects; waits for no writer."""
    with telling_troubles(engine.url), for_reading(engine).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        at = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
        return at == [newest_revision()]


def newest_revision() -> str:
    """The revision that this code expects, by the names of the migrations: Alembic takes long to load."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("*.py")).partition("_")[0]


def sessions_of(engine: Engine, now: Callable[[], datetime] = _UTC_NOW) -> Sessions:
    """Transactions that may write. What look-ups will see differently, what others are told of it, and how
    their audit events follow on those before is written down at their end."""

    @contextmanager
    def transaction() -> Iterator[Session]:
        with _transactions(engine)() as session:
            yield session
            remember_changes(session, now())
            put_out(session)
            link_noted(session)

    return transaction


def readings_of(engine: Engine) -> Sessions:
    """Transactions that only read: on SQLite they never wait for a writer."""
    return _transactions(for_reading(engine))


def for_reading(engine: Engine) -> Engine:
    """The same database for transactions that only read; each sees one state of it from end to end."""
    if engine.dialect.name == "postgresql":
        # By default each query would see the newest state: a plan of one, its decision of another.
        return engine.execution_options(termgate_reads=True, isolation_level="REPEATABLE READ")
    return engine.execution_options(termgate_reads=True)


def _transactions(engine: Engine) -> Sessions:
    @contextmanager
    def transaction() -> Iterator[Session]:
        try:
            with (
                telling_troubles(engine.url),
                Session(engine, expire_on_commit=False) as session,
                session.begin(),
            ):
                yield session
        except IntegrityError as error:
            raise ConflictError("somebody wrote the same a moment ago; look again, then repeat") from error

    return transaction


def _sqlite_engine(url: URL, patience_ms: int) -> Engine:
    if url.database and url.database != ":memory:":
        folder = Path(url.database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UnusableDatabaseError(f"{folder} cannot be made ({error.strerror}); {_SETTINGS}") from error
    engine = create_engine(url, connect_args={"check_same_thread": False}, hide_parameters=True)
    event.listen(engine, "connect", partial(_prepare_sqlite, patience_ms))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _advice(cause: str) -> str:
    if "locked" in cause:
        return "another process writes for too long: wait for it or end it, then try again"
    if "malformed" in cause or "not a database" in cause:
        return "the file is damaged: restore it from a backup"
    return _SETTINGS


def _prepare_sqlite(patience_ms: int, connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late; `begin` below says it
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={patience_ms}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    """Take the write lock first: a transaction that reads and later writes would fail instead of waiting."""
    reads = connection.get_execution_options().get("termgate_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
