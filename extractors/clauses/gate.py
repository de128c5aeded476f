"""Which patterns a sentence may hold, by its set of words alone: what keeps most of a document unread.

Each set of words that patterns need one of is a bit; a word knows the bits of the sets it is in. What all
words of a sentence meet together is then one number; a pattern is tried where it needs nothing beyond it.
"""

from collections import defaultdict
from collections.abc import Sequence


class Gate:
    """Open to the patterns whose needs a sentence's words meet."""

    def __init__(self, patterns: Sequence[Sequence[frozenset[str]]], common: frozenset[str]) -> None:
        """`patterns` holds what each needs: a word of each set. `common` words rule nothing out."""
        bits: dict[frozenset[str], int] = {}
        self._met_by: dict[str, int] = defaultdict(int)
        self._required: list[int] = []
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._always: list[int] = []
        for number, needs in enumerate(patterns):
            required = 0
            for need in needs:
                bit = bits.setdefault(need, 1 << len(bits))
                required |= bit
                for word in need:
                    self._met_by[word] |= bit
            self._required.append(required)
            rare = min((need for need in needs if not need & common), key=len, default=None)
            for word in rare or ():
                self._by_word[word].append(number)
            if rare is None:
                self._always.append(number)

        self._words = frozenset(self._met_by)

    def open_to(self, words: set[str]) -> list[int]:
        """Return the numbers of the patterns whose words may all be there, in order."""
        met = 0
        numbers = set(self._always)
        for word in words & self._words:
            met |= self._met_by[word]
            if word in self._by_word:
                numbers.update(self._by_word[word])
        missing = ~met
        return sorted(number for number in numbers if not self._required[number] & missing)
