"""What a name that nobody knows may have been meant for: names near it. Pure.

Only this module knows what counts as near. It leads to candidates that a person may choose from, never to an
answer about one of them.
"""

import re
from collections.abc import Iterator
from string import ascii_lowercase
from typing import Final

from app.lookup.names import spellings

_ADDRESS: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)\.?(?:[:/?#].*)?")
"""A host name, alone or in an address."""
_BETWEEN_WORDS: Final = re.compile(r"[^a-z0-9]+")
_VERSION: Final = re.compile(r"@[^/]*$")
_LEAST: Final = 4
"""Letters of a word: `app` and `api` say nothing of which tool is meant."""
_MOST_MISSPELT: Final = 12
"""Letters of a word of which misspellings are thought; each one more costs fifty names to try."""
_MOST_WORDS: Final = 8


def names_near(name: str) -> Iterator[str]:
    """Give the names that one may have been meant for, the nearest first; `name` in small letters."""
    found = _ADDRESS.fullmatch(name)
    if found is not None:
        yield from spellings(found[1])
        name = found[1]
    parts = _VERSION.sub("", name).split("/")
    whole = [word for word in _BETWEEN_WORDS.split(parts[-1]) if word]
    yield "-".join(whole)
    yield "".join(whole)
    words = [word for word in _BETWEEN_WORDS.split(name) if len(word) >= _LEAST]
    yield from words[: -_MOST_WORDS - 1 : -1]
    if found is None and _LEAST <= len(parts[-1]) <= _MOST_MISSPELT:
        yield from _misspelt(parts[-1])


def _misspelt(word: str) -> Iterator[str]:
    """Give the words that this is one slip away from: a letter too many, too few, another, or two swapped."""
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        yield from (f"{head}{letter}{tail}" for letter in ascii_lowercase)
        if tail:
            yield f"{head}{tail[1:]}"
            yield f"{head}{tail[1:2]}{tail[0]}{tail[2:]}"
            yield from (f"{head}{letter}{tail[1:]}" for letter in ascii_lowercase)
