"""Who did what when: the audit log, searched. A page of it costs a few seeks, however long the log is."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from registry.tables import AuditRow, PlanRow, ToolRow

PAGE: Final = 50
_BATCH: Final = 1000
_SLACK: Final = timedelta(days=1)
"""Events are numbered as they are committed and timed as they begin, so both orders differ a little."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Which events. What is empty excludes nothing."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    """With a tool, its plans are meant too."""
    since: datetime | None = None
    until: datetime | None = None
    """No longer in it."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which part of the log: what is older than an event, or what is newer than one, next to it."""

    before: int | None = None
    after: int | None = None
    """Goes before `before`."""
    limit: int = PAGE


NEWEST: Final = Stretch()


def list_deeds(session: Session, sought: Sought, part: Stretch = NEWEST) -> Sequence[Deed]:
    """Events of a part of the log, the newest first; the newest of all where no part is named."""
    query = select(AuditRow).where(*_conditions(session, sought))
    number = col(AuditRow.id)
    if part.after is not None:
        rows = session.exec(query.where(number > part.after).order_by(number.asc()).limit(part.limit)).all()
        return [_deed(row) for row in reversed(rows)]
    if part.before is not None:
        query = query.where(number < part.before)
    return [_deed(row) for row in session.exec(query.order_by(number.desc()).limit(part.limit))]


def _deed(row: AuditRow) -> Deed:
    return Deed(row.id, row.at, row.actor, row.action, row.subject, row.detail)


def all_deeds(readings: Callable[[], AbstractContextManager[Session]], sought: Sought) -> Iterator[Deed]:
    """Every event, from one short transaction after another: who reads slowly holds none open."""
    before: int | None = None
    while True:
        with readings() as session:
            found = list_deeds(session, sought, Stretch(before=before, limit=_BATCH))
        yield from found
        if len(found) < _BATCH:
            return
        before = found[-1].number


def _conditions(session: Session, sought: Sought) -> Iterator[ColumnElement[bool]]:
    if sought.actor:
        yield col(AuditRow.actor) == sought.actor
    if sought.action:
        yield col(AuditRow.action) == sought.action
    if sought.subject:
        yield col(AuditRow.subject).in_(_subjects(session, sought.subject))
    if sought.since is not None:
        yield col(AuditRow.at) >= sought.since
        yield col(AuditRow.id) > _last_before(session, sought.since - _SLACK)
    if sought.until is not None:
        yield col(AuditRow.at) < sought.until
        first_beyond = _first_from(session, sought.until + _SLACK)
        if first_beyond is not None:
            yield col(AuditRow.id) < first_beyond


def _subjects(session: Session, subject: str) -> Sequence[str]:
    plans = select(PlanRow.slug).join(ToolRow, col(ToolRow.id) == PlanRow.tool_id)
    return [subject, *(f"{subject}@{plan}" for plan in session.exec(plans.where(ToolRow.slug == subject)))]


def _last_before(session: Session, at: datetime) -> int:
    """The number of the last event before a time; none before it is in a span that begins a day later."""
    query = select(AuditRow.id).where(AuditRow.at < at)
    last = session.exec(query.order_by(col(AuditRow.at).desc(), col(AuditRow.id).desc()).limit(1)).first()
    return 0 if last is None else last


def _first_from(session: Session, at: datetime) -> int | None:
    """The number of the first event from a time on; none after it is in a span that ended a day earlier."""
    query = select(AuditRow.id).where(AuditRow.at >= at)
    return session.exec(query.order_by(col(AuditRow.at), col(AuditRow.id)).limit(1)).first()
