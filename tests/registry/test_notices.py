"""Notices as rows: opened, found, answered once and only with what fits, and kept in the audit log."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session

from registry.notices import (
    NoticeAnswer,
    NoticeKind,
    NoticeRefusedError,
    Opening,
    answer_notice,
    answers_to,
    close_by_itself,
    find_notice,
    formers_in_force,
    is_dismissed,
    notice_name,
    notices_of,
    notices_on_plan,
    open_notice,
    open_notice_of,
    released_at,
)
from registry.store import audit_events, documents_of, find_plan, sources_of
from registry.tables import NoticeRow, SourceRow, ToolRow
from tests.registry.readings import clause, show


@pytest.fixture
def source(session: Session, tool: ToolRow, now: datetime) -> SourceRow:
    """A source that has shown a text."""
    found = sources_of(session, tool.id)[0]
    show(session, found, clause("We never train on drafts."), "first", now)
    return found


def opened(
    session: Session, source: SourceRow, kind: NoticeKind, now: datetime, *, text: bool = True
) -> NoticeRow:
    (document,) = documents_of(session, source.id)
    waiting = document.id if text else None
    return open_notice(session, Opening(kind, source.tool_id, source.id, "told", waiting), now)


def test_a_notice_is_found_by_source_tool_kind_plan_and_name(
    session: Session, tool: ToolRow, source: SourceRow, now: datetime
) -> None:
    row = opened(session, source, NoticeKind.SWAPPED, now)
    plan = find_plan(session, tool.id, "studio")
    assert plan is not None
    assert notices_of(session, tool_id=tool.id) == notices_on_plan(session, plan.id) == [row]
    assert open_notice_of(session, source.id, NoticeKind.SWAPPED) == row
    assert open_notice_of(session, source.id, NoticeKind.QUARANTINED) is None
    assert find_notice(session, notice_name(row)) == row


@pytest.mark.parametrize(
    "name", ["", "notice_", "notice_x", "notice_0", "flag_1", "notice_²", "notice_" + "9" * 30]
)
def test_a_name_that_is_none_finds_nothing(session: Session, name: str) -> None:
    assert find_notice(session, name) is None


def test_an_answer_closes_and_stands_in_the_audit_log(
    session: Session, tool: ToolRow, source: SourceRow, now: datetime
) -> None:
    row = opened(session, source, NoticeKind.SWAPPED, now)
    answer_notice(session, row, NoticeAnswer.DISMISS, " a visitors' page ", "rita", now)
    assert (row.closed_by, row.answer, row.reason) == ("rita", "dismiss", "a visitors' page")
    assert notices_of(session) == []
    assert row.document_id is not None
    assert is_dismissed(session, source.id, row.document_id)
    assert [event.action for event in audit_events(session, tool.slug)][:2] == [
        "dismiss_swapped",
        "open_swapped",
    ]
    with pytest.raises(NoticeRefusedError, match="closed by rita"):
        answer_notice(session, row, NoticeAnswer.DISMISS, "again", "rita", now)


@pytest.mark.parametrize(
    ("kind", "text", "takes"),
    [
        (NoticeKind.SWAPPED, True, {NoticeAnswer.ACCEPT, NoticeAnswer.DISMISS}),
        (NoticeKind.SWAPPED, False, {NoticeAnswer.DISMISS}),
        (NoticeKind.QUARANTINED, False, {NoticeAnswer.RELEASE}),
        (NoticeKind.ANNOUNCED, True, {NoticeAnswer.DISMISS}),
        (NoticeKind.FAILING, False, {NoticeAnswer.DISMISS}),
    ],
)
def test_each_notice_takes_what_fits_and_needs_a_reason(
    session: Session, source: SourceRow, now: datetime, kind: NoticeKind, text: bool, takes: set[NoticeAnswer]
) -> None:
    row = opened(session, source, kind, now, text=text)
    assert answers_to(row) == takes
    for answer in set(NoticeAnswer) - takes:
        with pytest.raises(NoticeRefusedError, match="is answered with"):
            answer_notice(session, row, answer, "why", "rita", now)
    with pytest.raises(NoticeRefusedError, match="reason"):
        answer_notice(session, row, next(iter(takes)), " ", "rita", now)


def test_a_release_is_remembered_and_a_notice_that_ends_by_itself_is_no_persons(
    session: Session, source: SourceRow, now: datetime
) -> None:
    row = opened(session, source, NoticeKind.QUARANTINED, now)
    assert released_at(session, source.id) is None
    answer_notice(session, row, NoticeAnswer.RELEASE, "repaired", "rita", now)
    assert released_at(session, source.id) == now
    other = opened(session, source, NoticeKind.SWAPPED, now)
    close_by_itself(session, other, "the page shows the terms again", now)
    assert (other.closed_by, other.answer) == ("termgate", None)


def test_a_former_text_holds_until_the_day_has_begun_everywhere(
    session: Session, tool: ToolRow, source: SourceRow, now: datetime
) -> None:
    (document,) = documents_of(session, source.id)
    day = date(2026, 4, 1)
    opening = Opening(
        NoticeKind.ANNOUNCED, tool.id, source.id, "told", document.id, document.id, effective_on=day
    )
    row = open_notice(session, opening, now)
    plan = find_plan(session, tool.id, "studio")
    assert plan is not None
    held = {source.id: document.id}
    assert formers_in_force(session, plan.id, datetime(2026, 4, 1, 11, 59, tzinfo=UTC)) == held
    assert formers_in_force(session, plan.id, datetime(2026, 4, 1, 12, tzinfo=UTC)) == {}
    assert answers_to(row) == {NoticeAnswer.ACCEPT}
