"""Single steps of the schema, taken over rows that were there before."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from migrations.draft import FOLDER

_OLD_FACT = text(
    "INSERT INTO facts (id, assessment_id, family, answer, clause_ids, searched, missing) "
    "VALUES (1, 1, 'training', 'prohibited', '[7]', '[]', '[]')"
)


def test_facts_from_before_are_kept_and_nothing_is_known_of_what_they_overruled(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    with create_engine(f"sqlite:///{tmp_path / 'old.db'}").begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.execute(_OLD_FACT)
        command.upgrade(config, "0003")
        row = connection.execute(text("SELECT clause_ids, overruled_ids FROM facts")).one()
        assert tuple(row) == ("[7]", "[]")
        command.downgrade(config, "0002")
        assert connection.execute(text("SELECT clause_ids FROM facts")).scalar_one() == "[7]"
