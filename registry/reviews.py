"""The verbs that move a plan: assess, decide, suspend, reopen. Every status change passes here.

None of them commits: the edge opens the transaction and closes it.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlmodel import Session, select

from registry.attestations import impose
from registry.flags import close_flags, flag_name
from registry.grounds import grounds_of
from registry.journal import SYSTEM, note, raise_revision
from registry.judgements import keep_assessment, violations_of
from registry.lifecycle import Move, after
from registry.model import ApprovalRules, Assessment, Cause, Clock, Policy, Status, Verdict
from registry.requests import answer_requests, close_pending, open_request, open_review
from registry.rulings import DecisionRefusedError, Ruling, obligations_asked
from registry.signers import check_enough, check_signers
from registry.store import plan_name
from registry.tables import AssessmentRow, DecisionRow, FlagRow, PlanRow, ToolRow

_MOVE_OF_VERDICT: Final = {
    Verdict.APPROVE: Move.APPROVE,
    Verdict.APPROVE_WITH_CONDITIONS: Move.APPROVE,
    Verdict.REJECT: Move.REJECT,
    Verdict.SUSPEND: Move.SUSPEND,
}


def hold(session: Session, plan: PlanRow) -> None:
    """Let judgements and decisions on a plan follow one another; on SQLite all transactions do anyway."""
    session.refresh(plan, with_for_update=True)


def move(session: Session, plan: PlanRow, step: Move) -> None:
    """Move a plan by the table; raises `IllegalMoveError`."""
    plan.status = after(Status(plan.status), step)
    if plan.status != Status.SUSPENDED:
        plan.suspended_because = None
    session.add(plan)
    raise_revision(session, (plan.tool_id,))


def submit(session: Session, plan: PlanRow, actor: str, now: datetime) -> None:
    """Submit a plan: somebody waits for a decision on it from now on."""
    move(session, plan, Move.SUBMIT)
    open_request(session, plan, Clock.ROUTINE, "The plan was submitted.", actor, now)


def record_assessment(
    session: Session,
    plan: PlanRow,
    pass_key: str,
    assessment: Assessment,
    cause: Cause | None,
    now: datetime,
) -> AssessmentRow:
    """Add an assessment and let the plan move: a submitted plan comes into review."""
    row = keep_assessment(session, plan.id, pass_key, assessment, cause, now)
    move(session, plan, Move.ASSESS)
    note(
        session,
        now,
        SYSTEM,
        "assess",
        name_of(session, plan),
        recommendation=assessment.recommendation.value,
        cause=row.cause,
    )
    return row


def decide(
    session: Session, plan: PlanRow, ruling: Ruling, actor: str, now: datetime, policy: Policy | None = None
) -> DecisionRow:
    """Append one person's verdict and move the plan; `policy` says who may; without one, anybody.

    Raises as `sign` does; also where the policy wants an approval to be confirmed by a second person.
    """
    return sign(session, plan, ruling, (actor,), now, policy)


def sign(
    session: Session,
    plan: PlanRow,
    ruling: Ruling,
    signers: Sequence[str],
    now: datetime,
    policy: Policy | None = None,
) -> DecisionRow:
    """Append a verdict that is signed by all whom the policy asks for, and move the plan.

    It closes the flags that were seen and answers the requests that wait. Raises `DecisionRefusedError` where
    reason, expiry, conditions, evidence or a signature are missing, `StaleAssessmentError` where the plan was
    assessed anew or flagged since the person read of it, and `IllegalMoveError` where it cannot take this
    verdict from where it stands.
    """
    rules = ApprovalRules() if policy is None else policy.approvals
    hold(session, plan)
    grounds = grounds_of(session, plan, ruling, rules, now)
    check_signers(session, plan, ruling, signers, rules)
    check_enough(session, plan, ruling, signers, rules)
    was = plan.status
    move(session, plan, _MOVE_OF_VERDICT[ruling.verdict])
    if ruling.verdict is Verdict.SUSPEND:
        plan.suspended_because = ruling.reason
    row = DecisionRow(
        public_id=f"dec_{secrets.token_hex(8)}",
        plan_id=plan.id,
        assessment_id=None if grounds.assessment is None else grounds.assessment.id,
        verdict=ruling.verdict,
        scope={name: sorted(values) for name, values in ruling.scope.covers.items()},
        conditions=list(ruling.conditions),
        clauses=list(grounds.clauses),
        reason=ruling.reason,
        decided_by=signers[0],
        decided_at=now,
        expires_at=ruling.expires_at,
        emergency=ruling.emergency,
        confirmed_by=signers[1] if len(signers) > 1 else None,
    )
    session.add(row)
    session.flush()
    if ruling.approves:
        known = () if grounds.assessment is None else violations_of(grounds.assessment)
        asked = () if policy is None else obligations_asked(known, policy)
        impose(session, row, (*ruling.obligations, *asked))
    _follow(session, plan, row, grounds.flags, now)
    told = _told(row, grounds.flags)
    note(session, now, row.decided_by, row.verdict, name_of(session, plan), was=was, **told)
    session.flush()
    return row


def _follow(
    session: Session, plan: PlanRow, row: DecisionRow, flags: Sequence[FlagRow], now: datetime
) -> None:
    """What a decision leaves behind: flags closed, requests answered, a review asked for."""
    close_flags(session, flags, row, now)
    answer_requests(session, plan, row, now)
    close_pending(session, plan, now)
    if row.emergency:
        open_review(session, plan, row, now)


def _told(row: DecisionRow, flags: Sequence[FlagRow]) -> dict[str, object]:
    """What the audit log says of a decision."""
    return {
        "decision": row.public_id,
        "reason": row.reason,
        "confirmed_by": row.confirmed_by,
        "emergency": row.emergency,
        "flags": [flag_name(flag) for flag in flags],
    }


def check_ruled(session: Session, plan: PlanRow, ruling: Ruling, rules: ApprovalRules, now: datetime) -> None:
    """Raise as `sign` would for what is wrong with a ruling itself, whoever signs it."""
    hold(session, plan)
    grounds_of(session, plan, ruling, rules, now)
    after(Status(plan.status), _MOVE_OF_VERDICT[ruling.verdict])


def suspend(session: Session, plan: PlanRow, because: str, now: datetime) -> None:
    """Suspend an approved plan without a person, and say why."""
    was = plan.status
    move(session, plan, Move.SUSPEND)
    plan.suspended_because = because
    session.add(plan)
    note(session, now, SYSTEM, "suspend", name_of(session, plan), was=was, reason=because)


def reopen(session: Session, plan: PlanRow, reason: str, actor: str, now: datetime) -> None:
    """Put a decided plan back into review."""
    if not reason.strip():
        raise DecisionRefusedError("give a reason: an auditor will ask why the plan was reopened")
    hold(session, plan)
    was = plan.status
    move(session, plan, Move.REOPEN)
    note(session, now, actor, "reopen", name_of(session, plan), was=was, reason=reason)


def name_of(session: Session, plan: PlanRow) -> str:
    """`vendor/tool@plan` of a row."""
    tool = session.exec(select(ToolRow).where(ToolRow.id == plan.tool_id)).one()
    return plan_name(tool, plan)
