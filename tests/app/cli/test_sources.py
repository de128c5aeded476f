"""`termgate sources`: how sources fare, and changing where a tool's terms stand."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner, Result

from app.cli import application
from app.clock import utc_now
from app.db import Sessions, engine_from, sessions_of
from app.migrate import migrate
from app.settings import Settings
from extractors.model import Audience, TermsType
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.submissions import submit_tool
from registry.tables import SourceRow, VettingRow

TERMS = ("--type", "Terms of Service", "--url", "https://acme.example/n", "--plan", "studio")


def run(*words: str) -> Result:
    return CliRunner().invoke(application(words), list(words))


@pytest.fixture
def sessions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sessions]:
    monkeypatch.setenv("TERMGATE_DATA_DIR", str(tmp_path))
    engine = engine_from(Settings().registry_url)
    migrate(engine)
    source = SourceEntry(
        "terms", TermsType.TERMS_OF_SERVICE, ("https://acme.example/t",), (), (), ("studio",)
    )
    brush = ToolEntry("brush", "Brush", (PlanEntry("studio", "Studio", Audience.BUSINESS),), (), (source,))
    with sessions_of(engine)() as session:
        submit_tool(session, VendorEntry("acme", "Acme", (brush,)), brush, "ann", utc_now())
    yield sessions_of(engine)
    engine.dispose()


def listed(*words: str) -> list[dict[str, object]]:
    result = run("sources", "list", *words, "--json")
    assert result.exit_code == 0, result.output
    rows: list[dict[str, object]] = json.loads(result.stdout)
    return rows


def test_sources_are_listed_with_the_time_of_their_next_look(sessions: Sessions) -> None:
    (row,) = listed("acme/brush")
    assert (row["source"], row["cadence_days"], row["failures"]) == ("terms", 7, 0)
    assert row["due_at"] is not None


def test_only_those_that_keep_failing_are_listed_where_asked_for(sessions: Sessions) -> None:
    assert listed("--failing") == []
    with sessions() as session:
        source = session.exec(select(SourceRow)).one()
        source.failures = 3
        session.add(source)
    assert [row["source"] for row in listed("--failing")] == ["terms"]


def test_a_source_is_added_with_a_pace_of_its_own_and_looked_at(sessions: Sessions) -> None:
    result = run("sources", "put", "acme/brush", "daily", *TERMS, "--cadence-days", "1")
    assert result.exit_code == 0, result.output
    assert [(row["source"], row["cadence_days"]) for row in listed()] == [("terms", 7), ("daily", 1)]
    with sessions() as session:
        assert len(session.exec(select(VettingRow)).all()) == 1


def test_a_source_is_retired_when_another_one_governs_its_plans(sessions: Sessions) -> None:
    assert run("sources", "retire", "acme/brush", "terms").exit_code == 2
    run("sources", "put", "acme/brush", "new", *TERMS)
    assert run("sources", "retire", "acme/brush", "terms").exit_code == 0
    assert [row["source"] for row in listed()] == ["new"]


def test_a_pace_that_is_none_is_refused_in_one_line(sessions: Sessions) -> None:
    result = run("sources", "put", "acme/brush", "never", *TERMS, "--cadence-days", "0")
    assert result.exit_code == 2
    assert "0 days is no cadence" in result.output
