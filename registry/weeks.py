"""Changes of half a year, counted by the week and by the way they went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import case
from sqlmodel import Session, col, func, select

from registry.model import Direction
from registry.tables import FlagRow

WEEKS: Final = 26
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """What was found from a Monday on, in UTC, until the next."""

    monday: datetime
    counts: Mapping[Direction, int]
    """Only ways that something went."""

    @property
    def total(self) -> int:
        """All of them together."""
        return sum(self.counts.values())


def weeks_of_changes(session: Session, now: datetime) -> Sequence[Week]:
    """The last weeks, the one that runs included, the oldest first; flags still open or closed."""
    monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    mondays = [monday - _WEEK * back for back in range(WEEKS - 1, -1, -1)]
    # Numbered by comparing times: how a week is cut out of a time differs from database to database.
    after_first = zip(mondays[1:], range(WEEKS), strict=False)
    week = case(*((col(FlagRow.opened_at) < begin, at) for begin, at in after_first), else_=WEEKS - 1)
    query = (
        select(week, FlagRow.direction, func.count())
        .where(FlagRow.opened_at >= mondays[0], FlagRow.opened_at <= now)
        .group_by(week, col(FlagRow.direction))
    )
    counts: list[dict[Direction, int]] = [{} for _ in mondays]
    for at, direction, count in session.exec(query):
        counts[at][Direction(direction)] = count
    return [Week(begin, told) for begin, told in zip(mondays, counts, strict=True)]
