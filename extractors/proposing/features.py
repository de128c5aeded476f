"""A passage as numbers: words, word classes and their neighbours, hashed into buckets.

Each group of marks (the sentence's own words, its classes, the lead, …) has the same length however many
marks it holds, so that a long introduction does not drown a short item. Only this module knows the marks.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from extractors.clauses.offering import Passage

BITS = 17
BUCKETS = 1 << BITS

_WEIGHTS = {
    "own": 0.7, "class": 1.0, "pair": 0.7, "lead": 0.5, "head": 0.5, "path": 0.3, "before": 0.3,
}  # fmt: skip
"""How long each group is. Chosen by leaving vendors out, among a few."""
_SEEDS = {group: crc32(f"{group} ".encode()) for group in _WEIGHTS}
"""The same mark falls into another bucket in another group."""
_LAST = BUCKETS - 1

_WORD = re.compile(r"[a-z]+|\d+")
_UNTELLING = frozenset({"common", "role", "det", "be", "modal", "user_word"})
"""Word classes that stand in any sentence."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Buckets and the value of each; a bucket may stand twice."""

    buckets: NDArray[np.int64]
    values: NDArray[np.float64]


class Features:
    """Turns passages into marks, with the word classes of a ruleset."""

    def __init__(self, classes: Mapping[str, frozenset[str]]) -> None:
        self._classes: dict[str, list[str]] = {}
        for name, forms in sorted(classes.items()):
            for form in sorted(forms) if name not in _UNTELLING else ():
                self._classes.setdefault(form, []).append(name)

    def of(self, passage: Passage) -> Marks:
        """Return the marks of a passage; the same ones in whichever process."""
        buckets: list[int] = []
        values: list[float] = []
        for group, marks in self._groups(passage):
            told = dict.fromkeys(marks)
            if told:
                seed = _SEEDS[group]
                buckets += [crc32(mark.encode(), seed) & _LAST for mark in told]
                values += [_WEIGHTS[group] / len(told) ** 0.5] * len(told)
        return Marks(np.array(buckets, dtype=np.int64), np.array(values, dtype=np.float64))

    def _groups(self, passage: Passage) -> Iterator[tuple[str, Iterable[str]]]:
        own, lead = words_in(passage.sentence), words_in(passage.lead)
        yield "own", _runs(["<s>", *own, "</s>"], 3)
        yield "class", [*_runs([self._first(word) for word in own], 3), *self._further(own)]
        yield "pair", _pairs(self._all(own), self._all(lead))
        yield "lead", _runs(lead, 2)
        yield "head", _runs(words_in(passage.headings[-1]), 2) if passage.headings else ()
        yield "path", words_in(" ".join(passage.headings))
        yield "before", words_in(passage.before)

    def _first(self, word: str) -> str:
        names = self._classes.get(word)
        return names[0] if names else word

    def _further(self, words: Iterable[str]) -> list[str]:
        return [f"{name}|{word}" for word in words for name in self._classes.get(word, ())[1:]]

    def _all(self, words: Iterable[str]) -> list[str]:
        return sorted({name for word in words for name in self._classes.get(word, ())})


def words_in(plain: str) -> list[str]:
    """Return the lower-case words of a plain text; every number is `#`."""
    return ["#" if word.isdigit() else word for word in _WORD.findall(plain.lower())]


def _runs(words: Sequence[str], longest: int) -> list[str]:
    return [
        "_".join(words[start : start + length])
        for length in range(1, longest + 1)
        for start in range(len(words) - length + 1)
    ]


def _pairs(own: Sequence[str], lead: Sequence[str]) -> Iterator[str]:
    for number, one in enumerate(own):
        yield from [f"{one}&{other}" for other in own[number + 1 :]]
        yield from [f"{one}&l{other}" for other in lead]
