"""What every change leaves behind: an audit event, and a higher revision where look-ups could see it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from registry.tables import AuditRow, RevisionRow

SYSTEM = "termgate"
"""The actor of what no person asked for."""


def note(session: Session, now: datetime, actor: str, action: str, subject: str, **detail: object) -> None:
    """Add an audit event: who did what, when, to what."""
    kept: Mapping[str, Any] = detail
    session.add(AuditRow(at=now, actor=actor, action=action, subject=subject, detail=dict(kept)))


def raise_revision(session: Session) -> None:
    """Tell look-ups that the registry has changed."""
    row = session.get(RevisionRow, 1, with_for_update=True)
    if row is None:
        session.add(RevisionRow(id=1, number=1))
    else:
        row.number += 1
        session.add(row)
    session.flush()
