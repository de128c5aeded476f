"""A text → whether a sentence stands in it, read or unread.

A statement that is read in one version alone is new or gone only where its sentence is. Where the sentence
stands in both, but for a misspelt word or an address, the vendor changed nothing: it was read otherwise. Only
this module knows how to look for it. What completes a line above it, a list item or a table's cell, is left
alone: the same words say something else under another line.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from registry.changes.passages import Passage, words_of
from registry.changes.wording import differ_in_small_words

_CUT = re.compile(r"(?<=[.!?])[\"”’)\]*_]{0,3}\s+|\n+")
_MARK = re.compile(r"\s*(?:[-*+•]|\(?\w{1,4}\\?[.)])[\s*_]*")
"""What stands before a list item."""
Words = tuple[str, ...]

_NEAR = 8
"""Words by which two sentences may differ in length."""


class Sentences:
    """The sentences of a text, to be looked up by what they say."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _sentences(self) -> frozenset[Words]:
        """All of them; cut when one is first asked for, since most versions ask for none."""
        return frozenset(words for part in _CUT.split(self._text) if (words := words_of(part)))

    @cached_property
    def _by_word(self) -> Mapping[str, set[Words]]:
        """The sentences that hold a word."""
        index: defaultdict[str, set[Words]] = defaultdict(set)
        for sentence in self._sentences:
            for word in sentence:
                index[word].add(sentence)
        return index

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
        run = f" {' '.join(words)} "
        return any(run in f" {' '.join(sentence)} " for sentence in self._sentences)

    def completes(self, start: int) -> bool:
        """Whether what stands at a place of this text completes a line above it."""
        before = self._text[self._text.rfind("\n", 0, start) + 1 : start]
        return (
            "|" in before or _MARK.fullmatch(before) is not None or _MARK.match(self._text, start) is not None
        )

    def _like(self, words: Words) -> set[Words]:
        """Return the sentences that share one of the three longest words: not all of them are misspelt."""
        telling = sorted(set(words), key=len, reverse=True)[:3]
        found = [self._by_word[word] for word in telling if word in self._by_word]
        return {one for group in found for one in group if abs(len(one) - len(words)) <= _NEAR}
