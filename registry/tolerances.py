"""How long some work lets content be kept, held against how long the terms keep it. Pure.

Only this module knows how a tolerance is applied. A requirement's `max_days` is the most that any work
tolerates and is judged with the terms; what the work itself tolerates is known when somebody asks.
"""

from collections.abc import Iterator, Mapping

from extractors.model import Answer, Family
from registry.findings import Finding
from registry.model import EvaluationStatus, Policy, Reason, Requirement, Severity, Standing
from registry.policy_words import UNSURE
from registry.work import stated, value_of


def of_tolerances(standing: Standing, context: Mapping[str, str], policy: Policy) -> Iterator[Finding]:
    """Find whether the terms keep content too long for the work; an approval that names it passes."""
    for requirement in policy.requirements:
        for field, by_value in requirement.tolerances.items():
            value = value_of(field, context, policy)
            days = min(by_value.values()) if value == UNSURE else by_value[value]
            if not _is_kept_too_long(requirement, standing, days):
                continue
            reason = _reason(requirement, standing, days, stated(field, context, policy))
            covered = (
                standing.decision.scope.covers.get(field, frozenset()) if standing.decision else frozenset()
            )
            if requirement.otherwise.get(Answer.BOUNDED, Severity.ESCALATE) is Severity.BLOCK:
                yield Finding(EvaluationStatus.DENIED, reason)
            elif value in covered - {UNSURE} and standing.decision:
                message = f"{reason.message} Approved in decision {standing.decision.id}."
                accepted = Reason(reason.rule, reason.principle, message, None)
                yield Finding(EvaluationStatus.APPROVED, accepted)
            else:
                yield Finding(EvaluationStatus.ESCALATE, reason)


def _is_kept_too_long(requirement: Requirement, standing: Standing, days: int) -> bool:
    # As wide as the requirement itself: what fails it is a violation of the plan already.
    if requirement.max_days is None or days >= requirement.max_days:
        return False
    answer = standing.answers.get(Family.RETENTION, Answer.SILENT)
    if answer is Answer.NONE:
        return False
    if answer is Answer.BOUNDED:
        return standing.days is None or standing.days > days
    # Where the customer ends the storage, an obligation says when, and there is some storage until then.
    return days == 0 or answer not in requirement.conditions


def _reason(requirement: Requirement, standing: Standing, days: int, work: str) -> Reason:
    answer = standing.answers.get(Family.RETENTION, Answer.SILENT)
    kept = (
        f"{standing.days} days" if answer is Answer.BOUNDED and standing.days is not None else f"`{answer}`"
    )
    tolerated = "no storage at all" if days == 0 else f"at most {days} days"
    message = (
        f"The terms keep content for longer than this work tolerates: {kept}, and since {work}, {tolerated}."
    )
    return Reason(
        rule=f"{requirement.id}.tolerance",
        principle=requirement.principle,
        message=message,
        remedy=requirement.remedy,
    )
