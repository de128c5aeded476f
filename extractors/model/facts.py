"""What documents together answer about a plan."""

from dataclasses import dataclass, field
from enum import StrEnum

from extractors.model.clauses import Clause, Family, Reading
from extractors.model.received import Failure, TermsType


class Answer(StrEnum):
    """What a fact says of a plan. The last three are answers too: none of them is ever safe."""

    PROHIBITED = "prohibited"
    OPT_IN = "opt_in"
    OPT_OUT = "opt_out"
    PERMITTED = "permitted"
    NONE = "none"
    BOUNDED = "bounded"
    USER_CONTROL = "user_control"
    OPEN_ENDED = "open_ended"
    SERVICE_ONLY = "service_only"
    IMPROVE = "improve"
    BROAD = "broad"
    SILENT = "silent"
    CONFLICTING = "conflicting"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Governing:
    """A source that governs a plan, with its reading, or with why there is none."""

    source: str
    """Identifier of the source, stable over time."""
    terms_type: TermsType
    reading: Reading | None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause and the source whose document it stands in."""

    source: str
    clause: Clause


@dataclass(frozen=True, slots=True)
class Fact:
    """An answer about a plan, with the clauses that decide it, or with where it looked in vain."""

    family: Family
    answer: Answer
    days: int | None = None
    """Retention only: the period that governs content."""
    citations: tuple[Citation, ...] = ()
    searched: tuple[str, ...] = ()
    """Identifiers of the sources that were read."""
    missing: tuple[str, ...] = field(default=())
    """Identifiers of governing sources that could not be read; then the answer is at best `unread`."""
    overruled: tuple[Citation, ...] = ()
    """Permissive clauses about content that a document of higher rank, or one for the audience, overrules."""
