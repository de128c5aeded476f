"""Which sources are due, and what a look at one leaves behind: when it is due next, how long it has failed.

Never commits. Only this module writes the times and counts of a source's looks; what they should be is said
by `registry.cadence`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, func, or_, select, update

from registry.cadence import Outcome, next_look, put_off_by, slots_put_off
from registry.journal import SYSTEM, note
from registry.model import Status
from registry.tables import AssessmentRow, PlanRow, SightingRow, SourceRow, ToolRow

FIRST_LOOK_WITHIN = timedelta(days=1)
"""A new source is looked at by the pass that its submission asks for; should none come to it, by then."""
AFTER_A_FAULT = timedelta(hours=6)
"""A pass that came to no end is the fault of our own house: what it left out is not tried again at once."""
PUT_OFF = "its host lets nobody in, and each look is put off"
"""What is said of a source that is `unreadable` and has not failed."""


def begin_looks(session: Session, tool_id: int, now: datetime) -> None:
    """Put the active sources of a tool that has just been asked for on the timetable."""
    query = update(SourceRow).where(
        col(SourceRow.tool_id) == tool_id, col(SourceRow.active), col(SourceRow.due_at).is_(None)
    )
    session.exec(query.values(due_at=now + FIRST_LOOK_WITHIN))


def due_tools(session: Session, now: datetime) -> Sequence[int]:
    """Identifiers of the tools with a source that is due; the one that has waited longest first."""
    query = select(SourceRow.tool_id).where(col(SourceRow.due_at) <= now, col(SourceRow.active))
    query = query.group_by(col(SourceRow.tool_id)).order_by(
        func.min(SourceRow.due_at), col(SourceRow.tool_id)
    )
    return session.exec(query).all()


def due_sources(session: Session, tool_id: int, by: datetime) -> Sequence[SourceRow]:
    """The sources of a tool that were due by then, in the order they were named."""
    query = select(SourceRow).where(
        SourceRow.tool_id == tool_id, col(SourceRow.active), col(SourceRow.due_at) <= by
    )
    return session.exec(query.order_by(col(SourceRow.id))).all()


def outdated_tools(session: Session, ruleset: str, policy: str, tool_id: int | None = None) -> Sequence[int]:
    """Identifiers of the tools with a plan in use that was judged last under other rules or another policy.

    With `tool_id`: of this one only.
    """
    newest = select(func.max(AssessmentRow.id)).group_by(col(AssessmentRow.plan_id))
    query = select(PlanRow.tool_id).join(AssessmentRow)
    if tool_id is not None:
        of_tool = select(PlanRow.id).where(PlanRow.tool_id == tool_id)
        newest = newest.where(col(AssessmentRow.plan_id).in_(of_tool))
    other = or_(AssessmentRow.ruleset != ruleset, AssessmentRow.policy != policy)
    query = query.where(col(AssessmentRow.id).in_(newest), other, PlanRow.status != Status.RETIRED)
    return session.exec(query.distinct().order_by(col(PlanRow.tool_id))).all()


def cadences(session: Session) -> Sequence[tuple[int, int]]:
    """How many sources on the timetable are looked at every so many days, the shortest first."""
    query = select(SourceRow.cadence_days, func.count()).where(
        col(SourceRow.active), col(SourceRow.due_at).is_not(None)
    )
    return session.exec(
        query.group_by(col(SourceRow.cadence_days)).order_by(col(SourceRow.cadence_days))
    ).all()


def next_due(session: Session) -> datetime | None:
    """When the source that is due first is due."""
    query = select(SourceRow.due_at).where(col(SourceRow.due_at).is_not(None), col(SourceRow.active))
    return session.exec(query.order_by(col(SourceRow.due_at)).limit(1)).first()


def settle_look(
    session: Session, source: SourceRow, outcome: Outcome, alert_after: int, now: datetime
) -> bool:
    """Say when a source is due after a look; whether it has now failed `alert_after` times in a row.

    The alert and its end stand in the audit log. The row of a source that was retired meanwhile stays.
    """
    tool = session.get_one(ToolRow, source.tool_id)
    source.put_off_since = None
    if outcome.failure is None:
        if source.failures >= alert_after:
            since = source.failing_since
            told = {"failures": source.failures, "since": None if since is None else since.isoformat()}
            note(session, now, SYSTEM, "source_recovered", tool.slug, source=source.slug, **told)
        source.failures, source.failing_since = 0, None
    else:
        source.failures += 1
        source.failing_since = source.failing_since or now
    if source.active:
        source.due_at = next_look(tool.slug, source.cadence_days, outcome, source.failures, now)
    session.add(source)
    alarming = source.failures == alert_after and outcome.failure is not None
    if alarming:
        told = {"failure": outcome.failure, "failures": source.failures}
        note(session, now, SYSTEM, "source_failing", tool.slug, source=source.slug, **told)
    return alarming


def put_off(session: Session, source: SourceRow, until: datetime, now: datetime) -> tuple[datetime, int]:
    """Look at a source later: its host lets nobody in before. That is no failure of the source.

    Gives since when that goes on, and in how many slots in a row it was so.
    """
    since = source.put_off_since or now
    source.due_at, source.put_off_since = until, since
    session.add(source)
    return since, slots_put_off(since, source.cadence_days, now)


def due_at_once(session: Session, pass_key: str, now: datetime) -> None:
    """Have the sources that a pass has seen looked at again at once."""
    seen = select(SightingRow.source_id).where(SightingRow.pass_key == pass_key)
    query = update(SourceRow).where(col(SourceRow.id).in_(seen), col(SourceRow.active))
    session.exec(query.values(due_at=now))


def put_off_due(session: Session, tool_id: int, now: datetime) -> None:
    """Look later at the sources that a pass has left due because it came to no end."""
    for source in due_sources(session, tool_id, now):
        source.due_at = now + AFTER_A_FAULT
        session.add(source)


def unreadable(session: Session, at_least: int, now: datetime) -> ColumnElement[bool]:
    """Whether an active source has failed so often in a row, or its host has put it off in so many slots."""
    is_put_off = (col(SourceRow.active), col(SourceRow.put_off_since).is_not(None))
    paces = session.exec(select(SourceRow.cadence_days).where(*is_put_off).distinct()).all()
    put_off_too_long = (
        and_(SourceRow.cadence_days == days, col(SourceRow.put_off_since) <= put_off_by(days, at_least, now))
        for days in paces
    )
    return and_(col(SourceRow.active), or_(SourceRow.failures >= at_least, *put_off_too_long))


def sources_by_failures(
    session: Session, at_least: int, now: datetime, after: int = 0, limit: int = 50
) -> Sequence[tuple[SourceRow, ToolRow]]:
    """Active sources that are `unreadable` at least so often, in the order they were named, after one."""
    query = select(SourceRow, ToolRow).join(ToolRow)
    query = query.where(unreadable(session, at_least, now), SourceRow.id > after)
    return session.exec(query.order_by(col(SourceRow.id)).limit(limit)).all()
