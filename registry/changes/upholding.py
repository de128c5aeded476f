"""Statements that somebody relied on → which of them a newer text still makes, each taken by itself.

Only this module knows when a text says as much as was relied on: the same, in whatever words and place, or
something better. What cannot be looked for in bounded time is not upheld.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from extractors.model import Clause, Family
from registry.changes.alignment import SAME_PASSAGE, Pair, likeness
from registry.changes.clauses import Version, direction_of_loss, direction_of_pair
from registry.changes.likeness import MOST_COMPARED, WordSets
from registry.changes.passages import Passage, prepare
from registry.model import Direction

_MOST_COMPARED: Final = 70_000
"""Pairs of statements whose words are compared, all in all."""
_CANDIDATES: Final = 3
"""How many of the likeliest partners of a statement are compared where there are very many."""


def upheld(relied: Sequence[Clause], standing: Sequence[Clause]) -> tuple[bool, ...]:
    """Say of each statement relied on whether a text still says as much; `standing` is all that it says."""
    if not standing:
        return (False,) * len(relied)
    text = _Text(prepare(standing))
    return tuple(text.upholds(passage) for passage in prepare(relied))


class _Text:
    """What a text says, to hold single statements against."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._said = Version.of(passages)
        self._identities = {passage.identity for passage in passages}
        self._families: defaultdict[Family, list[Passage]] = defaultdict(list)
        for passage in passages:
            self._families[passage.meaning.family].append(passage)
        self._words = {
            family: WordSets([frozenset(one.words) for one in alike])
            for family, alike in self._families.items()
        }
        self._compared = 0

    def upholds(self, relied: Passage) -> bool:
        if relied.identity in self._identities:
            return True
        pair, is_sure = self._partner(relied)
        if pair is None:
            direction = direction_of_loss(relied, self._said, sure=is_sure)
            return direction in {None, Direction.BETTER}
        direction = direction_of_pair(pair, Version.of([relied]), self._said, None)
        if direction is Direction.BETTER:
            return _states_otherwise(relied.clause, pair.now.clause)
        return direction is None

    def _partner(self, relied: Passage) -> tuple[Pair | None, bool]:
        """Find the passage that is the same one, reworded; and say whether none was overlooked."""
        alike = self._families.get(relied.meaning.family, [])
        if not alike:
            return None, True
        near = self._words[relied.meaning.family].near(frozenset(relied.words))
        likeliest = near.numbers if len(alike) <= MOST_COMPARED else near.numbers[:_CANDIDATES]
        self._compared += len(likeliest)
        if self._compared > _MOST_COMPARED:
            return None, False
        ones = (alike[number] for number in likeliest)
        pairs = [Pair(relied, one, likeness(relied.words, one.words)) for one in ones]
        surest = max(enumerate(pairs), key=_sureness, default=None)
        if surest is None or surest[1].likeness < SAME_PASSAGE:
            return None, near.is_all
        return surest[1], True


def _sureness(numbered: tuple[int, Pair]) -> tuple[bool, bool, bool, float, int]:
    number, pair = numbered
    was, now = pair.was.meaning, pair.now.meaning
    is_one = pair.likeness >= SAME_PASSAGE
    return is_one, was == now, was.purpose is now.purpose, pair.likeness, number


def _states_otherwise(relied: Clause, now: Clause) -> bool:
    """Whether the statement itself is another one; single words that differ are for a person to weigh."""
    return (relied.stance, relied.period_days) != (now.stance, now.period_days)
