"""Who waits for a decision on which plan: requests, reviews of emergencies, approvals half given. Rows.

Only this module knows what opens and closes one. When a request is overdue is the policy's to say
(clocks.py): it is told, not kept.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from registry.model import Clock, Verdict
from registry.tables import DecisionRow, PendingApprovalRow, PlanRow, RequestRow


class RequestKind(StrEnum):
    """What a person is asked for."""

    APPROVAL = "approval"
    REVIEW = "review"


class RequestRefusedError(Exception):
    """A request that cannot be taken as it is; the message says what to do."""


def open_request(
    session: Session, plan: PlanRow, clock: Clock, reason: str, actor: str, now: datetime
) -> RequestRow:
    """Note that somebody waits for an approval; the same person is noted once for each clock."""
    if not reason.strip():
        raise RequestRefusedError("say what the approval is needed for")
    for row in open_requests(session, plan.id):
        if (row.kind, row.clock, row.requested_by) == (RequestKind.APPROVAL, clock, actor):
            return row
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
    return asked


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
    return row


def open_requests(session: Session, plan_id: int | None = None) -> Sequence[RequestRow]:
    """Requests that wait, the oldest first; of one plan or of all."""
    query = select(RequestRow).where(col(RequestRow.closed_at).is_(None))
    if plan_id is not None:
        query = query.where(RequestRow.plan_id == plan_id)
    return session.exec(query.order_by(col(RequestRow.id))).all()


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
