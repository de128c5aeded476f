"""Sentences as words: Markdown taken off, contractions written in full, cut by spaCy's English tokenizer.

spaCy cuts each stretch between spaces by itself, so a stretch that was cut before is only looked up. Its
vocabulary keeps every string for ever: what a text brings in is freed again, and the memory of stretches is
bounded, so that a reader that lives for weeks does not grow. What spaCy frees is freed for all, so one thread
at a time is let in; a worker reads in several.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

import spacy
from spacy.matcher import Matcher
from spacy.tokens import Doc

Span = tuple[int, int]
"""Start and end as token numbers, the end not included."""

_ENGLISH = spacy.blank("en")
"""The tokenizer; its vocabulary must be the one that matchers are compiled with."""

_ENTRY = Lock()
"""Held by whoever is in a memory zone: its end frees what was made by any thread meanwhile."""

MOST_KNOWN = 50_000
"""Stretches remembered, some ten megabytes: thirty long documents hold fifteen thousand."""
_LONGEST_KNOWN = 40

_LINK = re.compile(r"!?\[([^\]\[]*)\]\([^()\s]*\)")
_TAG = re.compile(r"<br\s*/?>|\|")
_DROPPED = re.compile(r"[*_`\\“”\"«»\u2060\u200b\ufeff#]+")
_HYPHEN = re.compile(r"(?<=[A-Za-z0-9])[-‑–/](?=[A-Za-z])")
_WORDS = re.compile(r"[a-z]+")
_SHORTENED = re.compile(r"\b(ca|wo|sha)n't\b|(n't)\b|'(ll|ve|re)\b", re.IGNORECASE)
_IN_FULL = {
    "ca": "can not", "wo": "will not", "sha": "shall not", "n't": " not",
    "ll": " will", "ve": " have", "re": " are",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tokens:
    """A sentence with its lead as lower-case tokens; its own part starts at `own`."""

    words: tuple[str, ...]
    own: int
    places: Mapping[str, int]
    """Where each word stands: bit 0 for the first token."""
    vocabulary: frozenset[str]
    """Its words: a set meets another faster than a mapping's keys do."""
    found: dict[int, Mapping[int, int]] = field(default_factory=dict, compare=False, repr=False)
    """What has been looked for in it, by run: a memory of the matchers, who alone write and read it."""


class WordKeeper:
    """Cuts stretches between spaces and remembers the cuts of some."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, ...]] = {}

    def __len__(self) -> int:
        return len(self._known)

    def cut(self, plain: str) -> list[str]:
        """Return the lower-case tokens of a plain text, as spaCy cuts it."""
        words: list[str] = []
        for stretch in plain.split():
            words += self._known.get(stretch) or self._learn(stretch)
        return words

    def _learn(self, stretch: str) -> tuple[str, ...]:
        with _ENTRY, _ENGLISH.memory_zone():
            words = tuple(token.lower_ for token in _ENGLISH.make_doc(stretch))
        if len(stretch) <= _LONGEST_KNOWN:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[stretch] = words
        return words


_KEEPER = WordKeeper()


def plain_text(raw: str) -> str:
    """Return Markdown as words for matching: no links' targets, emphasis, quotes, hyphens or contractions."""
    # spaCy hashes UTF-8, which has no lone surrogates.
    text = raw if raw.isascii() else raw.encode("utf-8", "replace").decode("utf-8")
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    text = _in_full(text)
    text = _HYPHEN.sub(" ", _DROPPED.sub("", _TAG.sub(" ; ", text)))
    return " ".join(text.split())


def _in_full(text: str) -> str:
    """Return a text without contractions: what rules say of "will not" holds for "won't"."""
    straight = text.replace("’", "'").replace("‘", "'")
    if "'" not in straight:
        return straight
    return _SHORTENED.sub(lambda found: _IN_FULL[(found[1] or found[2] or found[3]).lower()], straight)


def words_of(raw: str) -> set[str]:
    """Return the lower-case words of a text, as the gate sees them."""
    words = set(_WORDS.findall(_in_full(raw).lower()))
    if "cannot" in words:
        words |= {"can", "not"}
    return words


def tokenize(lead: str, own: str) -> Tokens:
    """Tokenize a plain sentence after its plain lead."""
    front = [*_KEEPER.cut(lead), ":"] if lead else []
    words = (*front, *_KEEPER.cut(own))
    places: dict[str, int] = {}
    for number, word in enumerate(words):
        places[word] = places.get(word, 0) | 1 << number
    return Tokens(words, len(front), places, frozenset(places))


class TokenMatcher:
    """A row of spaCy's token patterns."""

    def __init__(self, row: Sequence[Mapping[str, object]]) -> None:
        self._matcher = Matcher(_ENGLISH.vocab)
        self._matcher.add("run", [[dict(token) for token in row]])

    def find(self, tokens: Tokens) -> list[Span]:
        """Return where the row stands in a sentence."""
        with _ENTRY, _ENGLISH.memory_zone():
            doc = Doc(_ENGLISH.vocab, words=list(tokens.words))
            return [(start, end) for _, start, end in self._matcher(doc)]
