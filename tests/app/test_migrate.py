"""Migrations: the schema they make is the one the code describes, and they run once."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from app.db import engine_from, is_current, newest_revision
from app.migrate import BrokenReferenceError, changing_schema, migrate
from registry.tables import METADATA


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = engine_from(database_url)
    yield engine
    engine.dispose()


def test_the_migrated_schema_is_the_one_that_the_models_describe(engine: Engine) -> None:
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_every_table_of_the_models_is_there_after_migrating(engine: Engine) -> None:
    migrate(engine)
    assert set(inspect(engine).get_table_names()) == {*METADATA.tables, "alembic_version"}


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    assert migrate(engine) == newest_revision()
    assert migrate(engine) == newest_revision()


def test_an_empty_database_is_not_current_and_a_migrated_one_is(engine: Engine) -> None:
    assert not is_current(engine)
    migrate(engine)
    assert is_current(engine)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_rows_that_a_migration_would_leave_without_what_they_refer_to_stop_it(engine: Engine) -> None:
    migrate(engine)
    with pytest.raises(BrokenReferenceError, match="tools"), changing_schema(engine) as connection:
        connection.execute(
            text("INSERT INTO plans (tool_id, slug, name, audience, status) VALUES (9, 'a', 'A', 'b', 'c')")
        )
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
        assert connection.execute(text("SELECT count(*) FROM plans")).scalar_one() == 0
