"""What a person hears of failures: nothing of one, a notice of those that come again and again.

A failure alarms nobody by itself: the last good text holds, and its age tells on look-ups in time. A notice
says so before that, and closes by itself when pages can be read, or passes end, again. What a busy
host puts off is no failure; a source that is put off slot after slot is told of all the same.
"""

from datetime import datetime

from app.db import Session
from app.fetch.turns import HostBusyError
from app.timetable import note_look
from registry.cadence import Outcome
from registry.crawling import put_off
from registry.notices import NoticeKind, Opening, close_by_itself, notices_of, open_notice, open_notice_of
from registry.tables import NoticeRow, SourceRow, VettingRow


def count_look(session: Session, source_id: int, outcome: Outcome, alert_after: int, now: datetime) -> None:
    """Count what a look at a source came to; the notice opens with the failure that makes it too many."""
    source = session.get_one(SourceRow, source_id)
    before = source.failures or source.put_off_since
    note_look(session, source_id, outcome, alert_after, now)
    if source.failures == alert_after and outcome.failure is not None:
        since = now if source.failing_since is None else source.failing_since
        told = f"could not be read {source.failures} times in a row, since {since:%Y-%m-%d}"
        _tell_failing(session, source, f"{told}: {outcome.failure.value}", now)
    known = open_notice_of(session, source.id, NoticeKind.FAILING) if before and not source.failures else None
    if known is not None:
        close_by_itself(session, known, "the source can be read again", now)


def count_put_off(
    session: Session, source_id: int, busy: HostBusyError, alert_after: int, now: datetime
) -> str:
    """Put a source off whose host lets nobody in; gives its name.

    That is no failure, but where it goes on for as many slots as failures are borne, a person hears of it.
    """
    source = session.get_one(SourceRow, source_id)
    since, slots = put_off(session, source, busy.until, now)
    if slots >= alert_after and not _was_told(session, source_id, since):
        told = f"was put off in {slots} slots in a row, since {since:%Y-%m-%d}"
        _tell_failing(session, source, f"{told}: {busy.host} lets nobody in", now)
    return source.slug


def tell_broken_pass(session: Session, vetting: VettingRow, error: str, now: datetime) -> None:
    """Open a notice on a tool whose pass came to no end; one, however many break off."""
    if not _broken(session, vetting.tool_id):
        told = f"a pass over the tool broke off ({error}); what was read before holds, and ages"
        open_notice(session, Opening(NoticeKind.FAILING, vetting.tool_id, None, told), now)


def end_broken_passes(session: Session, vetting: VettingRow, now: datetime) -> None:
    """Close the notice once a pass has come to its end."""
    for row in _broken(session, vetting.tool_id):
        close_by_itself(session, row, f"{vetting.key} came to its end", now)


def _tell_failing(session: Session, source: SourceRow, what: str, now: datetime) -> None:
    if open_notice_of(session, source.id, NoticeKind.FAILING) is None:
        told = f"{source.slug} {what}; what was read before holds, and ages"
        open_notice(session, Opening(NoticeKind.FAILING, source.tool_id, source.id, told), now)


def _was_told(session: Session, source_id: int, since: datetime) -> bool:
    """Whether a person has heard of a source since then, and may have put the notice aside."""
    last = notices_of(session, sources=(source_id,), kind=NoticeKind.FAILING, open_only=False, limit=1)
    return any(row.opened_at >= since for row in last)


def _broken(session: Session, tool_id: int) -> list[NoticeRow]:
    failing = notices_of(session, tool_id=tool_id, kind=NoticeKind.FAILING)
    return [row for row in failing if row.source_id is None]
