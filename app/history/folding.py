"""A recorded text → the words that a person reads, and how much two of them have in common.

Only this module knows when a page shows another document than before.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from registry.changes import words_of

_RUN = 3
"""Words in a row that count as one thing in common."""
_OTHER_DOCUMENT = 0.01
"""Share of the shorter text's runs below which two texts are not versions of one document.

Even terms that were written anew keep a few per cent, from set phrases such as `as required by law`; error
pages, other documents and other languages keep nothing.
"""


@dataclass(frozen=True, slots=True)
class Folded:
    """A text without what is cosmetic in it; two with equal digests read the same to a person."""

    digest: str
    runs: frozenset[int]
    """Hashes of every few words in a row: comparable within this process only."""


def fold(text: str) -> Folded:
    """Fold a Markdown text to its words, in lower case."""
    words = words_of(text)
    digest = hashlib.sha256(" ".join(words).encode("utf-8", "surrogatepass")).hexdigest()
    runs = zip(*(words[start:] for start in range(_RUN)), strict=False)
    return Folded(digest, frozenset(map(hash, runs)))


def nearest(text: Folded, others: Sequence[Folded]) -> int | None:
    """Return the index of the text that this one is a version of, the likeliest; `None` when of none."""
    shares = [(_share(text, other), -i) for i, other in enumerate(others)]
    best, index = max(shares, default=(0.0, 0))
    return -index if best >= _OTHER_DOCUMENT else None


def _share(one: Folded, other: Folded) -> float:
    """Give the share of the shorter text's runs that the other has too."""
    return len(one.runs & other.runs) / (min(len(one.runs), len(other.runs)) or 1)
