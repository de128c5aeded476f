"""What a plan's own standing makes of a look-up: status, decision, evidence, assessment, violations. Pure.

Only this module knows when a decision, evidence, an assessment or an accepted violation still counts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from registry.assess import SEVERITIES
from registry.model import (
    Decision,
    Duty,
    EvaluationStatus,
    Policy,
    Reason,
    Severity,
    Standing,
    Status,
    Verdict,
    Violation,
)

_APPROVING = frozenset({Verdict.APPROVE, Verdict.APPROVE_WITH_CONDITIONS})


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check makes of the question: the status it would give, and why."""

    status: EvaluationStatus
    reason: Reason
    duty: Duty | None = None
    """What must hold for that."""


def finding(
    status: EvaluationStatus, rule: str, message: str, remedy: str | None, principle: str | None = None
) -> Finding:
    """Make a finding with its reason."""
    return Finding(status, Reason(rule=rule, principle=principle, message=message, remedy=remedy))


def evidence_end(evidence_at: datetime, policy: Policy) -> datetime:
    """When evidence of that time is too old for the policy."""
    return evidence_at + timedelta(days=policy.evidence_max_age_days)


def of_pending(status: Status) -> Finding:
    """Say what a plan that nobody has decided on waits for."""
    message, remedy = {
        Status.LISTED: ("The tool is listed, and nobody has asked for it yet.", "Submit it for vetting."),
        Status.SUBMITTED: ("The terms are being fetched and read.", "Ask again when they have been vetted."),
        Status.IN_REVIEW: ("The terms are read; nobody has decided yet.", "Ask the contact for a decision."),
    }[status]
    return finding(EvaluationStatus.PENDING, f"plan.{status}", message, remedy)


def of_refused(standing: Standing) -> Finding:
    """Say why a plan is rejected or suspended."""
    remedy = "Use another tool or plan, or ask the contact to look at it again."
    if standing.status is Status.SUSPENDED:
        message = f"The approval is suspended: {standing.suspended_because or 'no reason was noted'}"
    elif standing.decision is None:
        message = "The plan was rejected."
    else:
        message = f"The plan was rejected on {_day(standing.decision.decided_at)}: {standing.decision.reason}"
    return finding(EvaluationStatus.DENIED, f"plan.{standing.status}", message, remedy)


def of_open_violation(violation: Violation) -> Finding:
    """Tell a violation beside an answer that is no without it."""
    return Finding(EvaluationStatus.APPROVED, _violation_reason(violation))


def of_decision(standing: Standing, now: datetime) -> Iterator[Finding]:
    """Judge the decision that an approved plan rests on: there, of this plan, approving, not expired."""
    decision = standing.decision
    if decision is None or decision.plan != standing.plan or decision.verdict not in _APPROVING:
        message = "The plan counts as approved, but no approval of it is on record."
        yield finding(
            EvaluationStatus.ESCALATE, "decision.missing", message, "Ask the contact for a decision."
        )
    elif decision.expires_at <= now:
        message = f"The {_kind(decision)} expired on {_end(decision)}."
        yield finding(EvaluationStatus.ESCALATE, "decision.expired", message, "Ask the contact to renew it.")
    else:
        message = (
            f"{'Approved in an emergency' if decision.emergency else 'Approved'} on "
            f"{_day(decision.decided_at)} until {_end(decision)}: {decision.reason}"
        )
        yield finding(EvaluationStatus.APPROVED, "decision.approved", message, None)


def of_evidence(standing: Standing, policy: Policy, now: datetime) -> Iterator[Finding]:
    """Judge the evidence of an approved plan: there, and young enough for the policy."""
    remedy = "Have the terms fetched again, see the failures of its sources; upload anew what was uploaded."
    if standing.evidence_at is None:
        message = "Not all terms that govern the plan have been read."
        yield finding(EvaluationStatus.ESCALATE, "evidence.missing", message, remedy)
    elif evidence_end(standing.evidence_at, policy) <= now:
        message = (
            f"The terms were last seen on {_day(standing.evidence_at)}; "
            f"the policy wants evidence younger than {policy.evidence_max_age_days} days."
        )
        yield finding(EvaluationStatus.ESCALATE, "evidence.overdue", message, remedy)


def of_judgement(standing: Standing, policy: Policy) -> Iterator[Finding]:
    """Judge the assessment of an approved plan: made under another policy, it says nothing of this one."""
    if standing.policy != policy.version:
        message = "The terms have not been judged by the policy in force yet."
        remedy = "Have the stored terms judged again: `termgate reread`, or a vetting of the kind `reread`."
        yield finding(EvaluationStatus.ESCALATE, "assessment.outdated", message, remedy)


def of_violation(violation: Violation, decision: Decision | None) -> Finding:
    """Judge a violation of an approved plan: it passes where the person who decided had it before them."""
    reason = _violation_reason(violation)
    if decision is None or not is_accepted(violation, decision.known):
        refused = violation.severity is Severity.BLOCK
        return Finding(EvaluationStatus.DENIED if refused else EvaluationStatus.ESCALATE, reason)
    if violation.severity is Severity.CONDITION:
        return Finding(EvaluationStatus.APPROVED_WITH_OBLIGATIONS, reason, Duty(violation.remedy))
    accepted = f"{violation.message} Accepted in decision {decision.id}."
    return finding(EvaluationStatus.APPROVED, violation.requirement, accepted, None, violation.principle)


def is_accepted(violation: Violation, known: Iterable[Violation]) -> bool:
    """Whether a violation stands no worse than one of those that the person who decided had before them."""
    return any(_covers(one, violation) for one in known)


def _covers(known: Violation, now: Violation) -> bool:
    """Whether accepting `known` accepts what stands now: the same answer, neither longer nor graver."""
    if (known.requirement, known.answer) != (now.requirement, now.answer):
        return False
    if known.days != now.days and (known.days is None or now.days is None or now.days > known.days):
        return False
    return SEVERITIES.index(known.severity) <= SEVERITIES.index(now.severity)


def _violation_reason(violation: Violation) -> Reason:
    return Reason(
        rule=violation.requirement,
        principle=violation.principle,
        message=violation.message,
        remedy=violation.remedy,
    )


def _kind(decision: Decision) -> str:
    return "emergency approval" if decision.emergency else "approval"


def _end(decision: Decision) -> str:
    """When a decision expires: in an emergency to the minute, since it lasts for hours."""
    if decision.emergency:
        return decision.expires_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return _day(decision.expires_at)


def _day(at: datetime) -> str:
    return at.astimezone(UTC).date().isoformat()
