"""Bring a registry's schema up to date; only this module runs Alembic.

One migration at a time: on SQLite the write lock keeps others out, on PostgreSQL an advisory lock does.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from app.db import for_reading, telling_troubles

FOLDER = Path(__file__).parent.parent / "migrations"
_ADVISORY_LOCK = 7_316_450_071


def migrate(engine: Engine) -> str:
    """Run every migration that is still due, in one transaction; the revision it leaves the schema at."""
    with telling_troubles(engine.url), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return current(connection) or ""


def is_current(engine: Engine) -> bool:
    """Whether the schema is the one that this code expects; waits for no writer."""
    with telling_troubles(engine.url), for_reading(engine).connect() as connection:
        return current(connection) == newest()


def current(connection: Connection) -> str | None:
    """The revision a schema is at; `None` for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision that this code expects."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config
