"""One look-up's answer: may this plan be used for this work, now? Pure, and answered from memory.

Only this module knows how the findings on the plan (findings.py), on what holds its decision (holding.py),
on the work (work.py) and on plan and work (tolerances.py) make one answer. Every finding adds its reason, the
gravest one decides, and nothing missing, unknown or out of date allows.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from registry.findings import (
    Finding,
    evidence_end,
    finding,
    of_decision,
    of_evidence,
    of_judgement,
    of_open_violation,
    of_pending,
    of_refused,
    of_violation,
)
from registry.holding import capped, ends_of, of_obligations, standings_of
from registry.model import Duty, Evaluation, EvaluationStatus, Policy, Standing, Status
from registry.tolerances import of_tolerances
from registry.work import of_scope, of_triggers

HORIZON = timedelta(hours=1)
"""No answer claims to hold longer than this."""
STEP = timedelta(minutes=10)
"""The horizon moves in such steps, so that the same question gets the same answer within one."""

ALLOWS = frozenset({EvaluationStatus.APPROVED, EvaluationStatus.APPROVED_WITH_OBLIGATIONS})

_GRAVITY = (
    EvaluationStatus.DENIED,
    EvaluationStatus.ESCALATE,
    EvaluationStatus.APPROVED_WITH_OBLIGATIONS,
    EvaluationStatus.APPROVED,
)


class UnknownContextError(ValueError):
    """The context has fields that the policy does not know: a misspelt one would otherwise go unheard."""

    def __init__(self, unknown: tuple[str, ...], known: tuple[str, ...]) -> None:
        self.unknown = unknown
        self.known = known
        super().__init__(f"unknown context field {', '.join(unknown)}; known are {', '.join(known)}")


def evaluate(
    standing: Standing | None, context: Mapping[str, str], policy: Policy, now: datetime
) -> Evaluation:
    """Answer whether a plan may be used for the work that `context` describes.

    `standing` is `None` for a tool that the registry does not know. Fields of the context that are
    missing, and values that the policy does not know, count as unsure. `now` carries a zone.
    Raises `UnknownContextError` for fields that the policy does not know.
    """
    unknown = tuple(sorted(context.keys() - set(policy.fields)))
    if unknown:
        raise UnknownContextError(unknown, policy.fields)
    if standing is not None:
        standing = capped(standing, policy)
    decided = standing.decision if standing is not None and standing.status is Status.APPROVED else None
    findings = _findings(standing, context, policy, now)
    status = min((one.status for one in findings), key=_rank)
    allowed = status in ALLOWS
    obligations = _duties(standing, findings) if allowed else ()
    if allowed and obligations:
        status = EvaluationStatus.APPROVED_WITH_OBLIGATIONS
    return Evaluation(
        decision=allowed,
        status=status,
        plan=standing.plan if standing else None,
        reasons=tuple(one.reason for one in sorted(findings, key=lambda one: _rank(one.status))),
        duties=obligations,
        evidence=standing.evidence if standing else (),
        evidence_at=standing.evidence_at if standing else None,
        valid_until=_valid_until(standing, policy, now),
        policy=policy.version,
        contact=policy.contact,
        attestations=standings_of(decided, now),
        emergency=decided is not None and decided.emergency,
    )


def step_end(now: datetime) -> datetime:
    """When the step that `now` falls in ends: until then only an expiry can change an answer."""
    at = now.astimezone(UTC)
    minutes = STEP // timedelta(minutes=1)
    return at.replace(minute=at.minute // minutes * minutes, second=0, microsecond=0) + STEP


def _rank(status: EvaluationStatus) -> int:
    """Place by gravity; a status that no approved plan can have comes first."""
    return _GRAVITY.index(status) if status in _GRAVITY else -1


def _duties(standing: Standing | None, findings: list[Finding]) -> tuple[Duty, ...]:
    """Conditions of the decision and what findings ask for, each once, by the one that knows most of it."""
    decided = standing.decision.conditions if standing and standing.decision else ()
    duties: dict[str, Duty] = {}
    for one in (*map(Duty, decided), *(one.duty for one in findings if one.duty is not None)):
        if one.text not in duties or duties[one.text].asked is None:
            duties[one.text] = one
    return tuple(duties.values())


def _valid_until(standing: Standing | None, policy: Policy, now: datetime) -> datetime:
    ends = [step_end(now) - STEP + HORIZON]
    if standing and standing.decision:
        ends.extend(ends_of(standing.decision))
    if standing and standing.evidence_at:
        ends.append(evidence_end(standing.evidence_at, policy))
    return min(end for end in ends if end > now)


def _findings(
    standing: Standing | None, context: Mapping[str, str], policy: Policy, now: datetime
) -> list[Finding]:
    if standing is None:
        message = "The registry knows no tool by this name."
        remedy = "Check the name, or submit the tool for vetting."
        return [finding(EvaluationStatus.UNKNOWN, "tool.unknown", message, remedy)]
    match standing.status:
        case Status.LISTED | Status.SUBMITTED | Status.IN_REVIEW:
            return [of_pending(standing.status), *map(of_open_violation, standing.violations)]
        case Status.RETIRED:
            message = "The plan was retired and counts no longer."
            return [finding(EvaluationStatus.UNKNOWN, "plan.retired", message, "Name a plan that is in use.")]
        case Status.REJECTED | Status.SUSPENDED:
            return [of_refused(standing), *map(of_open_violation, standing.violations)]
        case Status.APPROVED:
            return [
                *of_decision(standing, now),
                *of_obligations(standing.decision, now),
                *of_evidence(standing, policy, now),
                *of_judgement(standing, policy),
                *(of_violation(one, standing.decision) for one in standing.violations),
                *of_tolerances(standing, context, policy),
                *of_scope(standing.decision, context, policy),
                *of_triggers(standing.decision, context, policy),
            ]
