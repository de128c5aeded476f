"""Whom a whole document is for: what it says of itself, once, and no section repeats.

"This policy does not apply to content that we process for customers of our business offerings" takes business
customers out of everything that follows. Only a sentence that says so in terms counts: a document is for all
unless it says otherwise. Only this module knows how documents say it.
"""

import re
from itertools import islice

from extractors.model import Audience

_ANNOUNCED = re.compile(
    r"(?:\bnot|n['’]t) (?:apply|extend|cover|govern)\b|\bgovern(?:s|ed)?\b", re.IGNORECASE
)
"""What such a sentence never lacks: the rest is looked for around it alone, so that reading stays linear."""
_BEFORE, _AFTER = 200, 300
_LINK = re.compile(r"\]\([^()\s]{0,400}\)|[\[\]*_]")
_END = re.compile(r"[.;!?](?=\s)|\n\s*\n")

_BUSINESS = (
    r"(?:(?:business|enterprise|commercial|corporate|team|organi[sz]ation(?:al)?)\s+"
    r"(?:offerings?|customers?|clients?|services?|products?|users?|accounts?|plans?|subscriptions?|tiers?|"
    r"versions?|editions?)|services for (?:businesses|organi[sz]ations))"
)
_TERMS = r"(?:business|commercial|enterprise|corporate) (?:customer )?(?:terms|agreement)"
_EXCLUDED = re.compile(
    r"\b(?:this|these|our|the) (?:[a-z’']+ ){0,3}(?:policy|terms|notice|statement|agreement)\b.{0,60}"
    rf"\b(?:do|does|shall|will)(?: not|n['’]t) (?:apply|extend|cover|govern)\b.*\b{_BUSINESS}",
    re.IGNORECASE,
)
_GOVERNED = re.compile(
    rf"(?<!this )(?<!these )\b{_TERMS}\b.{{0,60}}\bgoverns? .*\b(?:{_BUSINESS}|enterprise|APIs?)\b"
    rf"|\b{_BUSINESS}\b.*\b(?:is|are|be) (?:instead )?governed (?:[a-z]+ )?by\b.{{0,60}}"
    rf"\b(?:{_TERMS}|(?:separate|different|master) (?:[a-z]+ ){{0,2}}(?:terms|agreements?|policy))\b",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"\W*(?:this|the following) (?:part|section|article|chapter|schedule|appendix|annex|clause|provisions?)\b"
    r".{0,30}\b(?:applies|apply|is|are)\b.{0,20}\b(?:only|solely|exclusively)\b",
    re.IGNORECASE,
)
_FOR = {
    Audience.CONSUMER: re.compile(
        r"\b(?:free|hobby|personal|individual|consumer|basic|starter)\b.{0,30}"
        r"\b(?:plans?|users?|accounts?|customers?|tiers?|subscribers?|services)\b",
        re.IGNORECASE,
    ),
    Audience.BUSINESS: re.compile(
        r"\b(?:enterprise|education|edu|business|team|teams|workspace|commercial|corporate)\b.{0,30}"
        r"\b(?:plans?|users?|accounts?|customers?|tiers?|subscribers?|offerings?)\b"
        r"|\bfor (?:companies|businesses|teams|organi[sz]ations|enterprises?|schools|universities|teachers)\b"
        r"|\benterprise\b",
        re.IGNORECASE,
    ),
    Audience.API: re.compile(
        r"^(?:our |the )?API\b|\bAPI (?:customers|users|platform|services|terms|plans?)\b|\b(?:our|the) API\b"
        r"|\bdevelopers? (?:platform|services|terms|plans?)\b|\bfor developers\b",
        re.IGNORECASE,
    ),
}
"""How a heading, or what says whom its section is for, names a plan."""
_ENOUGH = 300
"""How many such words are looked at: terms hold a few dozen, and what holds more is no terms."""
_TITLE = re.compile(rf"\W*[^\n]{{0,60}}\b{_TERMS}\b[^\n]{{0,30}}(?:\n|$)", re.IGNORECASE)
"""A first line that is a name: it holds little else."""


class Sections:
    """Whom the sections of one document are for, as far as its headings and first sentences say so."""

    def __init__(self, text: str) -> None:
        self._everyone = document_audience(text)
        self._title: tuple[str, ...] = ()
        self._stated: dict[tuple[str, ...], Audience] = {}
        self._known: dict[tuple[str, ...], Audience | None] = {}

    def enter(self, headings: tuple[str, ...], sentence: str) -> None:
        """Take in a sentence, in reading order: it may say whom its section is for."""
        self._title = self._title or headings[:1]
        if headings and (stated := section_audience(sentence)) is not None:
            self._stated[headings] = stated
            self._known.clear()

    def audience(self, headings: tuple[str, ...]) -> Audience | None:
        """Return whom the innermost section is for that says so; `None` where none does."""
        if headings not in self._known:
            self._known[headings] = self._find(headings)
        return self._known[headings]

    def of_all(self) -> Audience:
        """Return whom the document is for where no section says otherwise."""
        return self._everyone

    def _find(self, headings: tuple[str, ...]) -> Audience | None:
        # The title names the document; what it governs is not said of one section.
        first = 1 if headings[:1] == self._title else 0
        for depth in range(len(headings), first, -1):
            audience = self._stated.get(headings[:depth]) or named_audience(headings[depth - 1])
            if audience is not None:
                return audience
        return self._stated.get(headings[:1])


def document_audience(text: str) -> Audience:
    """Return whom a document is for: `consumer` where it takes business customers out, else `all`."""
    # Business terms that tell what they govern speak of themselves.
    for_business = _TITLE.match(text) is not None
    for found in islice(_ANNOUNCED.finditer(text), _ENOUGH):
        sentence = _sentence(text, found.start(), found.end())
        if _EXCLUDED.search(sentence) or (not for_business and _GOVERNED.search(sentence)):
            return Audience.CONSUMER
    return Audience.ALL


def section_audience(sentence: str) -> Audience | None:
    """Return whom a sentence says that its section alone is for; `None` where it says nothing of it."""
    return named_audience(sentence) if _SECTION.match(sentence) else None


def named_audience(words: str) -> Audience | None:
    """Return the one audience whose plan a heading or a limiting sentence names."""
    named = {audience for audience, naming in _FOR.items() if naming.search(words)}
    if named == {Audience.BUSINESS, Audience.API}:
        return Audience.BUSINESS
    return named.pop() if len(named) == 1 else None


def _sentence(text: str, start: int, end: int) -> str:
    """Return the words around a place, up to where the sentence ends on either side."""
    before = _LINK.sub("", text[max(0, start - _BEFORE) : start])
    after = _LINK.sub("", text[end : end + _AFTER])
    return " ".join((_END.split(before)[-1] + text[start:end] + _END.split(after, maxsplit=1)[0]).split())
