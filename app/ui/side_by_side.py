"""Two wordings of a sentence as pieces that stand in both, or on one side alone. Pure.

Only this module knows how words are compared for the eye; what a difference means is the registry's to say.
"""

import re
from difflib import SequenceMatcher
from typing import Final, NamedTuple

MOST_WORDS: Final = 1500
"""Words of both sides together up to which they are compared; longer ones are shown whole."""
_WORD: Final = re.compile(r"\s*\S+\s*")


class Piece(NamedTuple):
    """Some words in a row."""

    text: str
    differs: bool
    """Whether they stand on this side alone."""


def pieces(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both sides, each in pieces; joined they give the texts that were compared."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) + len(new) > MOST_WORDS:
        return (Piece(before, differs=True),), (Piece(after, differs=True),)
    was, now = [word.strip() for word in old], [word.strip() for word in new]
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        differs = tag != "equal"
        if a < b:
            left.append(Piece("".join(old[a:b]), differs))
        if c < d:
            right.append(Piece("".join(new[c:d]), differs))
    return tuple(left), tuple(right)
