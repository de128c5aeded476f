"""Whose turn it is at a host: rows that all workers share. Never commits.

A turn is a lease. Who has it keeps renewing it; a visitor that dies stops, and the turn ends by itself.
"""

from datetime import datetime

from sqlmodel import Session, col, or_, update

from registry.tables import HostRow

_AS_IT_IS = {"synchronize_session": False}
"""No row is held in memory that could differ afterwards."""


def take_turn(session: Session, host: str, visitor: str, now: datetime, until: datetime) -> HostRow | None:
    """Give a host's turn to a visitor until a time; or the row that says why it cannot be had."""
    free = or_(col(HostRow.visitor).is_(None), col(HostRow.leased_until) <= now)
    query = update(HostRow).where(col(HostRow.host) == host, col(HostRow.not_before) <= now, free)
    given = session.exec(query.values(visitor=visitor, leased_until=until), execution_options=_AS_IT_IS)
    if given.rowcount:
        return None
    row = session.get(HostRow, host)
    if row is not None:
        return row
    session.add(HostRow(host=host, not_before=now, visitor=visitor, leased_until=until))
    session.flush()
    return None


def leave_turn(session: Session, host: str, visitor: str, not_before: datetime) -> None:
    """End a visitor's turn, unless it has ended by itself and is somebody else's now."""
    query = update(HostRow).where(col(HostRow.host) == host, col(HostRow.visitor) == visitor)
    ended = query.values(visitor=None, leased_until=None, not_before=not_before)
    session.exec(ended, execution_options=_AS_IT_IS)


def renew_turns(session: Session, visitor: str, until: datetime) -> None:
    """Let a visitor keep what it has."""
    query = update(HostRow).where(col(HostRow.visitor) == visitor)
    session.exec(query.values(leased_until=until), execution_options=_AS_IT_IS)
