"""Two readings of a document → the passages that changed in substance.

Exact matches go first, so that what is left to align is small; then passages that are worded alike are
paired, those that mean the same before those that do not; the rest was added or is gone, and matters only
where it does not repeat what stands elsewhere. Only this module knows which passages belong together.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from heapq import nlargest

from extractors.model import Clause
from registry.changes.ordering import direction_of_rewording, rank
from registry.changes.passages import Identity, Passage, is_repeated_in, prepare, stands_in
from registry.changes.wording import direction_of_wording
from registry.model import ClauseChange, Direction

_SAME_PASSAGE = 0.5
"""Share of words in common, in order, from which two sentences count as one passage, reworded."""
_CANDIDATES = 3
"""How many of the likeliest partners of a passage are compared in word order: what bounds the cost."""


def compare_readings(before: Sequence[Clause], after: Sequence[Clause]) -> tuple[ClauseChange, ...]:
    """Return the passages whose meaning changed, in the order of `after`, those that are gone last.

    Moved passages, reworded ones that mean the same, and repetitions of what stands elsewhere are no change.
    """
    old, new = prepare(before), prepare(after)
    shared = Counter(p.identity for p in old) & Counter(p.identity for p in new)
    pairs, gone, added = _align(_leftovers(old, shared), _leftovers(new, shared))
    changes = [*_reworded(pairs, old, new)]
    changes += [
        ClauseChange(p.clause.family, _added(p.clause, before), None, p.clause)
        for p in added
        if not is_repeated_in(p, old)
    ]
    changes.sort(key=lambda change: change.after.start if change.after else 0)
    changes += [
        ClauseChange(p.clause.family, _gone(p.clause, after), p.clause, None)
        for p in gone
        if not is_repeated_in(p, new)
    ]
    return tuple(changes)


def _leftovers(passages: list[Passage], shared: Counter[Identity]) -> list[Passage]:
    """Drop what stands in both versions, as often as it stands in both."""
    left, rest = Counter(shared), []
    for passage in passages:
        if left[passage.identity]:
            left[passage.identity] -= 1
        else:
            rest.append(passage)
    return rest


def _align(
    old: list[Passage], new: list[Passage]
) -> tuple[list[tuple[Passage, Passage]], list[Passage], list[Passage]]:
    """Pair passages that are worded alike, the surest pairs first; return the pairs, and what stays alone."""
    pairs: list[tuple[Passage, Passage]] = []
    old_left, new_left = dict(enumerate(old)), dict(enumerate(new))
    for _, i, j in sorted(_likenesses(old, new), reverse=True):
        if i in old_left and j in new_left:
            pairs.append((old_left.pop(i), new_left.pop(j)))
    return pairs, [*old_left.values()], [*new_left.values()]


def _likenesses(
    old: list[Passage], new: list[Passage]
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


def _reworded(
    pairs: Iterable[tuple[Passage, Passage]], old: list[Passage], new: list[Passage]
) -> Iterator[ClauseChange]:
    """Give the pairs that say something else, unless both meanings stand elsewhere too."""
    for was, now in pairs:
        direction: Direction | None
        if was.meaning == now.meaning:
            direction = direction_of_wording(now.clause, was.words, now.words)
        elif stands_in(now.meaning, old) and stands_in(was.meaning, new):
            direction = None
        else:
            direction = direction_of_rewording(was.clause, now.clause)
        if direction is not None:
            yield ClauseChange(now.clause.family, direction, was.clause, now.clause)


def _added(clause: Clause, before: Iterable[Clause]) -> Direction:
    """Judge a new statement: a promise is better, also a choice where there was none; a freedom is worse."""
    side = rank(clause)
    if side == 0:
        return Direction.UNCLEAR
    return Direction.BETTER if side < 0 or _freedom(clause, before) > side else Direction.WORSE


def _gone(clause: Clause, after: Iterable[Clause]) -> Direction:
    """Judge a statement that is gone: the mirror image of one that is new."""
    side = rank(clause)
    if side == 0:
        return Direction.UNCLEAR
    return Direction.WORSE if side < 0 or _freedom(clause, after) > side else Direction.BETTER


def _freedom(clause: Clause, others: Iterable[Clause]) -> int:
    """Give the most freedom that a reading leaves the vendor in the matter of a clause; zero for none."""
    return max(
        (rank(o) for o in others if o.family is clause.family and o.purpose is clause.purpose),
        default=0,
    )
