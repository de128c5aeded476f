"""A clause prepared for comparison: its meaning, and the words that a person reads in it.

Only this module knows what is cosmetic in a text (links, tracking ids, white space, typography, case,
markup), and when a reading already states what a passage states.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractors.model import Audience, Clause, DataKind, Family, Purpose, Stance
from registry.changes.likeness import WordSets

_LINK = re.compile(
    # Bounded, and begun at no sign within a run of its own: pages may be made to be slow.
    r"\]\([^)]{0,2000}\)|https?://\S+|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\\?\[email\s+protected\\?\]",
    re.IGNORECASE,
)
"""Links and addresses; some pages show those of mail to people alone."""
_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "‘": "'"})
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_AMERICAN = (
    (re.compile(r"(?<=\w{3}[iy])s(?=(?:e[drs]?|ing|ations?)\b)"), "z"),
    (re.compile(r"(?<=\w{3}o)u(?=r(?:s|ed|ing|ites?|able)?\b)"), ""),
    (re.compile(r"(?<=licen)c(?=e)"), "s"),
)
"""Which letters of British spelling become which of American; a word that has them in both is not hurt."""

_REPEATED = 1 / 3
"""Share of the shorter passage's telling words from which two passages of one meaning say the same thing."""
_NOT_TELLING = frozenset(
    {
        *("a", "an", "all", "and", "any", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from"),
        *(
            "has",
            "have",
            "if",
            "in",
            "including",
            "include",
            "is",
            "it",
            "its",
            "may",
            "no",
            "not",
            "of",
            "on",
        ),
        *(
            "or",
            "other",
            "our",
            "such",
            "that",
            "the",
            "their",
            "them",
            "these",
            "they",
            "this",
            "those",
            "to",
        ),
        *("us", "we", "which", "will", "with", "you", "your"),
        *("use", "used", "using", "data", "information", "personal", "content"),
    }
)
"""Words that stand in statements of every kind, so that sharing them says nothing."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a clause says, wherever and however it says it."""

    family: Family
    stance: Stance | None
    purpose: Purpose | None
    period_days: int | None
    audience: Audience
    data: frozenset[DataKind]


Identity = tuple[Meaning, tuple[str, ...]]
"""What two passages share that say the same in the same words, wherever they stand."""


_Said = tuple[Family, Stance | None, Purpose | None, int | None, Audience]
"""A meaning without its data."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A clause with its meaning and its words."""

    clause: Clause
    meaning: Meaning
    words: tuple[str, ...]
    telling: frozenset[str]
    """The words that set it apart from other statements of its kind."""

    @property
    def identity(self) -> Identity:
        """Its meaning and words."""
        return self.meaning, self.words


def words_of(text: str) -> tuple[str, ...]:
    """Return the words that a person reads in Markdown text, in lower case: all else about it is cosmetic."""
    plain = _LINK.sub("]", text).translate(_APOSTROPHES).casefold()
    for british, american in _AMERICAN:
        plain = british.sub(american, plain)
    return tuple(_WORD.findall(plain))


def prepare(clauses: Sequence[Clause]) -> list[Passage]:
    """Prepare the clauses of a reading for comparison."""
    return [
        Passage(clause, _meaning(clause), words, frozenset(words) - _NOT_TELLING)
        for clause in clauses
        for words in (words_of(clause.quote),)
    ]


def _meaning(clause: Clause) -> Meaning:
    return Meaning(
        clause.family,
        clause.stance,
        clause.purpose,
        clause.period_days,
        clause.audience,
        frozenset(clause.data),
    )


class Statements:
    """What a reading states, to be looked up by what is said."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        """`passages`: all of the reading."""
        said: defaultdict[_Said, list[Passage]] = defaultdict(list)
        for passage in passages:
            said[_said(passage.meaning, passage.meaning.audience)].append(passage)
        self._passages: Mapping[_Said, Sequence[Passage]] = dict(said)
        self._data = {
            key: frozenset().union(*(one.meaning.data for one in alike)) for key, alike in said.items()
        }
        self._words: dict[_Said, WordSets] = {}

    def state(self, meaning: Meaning) -> bool:
        """Say whether the reading states a meaning, in a passage or in several that share its data kinds."""
        keys = self._covering(meaning)
        return bool(keys) and meaning.data <= frozenset().union(*(self._data[key] for key in keys))

    def repeat(self, passage: Passage) -> bool:
        """Say whether the reading states what a passage states: the same meaning, of the same thing.

        A meaning is coarse: a licence over shared templates and one over prompts have the same. What they
        speak of is told by the words that they share. Among very many statements one may be overlooked: what
        is not known to stand there does not.
        """
        return self.state(passage.meaning) and any(
            _share(other, passage) >= _REPEATED
            for key in self._covering(passage.meaning)
            for other in self._near(key, passage)
        )

    def _covering(self, sought: Meaning) -> list[_Said]:
        """Give the keys of what holds for all that a meaning is about, leaving aside the data."""
        keys = (_said(sought, audience) for audience in {Audience.ALL: 0, sought.audience: 0})
        return [key for key in keys if key in self._passages]

    def _near(self, key: _Said, passage: Passage) -> Iterator[Passage]:
        alike = self._passages[key]
        if key not in self._words:
            self._words[key] = WordSets([one.telling for one in alike])
        return (alike[number] for number in self._words[key].near(passage.telling).numbers)


def _said(meaning: Meaning, audience: Audience) -> _Said:
    return meaning.family, meaning.stance, meaning.purpose, meaning.period_days, audience


def _share(one: Passage, other: Passage) -> float:
    """Give the share of the shorter passage's telling words that the other has too."""
    return len(one.telling & other.telling) / (min(len(one.telling), len(other.telling)) or 1)
