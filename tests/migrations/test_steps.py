"""Single steps of the schema, taken over rows that were there before."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text

from migrations.draft import FOLDER

_OLD_FACT = text(
    "INSERT INTO facts (id, assessment_id, family, answer, clause_ids, searched, missing) "
    "VALUES (1, 1, 'training', 'prohibited', '[7]', '[]', '[]')"
)

_OLD_PLAN = text(
    "INSERT INTO plans (tool_id, slug, name, audience, status) VALUES (:tool, 'a', 'A', 'business', :status)"
)
_OLD_SOURCE = text(
    'INSERT INTO sources (tool_id, slug, terms_type, urls, "select", remove, active) '
    "VALUES (:tool, 'terms', 'Terms of Service', '[]', '[]', '[]', :active)"
)
_OLD_ASSESSMENT = text(
    "INSERT INTO assessments "
    "(id, plan_id, pass_key, digest, recommendation, violations, policy, ruleset, cause, made_at) "
    "VALUES (:id, :plan, 'a' || :id, 'd', 'approve', '[]', 'p', 'r', 'first', '2026-03-02 09:00:00')"
)
_FACT_OF = text(
    "INSERT INTO facts (assessment_id, family, answer, days, clause_ids, overruled_ids, searched, missing) "
    "VALUES (:assessment, :family, :answer, :days, '[]', '[]', '[]', '[]')"
)


@contextmanager
def old_registry(folder: Path) -> Iterator[tuple[Config, Connection]]:
    """A registry without a schema, and what takes it from step to step."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    with create_engine(f"sqlite:///{folder / 'old.db'}").begin() as connection:
        config.attributes["connection"] = connection
        yield config, connection


def test_facts_from_before_are_kept_and_nothing_is_known_of_what_they_overruled(tmp_path: Path) -> None:
    with old_registry(tmp_path) as (config, connection):
        command.upgrade(config, "0002")
        connection.execute(_OLD_FACT)
        command.upgrade(config, "0003")
        row = connection.execute(text("SELECT clause_ids, overruled_ids FROM facts")).one()
        assert tuple(row) == ("[7]", "[]")
        command.downgrade(config, "0002")
        assert connection.execute(text("SELECT clause_ids FROM facts")).scalar_one() == "[7]"


def test_look_ups_from_before_are_rows_of_one_and_go_back_one_by_one(tmp_path: Path) -> None:
    with old_registry(tmp_path) as (config, connection):
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


def test_sources_from_before_fall_due_within_a_week_and_those_of_listed_tools_never(tmp_path: Path) -> None:
    with old_registry(tmp_path) as (config, connection):
        command.upgrade(config, "0011")
        for tool, status, active in ((1, "approved", 1), (2, "listed", 1), (3, "approved", 0)):
            connection.execute(_OLD_PLAN, {"tool": tool, "status": status})
            connection.execute(_OLD_SOURCE, {"tool": tool, "active": active})
        command.upgrade(config, "0012")
        due = connection.execute(text("SELECT tool_id, cadence_days, due_at FROM sources ORDER BY id")).all()
        assert [(row.tool_id, row.cadence_days, row.due_at is not None) for row in due] == [
            (1, 7, True),
            (2, 7, False),
            (3, 7, False),
        ]
        in_a_week = text(
            "SELECT due_at BETWEEN datetime('now') AND datetime('now', '7 days') FROM sources WHERE id = 1"
        )
        assert connection.execute(in_a_week).scalar_one() == 1


def test_captures_from_before_were_fetched_as_they_came(tmp_path: Path) -> None:
    with old_registry(tmp_path) as (config, connection):
        command.upgrade(config, "0013")
        connection.execute(
            text(
                "INSERT INTO captures (id, source_id, url, at, unchanged, headers) "
                "VALUES (1, 1, 'https://acme.example/terms', '2026-01-01', 0, '[]')"
            )
        )
        command.upgrade(config, "0014")
        row = connection.execute(text("SELECT rendered, captured_by, brought_at FROM captures")).one()
        assert tuple(row) == (0, None, None)
        command.downgrade(config, "0013")
        assert connection.execute(text("SELECT url FROM captures")).scalar_one().endswith("/terms")


def test_the_facts_of_the_newest_assessment_stand_side_by_side_from_the_beginning(tmp_path: Path) -> None:
    with old_registry(tmp_path) as (config, connection):
        command.upgrade(config, "0017")
        for number, plan in ((1, 5), (2, 5), (3, 6)):
            connection.execute(_OLD_ASSESSMENT, {"id": number, "plan": plan})
        for number, family, answer, days in (
            (1, "training", "permitted", None),
            (2, "training", "opt_out", None),
            (2, "retention", "bounded", 30),
            (2, "reuse", "conflicting", None),
            (2, "ownership", "customer", None),
        ):
            told = {"assessment": number, "family": family, "answer": answer, "days": days}
            connection.execute(_FACT_OF, told)
        command.upgrade(config, "0018")
        found = connection.execute(text("SELECT * FROM plan_facts ORDER BY plan_id")).all()
        assert [tuple(row) for row in found] == [
            (5, 2, "opt_out", "bounded", 30, "conflicting", 17),
            (6, 3, None, None, None, None, 12),
        ]
