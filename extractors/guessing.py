"""What a link is likely to lead to, by its words and its address: which terms, and for whom. Pure.

A guess is for a person to confirm. Only this module knows the shapes of addresses under which sites keep
their terms, and the pages that look like terms and are none: posts about them, notices to applicants.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from extractors.model import Audience, DocumentKind, TermsType
from extractors.naming import kind_of

_TYPES: Final = {
    DocumentKind.DATA_PROCESSOR_AGREEMENT: TermsType.DATA_PROCESSOR_AGREEMENT,
    DocumentKind.COMMERCIAL_TERMS: TermsType.COMMERCIAL_TERMS,
    DocumentKind.DEVELOPER_TERMS: TermsType.DEVELOPER_TERMS,
    DocumentKind.TERMS_OF_SERVICE: TermsType.TERMS_OF_SERVICE,
    DocumentKind.PRIVACY_POLICY: TermsType.PRIVACY_POLICY,
    DocumentKind.ACCEPTABLE_USE_POLICY: TermsType.ACCEPTABLE_USE_POLICY,
    DocumentKind.SUBPROCESSOR_LIST: TermsType.OTHER,
    DocumentKind.OTHER: TermsType.OTHER,
}
"""Kinds that may be sources. A page of help is none."""
_AUDIENCES: Final = {
    DocumentKind.DATA_PROCESSOR_AGREEMENT: Audience.BUSINESS,
    DocumentKind.COMMERCIAL_TERMS: Audience.BUSINESS,
    DocumentKind.DEVELOPER_TERMS: Audience.API,
}
_FOR_WHOM: Final = (
    (Audience.API, re.compile(r"\b(?:api|developers?|sdk)\b")),
    (
        Audience.BUSINESS,
        re.compile(r"\b(?:business(?:es)?|enterprises?|commercial|teams?|customers?|workspaces?)\b"),
    ),
    (Audience.CONSUMER, re.compile(r"\b(?:consumers?|individuals?|personal use|free)\b")),
)
_HUB = re.compile(
    r"^(?:legal(?: (?:cent(?:er|re)|hub|notices?|terms|stuff|information|documents?|policies))?"
    r"|(?:our |legal |all )?policies|polic(?:y|ies) cent(?:er|re)|terms (?:and|&) policies"
    r"|trust(?: cent(?:er|re)| portal)?|legal (?:and|&) privacy|terms (?:and|&) privacy|policy)$"
)
_NO_TERMS = re.compile(
    r"\b(?:applicants?|candidates?|recruit\w*|careers?|jobs?|employees?|job[ -]seekers?"
    r"|privacy (?:choices|settings)|do not (?:sell|share)|cookies?|accessibility|slavery|dmca|trademarks?"
    r"|copyright|refunds?|returns?|affiliates?|referrals?|suppliers?|vendors?|brand|children|kids|california"
    r"|ccpa|cpra|blog|news|events?|press|webinars?|podcasts?|case studies|posts?|changelog"
    r"|customer stories|stories|non[ -]users?|health data|docs?|documentation|forums?"
    r"|templates?|glossary|login|sign ?up|archived?|archives|previous|generator)\b"
)
"""Words by which a page is about other things, or tells of terms that it does not hold."""
_FOREIGN = re.compile(
    r"^(?:ar|bg|cs|da|de|el|es|et|fi|fr|he|hr|hu|it|ja|ko|lt|lv|nb|nl|pl|pt|ro|ru|sk|sl|sr|sv|th|tr|vi|zh)"
    r"(?:-[a-z]{2,4})?$"
)
"""A path's step that names a language other than English."""
_ENDING = re.compile(r"\.(?:html?|php|aspx?|md|txt|pdf)$")
_MOST_WORDS = 9
_MOST_STEPS = 5

_BY_WORDS = 0.40
_BY_ADDRESS = 0.30
_ABOUT_OTHERS = 0.35


@dataclass(frozen=True, slots=True)
class Guess:
    """What a link is likely to lead to."""

    kind: DocumentKind
    terms_type: TermsType
    audience: Audience
    weight: float
    """0 to 1: how much its words and its address speak for it."""


def guess(words: str, path: str) -> Guess | None:
    """What a link of these words to this path leads to; `None` where neither tells of terms."""
    said, stands = kind_of_words(words), _kind_of_path(path)
    kind = said if said is not None else stands
    if kind is None or kind not in _TYPES or _is_foreign(path):
        return None
    weight = (_BY_WORDS if said is not None else 0.0) + (_BY_ADDRESS if stands is not None else 0.0)
    told = f"{words.lower()} {_spelt(path)}"
    if _NO_TERMS.search(told):
        weight -= _ABOUT_OTHERS
    audience = _audience(kind, told)
    return Guess(kind, _type(kind, audience), audience, max(weight, 0.0))


def kind_of_words(words: str) -> DocumentKind | None:
    """The kind of document that a link's or a title's words name; `None` where they name none."""
    short = " ".join(words.split())
    if not short or len(short.split()) > _MOST_WORDS:
        return None
    kind = kind_of(short)
    return None if kind in (DocumentKind.OTHER, DocumentKind.HELP_PAGE) else kind


def is_hub(words: str, path: str) -> bool:
    """Whether a link leads to a page that lists terms: a legal centre, a page of policies."""
    said = " ".join(words.lower().split())
    last = next(iter(_steps(path)[::-1]), "")
    return not _is_foreign(path) and (_HUB.match(said) is not None or _HUB.match(last) is not None)


def _type(kind: DocumentKind, audience: Audience) -> TermsType:
    if kind is DocumentKind.PRIVACY_POLICY and audience is Audience.BUSINESS:
        return TermsType.BUSINESS_PRIVACY_POLICY
    if kind is DocumentKind.TERMS_OF_SERVICE and audience in (Audience.BUSINESS, Audience.API):
        return TermsType.COMMERCIAL_TERMS if audience is Audience.BUSINESS else TermsType.DEVELOPER_TERMS
    return _TYPES[kind]


def _audience(kind: DocumentKind, told: str) -> Audience:
    named = next((audience for audience, pattern in _FOR_WHOM if pattern.search(told)), None)
    return named or _AUDIENCES.get(kind, Audience.ALL)


def _kind_of_path(path: str) -> DocumentKind | None:
    steps = _steps(path)
    if not steps or len(steps) > _MOST_STEPS:
        return None
    named = next((kind for name in _names(steps) if (kind := kind_of_words(name)) is not None), None)
    return DocumentKind.TERMS_OF_SERVICE if named is None and steps[-1].endswith(" terms") else named


def _names(steps: list[str]) -> Iterator[str]:
    """What a path may call its page: its last step, with the one above on either side, then those above."""
    for at in range(len(steps) - 1, -1, -1):
        yield steps[at]
        if at:
            yield f"{steps[at - 1]} {steps[at]}"
            yield f"{steps[at]} {steps[at - 1]}"


def _steps(path: str) -> list[str]:
    parts = [part for part in path.lower().split("?", 1)[0].split("/") if part]
    return [re.sub(r"[-_+.]+|%20", " ", _ENDING.sub("", part)).strip() for part in parts]


def _spelt(path: str) -> str:
    return " ".join(_steps(path))


def _is_foreign(path: str) -> bool:
    parts = [part for part in path.lower().split("/") if part]
    return any(_FOREIGN.match(part.replace("_", "-")) for part in parts[:2])
