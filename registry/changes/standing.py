"""A text → whether a sentence stands in it, read or unread.

A statement that is read in one version alone is new or gone only where its sentence is. Where the sentence
stands in both, but for a misspelt word or an address, the vendor changed nothing: it was read otherwise. Only
this module knows how to look for it. What completes a line above it, a list item or a table's cell, is left
alone: the same words say something else under another line.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from registry.changes.passages import Passage, words_of
from registry.changes.wording import differ_in_small_words, telling_words

_CUT = re.compile(r"(?<=[.!?])[\"”’)\]*_]{0,3}\s+|\n+")
_MARK = re.compile(r"\s*(?:[-*+•]|\(?\w{1,4}\\?[.)])[\s*_]*")
"""What stands before a list item."""
Words = tuple[str, ...]
Telling = frozenset[tuple[str, int]]

_NEAR = 8
"""Words by which two sentences may differ in length."""
_MOST_LOOKS: Final = 100_000
"""Sentences of a text that are looked at, all in all: those of real terms are never so many."""


class Sentences:
    """The sentences of a text, to be looked up by what they say.

    Who looks for very many of them is told the answer that makes a change, once that took too long.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._looks = 0
        self._named: dict[Words, bool] = {}

    @cached_property
    def _sentences(self) -> frozenset[Words]:
        """All of them; cut when one is first asked for, since most versions ask for none."""
        return frozenset(words for part in _CUT.split(self._text) if (words := words_of(part)))

    @cached_property
    def _by_word(self) -> Mapping[str, Sequence[Words]]:
        """The sentences that hold a word."""
        index: defaultdict[str, list[Words]] = defaultdict(list)
        for sentence in self._sentences:
            for word in set(sentence):
                index[word].append(sentence)
        return index

    @cached_property
    def _by_telling(self) -> Mapping[Telling, Sequence[Words]]:
        """The sentences that may differ in nothing but small words."""
        index: defaultdict[Telling, list[Words]] = defaultdict(list)
        for sentence in self._sentences:
            index[_telling(sentence)].append(sentence)
        return index

    @cached_property
    def _places(self) -> tuple[Sequence[int], Sequence[int]]:
        """Where lines end, and where the cells of tables do."""
        lines = [found.start() for found in re.finditer("\n", self._text)]
        return lines, [found.start() for found in re.finditer(r"\|", self._text)]

    def stands(self, passage: Passage) -> bool:
        """Whether a sentence of this text says the same in the same words."""
        if passage.words in self._sentences:
            return True
        return any(differ_in_small_words(words, passage.words) for words in self._like(passage.words))

    def has_unread(self, passage: Passage, other: "Sentences") -> bool:
        """Whether a passage that is read in another text stands here too, as a whole sentence."""
        return not other.completes(passage.clause.start) and self.stands(passage)

    def names(self, words: Words) -> bool:
        """Whether words stand in this text in this order, one after the other."""
        if words not in self._named:
            self._named[words] = self._names(words)
        return self._named[words]

    def _names(self, words: Words) -> bool:
        run = f" {' '.join(words)} "
        holding = min((self._by_word.get(word, ()) for word in words), key=len, default=self._sentences)
        for sentence in holding:
            if not self._may_look():
                return True
            if run in f" {' '.join(sentence)} ":
                return True
        return False

    def completes(self, start: int) -> bool:
        """Whether what stands at a place of this text completes a line above it."""
        lines, cells = self._places
        begin = lines[number - 1] + 1 if (number := bisect_left(lines, start)) else 0
        in_table = bisect_left(cells, start) > bisect_left(cells, begin)
        return (
            in_table
            or _MARK.fullmatch(self._text, begin, start) is not None
            or _MARK.match(self._text, start) is not None
        )

    def _like(self, words: Words) -> Iterator[Words]:
        """Give the sentences that share one of the three longest words: not all of them are misspelt."""
        longest = sorted(set(words), key=lambda word: (-len(word), word))[:3]
        for one in self._by_telling.get(_telling(words), ()):
            if not self._may_look():
                return
            if abs(len(one) - len(words)) <= _NEAR and not set(longest).isdisjoint(one):
                yield one

    def _may_look(self) -> bool:
        self._looks += 1
        return self._looks <= _MOST_LOOKS


def _telling(words: Words) -> Telling:
    return frozenset(telling_words(words).items())
