"""What the machine judges of a plan, and what a person decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from extractors.model import Answer, Fact, Family
from registry.model.policy import Obligation, Severity


class Recommendation(StrEnum):
    """What the machine would do; a person decides."""

    APPROVE = "approve"
    CONDITIONS = "conditions"
    ESCALATE = "escalate"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Violation:
    """A requirement and the fact that fails it, with what can be done about it."""

    requirement: str
    principle: str
    family: Family
    answer: Answer
    days: int | None
    severity: Severity
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """The machine's judgement of a plan: derived, and always possible to derive again."""

    facts: tuple[Fact, ...]
    violations: tuple[Violation, ...]
    recommendation: Recommendation
    policy: str
    """The policy's version."""
    ruleset: str
    digest: str
    """SHA-256 over facts, violations, policy and ruleset: the same input gives the same digest."""


class Verdict(StrEnum):
    """What a person decided of a plan."""

    APPROVE = "approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions"
    REJECT = "reject"
    SUSPEND = "suspend"


@dataclass(frozen=True, slots=True)
class Scope:
    """For which work a decision holds: the values covered, by context field; a field left out covers all."""

    covers: Mapping[str, frozenset[str]] = field(default_factory=dict)


class ObligationState(StrEnum):
    """How far an obligation of a decision is met."""

    OPEN = "open"
    ATTESTED = "attested"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Attestation:
    """Somebody's word that an obligation holds. The newest one counts."""

    by: str
    evidence: str
    """What shows it: an address, a file, a sentence."""
    at: datetime
    until: datetime | None
    """When it lapses by itself; `None`: with the decision."""


@dataclass(frozen=True, slots=True)
class DecidedObligation:
    """An obligation that a decision imposes."""

    id: str
    asked: Obligation
    attestation: Attestation | None = None
    """The newest; `None` where nobody has attested it yet."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's verdict on a plan. Appended, never edited."""

    id: str
    plan: str
    verdict: Verdict
    scope: Scope
    conditions: tuple[str, ...]
    reason: str
    decided_by: str
    decided_at: datetime
    expires_at: datetime
    clauses: tuple[str, ...]
    """Digests of the clauses it relies on."""
    known: tuple[Violation, ...] = ()
    """The violations that the person had before them. Whatever else stands now was never accepted."""
    obligations: tuple[DecidedObligation, ...] = ()
    emergency: bool = False
    """Whether it was given in an emergency: for hours or days, and reviewed afterwards."""
    confirmed_by: str | None = None
    """The second person, where the policy asks for two."""
