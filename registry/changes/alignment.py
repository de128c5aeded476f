"""Passages of two readings → which of them belong together.

Passages that are the same word for word go first, so that what is left to pair is small; then those that
are worded alike, where they mean the same before where they do not. Only this module knows which passages are
one, and what has moved. What the difference between two of them means is not its business.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from heapq import nlargest

from registry.changes.passages import Identity, Passage

_SAME_PASSAGE = 0.5
"""Share of words in common, in order, from which two sentences count as one passage, reworded."""
_CANDIDATES = 3
"""How many of the likeliest partners of a passage are compared in word order: what bounds the cost."""
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


def align(old: Sequence[Passage], new: Sequence[Passage]) -> Aligned:
    """Pair the passages of two versions, each in its order of reading."""
    same = _same(old, new)
    old_same, new_same = {i for i, _ in same}, {j for _, j in same}
    alike, gone, added = _alike(
        [p for i, p in enumerate(old) if i not in old_same],
        [p for j, p in enumerate(new) if j not in new_same],
    )
    kept = _in_order([j for _, j in same])
    pairs = tuple(
        Pair(old[i], new[j], 1.0, n not in kept or _heading(old[i]) != _heading(new[j]))
        for n, (i, j) in enumerate(same)
    )
    return Aligned(pairs, alike, gone, added)


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


def _alike(
    old: Sequence[Passage], new: Sequence[Passage]
) -> tuple[tuple[Pair, ...], tuple[Passage, ...], tuple[Passage, ...]]:
    """Pair passages that are worded alike, the surest pairs first; return the pairs, and what stays alone."""
    pairs: list[Pair] = []
    old_left, new_left = dict(enumerate(old)), dict(enumerate(new))
    for (_, _, likeness), i, j in sorted(_likenesses(old, new), reverse=True):
        if i in old_left and j in new_left:
            pairs.append(Pair(old_left.pop(i), new_left.pop(j), likeness))
    return tuple(pairs), tuple(old_left.values()), tuple(new_left.values())


def _likenesses(
    old: Sequence[Passage], new: Sequence[Passage]
) -> Iterator[tuple[tuple[bool, bool, float], int, int]]:
    """Give index pairs of one family that are worded alike, each with how sure the pair is."""
    sets = [frozenset(p.words) for p in old]
    for j, now in enumerate(new):
        words = frozenset(now.words)
        overlaps = (
            (len(words & sets[i]) / (len(words | sets[i]) or 1), i)
            for i, was in enumerate(old)
            if was.meaning.family is now.meaning.family
        )
        for _, i in nlargest(_CANDIDATES, overlaps):
            was = old[i]
            ratio = SequenceMatcher(None, was.words, now.words, autojunk=False).ratio()
            if ratio >= _SAME_PASSAGE:
                same_purpose = was.meaning.purpose is now.meaning.purpose
                yield (was.meaning == now.meaning, same_purpose, ratio), i, j
