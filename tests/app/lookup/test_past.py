"""What is asked of the past: which times can be named, and by which names a tool of then is found."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from app.db import Sessions, engine_from, sessions_of
from app.lookup.answer import QueryError
from app.lookup.past import AS_OF, answer_as_of, index_at, read_time
from extractors.model import Audience, TermsType
from registry.entries import AliasEntry, PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.journal import raise_revision
from registry.model import AliasKind, Standing, Status
from registry.plans import retire_plan
from registry.policy import load_policy, policy_text
from registry.sources import remove_alias
from registry.store import find_tool, plans_of
from registry.submissions import submit_tool
from registry.tables import PastRevisionRow
from registry.versions import remember_started
from tests.app.lookup_rows import NOW

HOST = AliasEntry(AliasKind.HOST, "brush.co.uk")
NAMES = (
    HOST,
    AliasEntry(AliasKind.MODEL, "brush-*"),
    AliasEntry(AliasKind.PACKAGE, "pkg:npm/%40acme/brush"),
)
HOUR = timedelta(hours=1)
BEYOND = ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59")


class Clock:
    """What time it is, for who writes the record."""

    at = NOW


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(registry_url: str, clock: Clock) -> Iterator[Sessions]:
    """A registry with one tool, submitted now."""
    engine = engine_from(registry_url)
    source = SourceEntry("terms", TermsType.TERMS_OF_SERVICE, ("https://acme.example/t",), (), (), ("solo",))
    tool = ToolEntry("brush", "Brush", (PlanEntry("solo", "Solo", Audience.BUSINESS),), NAMES, (source,))
    sessions = sessions_of(engine, lambda: clock.at)
    with sessions() as session:
        remember_started(session, load_policy("default").version, policy_text("default")[0], NOW)
        submit_tool(session, VendorEntry("acme", "Acme", (tool,)), tool, "ann", NOW)
    yield sessions
    engine.dispose()


@pytest.mark.parametrize(
    "name",
    [
        "acme/brush",
        " ACME/Brush@solo",
        "brush",
        "brush.co.uk",
        "eu.brush.co.uk.",
        "brush-7b",
        "brush-",
        "pkg:npm/%40acme/brush@1.2?arch=any#sub",
    ],
)
def test_a_tool_of_then_is_found_by_every_name(sessions: Sessions, name: str) -> None:
    with sessions() as session:
        found = index_at(session, NOW, name).find(name)
    assert isinstance(found, Standing)
    assert found.plan == "acme/brush@solo"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "acme",
        "brush.co.uk.com",
        "xbrush",
        "brush-7b.evil.com",
        "brush-labs/writer",
        "b" * 600,
        "brush.co.uk\x00",
    ],
)
def test_other_names_lead_nowhere_then_as_now(sessions: Sessions, name: str) -> None:
    with sessions() as session:
        assert index_at(session, NOW, name).find(name) is None


@pytest.mark.parametrize(
    "name", ["acme/bursh", "brush.example", "https://eu.brush.co.uk/x", "pkg:pypi/brush@1"]
)
def test_a_name_that_led_to_none_had_the_candidates_that_it_has_now(sessions: Sessions, name: str) -> None:
    with sessions() as session:
        found = index_at(session, NOW, name)
    assert found.find(name) is None
    assert found.near(name) == ("acme/brush@solo",)


def test_only_tools_that_the_name_may_mean_are_loaded(sessions: Sessions) -> None:
    with sessions() as session:
        assert index_at(session, NOW, "nobody").records.get("acme/brush") is None


def test_a_plan_is_known_as_long_as_it_was_not_retired(sessions: Sessions, clock: Clock) -> None:
    clock.at = NOW + HOUR
    with sessions() as session:
        tool = find_tool(session, "acme/brush")
        assert tool is not None
        retire_plan(session, tool, plans_of(session, tool.id)[0], "Dropped.", "kim", clock.at)
    with sessions() as session:
        before, after = (index_at(session, NOW + hours * HOUR, "acme/brush") for hours in (0, 1))
        found = before.find("acme/brush@solo")
        assert isinstance(found, Standing)
        assert found.status is Status.SUBMITTED
        assert after.find("acme/brush@solo") is None


def test_a_name_that_was_taken_away_leads_to_the_tool_as_long_as_it_did(
    sessions: Sessions, clock: Clock
) -> None:
    clock.at = NOW + HOUR
    with sessions() as session:
        tool = find_tool(session, "acme/brush")
        assert tool is not None
        remove_alias(session, tool, HOST, "ann", clock.at)
    with sessions() as session:
        assert index_at(session, clock.at - HOUR, HOST.value).find(HOST.value) is not None
        assert index_at(session, clock.at, HOST.value).find(HOST.value) is None


def test_one_revision_is_read_however_many_there_were(sessions: Sessions, clock: Clock) -> None:
    for _ in range(5):
        clock.at += HOUR
        with sessions() as session:
            raise_revision(session, ())
    read: list[object] = []
    with sessions() as session:
        event.listen(session, "loaded_as_persistent", lambda _, row: read.append(row))
        assert index_at(session, clock.at, "acme/brush").find("acme/brush") is not None
    assert [type(row) for row in read] == [PastRevisionRow]


def test_a_time_to_come_is_refused() -> None:
    with pytest.raises(QueryError, match="lies in the future"):
        read_time((NOW + timedelta(seconds=1)).isoformat(), NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-11-01",
        "2026-11-01T09:00:00",
        "\x00",
        "2026-11-01T09:00:00Z\x00",
        "9" * 5000,
        *BEYOND,
    ],
)
def test_a_time_that_utc_has_not_or_without_its_zone_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="with its zone"):
        read_time(text, NOW)


def test_a_time_before_the_record_is_refused(sessions: Sessions) -> None:
    with sessions() as session, pytest.raises(QueryError, match="nothing was written down yet"):
        index_at(session, NOW - timedelta(seconds=1), "acme/brush")


@pytest.mark.parametrize("others", [(), (NOW, NOW), (NOW, NOW - HOUR)], ids=["none", "the same twice", "two"])
def test_a_question_that_does_not_name_one_time_is_refused(
    sessions: Sessions, others: tuple[datetime, ...]
) -> None:
    query = [(AS_OF, at.isoformat()) for at in others]
    with sessions() as session:
        status, _, body = answer_as_of(session, "acme/brush", query, NOW)
    assert (status, json.loads(body)["detail"]) == (
        422,
        f"`as_of` is given {len(others)} times; give it once",
    )


def test_an_answer_of_the_past_is_kept_by_nobody_on_the_way(sessions: Sessions) -> None:
    with sessions() as session:
        status, headers, _ = answer_as_of(session, "acme/brush", [(AS_OF, NOW.isoformat())], NOW)
    assert (status, headers["cache-control"]) == (200, "no-store")
