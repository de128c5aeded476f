"""From a plan's readings to its assessment, and what follows: flags, and the end of an approval.

An approval ends by itself when terms got worse, when a clause that it relies on no longer stands, or when a
requirement fails that held when it was given; whatever the cause, the plan says why.
"""

from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from extractors.facts import derive_facts
from extractors.model import Audience
from registry.assess import assess
from registry.changes import compare_facts
from registry.evidence import governing_of
from registry.judgements import assessment_of, last_assessment, last_decision
from registry.lifecycle import Move
from registry.model import Assessment, Cause, Change, Direction, Policy, Severity, Status, Violation
from registry.reviews import lost_clauses, move, open_flags, record_assessment, standing_clauses, suspend
from registry.sources import sources_changed
from registry.submissions import PassKind
from registry.tables import AssessmentRow, PlanRow, VettingRow

_ENDS_AN_APPROVAL = {Direction.WORSE, Direction.MIXED, Direction.UNCLEAR}


def judge(
    session: Session, plan: PlanRow, vetting: VettingRow, policy: Policy, ruleset: str, now: datetime
) -> None:
    """Assess a plan anew; an unchanged judgement leaves no row behind."""
    facts = derive_facts(governing_of(session, plan.id, ruleset), Audience(plan.audience))
    assessment = assess(facts, policy, ruleset)
    before = last_assessment(session, plan.id)
    if before is None:
        record_assessment(session, plan, vetting.key, assessment, None, now)
    elif before.digest != assessment.digest:
        ours = PassKind(vetting.kind) is PassKind.REREAD or sources_changed(session, vetting)
        cause = _cause(before, assessment, ours=ours)
        row = record_assessment(session, plan, vetting.key, assessment, cause, now)
        _follow_up(session, plan, before, row, cause, now)
    elif plan.status == Status.SUBMITTED:
        move(session, plan, Move.ASSESS)


def _cause(before: AssessmentRow, now: Assessment, *, ours: bool) -> Cause:
    """A judgement under other rules or policy, or of other sources, never looks like the vendor's doing."""
    same_view = before.ruleset == now.ruleset and before.policy == now.policy
    return Cause.TERMS if same_view and not ours else Cause.RULES


def _follow_up(
    session: Session, plan: PlanRow, before: AssessmentRow, row: AssessmentRow, cause: Cause, now: datetime
) -> None:
    then, today = assessment_of(session, before), assessment_of(session, row)
    standing = standing_clauses(session, plan, row.ruleset)
    changes = [_gone_only(change, standing) for change in compare_facts(then.facts, today.facts, cause)]
    open_flags(session, plan, changes, before, row, now)
    if plan.status == Status.APPROVED:
        because = _why_suspended(session, plan, changes, today)
        if because:
            suspend(session, plan, because, now)


def _gone_only(change: Change, standing: Set[str]) -> Change:
    """A change without the sentences that only lost their say: what stands unchanged has not gone."""
    kept = (
        replace(one, before=None) if one.before is not None and one.before.digest in standing else one
        for one in change.clauses
    )
    return replace(change, clauses=tuple(one for one in kept if one.before or one.after))


def _why_suspended(
    session: Session, plan: PlanRow, changes: Sequence[Change], today: Assessment
) -> str | None:
    worse = [change for change in changes if change.direction in _ENDS_AN_APPROVAL]
    reasons = [_told(change) for change in worse]
    told = {change.family for change in worse}
    reasons += [one.message for one in _new_violations(session, plan, today) if one.family not in told]
    lost = lost_clauses(session, plan, today.ruleset)
    if lost:
        reasons.append(f"{len(lost)} of the clauses that the approval relies on no longer stand")
    return "; ".join(reasons) or None


def _told(change: Change) -> str:
    whose = "the vendor's terms changed" if change.cause is Cause.TERMS else "our reading changed"
    answers = f"{change.before.value} to {change.after.value}"
    return f"{change.family.value} went from {answers} ({change.direction.value}; {whose})"


def _new_violations(session: Session, plan: PlanRow, today: Assessment) -> list[Violation]:
    """Failed requirements that the person who approved the plan has not seen."""
    decision = last_decision(session, plan.id)
    seen_row = None if decision is None else session.get(AssessmentRow, decision.assessment_id)
    seen = set() if seen_row is None else {one["requirement"] for one in seen_row.violations}
    return [
        violation
        for violation in today.violations
        if violation.requirement not in seen and violation.severity is not Severity.CONDITION
    ]
