"""Flags that nobody has to look at: changes that a policy only notes, and those that were taken back. Rows.

Neither is deleted: what is noted is closed from the start, and a change that was taken back says when.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlmodel import Session

from registry.journal import SYSTEM
from registry.model import Cause, Change, Direction
from registry.store import flags_of
from registry.tables import FlagRow, PlanRow


def note_only(
    session: Session, flags: Iterable[FlagRow], noted: Collection[Direction], now: datetime
) -> None:
    """Close those flags that were opened in directions that nobody waits for."""
    for row in flags:
        if Direction(row.direction) in noted:
            row.closed_at, row.closed_by = now, SYSTEM
            session.add(row)
    session.flush()


def take_back(
    session: Session, plan: PlanRow, changes: Sequence[Change], now: datetime
) -> tuple[Change, ...]:
    """Mark the open flags that these changes take back, and give the changes that take back none.

    A plan that such a flag has suspended stays so: that the terms are back does not say what they will be.
    """
    rest = []
    for change in changes:
        taken = [row for row in flags_of(session, plan.id) if _takes_back(change, row)]
        for row in taken:
            row.went_back_at = now
            session.add(row)
        if not taken:
            rest.append(change)
    session.flush()
    return tuple(rest)


def _takes_back(change: Change, row: FlagRow) -> bool:
    """Whether a change for the better leads to where a flag of the vendor's doing came from."""
    if change.direction is not Direction.BETTER or row.cause != Cause.TERMS or row.went_back_at is not None:
        return False
    if (row.family, row.before_answer, row.after_answer) != (change.family, change.after, change.before):
        return False
    now = {one.after.quote for one in change.clauses if one.after is not None}
    return not row.before_quotes or not now or bool(now.intersection(row.before_quotes))
