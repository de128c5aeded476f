"""What a person hears of failures: nothing of one, a notice of those that come again and again.

A failure alarms nobody by itself: the last good text holds, and its age tells on look-ups in time. A notice
says so before that, and closes by itself when pages can be read, or passes end, again.
"""

from datetime import datetime

from app.db import Session
from app.timetable import note_look
from extractors.model import Failure
from registry.cadence import Outcome
from registry.notices import NoticeKind, Opening, close_by_itself, notices_of, open_notice, open_notice_of
from registry.tables import NoticeRow, SourceRow, VettingRow


def count_look(session: Session, source_id: int, outcome: Outcome, alert_after: int, now: datetime) -> None:
    """Count what a look at a source came to; the notice opens with the failure that makes it too many."""
    source = session.get_one(SourceRow, source_id)
    before = source.failures
    note_look(session, source_id, outcome, alert_after, now)
    if source.failures == alert_after and outcome.failure is not None:
        _tell_failing(session, source, outcome.failure, now)
    known = open_notice_of(session, source.id, NoticeKind.FAILING) if before and not source.failures else None
    if known is not None:
        close_by_itself(session, known, "the source can be read again", now)


def tell_broken_pass(session: Session, vetting: VettingRow, error: str, now: datetime) -> None:
    """Open a notice on a tool whose pass came to no end; one, however many break off."""
    if not _broken(session, vetting.tool_id):
        told = f"a pass over the tool broke off ({error}); what was read before holds, and ages"
        open_notice(session, Opening(NoticeKind.FAILING, vetting.tool_id, None, told), now)


def end_broken_passes(session: Session, vetting: VettingRow, now: datetime) -> None:
    """Close the notice once a pass has come to its end."""
    for row in _broken(session, vetting.tool_id):
        close_by_itself(session, row, f"{vetting.key} came to its end", now)


def _tell_failing(session: Session, source: SourceRow, failure: Failure, now: datetime) -> None:
    if open_notice_of(session, source.id, NoticeKind.FAILING) is not None:
        return
    since = now if source.failing_since is None else source.failing_since
    told = (
        f"{source.slug} could not be read {source.failures} times in a row, since {since:%Y-%m-%d}: "
        f"{failure.value}; what was read before holds, and ages"
    )
    open_notice(session, Opening(NoticeKind.FAILING, source.tool_id, source.id, told), now)


def _broken(session: Session, tool_id: int) -> list[NoticeRow]:
    failing = notices_of(session, tool_id=tool_id, kind=NoticeKind.FAILING)
    return [row for row in failing if row.source_id is None]
