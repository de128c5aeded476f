"""How long a decision holds: its expiry, an emergency's clock, what was attested of its obligations. Pure.

Only this module knows when an obligation counts as met. Nothing here extends a decision: whatever ends first,
ends it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from registry.findings import Finding, finding
from registry.model import (
    DecidedObligation,
    Decision,
    Duty,
    EvaluationStatus,
    ObligationStanding,
    ObligationState,
    Policy,
    Standing,
)
from registry.obligations import obligation_told

_REMEDY = "Have it attested: `termgate attest {id}`, or a POST to /v1/obligations/{id}/attestations."


def capped(standing: Standing, policy: Policy) -> Standing:
    """The standing with an emergency's decision cut to what the policy in force lets one last."""
    decision = standing.decision
    if decision is None or not decision.emergency:
        return standing
    cap = decision.decided_at + timedelta(hours=policy.approvals.emergency_lasts_hours)
    return replace(standing, decision=replace(decision, expires_at=min(decision.expires_at, cap)))


def lapses_at(one: DecidedObligation) -> datetime | None:
    """When the newest attestation lapses by itself: by its word or the obligation's, whichever is first."""
    if one.attestation is None:
        return None
    ends = [] if one.attestation.until is None else [one.attestation.until]
    if one.asked.renew_after_days is not None:
        ends.append(one.attestation.at + timedelta(days=one.asked.renew_after_days))
    return min(ends, default=None)


def state_of(one: DecidedObligation, now: datetime) -> ObligationState:
    """How far an obligation is met now; its last moment belongs to the time after."""
    if one.attestation is None:
        return ObligationState.OPEN
    end = lapses_at(one)
    return ObligationState.ATTESTED if end is None or now < end else ObligationState.LAPSED


def standings_of(decision: Decision | None, now: datetime) -> tuple[ObligationStanding, ...]:
    """How far each obligation of a decision is met now."""
    found = decision.obligations if decision is not None else ()
    return tuple(ObligationStanding(one, state_of(one, now), lapses_at(one)) for one in found)


def ends_of(decision: Decision) -> Iterator[datetime]:
    """Every moment at which a decision, or what was attested of it, ends by itself."""
    yield decision.expires_at
    for one in decision.obligations:
        end = lapses_at(one)
        if end is not None:
            yield end


def of_obligations(decision: Decision | None, now: datetime) -> Iterator[Finding]:
    """Judge the obligations of an approved plan's decision: what must be attested, and is not, escalates."""
    for standing in standings_of(decision, now):
        one, told = standing.obligation, obligation_told(standing.obligation.asked)
        remedy = _REMEDY.format(id=one.id)
        match standing.state:
            case ObligationState.LAPSED:
                message = f"What was attested has lapsed on {_minute(standing.until)}: {one.asked.text}"
                yield finding(EvaluationStatus.ESCALATE, "obligation.lapsed", message, remedy)
            case ObligationState.OPEN if one.asked.before_use:
                message = f"Nobody has attested yet what must hold before first use: {one.asked.text}"
                yield finding(EvaluationStatus.ESCALATE, "obligation.open", message, remedy)
            case ObligationState.OPEN:
                message = f"Nobody has attested yet: {one.asked.text}"
                open_yet = finding(
                    EvaluationStatus.APPROVED_WITH_OBLIGATIONS, "obligation.open", message, remedy
                )
                yield replace(open_yet, duty=Duty(told, one.asked, standing))
            case ObligationState.ATTESTED:
                until = "" if standing.until is None else f" until {_minute(standing.until)}"
                message = f"Attested{until}: {one.asked.text}"
                attested = finding(
                    EvaluationStatus.APPROVED_WITH_OBLIGATIONS, "obligation.attested", message, None
                )
                yield replace(attested, duty=Duty(told, one.asked, standing))


def _minute(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
