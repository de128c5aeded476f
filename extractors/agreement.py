"""The words of measuring: how well a reading agrees with a person's labels, as values that add up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import TypeVar

from extractors.labels import Expected, Label
from extractors.model import CORE_FAMILIES, Answer, Family
from extractors.statements import SAFE

PERMISSIVENESS = {
    Family.TRAINING: {
        Answer.PROHIBITED: 0,
        Answer.OPT_IN: 1,
        Answer.SILENT: 2,
        Answer.OPT_OUT: 3,
        Answer.PERMITTED: 4,
    },
    Family.RETENTION: {
        Answer.NONE: 0,
        Answer.BOUNDED: 1,
        Answer.USER_CONTROL: 1,
        Answer.SILENT: 3,
        Answer.OPEN_ENDED: 4,
    },
    Family.REUSE: {Answer.SERVICE_ONLY: 0, Answer.SILENT: 1, Answer.IMPROVE: 2, Answer.BROAD: 3},
}
"""From the safest for the customer to the most permissive to the vendor. `silent` promises nothing."""


@dataclass(frozen=True, slots=True)
class Found:
    """Segments that were found with a label, found without one, and missed."""

    right: int = 0
    false: int = 0
    missed: int = 0

    def __add__(self, other: "Found") -> "Found":
        return Found(self.right + other.right, self.false + other.false, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """How much of what was found is labelled."""
        return _ratio(self.right, self.right + self.false)

    @property
    def recall(self) -> float:
        """How much of what is labelled was found."""
        return _ratio(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        return _ratio(2 * self.right, 2 * self.right + self.false + self.missed)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of `of` were right."""

    right: int = 0
    of: int = 0

    def __add__(self, other: "Share") -> "Share":
        return Share(self.right + other.right, self.of + other.of)

    @property
    def ratio(self) -> float:
        """The share, to four digits."""
        return _ratio(self.right, self.of)


@dataclass(frozen=True, slots=True)
class Passage:
    """A segment on which reading and labels differ."""

    document: str
    family: Family
    start: int
    end: int
    label: Label | None
    """What was missed, or `None` for what was found without a label."""
    rule: str = ""
    """What found it."""


@dataclass(frozen=True, slots=True)
class WrongFact:
    """A fact that differs from the labels."""

    document: str
    expected: Expected
    actual: Answer

    @property
    def false_safe(self) -> bool:
        """Whether it comforts where the labels do not."""
        rank = PERMISSIVENESS[self.expected.family]
        told = self.expected.answer
        return self.actual in SAFE and told not in SAFE and rank[told] > rank[self.actual]


@dataclass(frozen=True, slots=True)
class Score:
    """The agreement over one document or many; scores add up."""

    documents: int = 0
    families: Mapping[Family, Found] = field(default_factory=dict)
    stances: Mapping[Family, Share] = field(default_factory=dict)
    periods: Share = Share()
    facts: Mapping[Family, Share] = field(default_factory=dict)
    rules: Mapping[str, Share] = field(default_factory=dict)
    """By rule: clauses that cover a segment with a label of their family, of those that cover any segment."""
    passages: tuple[Passage, ...] = ()
    wrong_facts: tuple[WrongFact, ...] = ()

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.documents + other.documents,
            _merged(self.families, other.families, Found()),
            _merged(self.stances, other.stances, Share()),
            self.periods + other.periods,
            _merged(self.facts, other.facts, Share()),
            _merged(self.rules, other.rules, Share()),
            self.passages + other.passages,
            self.wrong_facts + other.wrong_facts,
        )

    @property
    def core(self) -> Found:
        """The core families together."""
        return sum((self.families.get(family, Found()) for family in CORE_FAMILIES), Found())

    @property
    def false_safe(self) -> tuple[WrongFact, ...]:
        """Facts told safe that are not."""
        return tuple(one for one in self.wrong_facts if one.false_safe)


def total(scores: Iterable[Score]) -> Score:
    """Return the scores of many documents as one."""
    return reduce(Score.__add__, scores, Score())


_K = TypeVar("_K")
_V = TypeVar("_V", Found, Share)


def _merged(one: Mapping[_K, _V], other: Mapping[_K, _V], nothing: _V) -> dict[_K, _V]:
    return {key: one.get(key, nothing) + other.get(key, nothing) for key in (*one, *other)}


def _ratio(part: int, whole: int) -> float:
    """Return a share to four digits; nothing of nothing is nought."""
    return round(part / whole, 4) if whole else 0.0
