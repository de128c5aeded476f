"""Bring a registry's schema up to date; only this module runs Alembic, and no quick command imports it.

One migration at a time: on SQLite the write lock keeps others out, on PostgreSQL an advisory lock does.
"""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, text

from app.db import MIGRATIONS, telling_troubles

_ADVISORY_LOCK = 7_316_450_071


def migrate(engine: Engine) -> str:
    """Run every migration that is still due, in one transaction; the revision it leaves the schema at."""
    with telling_troubles(engine.url), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return MigrationContext.configure(connection).get_current_revision() or ""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
