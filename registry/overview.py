"""What waits for a person, and where all plans stand: a page's worth, in a few queries whatever the size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, func, select

from registry.model import Status
from registry.store import plan_name
from registry.tables import AssessmentRow, DecisionRow, FlagRow, PlanRow, RequestRow, ToolRow

EXPIRES_SOON: Final = timedelta(days=30)
SHOWN: Final = 10
"""Rows of a list on the page; how many there are in all is told beside."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for a person."""

    plan: str
    """`vendor/tool@plan`"""
    since: datetime
    what: str


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
    """Plans that were assessed and wait for a decision, the oldest first."""
    expiring: Listing
    """Approvals that end within `EXPIRES_SOON`; `since` is when they end."""
    requests: Listing
    """Who waits, the oldest first."""


def overview(session: Session, now: datetime) -> Overview:
    """Gather it."""
    counted = session.exec(select(PlanRow.status, func.count()).group_by(col(PlanRow.status))).all()
    return Overview(
        plans={Status(status): count for status, count in counted},
        tools=session.exec(select(func.count()).select_from(ToolRow)).one(),
        flags=_flags(session),
        reviews=_reviews(session),
        expiring=_expiring(session, now),
        requests=_requests(session),
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
    )
    told = [
        Waiting(plan_name(tool, plan), flag.opened_at, f"{flag.family} is {flag.direction}")
        for flag, plan, tool in rows
    ]
    return Listing(told, total)


def _reviews(session: Session) -> Listing:
    waits = col(PlanRow.status).in_([Status.IN_REVIEW, Status.SUSPENDED])
    total = session.exec(select(func.count()).select_from(PlanRow).where(waits)).one()
    newest = (
        select(AssessmentRow.plan_id, func.max(AssessmentRow.made_at).label("at"))
        .join(PlanRow, col(PlanRow.id) == AssessmentRow.plan_id)
        .where(waits)
        .group_by(col(AssessmentRow.plan_id))
        .subquery()
    )
    rows = session.exec(
        select(PlanRow, ToolRow, newest.c.at)
        .join(ToolRow, col(ToolRow.id) == PlanRow.tool_id)
        .join(newest, newest.c.plan_id == PlanRow.id)
        .where(waits)
        .order_by(newest.c.at, col(PlanRow.id))
        .limit(SHOWN)
    )
    return Listing(
        [Waiting(plan_name(tool, plan), at, plan.suspended_because or "") for plan, tool, at in rows], total
    )


def _expiring(session: Session, now: datetime) -> Listing:
    newest = select(func.max(DecisionRow.id)).group_by(col(DecisionRow.plan_id))
    ends = (
        PlanRow.status == Status.APPROVED,
        col(DecisionRow.id).in_(newest),
        col(DecisionRow.expires_at) > now,
        col(DecisionRow.expires_at) <= now + EXPIRES_SOON,
    )
    joined = (
        select(func.count()).select_from(DecisionRow).join(PlanRow, col(PlanRow.id) == DecisionRow.plan_id)
    )
    total = session.exec(joined.where(*ends)).one()
    rows = session.exec(
        select(DecisionRow, PlanRow, ToolRow)
        .join(PlanRow, col(PlanRow.id) == DecisionRow.plan_id)
        .join(ToolRow, col(ToolRow.id) == PlanRow.tool_id)
        .where(*ends)
        .order_by(col(DecisionRow.expires_at), col(DecisionRow.id))
        .limit(SHOWN)
    )
    return Listing(
        [
            Waiting(plan_name(tool, plan), decision.expires_at, decision.reason)
            for decision, plan, tool in rows
        ],
        total,
    )


def _requests(session: Session) -> Listing:
    is_open = (col(RequestRow.closed_at).is_(None), col(RequestRow.decision_id).is_(None))
    total = session.exec(select(func.count()).select_from(RequestRow).where(*is_open)).one()
    rows = session.exec(
        select(RequestRow, PlanRow, ToolRow)
        .join(PlanRow, col(PlanRow.id) == RequestRow.plan_id)
        .join(ToolRow, col(ToolRow.id) == PlanRow.tool_id)
        .where(*is_open)
        .order_by(col(RequestRow.requested_at), col(RequestRow.id))
        .limit(SHOWN)
    )
    told = [
        Waiting(plan_name(tool, plan), one.requested_at, f"{one.clock}: {one.reason} ({one.requested_by})")
        for one, plan, tool in rows
    ]
    return Listing(told, total)
