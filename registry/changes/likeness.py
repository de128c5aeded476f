"""Sets of words → those that share the most with another, in bounded time whoever wrote them.

Among few sets all are looked at. Among many, those are that share the rarest words, up to a bound, and the
answer says whether that were all. Only this module knows how many are too many: terms of real vendors have
some hundred statements, and who publishes tens of thousands must not be able to keep a look from its end.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MOST_COMPARED: Final = 500
"""Sets up to which each is compared with each."""
_STEPS: Final = 2_000
"""Places of words that are looked at for one set among more of them than that."""
_LIKELIEST: Final = 12
"""How many of those that share words are given."""


@dataclass(frozen=True, slots=True)
class Near:
    """The sets that may be like another."""

    numbers: Sequence[int]
    is_all: bool
    """Whether they were chosen among all that share a word with it."""


class WordSets:
    """Sets of words, to be found by the words that they share."""

    def __init__(self, sets: Sequence[frozenset[str]]) -> None:
        self._count = len(sets)
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        if self._count > MOST_COMPARED:
            for number, words in enumerate(sets):
                for word in words:
                    self._places[word].append(number)

    def near(self, words: frozenset[str]) -> Near:
        """Return the numbers of the sets that are likeliest to be like these words."""
        if self._count <= MOST_COMPARED:
            return Near(range(self._count), is_all=True)
        found = sorted((len(self._places[word]), word) for word in words if word in self._places)
        shared: Counter[int] = Counter()
        left = _STEPS
        for count, word in found:
            left -= count
            if left < 0:
                break
            shared.update(self._places[word])
        likeliest = [number for number, _ in shared.most_common(_LIKELIEST)]
        return Near(likeliest, is_all=left >= 0)
