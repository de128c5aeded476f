"""What a look leaves on the timetable, and which sources keep failing."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from extractors.model import Failure
from registry.cadence import Outcome, next_slot
from registry.crawling import (
    due_sources,
    due_tools,
    put_off,
    put_off_due,
    settle_look,
    sources_by_failures,
)
from registry.entries import ToolEntry, VendorEntry
from registry.store import audit_events, find_source
from registry.submissions import submit_tool
from registry.tables import SourceRow, ToolRow

GOOD = Outcome()
DOWN = Outcome(Failure.TIMED_OUT)


@pytest.fixture
def tool(session: Session, brush: ToolEntry, now: datetime) -> ToolRow:
    return submit_tool(session, VendorEntry("acme", "Acme", (brush,)), brush, "ann", now)


@pytest.fixture
def terms(session: Session, tool: ToolRow) -> SourceRow:
    row = find_source(session, tool.id, "terms")
    assert row is not None
    return row


def actions(session: Session) -> list[str]:
    return [event.action for event in audit_events(session) if event.actor == "termgate"]


def test_a_good_look_is_followed_by_one_in_the_next_slot(
    session: Session, terms: SourceRow, now: datetime
) -> None:
    assert not settle_look(session, terms, GOOD, 3, now)
    assert terms.due_at == next_slot("acme/brush", 7, now)
    assert due_tools(session, terms.due_at) == [terms.tool_id]


def test_each_source_has_its_own_pace(session: Session, terms: SourceRow, now: datetime) -> None:
    terms.cadence_days = 1
    settle_look(session, terms, GOOD, 3, now)
    assert terms.due_at is not None
    assert terms.due_at <= now + timedelta(days=1)
    assert [source.slug for source in due_sources(session, terms.tool_id, terms.due_at)] == ["terms"]


def test_a_source_counts_as_failing_once_it_has_failed_often_enough_in_a_row(
    session: Session, terms: SourceRow, now: datetime
) -> None:
    assert [settle_look(session, terms, DOWN, 3, now) for _ in range(5)] == [False, False, True, False, False]
    assert (terms.failures, terms.failing_since) == (5, now)
    assert actions(session) == ["source_failing"]
    assert [row.slug for row, _ in sources_by_failures(session, 3, now)] == ["terms"]
    assert sources_by_failures(session, 6, now) == []


def test_a_good_look_ends_a_row_of_failures(session: Session, terms: SourceRow, now: datetime) -> None:
    for outcome in (DOWN, DOWN, DOWN, GOOD):
        settle_look(session, terms, outcome, 3, now)
    assert (terms.failures, terms.failing_since) == (0, None)
    assert actions(session) == ["source_recovered", "source_failing"]
    assert sources_by_failures(session, 3, now) == []


def test_a_failure_that_nobody_was_told_of_ends_silently(
    session: Session, terms: SourceRow, now: datetime
) -> None:
    for outcome in (DOWN, GOOD):
        settle_look(session, terms, outcome, 3, now)
    assert actions(session) == []


def test_a_retired_source_is_neither_due_nor_failing(
    session: Session, terms: SourceRow, now: datetime
) -> None:
    terms.active, terms.failures = False, 3
    put_off(session, terms, now, now)
    session.flush()
    assert due_sources(session, terms.tool_id, now) == []
    assert sources_by_failures(session, 3, now) == []


def test_what_a_broken_pass_left_due_waits_a_while(session: Session, terms: SourceRow, now: datetime) -> None:
    put_off(session, terms, now, now)
    session.flush()
    put_off_due(session, terms.tool_id, now)
    session.flush()
    assert due_tools(session, now + timedelta(hours=5)) == []
    assert due_tools(session, now + timedelta(hours=6)) == [terms.tool_id]


@pytest.mark.parametrize(("days", "at_least"), [(13, 1), (13, 2), (13, 3), (14, 3), (21, 4), (6, 1), (0, 1)])
def test_a_source_counts_as_failing_too_once_it_was_put_off_in_as_many_slots(
    session: Session, terms: SourceRow, now: datetime, days: int, at_least: int
) -> None:
    later = now + timedelta(days=days)
    put_off(session, terms, now, now)
    _, slots = put_off(session, terms, later, later)
    session.flush()
    listed = [row.slug for row, _ in sources_by_failures(session, at_least, later)]
    assert listed == (["terms"] if slots >= at_least else [])


def test_a_source_that_is_let_in_again_counts_as_failing_no_more(
    session: Session, terms: SourceRow, now: datetime
) -> None:
    put_off(session, terms, now, now)
    later = now + timedelta(days=30)
    settle_look(session, terms, GOOD, 3, later)
    assert sources_by_failures(session, 3, later) == []
