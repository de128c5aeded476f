"""Every migration over rows that are there, up and down, on both databases.

The rows are made of nothing but the schema of their revision, so that a new migration is tested unasked. What
a migration makes of particular rows is tested in test_steps.py.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    text,
)
from sqlalchemy.types import JSON

from app.db import engine_from
from app.migrate import changing_schema
from migrations.draft import FOLDER

VERSIONS = "alembic_version"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def _revisions() -> list[str]:
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]


def _value(column: "Column[Any]") -> object:
    """What any migration can read: the only number is 1, so that every row refers to one that is there."""
    match column.type:
        case Boolean():
            return False
        case Integer() | Float():
            return 1
        case DateTime() | Date():
            return datetime(2026, 3, 2, 9, tzinfo=UTC)
        case LargeBinary():
            return b"1"
        case JSON():
            return []
        case _:
            return "1"


def _tables(connection: Connection) -> list[Table]:
    schema = MetaData()
    schema.reflect(connection)
    return [table for table in schema.sorted_tables if table.name != VERSIONS]


def _fill(connection: Connection) -> None:
    """Give every table a row that has none."""
    for table in _tables(connection):
        if connection.execute(table.select()).first() is None:
            connection.execute(table.insert().values({one.name: _value(one) for one in table.columns}))


def _counts(connection: Connection) -> dict[str, int]:
    return {
        table.name: connection.execute(text(f"SELECT count(*) FROM {table.name}")).scalar_one()
        for table in _tables(connection)
    }


@pytest.fixture
def connection(database_url: str) -> Any:
    engine = engine_from(database_url)
    with changing_schema(engine) as connection:
        yield connection
    engine.dispose()


def test_no_migration_loses_a_row_on_its_way_up_or_down(connection: Connection) -> None:
    config, revisions = _config(), _revisions()
    config.attributes["connection"] = connection
    kept: dict[str, dict[str, int]] = {}
    for revision in revisions:
        before = _counts(connection)
        command.upgrade(config, revision)
        after = _counts(connection)
        assert {name: after[name] for name in before if name in after} == before, revision
        _fill(connection)
        kept[revision] = _counts(connection)
    for revision, below in zip(revisions[:0:-1], revisions[-2::-1], strict=True):
        command.downgrade(config, below)
        assert _counts(connection) == kept[below], f"{revision} down to {below}"
    command.upgrade(config, "head")
    assert _counts(connection).keys() == kept[revisions[-1]].keys()
