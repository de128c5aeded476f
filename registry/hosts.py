"""Whose turn it is at a host: rows that all workers share. Never commits.

A turn is a lease. Who has it keeps renewing it; a visitor that dies stops, and the turn ends by itself. Every
page takes one, so the statements are made once.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, bindparam, insert, or_, select, update
from sqlmodel import Session, col

from registry.tables import HostRow, UtcDateTime

_HOST = bindparam("of_host", type_=String)
_VISITOR = bindparam("of_visitor", type_=String)
_NOW = bindparam("now", type_=UtcDateTime)
_UNTIL = bindparam("until", type_=UtcDateTime)
_FREE = or_(col(HostRow.visitor).is_(None), col(HostRow.leased_until) <= _NOW)
_TAKE = (
    update(HostRow)
    .where(col(HostRow.host) == _HOST, col(HostRow.not_before) <= _NOW, _FREE)
    .values(visitor=_VISITOR, leased_until=_UNTIL)
)
_MEET = insert(HostRow).values(host=_HOST, not_before=_NOW, visitor=_VISITOR, leased_until=_UNTIL)
_SHOW = select(col(HostRow.not_before), col(HostRow.leased_until)).where(col(HostRow.host) == _HOST)
_LEAVE = (
    update(HostRow)
    .where(col(HostRow.host) == _HOST, col(HostRow.visitor) == _VISITOR)
    .values(visitor=None, leased_until=None, not_before=_UNTIL)
)
_RENEW = update(HostRow).where(col(HostRow.visitor) == _VISITOR).values(leased_until=_UNTIL)


@dataclass(frozen=True, slots=True)
class Taken:
    """Why a turn cannot be had: somebody has it, or the host is let be."""

    not_before: datetime
    leased_until: datetime | None
    """None where nobody has it."""


def take_turn(session: Session, host: str, visitor: str, now: datetime, until: datetime) -> Taken | None:
    """Give a host's turn to a visitor until a time; or say why it cannot be had."""
    run = session.connection().execute
    wanted = {"of_host": host, "of_visitor": visitor, "now": now, "until": until}
    if run(_TAKE, wanted).rowcount:
        return None
    row = run(_SHOW, {"of_host": host}).first()
    if row is not None:
        return Taken(*row)
    run(_MEET, wanted)
    return None


def leave_turn(session: Session, host: str, visitor: str, not_before: datetime) -> None:
    """End a visitor's turn, unless it has ended by itself and is somebody else's now."""
    left = {"of_host": host, "of_visitor": visitor, "until": not_before}
    session.connection().execute(_LEAVE, left)


def renew_turns(session: Session, visitor: str, until: datetime) -> None:
    """Let a visitor keep what it has."""
    session.connection().execute(_RENEW, {"of_visitor": visitor, "until": until})
