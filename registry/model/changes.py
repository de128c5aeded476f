"""The words of comparing: why two readings differ, which way, and passage by passage."""

from dataclasses import dataclass
from enum import StrEnum

from extractors.model import Answer, Clause, Family


class Direction(StrEnum):
    """Which way a change goes for the customer."""

    WORSE = "worse"
    BETTER = "better"
    MIXED = "mixed"
    UNCLEAR = "unclear"


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
