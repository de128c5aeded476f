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


def test_look_ups_from_before_are_rows_of_one_and_go_back_one_by_one(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    with create_engine(f"sqlite:///{tmp_path / 'old.db'}").begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0009")
        connection.execute(text("INSERT INTO lookups (id, caller, answer_id) VALUES ('a1', 'farm', 1)"))
        command.upgrade(config, "0010")
        assert connection.execute(text("SELECT id, names FROM lookups")).one() == ("a1", "a1")
        connection.execute(
            text("INSERT INTO lookups (id, caller, answer_id, names) VALUES ('a2', 'farm', 1, 'a2 a3-0')")
        )
        command.downgrade(config, "0009")
        found = connection.execute(text("SELECT id, caller, answer_id FROM lookups ORDER BY id")).all()
        assert found == [("a1", "farm", 1), ("a2", "farm", 1), ("a3-0", "farm", 1)]
