"""Two looks at a page that differ → noise, and of which kind, or a difference in substance. Pure.

Only this module knows when a difference may be passed over: when no statement on training, retention or
reuse reads worse than it did. However small a difference, and whatever it looks like, such a statement makes
it one of substance. A text that shows less than the terms, or something else, is not believed; what it says
is held against the plans all the same.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from extractors.model import CORE_FAMILIES, Clause, Failure
from registry.changes import compare_readings, words_of
from registry.model import ClauseChange, Direction


class NoiseKind(StrEnum):
    """What a look came to that changes nothing in substance, or that shows no terms."""

    COSMETIC = "cosmetic"
    """The same words, or the same paragraphs in another order."""
    REWORDED = "reworded"
    """Other words, and every statement that is read stands as it did."""
    SECONDARY = "secondary"
    """What changed is a statement of a family that no requirement is on."""
    RETURNED = "returned"
    """The page shows a text again that it has shown before."""
    FLAPPED = "flapped"
    """A change in substance that was taken back by the next look."""
    HALF_LOADED = "half_loaded"
    """A part of the text alone, or a page that breaks off."""
    OTHER_DOCUMENT = "other_document"
    """Another document stands where the terms stood."""
    OTHER_LANGUAGE = "other_language"
    """The page is in another language than the terms were."""
    ERROR_PAGE = "error_page"
    CONSENT_PAGE = "consent_page"
    LOGIN_PAGE = "login_page"


NOT_BELIEVED: Final = {
    NoiseKind.HALF_LOADED: Failure.HALF_LOADED,
    NoiseKind.OTHER_DOCUMENT: Failure.OTHER_DOCUMENT,
}
"""Texts that do not take the place of the last good one, and what the look counts as."""

SWAPS: Final = frozenset({NoiseKind.OTHER_DOCUMENT, NoiseKind.OTHER_LANGUAGE})
"""What a person hears of at once: the terms stand elsewhere, or were written anew from beginning to end."""

REPEATING: Final = SWAPS | {NoiseKind.FLAPPED, NoiseKind.HALF_LOADED}
"""What puts a document into quarantine when it comes again and again."""

OF_FAILURE: Final[Mapping[Failure, NoiseKind | None]] = {
    Failure.BAD_URL: None,
    Failure.ADDRESS_REFUSED: None,
    Failure.REDIRECT_REFUSED: None,
    Failure.ROBOTS_DISALLOW: None,
    Failure.UNREACHABLE: None,
    Failure.TLS_FAILED: None,
    Failure.TIMED_OUT: None,
    Failure.TOO_LARGE: None,
    Failure.TRUNCATED: NoiseKind.HALF_LOADED,
    Failure.SCRIPT_SHELL: NoiseKind.ERROR_PAGE,
    Failure.HALF_LOADED: NoiseKind.HALF_LOADED,
    Failure.REFUSED: NoiseKind.ERROR_PAGE,
    Failure.BOT_WALL: NoiseKind.ERROR_PAGE,
    Failure.RATE_LIMITED: NoiseKind.ERROR_PAGE,
    Failure.NOT_FOUND: NoiseKind.ERROR_PAGE,
    Failure.SERVER_ERROR: NoiseKind.ERROR_PAGE,
    Failure.UNEXPECTED_STATUS: NoiseKind.ERROR_PAGE,
    Failure.EMPTY: NoiseKind.ERROR_PAGE,
    Failure.NOT_TEXT: NoiseKind.ERROR_PAGE,
    Failure.BROKEN_FILE: NoiseKind.ERROR_PAGE,
    Failure.SCANNED: NoiseKind.ERROR_PAGE,
    Failure.NOT_TERMS: NoiseKind.ERROR_PAGE,
    Failure.SELECTOR_MISSED: NoiseKind.ERROR_PAGE,
    Failure.LOGIN_FORM: NoiseKind.LOGIN_PAGE,
    Failure.CONSENT_BANNER: NoiseKind.CONSENT_PAGE,
    Failure.FOREIGN_LANGUAGE: NoiseKind.OTHER_LANGUAGE,
    Failure.OTHER_DOCUMENT: NoiseKind.OTHER_DOCUMENT,
    Failure.QUARANTINED: None,
}
"""What a page without terms is in the ledger; nothing where no page was shown, or where we hold it back."""


class Back(StrEnum):
    """Whether a page shows a text that it has shown before, other than the last one."""

    NEW = "new"
    EARLIER = "earlier"
    NEXT_LOOK = "next_look"
    """The text before the last one, which was seen in a single look."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A text that a source shows, with what is read in it."""

    text: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Noise:
    """What the ledger keeps of a difference."""

    kind: NoiseKind
    detail: str


_PART: Final = 2 / 3
"""Share of the former text's words up to which a text may be a part of it that was loaded."""
_TAKEN_FROM: Final = 0.95
"""Share of a part's runs of words that stand in the whole: what is left are the seams."""
_OTHER_DOCUMENT: Final = 0.01
"""Share of the shorter text's runs below which two texts are not versions of one document.

Even terms that were written anew keep a few per cent, from set phrases such as `as required by law`; other
documents and error pages keep nothing. Measured on recorded histories (app/history/folding.py).
"""
_SET_PHRASES: Final = 3
"""As many runs any two short texts may share by accident."""
_RUN: Final = 3
_WORSE: Final = frozenset({Direction.WORSE, Direction.MIXED})

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)|https?://\S+")
_ID = re.compile(
    r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{12,}\b", re.IGNORECASE
)
"""What no person reads and every visit gets anew: a request's or visitor's number."""


def sift(before: Shown, after: Shown, back: Back) -> Noise | None:
    """Say what kind of noise differs between the last good text of a source and the one it shows now.

    `None` where the difference is one of substance, for the plans to be judged by.
    """
    was, now = words_of(_ID.sub(" ", before.text)), words_of(_ID.sub(" ", after.text))
    changes = compare_readings(before.clauses, after.clauses)
    core = tuple(change for change in changes if change.family in CORE_FAMILIES)
    unbelieved = _unbelieved(was, now, changes)
    if unbelieved is not None or reads_worse(core):
        return unbelieved
    if was == now and not core:
        return Noise(NoiseKind.COSMETIC, _churn(before.text, after.text))
    if back is not Back.NEW:
        return _returned(back, core)
    return None if core else _passed_over(before.text, after.text, changes)


def reads_worse(changes: Iterable[ClauseChange]) -> bool:
    """Whether a statement of a core family goes against the customer: never noise."""
    return any(change.family in CORE_FAMILIES and change.direction in _WORSE for change in changes)


def words_digest(text: str) -> str:
    """SHA-256 over the words that a person reads in a text, whatever its layout."""
    words = " ".join(words_of(_ID.sub(" ", text)))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def _unbelieved(was: tuple[str, ...], now: tuple[str, ...], changes: Iterable[ClauseChange]) -> Noise | None:
    """A text that cannot take the place of the former one without a person's word."""
    old, new = _runs(was), _runs(now)
    common = len(old & new)
    if common < max(_SET_PHRASES, _OTHER_DOCUMENT * min(len(old), len(new))):
        return Noise(NoiseKind.OTHER_DOCUMENT, "next to nothing of it stood in the terms, nor of them in it")
    # A part says nothing that the whole did not; a statement that is new or other was written, not left out.
    stated = [change for change in changes if change.after is not None]
    if len(now) <= _PART * len(was) and common >= _TAKEN_FROM * len(new) and not reads_worse(stated):
        return Noise(NoiseKind.HALF_LOADED, f"{len(now)} of {len(was)} words, and nothing that is new")
    return None


def _returned(back: Back, core: Sequence[ClauseChange]) -> Noise:
    if back is Back.NEXT_LOOK and core:
        return Noise(NoiseKind.FLAPPED, "what had changed was taken back by this look")
    return Noise(NoiseKind.RETURNED, "the page has shown this text before")


def _passed_over(before: str, after: str, changes: Sequence[ClauseChange]) -> Noise:
    """A new text that says the same of training, retention and reuse."""
    if changes:
        families = ", ".join(dict.fromkeys(change.family.value for change in changes))
        return Noise(NoiseKind.SECONDARY, f"statements on {families}")
    if _paragraphs(before) == _paragraphs(after):
        return Noise(NoiseKind.COSMETIC, "order of paragraphs")
    return Noise(NoiseKind.REWORDED, "other words, the same statements")


def _runs(words: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    """Every few words in a row, as a set."""
    return frozenset(zip(*(words[start:] for start in range(_RUN)), strict=False))


def _churn(before: str, after: str) -> str:
    """Name what differs between two texts of the same words: the first cleaning that makes them alike."""
    if before == after:
        return "markup"
    if before.split() == after.split():
        return "white space"
    if _LINK.sub(r"\1", before).split() == _LINK.sub(r"\1", after).split():
        return "links"
    if words_of(before) == words_of(after):
        return "typography"
    return "tracking ids"


def _paragraphs(text: str) -> Counter[tuple[str, ...]]:
    """The paragraphs of a text, whatever their order."""
    return Counter(words for part in text.split("\n") if (words := words_of(_ID.sub(" ", part))))
