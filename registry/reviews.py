"""The verbs that move a plan: assess, decide, suspend, reopen. Every status change passes here.

None of them commits: the edge opens the transaction and closes it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, select

from extractors.model import Fact
from registry.evidence import governing_of
from registry.journal import SYSTEM, note, raise_revision
from registry.judgements import facts_of, keep_assessment, last_assessment, last_decision
from registry.lifecycle import Move, after
from registry.model import Assessment, Cause, Change, Scope, Status, Verdict
from registry.store import flags_of, plan_name
from registry.tables import AssessmentRow, DecisionRow, FlagRow, PlanRow, ToolRow

LONGEST_APPROVAL = timedelta(days=731)

_MOVE_OF_VERDICT = {
    Verdict.APPROVE: Move.APPROVE,
    Verdict.APPROVE_WITH_CONDITIONS: Move.APPROVE,
    Verdict.REJECT: Move.REJECT,
    Verdict.SUSPEND: Move.SUSPEND,
}
_APPROVALS = {Verdict.APPROVE, Verdict.APPROVE_WITH_CONDITIONS}


class DecisionRefusedError(Exception):
    """A decision that cannot be recorded as it is; the message says what to change."""


class StaleAssessmentError(Exception):
    """The assessment that a decision rests on is no longer the plan's newest."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person wants to decide."""

    verdict: Verdict
    reason: str
    expires_at: datetime
    scope: Scope = field(default_factory=Scope)
    conditions: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    """Digests of the clauses relied on; empty: all that decide the plan's facts."""
    assessment: str | None = None
    """Digest of the assessment that the person has read; an approval of failed requirements names it."""


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


def decide(session: Session, plan: PlanRow, ruling: Ruling, actor: str, now: datetime) -> DecisionRow:
    """Append a person's verdict and move the plan; closes the plan's open flags.

    Raises `DecisionRefusedError` where reason, expiry, conditions or evidence are missing,
    `StaleAssessmentError` where the plan was assessed anew since the person read of it, and
    `IllegalMoveError` where it cannot take this verdict from where it stands.
    """
    hold(session, plan)
    assessment = last_assessment(session, plan.id)
    _check_ruling(ruling, now)
    _check_read(ruling, assessment)
    clauses = _relied_on(session, ruling, assessment)
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
        decided_by=actor,
        decided_at=now,
        expires_at=ruling.expires_at,
    )
    session.add(row)
    _close_flags(session, plan, actor, now)
    note(
        session,
        now,
        actor,
        ruling.verdict.value,
        name_of(session, plan),
        decision=row.public_id,
        reason=ruling.reason,
    )
    session.flush()
    return row


def _close_flags(session: Session, plan: PlanRow, actor: str, now: datetime) -> None:
    for flag in flags_of(session, plan.id):
        flag.closed_at, flag.closed_by = now, actor
        session.add(flag)


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


def standing_clauses(session: Session, plan: PlanRow, ruleset: str) -> frozenset[str]:
    """Digests of all clauses that stand in the documents that govern a plan."""
    return frozenset(
        clause.digest
        for source in governing_of(session, plan.id, ruleset)
        if source.reading is not None
        for clause in source.reading.clauses
    )


def lost_clauses(session: Session, plan: PlanRow, ruleset: str) -> tuple[str, ...]:
    """Digests of clauses that the plan's newest decision relies on and that no longer stand."""
    decision = last_decision(session, plan.id)
    if decision is None:
        return ()
    standing = standing_clauses(session, plan, ruleset)
    return tuple(digest for digest in decision.clauses if digest not in standing)


def name_of(session: Session, plan: PlanRow) -> str:
    """`vendor/tool@plan` of a row."""
    tool = session.exec(select(ToolRow).where(ToolRow.id == plan.tool_id)).one()
    return plan_name(tool, plan)


def _check_ruling(ruling: Ruling, now: datetime) -> None:
    if not ruling.reason.strip():
        raise DecisionRefusedError("give a reason: an auditor will ask why")
    if ruling.expires_at <= now:
        raise DecisionRefusedError("expires_at lies in the past; every decision needs an expiry to come")
    if ruling.expires_at > now + LONGEST_APPROVAL:
        raise DecisionRefusedError("expires_at lies more than two years ahead; choose an earlier one")
    if ruling.verdict is Verdict.APPROVE_WITH_CONDITIONS and not ruling.conditions:
        raise DecisionRefusedError("approve_with_conditions needs at least one condition")
    if ruling.verdict is Verdict.APPROVE and ruling.conditions:
        raise DecisionRefusedError("conditions belong to approve_with_conditions")


def _check_read(ruling: Ruling, newest: AssessmentRow | None) -> None:
    """An approval accepts the failed requirements that the person has read of, and none that came since."""
    if ruling.assessment is None:
        if ruling.verdict in _APPROVALS and newest is not None and newest.violations:
            raise DecisionRefusedError(
                f"the plan fails {len(newest.violations)} of the policy's requirements, which an approval "
                "accepts; name the assessment that you have read: its digest, as `assessment`"
            )
    elif newest is None or newest.digest != ruling.assessment:
        raise StaleAssessmentError(
            "the plan was assessed again since; read the newest assessment, then decide"
        )


def _relied_on(session: Session, ruling: Ruling, assessment: AssessmentRow | None) -> tuple[str, ...]:
    if ruling.verdict not in _APPROVALS:
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
