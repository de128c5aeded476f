"""Former documents → readings under today's rules, so that a timeline tells all times by the same.

What counts now is left to the re-read that judges it; this judges nothing. Each document is a transaction of
its own, so that it can be broken off and goes on where it stopped.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from app.db import Sessions
from extractors.model import Document, Reading
from registry.evidence import document_of, keep_reading
from registry.recorded import unread_documents
from registry.tables import DocumentRow


def read_past(
    sessions: Sessions,
    read: Callable[[Document], Reading],
    waiting: Sequence[int],
    now: datetime,
    advance: Callable[[], None],
) -> None:
    """Read former documents, by their identifiers, and keep what was read; `advance` is called after each."""
    for number in waiting:
        with sessions() as session:
            document = document_of(session.get_one(DocumentRow, number))
        reading = read(document)
        with sessions() as session:
            keep_reading(session, number, reading, now)
        advance()


def unread_past(readings: Sessions, tool_id: int, ruleset: str) -> tuple[int, ...]:
    """Identifiers of a tool's former documents that were never read under these rules, oldest first."""
    with readings() as session:
        return tuple(unread_documents(session, tool_id, ruleset))
