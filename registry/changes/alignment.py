"""Passages of two readings → which of them belong together.

Passages that are the same word for word go first, so that what is left to pair is small; then those that
are worded alike, where they mean the same before where they do not. Only this module knows which passages are
one, and what has moved. What the difference between two of them means is not its business.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from heapq import nlargest

from extractors.model import Family
from registry.changes.likeness import WordSets
from registry.changes.passages import Identity, Passage

SAME_PASSAGE = 0.5
"""Share of words in common, in order, from which two sentences count as one passage, reworded."""
_CANDIDATES = 3
"""How many of the likeliest partners of a passage are compared in word order: what bounds the cost."""
_LONGEST = 1_000
"""Words of a passage up to which their order is compared."""
_NUMBERS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True)
class Pair:
    """A passage of each version that belong together."""

    was: Passage
    now: Passage
    likeness: float
    """Share of words in common, in order."""
    moved: bool = False
    """Whether it stands elsewhere: told of the same words alone."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """All passages of two versions, each once."""

    same: tuple[Pair, ...]
    """Same words, same meaning."""
    alike: tuple[Pair, ...]
    """Other words, or another meaning."""
    gone: tuple[Passage, ...]
    added: tuple[Passage, ...]
    is_sure: bool
    """Whether each was held against all that may be its partner. Where there were too many for that, one that
    stands alone may be another one, reworded."""


def align(old: Sequence[Passage], new: Sequence[Passage]) -> Aligned:
    """Pair the passages of two versions, each in its order of reading."""
    same = _same(old, new)
    old_same, new_same = {i for i, _ in same}, {j for _, j in same}
    rest = _alike(
        [p for i, p in enumerate(old) if i not in old_same],
        [p for j, p in enumerate(new) if j not in new_same],
    )
    kept = _in_order([j for _, j in same])
    pairs = tuple(
        Pair(old[i], new[j], 1.0, n not in kept or _heading(old[i]) != _heading(new[j]))
        for n, (i, j) in enumerate(same)
    )
    return replace(rest, same=pairs)


def _same(old: Sequence[Passage], new: Sequence[Passage]) -> list[tuple[int, int]]:
    """Pair what stands in both versions word for word, as often as it stands in both, by order of `old`."""
    places: defaultdict[Identity, list[int]] = defaultdict(list)
    for j in reversed(range(len(new))):
        places[new[j].identity].append(j)
    return [(i, places[p.identity].pop()) for i, p in enumerate(old) if places.get(p.identity)]


def _in_order(numbers: Sequence[int]) -> frozenset[int]:
    """Return the indexes of a longest rising run through different numbers: what has not moved."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for index, number in enumerate(numbers):
        place = bisect_left(tails, number)
        tails[place : place + 1] = [number]
        ends[place : place + 1] = [index]
        before.append(ends[place - 1] if place else None)
    kept: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return frozenset(kept)


def _heading(passage: Passage) -> str:
    """Return the headings above a passage without their numbers, which a new chapter shifts."""
    return _NUMBERS.sub(" ", passage.clause.heading).casefold()


def _alike(old: Sequence[Passage], new: Sequence[Passage]) -> Aligned:
    """Pair passages that are worded alike, the surest pairs first; `same` stays empty."""
    pairs: list[Pair] = []
    old_left, new_left = dict(enumerate(old)), dict(enumerate(new))
    likenesses = _Likenesses(old)
    for (_, _, likeness), i, j in sorted(likenesses.of(new), reverse=True):
        if i in old_left and j in new_left:
            pairs.append(Pair(old_left.pop(i), new_left.pop(j), likeness))
    gone, added = tuple(old_left.values()), tuple(new_left.values())
    return Aligned((), tuple(pairs), gone, added, likenesses.are_all)


class _Likenesses:
    """Passages of the old version, to be held against those of the new one."""

    def __init__(self, old: Sequence[Passage]) -> None:
        self._old = old
        self._sets = [frozenset(p.words) for p in old]
        self._families: defaultdict[Family, list[int]] = defaultdict(list)
        for i, p in enumerate(old):
            self._families[p.meaning.family].append(i)
        self._words = {
            family: WordSets([self._sets[i] for i in places]) for family, places in self._families.items()
        }
        self.are_all = True
        """Whether none was left out that may have been alike."""

    def of(self, new: Sequence[Passage]) -> Iterator[tuple[tuple[bool, bool, float], int, int]]:
        """Give index pairs of one family that are worded alike, each with how sure the pair is."""
        for j, now in enumerate(new):
            for i in self._likeliest(now):
                was = self._old[i]
                ratio = likeness(was.words, now.words)
                if ratio >= SAME_PASSAGE:
                    same_purpose = was.meaning.purpose is now.meaning.purpose
                    yield (was.meaning == now.meaning, same_purpose, ratio), i, j

    def _likeliest(self, now: Passage) -> Sequence[int]:
        """Give the few passages of its family that have most words in common with one."""
        family = now.meaning.family
        if family not in self._families:
            return ()
        words, places = frozenset(now.words), self._families[family]
        near = self._words[family].near(words)
        self.are_all = self.are_all and near.is_all
        overlaps = (
            (len(words & self._sets[i]) / (len(words | self._sets[i]) or 1), i)
            for i in (places[number] for number in near.numbers)
        )
        return [i for _, i in nlargest(_CANDIDATES, overlaps)]


def likeness(was: Sequence[str], now: Sequence[str]) -> float:
    """Give the share of words in common, in order; of very long passages, in whatever order."""
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    return matcher.ratio() if len(was) * len(now) <= _LONGEST**2 else matcher.quick_ratio()
