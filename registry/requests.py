"""Who waits for a decision on which plan: requests, reviews of emergencies, approvals half given. Rows.

Only this module knows what opens and closes one. When a request is overdue is the policy's to say
(clocks.py): it is told, not kept.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlmodel import Session, col, or_, select

from registry.clocks import due_at
from registry.journal import note, note_opened
from registry.judgements import last_decision
from registry.model import ApprovalRules, Clock, Status, Verdict
from registry.store import plan_name
from registry.tables import DecisionRow, PendingApprovalRow, PlanRow, RequestRow, ToolRow


class RequestKind(StrEnum):
    """What a person is asked for."""

    APPROVAL = "approval"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits, and until when it should be answered by the policy."""

    row: RequestRow
    due_at: datetime
    overdue: bool


class RequestRefusedError(Exception):
    """A request that cannot be taken as it is; the message says what to do."""


def request_approval(
    session: Session, plan: PlanRow, clock: Clock, reason: str, actor: str, now: datetime
) -> RequestRow:
    """Ask for an approval, on record. Raises `RequestRefusedError` without a reason, or for a listed plan."""
    tool = session.get_one(ToolRow, plan.tool_id)
    if plan.status == Status.RETIRED:
        raise RequestRefusedError(f"{plan_name(tool, plan)} is retired; bring it back, which asks for it")
    if plan.status == Status.LISTED:
        raise RequestRefusedError(f"{tool.slug} is listed only; submit it, which asks for its approval")
    known = _asked_before(session, plan, clock, actor)
    row = known or open_request(session, plan, clock, reason, actor, now)
    if known is None:
        note(session, now, actor, "request", plan_name(tool, plan), request=row.public_id, clock=row.clock)
    return row


def withdraw_request(
    session: Session, row: RequestRow, reason: str, actor: str, now: datetime, *, reviews: bool
) -> None:
    """Take a request back, which leaves it on record; `reviews`: whether the actor is one who decides.

    Raises `RequestRefusedError` for somebody else's, for one that waits no more, and for a review.
    """
    if not reason.strip():
        raise RequestRefusedError("say why the request is withdrawn: who decides will wonder")
    if row.closed_at is not None:
        how = "withdrawn, or ended with its plan" if row.decision_id is None else "answered by a decision"
        raise RequestRefusedError(f"{row.public_id} waits no more: it was {how}")
    if row.kind == RequestKind.REVIEW:
        raise RequestRefusedError(f"{row.public_id} is a review; only a decision on the plan ends it")
    if actor != row.requested_by and not reviews:
        raise RequestRefusedError(
            f"{row.public_id} is of {row.requested_by}; they or a reviewer can withdraw it"
        )
    row.closed_at = now
    session.add(row)
    plan = session.get_one(PlanRow, row.plan_id)
    name = plan_name(session.get_one(ToolRow, plan.tool_id), plan)
    note(session, now, actor, "withdraw_request", name, request=row.public_id, reason=reason)
    session.flush()


def find_request(session: Session, public_id: str) -> RequestRow | None:
    """A request by its public identifier."""
    return session.exec(select(RequestRow).where(RequestRow.public_id == public_id)).first()


def open_request(
    session: Session, plan: PlanRow, clock: Clock, reason: str, actor: str, now: datetime
) -> RequestRow:
    """Note that somebody waits for an approval; the same person is noted once for each clock."""
    if not reason.strip():
        raise RequestRefusedError("say what the approval is needed for")
    known = _asked_before(session, plan, clock, actor)
    if known is not None:
        return known
    asked = RequestRow(
        public_id=_name(),
        plan_id=plan.id,
        kind=RequestKind.APPROVAL,
        clock=clock,
        reason=reason,
        requested_by=actor,
        requested_at=now,
    )
    session.add(asked)
    session.flush()
    note_opened(session, (asked,))
    return asked


def _asked_before(session: Session, plan: PlanRow, clock: Clock, actor: str) -> RequestRow | None:
    return next(
        (
            row
            for row in open_requests(session, plan.id)
            if (row.kind, row.clock, row.requested_by) == (RequestKind.APPROVAL, clock, actor)
        ),
        None,
    )


def open_review(session: Session, plan: PlanRow, decision: DecisionRow, now: datetime) -> RequestRow:
    """Ask for the review of what was just approved in an emergency."""
    row = RequestRow(
        public_id=_name(),
        plan_id=plan.id,
        kind=RequestKind.REVIEW,
        clock=Clock.ROUTINE,
        reason=f"Review of an approval in an emergency: {decision.reason}",
        requested_by=decision.decided_by,
        requested_at=now,
        reviews_id=decision.id,
    )
    session.add(row)
    session.flush()
    note_opened(session, (row,))
    return row


def open_requests(session: Session, plan_id: int | None = None) -> Sequence[RequestRow]:
    """Requests that wait, the oldest first; of one plan or of all."""
    query = select(RequestRow).where(col(RequestRow.closed_at).is_(None))
    if plan_id is not None:
        query = query.where(RequestRow.plan_id == plan_id)
    return session.exec(query.order_by(col(RequestRow.id))).all()


def waiting(
    session: Session, plans: Sequence[int], rules: ApprovalRules, now: datetime
) -> tuple[Waiting, ...]:
    """Requests that wait for a decision on some plans, the one due first first."""
    query = select(RequestRow).where(col(RequestRow.plan_id).in_(plans), col(RequestRow.closed_at).is_(None))
    found = [
        Waiting(row, due := due_at(Clock(row.clock), row.requested_at, rules), now > due)
        for row in session.exec(query.order_by(col(RequestRow.id)))
    ]
    return tuple(sorted(found, key=lambda one: one.due_at))


def requesters(session: Session, plan_id: int) -> frozenset[str]:
    """Who has asked for the next decision on a plan, also where they have withdrawn their request."""
    last = last_decision(session, plan_id)
    since = datetime.min.replace(tzinfo=UTC) if last is None else last.decided_at
    query = select(RequestRow.requested_by).where(
        RequestRow.plan_id == plan_id,
        col(RequestRow.decision_id).is_(None),
        or_(col(RequestRow.closed_at).is_(None), col(RequestRow.requested_at) > since),
    )
    return frozenset(session.exec(query))


def newest_requests(session: Session, limit: int) -> Sequence[RequestRow]:
    """Requests, also those that were answered, the newest first."""
    return session.exec(select(RequestRow).order_by(col(RequestRow.id).desc()).limit(limit)).all()


def waits_for_review(session: Session, plan_id: int) -> RequestRow | None:
    """The review that a plan waits for."""
    return next((one for one in open_requests(session, plan_id) if one.kind == RequestKind.REVIEW), None)


def answer_requests(session: Session, plan: PlanRow, decision: DecisionRow, now: datetime) -> None:
    """Close what a decision answers; a suspension answers nothing."""
    if decision.verdict == Verdict.SUSPEND:
        return
    for row in open_requests(session, plan.id):
        row.closed_at, row.decision_id = now, decision.id
        session.add(row)


def end_requests(session: Session, plan: PlanRow, now: datetime) -> None:
    """Close all that waits for a decision on a plan on which nobody will decide."""
    for row in open_requests(session, plan.id):
        row.closed_at = now
        session.add(row)


def close_pending(session: Session, plan: PlanRow, now: datetime) -> None:
    """End what waits for a plan: it was confirmed, or something else was decided."""
    for row in pending_approvals(session, plan.id):
        row.closed_at = now
        session.add(row)


def pending_approvals(session: Session, plan_id: int | None = None) -> Sequence[PendingApprovalRow]:
    """Approvals that wait for a second person, the oldest first; of one plan or of all."""
    query = select(PendingApprovalRow).where(col(PendingApprovalRow.closed_at).is_(None))
    if plan_id is not None:
        query = query.where(PendingApprovalRow.plan_id == plan_id)
    return session.exec(query.order_by(col(PendingApprovalRow.id))).all()


def _name() -> str:
    return f"req_{secrets.token_hex(8)}"
