"""Approvals that take two persons: what the first one would decide waits until the second one confirms it.

What waits is no decision: the plan stays where it is, and no look-up knows of it.
"""

import secrets
from datetime import datetime

from sqlmodel import Session, select

from registry.journal import note
from registry.judgements import last_assessment
from registry.model import ApprovalRules, Policy
from registry.requests import close_pending
from registry.reviews import check_ruled, name_of, sign
from registry.rulings import (
    DecisionRefusedError,
    Ruling,
    StaleAssessmentError,
    ruling_from_json,
    ruling_to_json,
)
from registry.signers import check_signers, is_same, signers_needed
from registry.tables import DecisionRow, PendingApprovalRow, PlanRow


def takes_two(session: Session, plan: PlanRow, ruling: Ruling, rules: ApprovalRules) -> bool:
    """Whether a ruling has to be confirmed by a second person."""
    return signers_needed(session, plan, ruling, rules) > 1


def propose(
    session: Session, plan: PlanRow, ruling: Ruling, actor: str, now: datetime, policy: Policy
) -> PendingApprovalRow:
    """Let an approval wait for a second person; it takes the place of one that waits for the same plan.

    It is bound to the assessment that the first person had before them. Raises what `sign` would.
    """
    check_ruled(session, plan, ruling, policy.approvals, now)
    check_signers(session, plan, ruling, (actor,), policy.approvals)
    newest = last_assessment(session, plan.id)
    kept = ruling_to_json(ruling) | {"assessment": None if newest is None else newest.digest}
    close_pending(session, plan, now)
    row = PendingApprovalRow(
        public_id=f"pen_{secrets.token_hex(8)}",
        plan_id=plan.id,
        ruling=kept,
        proposed_by=actor,
        proposed_at=now,
    )
    session.add(row)
    note(session, now, actor, "propose", name_of(session, plan), pending=row.public_id, reason=ruling.reason)
    session.flush()
    return row


def confirm(
    session: Session, row: PendingApprovalRow, actor: str, now: datetime, policy: Policy
) -> DecisionRow:
    """Let a second person confirm what waits, which makes it a decision. Raises what `sign` does."""
    plan = session.get_one(PlanRow, row.plan_id)
    if row.closed_at is not None:
        raise StaleAssessmentError(f"{row.public_id} does not wait any more; look at the plan as it stands")
    if is_same(actor, row.proposed_by):
        raise DecisionRefusedError("who approved cannot confirm it; the policy asks for a second person")
    return sign(session, plan, ruling_from_json(row.ruling), (row.proposed_by, actor), now, policy)


def find_pending(session: Session, public_id: str) -> PendingApprovalRow | None:
    """An approval that waits or waited, by its public identifier."""
    query = select(PendingApprovalRow).where(PendingApprovalRow.public_id == public_id)
    return session.exec(query).first()
