"""What a ruling rests on when it is given: the newest assessment, clauses relied on, flags that were seen.

Only this module knows when what a person has read is still what there is. It changes no row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from registry.flags import flags_to_close
from registry.judgements import cited_digests, last_assessment
from registry.model import ApprovalRules
from registry.notices import notice_name, reading_worse
from registry.requests import waits_for_review
from registry.rulings import DecisionRefusedError, Ruling, StaleAssessmentError, check_ruling
from registry.store import plan_name
from registry.tables import AssessmentRow, FlagRow, PlanRow, ToolRow


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a decision rests on and settles."""

    assessment: AssessmentRow | None
    """The newest; an approval has one."""
    clauses: tuple[str, ...]
    """Digests of the clauses relied on."""
    flags: Sequence[FlagRow]
    """The flags that it closes."""


def grounds_of(
    session: Session, plan: PlanRow, ruling: Ruling, rules: ApprovalRules, now: datetime
) -> Grounds:
    """What a ruling on a plan rests on; raises `DecisionRefusedError` and `StaleAssessmentError`."""
    assessment = last_assessment(session, plan.id)
    check_ruling(ruling, rules, now)
    review = waits_for_review(session, plan.id)
    if ruling.emergency and review is not None:
        raise DecisionRefusedError(
            f"an approval in an emergency waits for its review ({review.public_id}); decide for good"
        )
    _check_read(ruling, assessment)
    if ruling.approves:
        _check_answered(session, plan)
    clauses = _relied_on(session, ruling, assessment)
    return Grounds(assessment, clauses, flags_to_close(session, plan, ruling))


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


def _check_answered(session: Session, plan: PlanRow) -> None:
    """A text that reads worse, and that nobody has said a word on, may be the terms that hold."""
    name = plan_name(session.get_one(ToolRow, plan.tool_id), plan)
    for row in reading_worse(session, plan.id, name):
        raise DecisionRefusedError(
            f"{notice_name(row)} waits for a word on a text that would make the plan worse: "
            f"{row.told}; answer the notice first, then decide"
        )


def _relied_on(session: Session, ruling: Ruling, assessment: AssessmentRow | None) -> tuple[str, ...]:
    if not ruling.approves:
        return ruling.clauses
    if assessment is None:
        raise DecisionRefusedError("the plan has no assessment yet; request a vetting first")
    cited = cited_digests(session, assessment.id)
    among = frozenset(cited)
    foreign = [digest for digest in ruling.clauses if digest not in among]
    if foreign:
        raise DecisionRefusedError(
            f"clause {foreign[0]} decides no fact of this plan; its facts name the clauses that do"
        )
    return ruling.clauses or cited
