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
from extractors.model import Audience, TermsType
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.submissions import submit_tool
from registry.tables import AuditRow, PlanRow, SourceRow, VettingRow
from tests.registries import new_registry

TERMS = ("--type", "Terms of Service", "--url", "https://acme.example/n", "--plan", "studio")


def run(*words: str) -> Result:
    return CliRunner().invoke(application(words), list(words))


@pytest.fixture
def sessions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sessions]:
    monkeypatch.setenv("TERMGATE_DATA_DIR", str(tmp_path))
    engine = engine_from(new_registry(tmp_path))
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


def test_a_page_that_has_moved_keeps_all_else_of_its_source(sessions: Sessions) -> None:
    assert run("sources", "move", "acme/brush", "terms", "--url", "https://acme.example/legal").exit_code == 0
    with sessions() as session:
        (source,) = session.exec(select(SourceRow)).all()
        (vetting,) = session.exec(select(VettingRow)).all()
    assert (source.urls, source.terms_type) == (["https://acme.example/legal"], "Terms of Service")
    assert vetting.state == "queued"
    assert run("sources", "move", "acme/brush", "none", "--url", "https://acme.example/x").exit_code == 2
    assert run("sources", "move", "acme/brush", "terms", "--url", "nowhere").exit_code == 2


def test_a_plan_is_added_with_its_sources_and_looked_at_or_only_renamed(sessions: Sessions) -> None:
    new = ("sources", "plan", "acme/brush", "team", "--name", "Team", "--audience", "business")
    assert run(*new).exit_code == 2
    done = run(*new, "--source", "terms")
    assert (done.exit_code, "is queued" in done.output) == (0, True)
    renamed = run("sources", "plan", "acme/brush", "team", "--name", "Teams")
    assert (renamed.exit_code, "queued" in renamed.output) == (0, False)
    with sessions() as session:
        rows = {row.slug: row for row in session.exec(select(PlanRow)).all()}
    assert (rows["team"].name, rows["team"].status) == ("Teams", "submitted")
    assert run("sources", "plan", "acme/brush", "other").exit_code == 2


def test_a_plan_is_retired_with_a_reason_and_comes_back_with_its_source(sessions: Sessions) -> None:
    gone = run("sources", "plan", "acme/brush", "studio", "--retire", "Dropped.")
    assert gone.exit_code == 0, gone.output
    assert "acme/brush@studio is retired, and with it terms" in gone.output
    assert listed() == []
    assert run("sources", "plan", "acme/brush", "studio", "--retire", "Again.").exit_code == 2
    assert run("sources", "plan", "acme/brush", "studio").exit_code == 2
    back = run("sources", "plan", "acme/brush", "studio", "--source", "terms")
    assert (back.exit_code, "is queued" in back.output) == (0, True)
    assert [row["source"] for row in listed()] == ["terms"]


def test_a_name_is_given_and_taken_and_both_are_on_record(sessions: Sessions) -> None:
    name = ("sources", "alias", "acme/brush", "host", "brush.acme.example")
    assert run(*name).exit_code == 0
    assert run(*name, "--remove").exit_code == 0
    assert run(*name, "--remove").exit_code == 2
    with sessions() as session:
        done = [row.action for row in session.exec(select(AuditRow)).all()]
    assert done[-2:] == ["put_alias", "remove_alias"]


def test_nothing_is_changed_while_a_pass_is_walking_by(sessions: Sessions) -> None:
    run("sources", "put", "acme/brush", "new", *TERMS)
    with sessions() as session:
        (vetting,) = session.exec(select(VettingRow)).all()
        vetting.state = "running"
        session.add(vetting)
    refused = run("sources", "move", "acme/brush", "terms", "--url", "https://acme.example/legal")
    assert refused.exit_code == 2
    with sessions() as session:
        assert ["https://acme.example/t"] in [row.urls for row in session.exec(select(SourceRow)).all()]


def test_a_host_that_is_nobodys_alone_is_no_name(sessions: Sessions) -> None:
    result = run("sources", "alias", "acme/brush", "host", "co.uk")
    assert (result.exit_code, "as `vendor.co.uk`" in result.output) == (2, True)


def test_what_is_not_there_to_be_taken_away_is_told_with_what_is(sessions: Sessions) -> None:
    gone = run("sources", "plan", "acme/brush", "team", "--retire", "Dropped.")
    assert (gone.exit_code, "has no plan 'team'; it has: studio" in gone.output) == (2, True)
    run("sources", "alias", "acme/brush", "host", "brush.example")
    taken = run("sources", "alias", "acme/brush", "host", "paint.example", "--remove")
    assert (taken.exit_code, "it has: brush.example" in taken.output) == (2, True)
