"""What a look-up has before it, and what it is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from extractors.model import Answer, Audience, Family, Stance
from registry.model.decisions import DecidedObligation, Decision, ObligationState, Violation
from registry.model.plans import Status
from registry.model.policy import Obligation


class EvaluationStatus(StrEnum):
    """What a look-up is told beside its yes or no."""

    APPROVED = "approved"
    APPROVED_WITH_OBLIGATIONS = "approved_with_obligations"
    ESCALATE = "escalate"
    DENIED = "denied"
    PENDING = "pending"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A deciding passage, as a look-up shows it."""

    family: Family
    stance: Stance | None
    quote: str
    document: str
    url: str
    seen_at: datetime
    overruled: bool = False
    """Whether it decides nothing: it permits more, and a more specific passage promises otherwise."""


@dataclass(frozen=True, slots=True)
class Standing:
    """All that a look-up needs to know of a plan, from memory."""

    plan: str
    """`vendor/tool@plan`"""
    tool: str
    audience: Audience
    status: Status
    policy: str | None
    """Version of the policy that its newest assessment was made under; `None` where there is none."""
    violations: tuple[Violation, ...]
    answers: Mapping[Family, Answer]
    decision: Decision | None
    """The newest decision, where the status rests on one."""
    evidence_at: datetime | None
    """When the oldest of its governing sources was last seen as it was read; `None` when one never was."""
    evidence: Sequence[Evidence] = ()
    suspended_because: str | None = None
    days: int | None = None
    """How long content is kept where retention is bounded; `None` where no number is stated."""
    ruleset: str | None = None
    """Version of the rules that its newest assessment was read by; `None` where there is none."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an evaluation answers as it does."""

    rule: str
    principle: str | None
    message: str
    remedy: str | None
    contact: str | None = None
    """Whom to ask about this, where it is not the policy's contact."""
    attach: tuple[str, ...] = ()
    """What a request for approval must bring along."""


@dataclass(frozen=True, slots=True)
class ObligationStanding:
    """An obligation of a decision at the time of a look-up."""

    obligation: DecidedObligation
    state: ObligationState
    until: datetime | None
    """When what was attested lapses by itself; `None`: never attested, or with the decision."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What must hold while a tool is used."""

    text: str
    """All of it in words."""
    asked: Obligation | None = None
    """Who attests it, and how; `None`: a condition in words alone."""
    standing: ObligationStanding | None = None
    """How far it is met, where it is the decision's."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One look-up's answer."""

    decision: bool
    status: EvaluationStatus
    plan: str | None
    reasons: tuple[Reason, ...]
    duties: tuple[Duty, ...]
    """What must hold while the tool is used; none where it is not allowed."""
    evidence: Sequence[Evidence]
    """The deciding passages, then those that they overrule."""
    evidence_at: datetime | None
    valid_until: datetime
    """Until when the answer stays true if nothing changes; never after the approval's expiry."""
    policy: str
    """The policy's version."""
    contact: str
    """Whom to ask."""
    attestations: tuple[ObligationStanding, ...] = ()
    """How far each obligation of the decision is met, also where that is why the answer is no."""
    emergency: bool = False
    """Whether the decision was given in an emergency."""

    @property
    def obligations(self) -> tuple[str, ...]:
        """The duties in words."""
        return tuple(one.text for one in self.duties)
