"""Registries for tests, made at little cost. Only this module knows how.

A process makes the schema once; each test gets a copy of the file. What SQLAlchemy has compiled for one
engine serves all engines of the process, as it serves all requests of the service, which has one: to compile
the same statements anew for each test would take most of its time.
"""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Dialect, Engine, event, text
from sqlalchemy.util import LRUCache

from app.db import engine_from, newest_revision
from registry.tables import METADATA

_FIRST: Final[dict[str, Dialect]] = {}
_COMPILED: Final = LRUCache[Any, Any](2000)


def new_registry(folder: Path) -> str:
    """URL of a registry of SQLite without rows, in that data folder (`TERMGATE_DATA_DIR`)."""
    path = folder / "termgate.db"
    path.write_bytes(_without_rows())
    return f"sqlite:///{path}"


@cache
def _without_rows() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "registry.db"
        engine = engine_from(f"sqlite:///{path}")
        METADATA.create_all(engine)
        with engine.begin() as connection:
            # As if migrated: that this comes to the same is tested with the migrations.
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:at)"), {"at": newest_revision()})
        engine.dispose()
        return path.read_bytes()


@event.listens_for(Engine, "engine_connect")
def _compile_once(connection: Connection) -> None:
    """Let a connection find what was compiled for others of its kind.

    It looks for a statement by its dialect too, and every engine makes one of its own.
    """
    first = _FIRST.setdefault(connection.dialect.name, connection.dialect)
    if connection.dialect is not first:
        connection.dialect = connection.engine.dialect = first
    connection.execution_options(compiled_cache=_COMPILED)
