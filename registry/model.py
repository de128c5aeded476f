"""The words of judging: policy, assessment, decision, evaluation, change.

No work is done here. Decision words follow OpenID AuthZEN.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from extractors.model import Answer, Audience, Clause, Fact, Family, Stance


class Role(StrEnum):
    """What a key may do; each role may do all that the ones before it may."""

    LOOKUP = "lookup"
    MANAGER = "manager"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    def includes(self, needed: "Role") -> bool:
        """Whether this role may do all that the needed one may."""
        order = tuple(Role)
        return order.index(self) >= order.index(needed)


class Status(StrEnum):
    """Where a plan stands. Moves between them are the table in registry/lifecycle.py."""

    LISTED = "listed"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUSPENDED = "suspended"


class AliasKind(StrEnum):
    """Another name that a system sees."""

    HOST = "host"
    PACKAGE = "package"
    MODEL = "model"
    EXTENSION = "extension"


class Severity(StrEnum):
    """How much a violation weighs: reject, ask a person, or approve with a condition."""

    BLOCK = "block"
    ESCALATE = "escalate"
    CONDITION = "condition"


class Recommendation(StrEnum):
    """What the machine would do; a person decides."""

    APPROVE = "approve"
    CONDITIONS = "conditions"
    ESCALATE = "escalate"
    REJECT = "reject"


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


class Direction(StrEnum):
    """Which way a change goes for the customer."""

    WORSE = "worse"
    BETTER = "better"
    MIXED = "mixed"
    UNCLEAR = "unclear"


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


class Cause(StrEnum):
    """Why two readings differ: the vendor changed the terms, we changed how we read or judge, or a person
    corrected what was read."""

    TERMS = "terms"
    RULES = "rules"
    CORRECTION = "correction"


class Alignment(StrEnum):
    """How a passage stands in two versions of a text."""

    SAME = "same"
    MOVED = "moved"
    """The same words in another place: under another heading, or in another order."""
    REWORDED = "reworded"
    """Other words, and the same meaning."""
    CHANGED = "changed"
    """Its stance, or what it covers."""
    ADDED = "added"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class AlignedClause:
    """One passage before and after; `None` on the side where it does not stand."""

    kind: Alignment
    direction: Direction | None
    """`None` where nothing changed in substance: also a passage that is added, or gone, and only repeats what
    stands elsewhere in the same version."""
    before: Clause | None
    after: Clause | None


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """One passage that changed in substance; `None` on the side where it does not stand."""

    family: Family
    direction: Direction
    before: Clause | None
    after: Clause | None

    @property
    def kind(self) -> Alignment:
        """Whether it was added, is gone, or says something else."""
        if self.before is None:
            return Alignment.ADDED
        return Alignment.GONE if self.after is None else Alignment.CHANGED


@dataclass(frozen=True, slots=True)
class Change:
    """What changed in one family between two readings of a document or two assessments of a plan."""

    family: Family
    direction: Direction
    cause: Cause
    before: Answer
    after: Answer
    clauses: tuple[ClauseChange, ...]


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
