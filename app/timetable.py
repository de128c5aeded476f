"""What a look leaves on the timetable: when the source is due next, and a word where it goes on failing."""

from datetime import datetime

import structlog

from app.db import Session
from registry.cadence import Outcome
from registry.crawling import settle_look
from registry.tables import SourceRow, ToolRow

log = structlog.get_logger(__name__)


def note_look(session: Session, source_id: int, outcome: Outcome, alert_after: int, now: datetime) -> None:
    """Say when a source is due after a look at its pages; the alert is logged once, when it begins."""
    source = session.get_one(SourceRow, source_id)
    if settle_look(session, source, outcome, alert_after, now):
        log.warning(
            "source_failing",
            tool=session.get_one(ToolRow, source.tool_id).slug,
            source=source.slug,
            failure=None if outcome.failure is None else outcome.failure.value,
            failures=source.failures,
            since=None if source.failing_since is None else source.failing_since.isoformat(),
            next_look=None if source.due_at is None else source.due_at.isoformat(),
        )
