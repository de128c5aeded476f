"""What people should hear of: changes with their sentences, suspensions, what waits, fails or ends. Rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from extractors.model import Answer, Family
from registry.clocks import due_at
from registry.crawling import PUT_OFF, unreadable
from registry.ledger import Passed, count_noise
from registry.model import ApprovalRules, Cause, Clock, Direction, Status
from registry.noise import NoiseKind
from registry.notices import notice_name, notices_of
from registry.requests import open_requests, pending_approvals
from registry.store import plan_name
from registry.tables import (
    AuditRow,
    DecisionRow,
    FlagRow,
    PlanRow,
    SightingRow,
    SourceRow,
    ToolRow,
)

MOST = 500
"""Items of each kind: a digest that is longer is read by nobody."""
SOON = timedelta(days=30)
"""How long before its end an approval is told of."""


@dataclass(frozen=True, slots=True)
class PlanChange:
    """A change of a plan's facts that was flagged."""

    id: str
    plan: str
    family: Family
    direction: Direction
    cause: Cause
    before: Answer
    after: Answer
    before_quotes: tuple[str, ...]
    after_quotes: tuple[str, ...]
    at: datetime
    went_back_at: datetime | None
    """When the page showed the terms again as they were."""
    closed_at: datetime | None
    key: tuple[str, ...]
    """What tells it from every other change, here and in other registries."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something about a plan or a source, with why."""

    about: str
    at: datetime
    told: str


@dataclass(frozen=True, slots=True)
class News:
    """What happened from one time to another, and what stands as it ends."""

    since: datetime
    until: datetime
    changes: tuple[PlanChange, ...]
    """The newest first."""
    suspended: tuple[Said, ...]
    waiting: tuple[Said, ...]
    """Requests, approvals and notices that wait for a person, at when they are due or were opened."""
    open_flags: int
    held_back: Mapping[NoiseKind, int]
    """What looks passed over, by its kind."""
    failing: tuple[Said, ...]
    """Sources of which nothing could be read, since when."""
    expiring: tuple[Said, ...]
    """Approvals that end soon or have ended, and when."""


def changes(
    session: Session,
    tool_id: int | None = None,
    *,
    span: tuple[datetime, datetime] | None = None,
    limit: int = MOST,
) -> tuple[PlanChange, ...]:
    """Flagged changes, newest first: of one tool or of all, opened within a span or ever."""
    query = (
        select(FlagRow, PlanRow, ToolRow)
        .join(PlanRow, col(PlanRow.id) == FlagRow.plan_id)
        .join(ToolRow, col(ToolRow.id) == PlanRow.tool_id)
    )
    if tool_id is not None:
        query = query.where(PlanRow.tool_id == tool_id)
    if span is not None:
        query = query.where(FlagRow.opened_at >= span[0], FlagRow.opened_at < span[1])
    rows = session.exec(query.order_by(col(FlagRow.id).desc()).limit(limit))
    return tuple(_change(flag, plan_name(tool, plan)) for flag, plan, tool in rows)


def news_of(session: Session, span: tuple[datetime, datetime], rules: ApprovalRules) -> News:
    """What happened within a span, and what stands at its end; `rules` say how soon requests are due."""
    since, until = span
    open_flags = select(func.count()).select_from(FlagRow).where(col(FlagRow.closed_at).is_(None))
    return News(
        since=since,
        until=until,
        changes=changes(session, span=span),
        suspended=_suspended(session, span),
        waiting=_waiting(session, rules),
        open_flags=session.exec(open_flags).one(),
        held_back=count_noise(session, Passed(since=since, until=until)),
        failing=_failing(session, until),
        expiring=_expiring(session, until + SOON),
    )


def _change(row: FlagRow, plan: str) -> PlanChange:
    return PlanChange(
        id=f"flag_{row.id}",
        plan=plan,
        family=Family(row.family),
        direction=Direction(row.direction),
        cause=Cause(row.cause),
        before=Answer(row.before_answer),
        after=Answer(row.after_answer),
        before_quotes=tuple(row.before_quotes),
        after_quotes=tuple(row.after_quotes),
        at=row.opened_at,
        went_back_at=row.went_back_at,
        closed_at=row.closed_at,
        key=(plan, row.family, str(row.id), row.opened_at.isoformat()),
    )


def _suspended(session: Session, span: tuple[datetime, datetime]) -> tuple[Said, ...]:
    query = select(AuditRow).where(
        AuditRow.action == "suspend", AuditRow.at >= span[0], AuditRow.at < span[1]
    )
    rows = session.exec(query.order_by(col(AuditRow.id).desc()).limit(MOST))
    return tuple(Said(row.subject, row.at, str(row.detail.get("reason") or "")) for row in rows)


def _waiting(session: Session, rules: ApprovalRules) -> tuple[Said, ...]:
    requests, pending = open_requests(session), pending_approvals(session)
    names = _Names(session, {row.plan_id for row in requests} | {row.plan_id for row in pending})
    found = [
        Said(
            names.plan(row.plan_id),
            due_at(Clock(row.clock), row.requested_at, rules),
            f"{row.kind} asked for by {row.requested_by} ({row.clock}): {row.reason}",
        )
        for row in requests
    ]
    found += [
        Said(names.plan(row.plan_id), row.proposed_at, f"approved by {row.proposed_by}, to be confirmed")
        for row in pending
    ]
    found += [
        Said(names.source(row.tool_id, row.source_id), row.opened_at, f"{row.told} ({notice_name(row)})")
        for row in notices_of(session, limit=MOST)
    ]
    return tuple(sorted(found, key=lambda one: one.at)[:MOST])


def _failing(session: Session, now: datetime) -> tuple[Said, ...]:
    query = (
        select(SourceRow, ToolRow)
        .join(ToolRow, col(ToolRow.id) == SourceRow.tool_id)
        .where(unreadable(session, 1, now))
        .order_by(func.coalesce(SourceRow.failing_since, SourceRow.put_off_since), col(SourceRow.id))
    )
    return tuple(
        Said(f"{tool.slug} {source.slug}", since, _failure(session, source))
        for source, tool in session.exec(query.limit(MOST))
        if (since := source.failing_since or source.put_off_since) is not None
    )


def _failure(session: Session, source: SourceRow) -> str:
    if not source.failures:
        return PUT_OFF
    query = select(SightingRow.failure, SightingRow.detail).where(
        SightingRow.source_id == source.id, col(SightingRow.failure).is_not(None)
    )
    last = session.exec(query.order_by(col(SightingRow.id).desc()).limit(1)).first()
    looks = f"{source.failures} looks in a row" if source.failures > 1 else "one look"
    return looks if last is None else f"{looks}: {last[0]}, {last[1]}"


def _expiring(session: Session, until: datetime) -> tuple[Said, ...]:
    later = aliased(DecisionRow)
    # Of each plan that is asked for, and not of all decisions that ever were.
    newest = select(func.max(later.id)).where(later.plan_id == PlanRow.id).correlate(PlanRow)
    query = (
        select(DecisionRow, PlanRow, ToolRow)
        .join(PlanRow, col(PlanRow.id) == DecisionRow.plan_id)
        .join(ToolRow, col(ToolRow.id) == PlanRow.tool_id)
        .where(
            col(DecisionRow.id) == newest.scalar_subquery(),
            PlanRow.status == Status.APPROVED,
            DecisionRow.expires_at < until,
        )
        .order_by(col(DecisionRow.expires_at))
    )
    return tuple(
        Said(plan_name(tool, plan), row.expires_at, f"{row.verdict} by {row.decided_by}: {row.reason}")
        for row, plan, tool in session.exec(query.limit(MOST))
    )


class _Names:
    """Names of plans and sources by their identifiers."""

    def __init__(self, session: Session, plans: Collection[int]) -> None:
        """`plans`: those whose names are asked for."""
        self._session = session
        self._plans: dict[int, str] = {}
        wanted = sorted(plans)
        for start in range(0, len(wanted), MOST):
            query = select(PlanRow, ToolRow).join(ToolRow)
            some = session.exec(query.where(col(PlanRow.id).in_(wanted[start : start + MOST])))
            self._plans |= {plan.id: plan_name(tool, plan) for plan, tool in some}

    def plan(self, plan_id: int) -> str:
        return self._plans[plan_id]

    def source(self, tool_id: int, source_id: int | None) -> str:
        tool = self._session.get_one(ToolRow, tool_id).slug
        return tool if source_id is None else f"{tool} {self._session.get_one(SourceRow, source_id).slug}"


def first_tool_at(session: Session) -> datetime | None:
    """When the registry got its first tool: what tells one registry from another."""
    return session.exec(select(func.min(ToolRow.created_at))).one()


def quotes_shown(quotes: Sequence[str]) -> tuple[str, ...]:
    """Sentences as a person reads them: white space folded, each once."""
    return tuple(dict.fromkeys(" ".join(quote.split()) for quote in quotes))
