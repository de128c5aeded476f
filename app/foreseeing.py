"""What will hold of a plan from the day that its terms announce, by the policy in force. It changes nothing.

Until that day the worse of both texts counts (app/judging.py), so what comes then is for the better; but a
sentence that an approval relies on may go with the former text.
"""

from dataclasses import dataclass
from datetime import date, datetime

from app.db import Session
from extractors.facts import derive_facts
from extractors.model import Audience
from registry.assess import assess
from registry.changes import compare_facts
from registry.evidence import governing_of
from registry.judgements import facts_of, last_assessment
from registry.model import Assessment, Cause, Change, Policy, Status
from registry.notices import NoticeKind, formers_in_force, is_to_come, notices_on_plan
from registry.relied import lost_clauses
from registry.tables import PlanRow


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A plan as it will stand when all that is announced holds."""

    on: date
    """The last of the days that are announced."""
    assessment: Assessment
    changes: tuple[Change, ...]
    """What differs from the assessment in force."""
    status: Status
    """Where the plan will stand, if nobody decides until then."""


def foresee(session: Session, plan: PlanRow, policy: Policy, now: datetime) -> Foreseen | None:
    """The plan under the terms that are announced and were seen; `None` where there are none."""
    before = last_assessment(session, plan.id)
    days = [
        row.effective_on
        for row in notices_on_plan(session, plan.id)
        if row.kind == NoticeKind.ANNOUNCED and row.effective_on is not None and is_to_come(row, now)
    ]
    if before is None or not days or not formers_in_force(session, plan.id, now):
        return None
    facts = derive_facts(governing_of(session, plan.id, before.ruleset), Audience(plan.audience))
    status = Status(plan.status)
    if status is Status.APPROVED and lost_clauses(session, plan, before.ruleset):
        status = Status.SUSPENDED
    return Foreseen(
        on=max(days),
        assessment=assess(facts, policy, before.ruleset),
        changes=compare_facts(facts_of(session, before.id), facts, Cause.TERMS),
        status=status,
    )
