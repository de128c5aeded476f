"""The verbs that move a plan: assess, decide, suspend, reopen. Every status change passes here.

None of them commits: the edge opens the transaction and closes it.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlmodel import Session, select

from extractors.model import Fact
from registry.attestations import impose
from registry.journal import SYSTEM, note, raise_revision
from registry.judgements import facts_of, keep_assessment, last_assessment, violations_of
from registry.lifecycle import Move, after
from registry.model import ApprovalRules, Assessment, Cause, Change, Clock, Policy, Status, Verdict
from registry.requests import (
    answer_requests,
    close_pending,
    open_request,
    open_requests,
    open_review,
    waits_for_review,
)
from registry.rulings import (
    DecisionRefusedError,
    Ruling,
    StaleAssessmentError,
    check_ruling,
    obligations_asked,
)
from registry.store import flags_of, plan_name
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
    assessment, clauses, flags = _checked(session, plan, ruling, rules, now)
    check_signers(session, plan, ruling, signers, rules)
    if ruling.approves and len(set(signers)) < rules.approvers:
        raise DecisionRefusedError("the policy asks for a second person, who has not confirmed this approval")
    move(session, plan, _MOVE_OF_VERDICT[ruling.verdict])
    if ruling.verdict is Verdict.SUSPEND:
        plan.suspended_because = ruling.reason
    row = DecisionRow(
        public_id=f"dec_{secrets.token_hex(8)}",
        plan_id=plan.id,
        assessment_id=None if assessment is None else assessment.id,
        verdict=ruling.verdict,
        scope={name: sorted(values) for name, values in ruling.scope.covers.items()},
        conditions=list(ruling.conditions),
        clauses=list(clauses),
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
        known = () if policy is None or assessment is None else violations_of(assessment)
        asked = () if policy is None else obligations_asked(known, policy)
        impose(session, row, (*ruling.obligations, *asked))
    _follow(session, plan, row, flags, now)
    return row


def _follow(
    session: Session, plan: PlanRow, row: DecisionRow, flags: Sequence[FlagRow], now: datetime
) -> None:
    """What a decision leaves behind: flags closed, requests answered, a review asked for, an audit event."""
    for flag in flags:
        flag.closed_at, flag.closed_by, flag.decision_id = now, row.decided_by, row.id
        session.add(flag)
    answer_requests(session, plan, row, now)
    close_pending(session, plan, now)
    if row.emergency:
        open_review(session, plan, row, now)
    note(
        session,
        now,
        row.decided_by,
        row.verdict,
        name_of(session, plan),
        decision=row.public_id,
        reason=row.reason,
        confirmed_by=row.confirmed_by,
        emergency=row.emergency,
        flags=[flag_name(flag) for flag in flags],
    )
    session.flush()


def check_ruled(session: Session, plan: PlanRow, ruling: Ruling, rules: ApprovalRules, now: datetime) -> None:
    """Raise as `sign` would for what is wrong with a ruling itself, whoever signs it."""
    hold(session, plan)
    _checked(session, plan, ruling, rules, now)
    after(Status(plan.status), _MOVE_OF_VERDICT[ruling.verdict])


def check_signers(
    session: Session, plan: PlanRow, ruling: Ruling, signers: Sequence[str], rules: ApprovalRules
) -> None:
    """Raise `DecisionRefusedError` where one who asked for an approval would give it, if the policy minds."""
    if not (ruling.approves and rules.four_eyes):
        return
    asked = {one.requested_by for one in open_requests(session, plan.id)}
    submitted_by = session.get_one(ToolRow, plan.tool_id).submitted_by
    for signer in signers:
        if signer == submitted_by:
            raise DecisionRefusedError(f"{signer} submitted the tool; the policy wants another to approve it")
        if signer in asked:
            raise DecisionRefusedError(
                f"{signer} asked for this approval, or gave the one under review; the policy wants another"
            )


def flag_name(row: FlagRow) -> str:
    """How a flag is called outside."""
    return f"flag_{row.id}"


def suspend(session: Session, plan: PlanRow, because: str, now: datetime) -> None:
    """Suspend an approved plan without a person, and say why."""
    move(session, plan, Move.SUSPEND)
    plan.suspended_because = because
    session.add(plan)
    note(session, now, SYSTEM, "suspend", name_of(session, plan), reason=because)


def reopen(session: Session, plan: PlanRow, reason: str, actor: str, now: datetime) -> None:
    """Put a decided plan back into review."""
    if not reason.strip():
        raise DecisionRefusedError("give a reason: an auditor will ask why the plan was reopened")
    hold(session, plan)
    move(session, plan, Move.REOPEN)
    note(session, now, actor, "reopen", name_of(session, plan), reason=reason)


def open_flags(
    session: Session,
    plan: PlanRow,
    changes: Sequence[Change],
    before: AssessmentRow,
    after_row: AssessmentRow,
    now: datetime,
) -> None:
    """Open a flag for each change between two assessments of a plan."""
    for change in changes:
        session.add(
            FlagRow(
                plan_id=plan.id,
                family=change.family,
                direction=change.direction,
                cause=change.cause,
                before_answer=change.before,
                after_answer=change.after,
                before_quotes=[one.before.quote for one in change.clauses if one.before is not None],
                after_quotes=[one.after.quote for one in change.clauses if one.after is not None],
                before_assessment_id=before.id,
                after_assessment_id=after_row.id,
                opened_at=now,
            )
        )
    session.flush()


def name_of(session: Session, plan: PlanRow) -> str:
    """`vendor/tool@plan` of a row."""
    tool = session.exec(select(ToolRow).where(ToolRow.id == plan.tool_id)).one()
    return plan_name(tool, plan)


def _checked(
    session: Session, plan: PlanRow, ruling: Ruling, rules: ApprovalRules, now: datetime
) -> tuple[AssessmentRow | None, tuple[str, ...], Sequence[FlagRow]]:
    """What a ruling rests on: the newest assessment, the clauses relied on, the flags that were seen."""
    assessment = last_assessment(session, plan.id)
    check_ruling(ruling, rules, now)
    review = waits_for_review(session, plan.id)
    if ruling.emergency and review is not None:
        raise DecisionRefusedError(
            f"an approval in an emergency waits for its review ({review.public_id}); decide for good"
        )
    _check_read(ruling, assessment)
    clauses = _relied_on(session, ruling, assessment)
    return assessment, clauses, _seen_flags(session, plan, ruling, assessment)


def _seen_flags(
    session: Session, plan: PlanRow, ruling: Ruling, assessment: AssessmentRow | None
) -> Sequence[FlagRow]:
    """The open flags that a person had before them: those they name, or those of the assessment they name.

    No approval passes over a flag that was not seen.
    """
    waiting = {flag_name(row): row for row in flags_of(session, plan.id)}
    read = set(waiting) if ruling.assessment is not None and assessment is not None else set(ruling.flags)
    unseen = sorted(set(waiting) - read)
    if ruling.approves and unseen:
        raise StaleAssessmentError(
            f"the plan has open flags ({', '.join(unseen)}); read them, and name them as `flags`, or the "
            "newest assessment as `assessment`"
        )
    return [row for name, row in waiting.items() if name in read]


def _check_read(ruling: Ruling, newest: AssessmentRow | None) -> None:
    """An approval accepts the failed requirements that the person has read of, and none that came since."""
    if ruling.assessment is None:
        if ruling.approves and newest is not None and newest.violations:
            raise DecisionRefusedError(
                f"the plan fails {len(newest.violations)} of the policy's requirements, which an approval "
                "accepts; name the assessment that you have read: its digest, as `assessment`"
            )
    elif newest is None or newest.digest != ruling.assessment:
        raise StaleAssessmentError(
            "the plan was assessed again since; read the newest assessment, then decide"
        )


def _relied_on(session: Session, ruling: Ruling, assessment: AssessmentRow | None) -> tuple[str, ...]:
    if not ruling.approves:
        return ruling.clauses
    if assessment is None:
        raise DecisionRefusedError("the plan has no assessment yet; request a vetting first")
    cited = _cited(facts_of(session, assessment.id))
    foreign = [digest for digest in ruling.clauses if digest not in cited]
    if foreign:
        raise DecisionRefusedError(
            f"clause {foreign[0]} decides no fact of this plan; its facts name the clauses that do"
        )
    return ruling.clauses or cited


def _cited(facts: Sequence[Fact]) -> tuple[str, ...]:
    """Digests of all clauses that decide the facts, each once."""
    return tuple(dict.fromkeys(one.clause.digest for fact in facts for one in fact.citations))
