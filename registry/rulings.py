"""What a person wants to decide of a plan, and whether it can be decided so. Pure.

Only this module knows the form of a verdict before it is one, also of an approval that waits for a second
person. What it rests on (assessment, clauses, flags) is checked where the rows are, in reviews.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from registry.model import ApprovalRules, Obligation, Policy, Scope, Severity, Verdict, Violation
from registry.policy_words import UNSURE

LONGEST_APPROVAL: Final = timedelta(days=731)
LONGEST_NAME: Final = 200
"""Characters of a value of a field whose values are free."""
APPROVALS: Final = frozenset({Verdict.APPROVE, Verdict.APPROVE_WITH_CONDITIONS})


class DecisionRefusedError(Exception):
    """A decision that cannot be recorded as it is; the message says what to change."""


class StaleAssessmentError(Exception):
    """The assessment or a flag that a decision rests on is no longer the plan's newest."""


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
    obligations: tuple[Obligation, ...] = ()
    flags: tuple[str, ...] = ()
    """Identifiers of the flags that the person has read and that it closes, beside those that came with the
    assessment they name."""
    keep_open: tuple[str, ...] = ()
    """Identifiers of flags that the person has read and that it leaves open."""
    emergency: bool = False

    @property
    def approves(self) -> bool:
        """Whether it would allow anything."""
        return self.verdict in APPROVALS


def check_ruling(ruling: Ruling, rules: ApprovalRules, now: datetime) -> None:
    """Raise `DecisionRefusedError` for a verdict that could not be recorded on any plan."""
    if not ruling.reason.strip():
        raise DecisionRefusedError("give a reason: an auditor will ask why")
    if ruling.expires_at <= now:
        raise DecisionRefusedError("expires_at lies in the past; every decision needs an expiry to come")
    if ruling.expires_at > now + LONGEST_APPROVAL:
        raise DecisionRefusedError("expires_at lies more than two years ahead; choose an earlier one")
    _check_conditions(ruling)
    twice = sorted({*ruling.flags} & {*ruling.keep_open})
    if twice:
        raise DecisionRefusedError(f"{twice[0]} cannot be closed and kept open at once; name it once")
    if ruling.emergency:
        _check_emergency(ruling, rules, now)


def obligations_asked(violations: Iterable[Violation], policy: Policy) -> tuple[Obligation, ...]:
    """What the policy wants attested where these requirements are met under an obligation only."""
    requirements = {one.id: one for one in policy.requirements}
    return tuple(
        requirements[one.requirement].conditions[one.answer]
        for one in violations
        if one.severity is Severity.CONDITION
        and one.requirement in requirements
        and one.answer in requirements[one.requirement].conditions
    )


def scope_of(covers: Mapping[str, Sequence[str]], policy: Policy) -> Scope:
    """The scope of a decision; raises `DecisionRefusedError` for what the policy does not know.

    `unsure` is no value of the policy, so no approval can cover work that nobody described.
    """
    for name, values in covers.items():
        if name not in policy.fields:
            fields = ", ".join(sorted(policy.fields))
            raise DecisionRefusedError(f"scope: the policy knows no field {name!r:.80}; it knows: {fields}")
        if not values:
            raise DecisionRefusedError(f"scope.{name} covers nothing; name values, or leave the field out")
        if name in policy.open_fields:
            _check_free(name, values)
            continue
        known = policy.context[name]
        foreign = [value for value in values if value not in known]
        if foreign:
            allowed = ", ".join(sorted(known))
            raise DecisionRefusedError(
                f"scope.{name}: the policy knows no value {foreign[0]!r:.80}; it knows: {allowed}"
            )
    return Scope(covers={name: frozenset(values) for name, values in covers.items()})


def ruling_to_json(ruling: Ruling) -> dict[str, Any]:
    """A ruling as its row keeps it."""
    return {
        **asdict(replace(ruling, scope=Scope())),
        "expires_at": ruling.expires_at.isoformat(),
        "scope": {name: sorted(values) for name, values in ruling.scope.covers.items()},
    }


def ruling_from_json(kept: Mapping[str, Any]) -> Ruling:
    """The ruling that `ruling_to_json` was given."""
    return Ruling(
        verdict=Verdict(kept["verdict"]),
        reason=kept["reason"],
        expires_at=datetime.fromisoformat(kept["expires_at"]),
        scope=Scope({name: frozenset(values) for name, values in kept["scope"].items()}),
        conditions=tuple(kept["conditions"]),
        clauses=tuple(kept["clauses"]),
        assessment=kept["assessment"],
        obligations=tuple(Obligation(**one) for one in kept["obligations"]),
        flags=tuple(kept["flags"]),
        # Not in rows from before it could be said.
        keep_open=tuple(kept.get("keep_open", ())),
        emergency=kept["emergency"],
    )


def _check_conditions(ruling: Ruling) -> None:
    conditional = ruling.verdict is Verdict.APPROVE_WITH_CONDITIONS
    if conditional and not (ruling.conditions or ruling.obligations):
        raise DecisionRefusedError("approve_with_conditions needs at least one condition or obligation")
    if ruling.conditions and not conditional:
        raise DecisionRefusedError("conditions belong to approve_with_conditions")
    if ruling.obligations and not conditional:
        raise DecisionRefusedError("obligations belong to approve_with_conditions")


def _check_emergency(ruling: Ruling, rules: ApprovalRules, now: datetime) -> None:
    if not ruling.approves:
        raise DecisionRefusedError("only an approval can be given in an emergency; leave `emergency` out")
    if ruling.expires_at > now + timedelta(hours=rules.emergency_lasts_hours):
        raise DecisionRefusedError(
            f"expires_at: an approval in an emergency lasts {rules.emergency_lasts_hours} hours at most"
        )


def _check_free(name: str, values: Sequence[str]) -> None:
    for value in values:
        if not value.strip() or value != value.strip() or value == UNSURE or len(value) > LONGEST_NAME:
            raise DecisionRefusedError(
                f"scope.{name}: {value!r:.80} is no name; write it without spaces around it, "
                f"in at most {LONGEST_NAME} characters, and not `{UNSURE}`"
            )
