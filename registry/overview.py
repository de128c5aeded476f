"""What waits for a person, and where all plans stand: a page's worth, in a few queries whatever the size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, case, exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select

from registry.clocks import due_at
from registry.crawling import PUT_OFF, unreadable
from registry.flag_list import Turn, turns_of
from registry.flags import flag_name
from registry.model import ApprovalRules, Clock, Status
from registry.store import plan_name
from registry.tables import (
    AssessmentRow,
    DecisionRow,
    FlagRow,
    PendingApprovalRow,
    PlanRow,
    RequestRow,
    SourceRow,
    ToolRow,
)

EXPIRES_SOON: Final = timedelta(days=30)
SHOWN: Final = 10
"""Rows of a list on the page; how many there are in all is told beside."""
_TO_DECIDE: Final = (Status.IN_REVIEW, Status.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for a person."""

    plan: str
    """`vendor/tool@plan`"""
    since: datetime
    what: str
    due_at: datetime | None = None
    """When the policy's clock for it runs out; none where it has none."""
    flag: str = ""
    """Name of the change; empty for what is none."""
    direction: str = ""
    """Which way it went; empty as well."""
    turn: Turn | None = None
    """What it changed."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The first of a list, and how long it is in all."""

    rows: Sequence[Waiting]
    total: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page shows."""

    plans: Mapping[Status, int]
    """How many plans stand where."""
    tools: int
    flags: Listing
    """Changes, the oldest first."""
    reviews: Listing
    """Plans that were assessed and wait for a decision: emergencies first, then
    those that somebody asked for, then by age."""
    expiring: Listing
    """Approvals that end within `EXPIRES_SOON`; `since` is when they end."""
    requests: Listing
    """Who waits for a plan that is not among `reviews`, the oldest first."""
    failing: Listing
    """Sources of which nothing can be read, named `vendor/tool`, since when."""


def overview(session: Session, now: datetime, rules: ApprovalRules, failing_after: int) -> Overview:
    """Gather it; a source fails once `failing_after` looks in a row have come to nothing, or
    were put off.
    """
    counted = session.exec(select(PlanRow.status, func.count()).group_by(col(PlanRow.status))).all()
    return Overview(
        plans={Status(status): count for status, count in counted},
        tools=session.exec(select(func.count()).select_from(ToolRow)).one(),
        flags=_flags(session),
        reviews=_reviews(session, rules),
        expiring=_expiring(session, now),
        requests=_requests(session, rules),
        failing=_failing(session, failing_after, now),
    )


def _flags(session: Session) -> Listing:
    is_open = col(FlagRow.closed_at).is_(None)
    total = session.exec(select(func.count()).select_from(FlagRow).where(is_open)).one()
    rows = session.exec(
        select(FlagRow, PlanRow, ToolRow)
        .join(PlanRow, col(PlanRow.id) == FlagRow.plan_id)
        .join(ToolRow, col(ToolRow.id) == PlanRow.tool_id)
        .where(is_open)
        .order_by(col(FlagRow.opened_at), col(FlagRow.id))
        .limit(SHOWN)
    ).all()
    turns = turns_of(session, [flag for flag, _, _ in rows])
    told = [
        Waiting(
            plan_name(tool, plan),
            flag.opened_at,
            f"{flag.family} is {flag.direction}",
            flag=flag_name(flag),
            direction=flag.direction,
            turn=turns[flag.id],
        )
        for flag, plan, tool in rows
    ]
    return Listing(told, total)


def _reviews(session: Session, rules: ApprovalRules) -> Listing:
    waits = col(PlanRow.status).in_(_TO_DECIDE)
    total = session.exec(select(func.count()).select_from(PlanRow).where(waits)).one()
    urgent = func.min(case((col(RequestRow.clock) == Clock.EMERGENCY, col(RequestRow.id))))
    first = func.coalesce(urgent, func.min(RequestRow.id)).label("id")
    by_plan = select(col(RequestRow.plan_id), first, urgent.label("urgent")).where(*_is_open())
    asked = by_plan.group_by(col(RequestRow.plan_id)).subquery()
    newest = (
        select(func.max(AssessmentRow.made_at))
        .where(AssessmentRow.plan_id == PlanRow.id)
        .correlate(PlanRow)
        .scalar_subquery()
    )
    assessed = select(col(PlanRow.id), newest.label("at")).where(waits).subquery()
    rows = session.exec(
        select(PlanRow, ToolRow, assessed.c.at, RequestRow)
        .join(assessed, assessed.c.id == PlanRow.id)
        .join(ToolRow, col(ToolRow.id) == PlanRow.tool_id)
        .join(asked, asked.c.plan_id == PlanRow.id, isouter=True)
        .join(RequestRow, col(RequestRow.id) == asked.c.id, isouter=True)
        .where(assessed.c.at.is_not(None))
        .order_by(asked.c.urgent.is_(None), asked.c.id.is_(None), assessed.c.at, col(PlanRow.id))
        .limit(SHOWN)
    ).all()
    proposed = _proposed(session, [plan.id for plan, *_ in rows])
    told = [
        Waiting(
            plan_name(tool, plan),
            at,
            proposed.get(plan.id) or (_told(request) if request else plan.suspended_because or ""),
            _due(request, rules) if request else None,
        )
        for plan, tool, at, request in rows
    ]
    return Listing(told, total)


def _proposed(session: Session, plans: Sequence[int]) -> Mapping[int, str]:
    """By plan, whose approval waits there for a second person."""
    query = select(PendingApprovalRow.plan_id, PendingApprovalRow.proposed_by).where(
        col(PendingApprovalRow.plan_id).in_(plans), col(PendingApprovalRow.closed_at).is_(None)
    )
    return {
        plan: f"{by} would approve it: a second person has to confirm" for plan, by in session.exec(query)
    }


def ends_soon(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What holds for a plan and its decision where an approval is in force and ends within `EXPIRES_SOON`."""
    later = aliased(DecisionRow)
    is_newest = ~exists().where(
        col(later.plan_id) == DecisionRow.plan_id, col(later.id) > col(DecisionRow.id)
    )
    return (
        # No bare column: SQLite would go through all approved plans, and not through what ends soon.
        func.coalesce(PlanRow.status, "") == Status.APPROVED,
        col(DecisionRow.expires_at) > now,
        col(DecisionRow.expires_at) <= now + EXPIRES_SOON,
        is_newest,
    )


def _expiring(session: Session, now: datetime) -> Listing:
    ends = ends_soon(now)
    counted = select(func.count()).select_from(DecisionRow)
    total = session.exec(counted.join(PlanRow, col(PlanRow.id) == DecisionRow.plan_id).where(*ends)).one()
    rows = session.exec(
        select(DecisionRow, PlanRow, ToolRow)
        .join(PlanRow, col(PlanRow.id) == DecisionRow.plan_id)
        .join(ToolRow, col(ToolRow.id) == PlanRow.tool_id)
        .where(*ends)
        .order_by(col(DecisionRow.expires_at), col(DecisionRow.id))
        .limit(SHOWN)
    )
    told = [Waiting(plan_name(tool, plan), one.expires_at, one.reason) for one, plan, tool in rows]
    return Listing(told, total)


def _failing(session: Session, at_least: int, now: datetime) -> Listing:
    fails = unreadable(session, at_least, now)
    total = session.exec(select(func.count()).select_from(SourceRow).where(fails)).one()
    since = func.coalesce(SourceRow.failing_since, SourceRow.put_off_since)
    rows = session.exec(
        select(SourceRow, ToolRow)
        .join(ToolRow, col(ToolRow.id) == SourceRow.tool_id)
        .where(fails)
        .order_by(since, col(SourceRow.id))
        .limit(SHOWN)
    )
    told = [
        Waiting(tool.slug, begun, f"{one.slug}: {_came_to(one, at_least)}")
        for one, tool in rows
        if (begun := one.failing_since or one.put_off_since) is not None
    ]
    return Listing(told, total)


def _came_to(source: SourceRow, at_least: int) -> str:
    if source.failures >= at_least:
        return f"{source.failures} looks in a row came to nothing"
    return PUT_OFF


def _requests(session: Session, rules: ApprovalRules) -> Listing:
    # A plan without a judgement cannot be decided on yet, wherever it stands.
    is_judged = exists().where(col(AssessmentRow.plan_id) == PlanRow.id)
    is_open = (*_is_open(), or_(col(PlanRow.status).not_in(_TO_DECIDE), ~is_judged))
    counted = select(func.count()).select_from(RequestRow)
    total = session.exec(counted.join(PlanRow, col(PlanRow.id) == RequestRow.plan_id).where(*is_open)).one()
    rows = session.exec(
        select(RequestRow, PlanRow, ToolRow)
        .join(PlanRow, col(PlanRow.id) == RequestRow.plan_id)
        .join(ToolRow, col(ToolRow.id) == PlanRow.tool_id)
        .where(*is_open)
        .order_by(col(RequestRow.requested_at), col(RequestRow.id))
        .limit(SHOWN)
    )
    told = [
        Waiting(plan_name(tool, plan), one.requested_at, _told(one), _due(one, rules))
        for one, plan, tool in rows
    ]
    return Listing(told, total)


def _is_open() -> tuple[ColumnElement[bool], ...]:
    return col(RequestRow.closed_at).is_(None), col(RequestRow.decision_id).is_(None)


def _told(one: RequestRow) -> str:
    return f"{one.requested_by} asks ({one.clock}): {one.reason}"


def _due(one: RequestRow, rules: ApprovalRules) -> datetime:
    return due_at(Clock(one.clock), one.requested_at, rules)
