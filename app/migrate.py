"""Bring a registry's schema up to date; only this module runs Alembic, and no quick command imports it.

One migration at a time: on SQLite the write lock keeps others out, on PostgreSQL an advisory lock does.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, text

from app.db import MIGRATIONS, telling_troubles

_ADVISORY_LOCK = 7_316_450_071


class BrokenReferenceError(Exception):
    """A migration would leave rows that refer to rows which are not there; nothing was changed."""


def migrate(engine: Engine) -> str:
    """Run every migration that is still due, in one transaction; the revision it leaves the schema at."""
    with telling_troubles(engine.url), changing_schema(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return MigrationContext.configure(connection).get_current_revision() or ""


@contextmanager
def changing_schema(engine: Engine) -> Iterator[Connection]:
    """One transaction in which tables may be changed though rows refer to theirs.

    SQLite changes a table by making it anew, for which it would refuse to let the old one go. So references
    are not watched on the way, and looked at before the end. Raises `BrokenReferenceError`.
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            yield connection
        return
    with engine.connect() as connection:
        # Before the transaction begins: within one, SQLite ignores it.
        _watch_references(connection, "OFF")
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise BrokenReferenceError(f"rows refer to what is not there: {broken[:5]}")
        finally:
            _watch_references(connection, "ON")


def _watch_references(connection: Connection, state: str) -> None:
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys={state}")
    cursor.close()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
