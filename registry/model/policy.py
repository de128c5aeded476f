"""The words of a policy: what facts must answer, what of the work escalates, who may approve."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from extractors.model import Answer, Family
from registry.model.changes import Direction


class Severity(StrEnum):
    """How much a violation weighs: reject, ask a person, or approve with a condition."""

    BLOCK = "block"
    ESCALATE = "escalate"
    CONDITION = "condition"


@dataclass(frozen=True, slots=True)
class Principle:
    """One of the rules a company has published for its partners."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Obligation:
    """A condition that must be attested to hold."""

    text: str
    attested_by: str
    """Who attests it: a role or a person, in words."""
    evidence: str
    """What the attestation shows for it."""
    renew_after_days: int | None = None
    """How long an attestation counts; `None`: for as long as the approval lasts."""
    before_use: bool = False
    """Whether nothing is allowed until it is attested for the first time; one that lapsed never allows."""


class Clock(StrEnum):
    """How soon somebody who asks for an approval needs the answer."""

    ROUTINE = "routine"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class ApprovalRules:
    """Who may approve, and how soon."""

    four_eyes: bool = False
    """Whether those who ask for an approval may not give it."""
    approvers: int = 1
    """How many persons an approval takes."""
    routine_working_days: int = 5
    """Until a routine request is overdue."""
    emergency_answer_hours: int = 4
    """Until a request in an emergency is overdue."""
    emergency_lasts_hours: int = 72
    """The longest that an approval in an emergency may last."""


@dataclass(frozen=True, slots=True)
class ChangeRules:
    """Which changes wait for a person, and when a document is not believed without one."""

    flags: frozenset[Direction] = frozenset(Direction)
    """Directions that open a flag; worse and mixed always do, and so does what suspends an approval."""
    in_a_row: int = 2
    """Swaps, half-loaded pages or changes taken back, one look after the other, until a quarantine."""
    in_window: int = 3
    """The same, with good looks between them."""
    window_days: int = 90
    """How long they are counted together."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a fact must answer."""

    id: str
    principle: str
    family: Family
    accepts: frozenset[Answer]
    max_days: int | None
    """Retention only: a `bounded` answer is accepted up to this many days; without a number it is not."""
    conditions: Mapping[Answer, Obligation]
    """Answers that become acceptable under an obligation, and that obligation."""
    otherwise: Mapping[Answer, Severity]
    """Severity of answers that are not accepted; an answer not named here escalates."""
    remedy: str
    tolerances: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Days that some work tolerates, by context field and value; never more than `max_days`."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """A property of the work that escalates or denies, whatever the terms say."""

    id: str
    principle: str
    field: str
    """The context field it looks at: `data_class`, `output_stage` …"""
    values: frozenset[str]
    """Values that set it off. A missing field or an unknown value counts as `unsure`."""
    unsure: bool
    """Whether `unsure` sets it off too."""
    severity: Severity
    reason: str
    remedy: str
    unless: Mapping[str, frozenset[str]]
    """Values of other fields that together keep a named value from setting it off, but never `unsure`."""
    attach: tuple[str, ...] = ()
    """What a request for approval must bring along."""
    contact: str | None = None
    """Whom to ask; `None`: the policy's contact."""
    obligation: Obligation | None = None
    """What a trigger with a condition asks for; `remedy` tells it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The company's requirements and triggers; its version is a digest of its content."""

    id: str
    title: str
    version: str
    contact: str
    evidence_max_age_days: int
    """Evidence older than this escalates by itself."""
    principles: tuple[Principle, ...]
    context: Mapping[str, frozenset[str]]
    """The context fields a look-up may carry, and the values that are known for each."""
    requirements: tuple[Requirement, ...]
    triggers: tuple[Trigger, ...]
    approvals: ApprovalRules = ApprovalRules()
    open_fields: tuple[str, ...] = ()
    """Context fields whose values are free, as names of productions are. Only the scope of an approval asks
    for them, and matches them letter for letter."""
    changes: ChangeRules = ChangeRules()

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that a look-up may carry: those with known values, then the free ones."""
        return (*self.context, *self.open_fields)
