"""A sentence → the names that it lists, such as the products that a promise is for.

Only this module knows what a list of names looks like: capitalised words between commas or around an `and`.
A statement that is the same but for a name in such a list holds for one product more, or for one less.
"""

import re
from collections.abc import Callable, Sequence

from extractors.model import Clause
from registry.changes.ordering import direction_of_scope, rank
from registry.changes.passages import words_of
from registry.model import Direction

_NAME = r"[A-Z][\w.-]*(?: (?:for |of )?[A-Z][\w.-]*)*"
_NEXT = r"(?:,\s*(?:(?:and|or|our|the)\s+)*|\s+(?:and|or|&)\s+(?:our\s+|the\s+)?)"
_LIST = re.compile(rf"\b{_NAME}(?:{_NEXT}{_NAME})+")
_NAMES = re.compile(_NAME)
_MARKUP = re.compile(r"\]\([^)]*\)|[*_\[\]]")

Words = tuple[str, ...]


def direction_of_lists(before: Clause, after: Clause, named: Callable[[Words], bool]) -> Direction | None:
    """Say which way a statement goes by holding for a name more or less; `None` where its lists are alike.

    `named` says whether the new version still has a name at all: one that is nowhere left was given up, or is
    called otherwise, and nothing was taken from it.
    """
    was, now = words_of(before.quote), words_of(after.quote)
    old, new = _listed(before.quote), _listed(after.quote)
    gained, lost = _beyond(new, was), [name for name in _beyond(old, now) if named(name)]
    if gained and not lost and len(gained) < len(new):
        return direction_of_scope(rank(after))
    if lost and not gained and len(lost) < len(old):
        return direction_of_scope(-rank(after))
    return None


def _listed(quote: str) -> list[Words]:
    """Return the names in the lists of a sentence, as words."""
    plain = _MARKUP.sub("", quote)
    return [words_of(name) for names in _LIST.findall(plain) for name in _NAMES.findall(names)]


def _beyond(names: Sequence[Words], words: Words) -> list[Words]:
    """Return the names that are not made of words of the other wording."""
    return [name for name in names if not set(name) <= set(words)]
