"""What a passage means, and what a person says of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from extractors.model.received import Audience


class Family(StrEnum):
    """What a clause is about. The first three are the core families."""

    TRAINING = "training"
    RETENTION = "retention"
    REUSE = "reuse"
    OWNERSHIP = "ownership"
    LIKENESS = "likeness"
    SECURITY = "security"
    CHANGE = "change"
    INDEMNITY = "indemnity"


CORE_FAMILIES = (Family.TRAINING, Family.RETENTION, Family.REUSE)


class Stance(StrEnum):
    """What a clause says of its family's act; which ones apply depends on the family."""

    # training, reuse, likeness
    PERMITS = "permits"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    PROHIBITS = "prohibits"
    # retention
    NONE = "none"
    BOUNDED = "bounded"
    USER_CONTROL = "user_control"
    OPEN_ENDED = "open_ended"
    # ownership, indemnity
    CUSTOMER = "customer"
    VENDOR = "vendor"
    SHARED = "shared"
    # change
    NOTICE = "notice"
    NO_NOTICE = "no_notice"


class Party(StrEnum):
    """Who acts. Third parties that the vendor gives data to count as the vendor's side."""

    VENDOR = "vendor"
    THIRD_PARTY = "third_party"
    CUSTOMER = "customer"


class DataKind(StrEnum):
    """Whose or what data a clause speaks of."""

    CONTENT = "content"
    PERSONAL = "personal"
    USAGE = "usage"
    DEIDENTIFIED = "deidentified"
    FEEDBACK = "feedback"


class Purpose(StrEnum):
    """What data is reused for (reuse clauses only)."""

    LICENCE = "licence"
    IMPROVE = "improve"
    AGGREGATE = "aggregate"
    MARKETING = "marketing"
    THIRD_PARTY = "third_party"
    PUBLISH = "publish"
    HUMAN_REVIEW = "human_review"
    FEEDBACK = "feedback"
    SERVICE_ONLY = "service_only"


PROPOSED: Final = "proposed"
"""In place of a rule's identifier: no rule found the clause, a trained component proposes it."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A quoted passage and what it says. `document.text[start:end] == quote`, always."""

    family: Family
    stance: Stance | None
    party: Party
    data: tuple[DataKind, ...]
    purpose: Purpose | None
    period_days: int | None
    audience: Audience
    start: int
    end: int
    quote: str
    heading: str
    """The headings above it, outermost first, joined by ` › `; empty at the top."""
    rule: str
    """Identifier of the rule that found it."""
    modifiers: tuple[str, ...]
    """What decided the stance, in reading order: `negation: do not`, `opt out: unless you opt out` …"""
    digest: str
    """SHA-256 over family, stance, audience and quote with white space folded: what a decision relies on."""
    proposed: bool = False
    """Whether no rule found it, and `rule` is `PROPOSED`: it may make an answer more careful, never safer."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All clauses of one document under one ruleset."""

    document: str
    """The document's digest."""
    ruleset: str
    """The ruleset's version."""
    clauses: tuple[Clause, ...]


class CorrectionKind(StrEnum):
    """What a person corrects in the machine's reading of a sentence."""

    REJECTED = "rejected"
    """The sentence does not say this."""
    RESTANCED = "restanced"
    """It speaks of this, and says something else of it: another stance, purpose, period, data or audience."""
    ADDED = "added"
    """It says this, and the machine has not found it."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says of a sentence, kept beside the machine's reading of it."""

    id: str
    kind: CorrectionKind
    seen: Clause | None
    """The machine's clause as the person had it before them; `None` where there was none."""
    says: Clause | None
    """The clause as the person has it; `None` where it says nothing of the kind."""
