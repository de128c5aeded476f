"""What a person hears of failures: nothing of one, a notice of those that come again and again.

A failure alarms nobody by itself: the last good text holds, and its age tells on look-ups in time. A notice
says so before that, and closes by itself when pages can be read, or passes end, again.
"""

from datetime import datetime

from app.db import Session
from extractors.model import Failure
from registry.notices import NoticeKind, Opening, close_by_itself, notices_of, open_notice, open_notice_of
from registry.tables import NoticeRow, SourceRow, VettingRow


def tell_failing(
    session: Session, source: SourceRow, failure: Failure | None, alert_after: int, now: datetime
) -> None:
    """Open a notice on a source that has now failed so often in a row; this look is counted already."""
    if failure is None or source.failures != alert_after or source.failing_since is None:
        return
    if open_notice_of(session, source.id, NoticeKind.FAILING) is None:
        told = (
            f"{source.slug} could not be read {source.failures} times in a row, since "
            f"{source.failing_since:%Y-%m-%d}: {failure.value}; what was read before holds, and ages"
        )
        open_notice(session, Opening(NoticeKind.FAILING, source.tool_id, source.id, told), now)


def tell_recovered(session: Session, source: SourceRow, failed_before: int, now: datetime) -> None:
    """Close that notice once a source can be read that had failed so often until this look."""
    known = open_notice_of(session, source.id, NoticeKind.FAILING) if failed_before else None
    if known is not None and not source.failures:
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


def _broken(session: Session, tool_id: int) -> list[NoticeRow]:
    failing = notices_of(session, tool_id=tool_id, kind=NoticeKind.FAILING)
    return [row for row in failing if row.source_id is None]
