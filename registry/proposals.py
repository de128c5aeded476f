"""What a search of a vendor's site proposes as sources, and why; a person confirms. Pure.

Only this module knows how much each reason weighs. A score orders proposals for a person, and no more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from extractors.model import Audience, DocumentKind, Failure, TermsType

_ALL_KINDS_HOLD_FOR: Final = frozenset({TermsType.PRIVACY_POLICY, TermsType.ACCEPTABLE_USE_POLICY})
"""Terms that hold for every plan where they do not say for whom they are."""


class Whence(StrEnum):
    """How a page was come upon."""

    FOOTER = "footer"
    NAVIGATION = "navigation"
    LINK = "link"
    """A link in a page's text."""
    LEGAL_PAGE = "legal_page"
    """A link on a page that lists terms."""
    WELL_KNOWN = "well_known"
    """A path under which many sites keep their terms."""
    SITEMAP = "sitemap"
    NAMED = "named"
    """Terms name it."""
    INCORPORATED = "incorporated"
    """Terms make it a part of themselves."""


_WEIGHTS: Final[Mapping[Whence, float]] = {
    Whence.FOOTER: 0.10,
    Whence.NAVIGATION: 0.05,
    Whence.LINK: 0.0,
    Whence.LEGAL_PAGE: 0.10,
    Whence.WELL_KNOWN: 0.05,
    Whence.SITEMAP: 0.0,
    Whence.NAMED: 0.10,
    Whence.INCORPORATED: 0.20,
}
_READ_AS_TERMS: Final = 0.15
_TITLED: Final = 0.10
_FAILED: Final = -0.10
_ELSEWHERE: Final = -0.10


@dataclass(frozen=True, slots=True)
class Reason:
    """One place that led to a page."""

    whence: Whence
    page: str
    """The address of the page, sitemap or terms that led there; of a well-known path, its own."""
    words: str = ""
    """The words of the link, or the sentence."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A page that may be a source."""

    url: str
    """Where it stands: after redirects, and by the address that the page calls its own."""
    terms_type: TermsType
    kind: DocumentKind
    audience: Audience
    plans: tuple[str, ...]
    """Slugs of the tool's plans that it may govern; empty where no tool was named."""
    reasons: tuple[Reason, ...]
    score: float
    """0 to 1."""
    title: str | None = None
    """As the page has it; `None` where it was not read."""
    failure: Failure | None = None
    """Why it could not be read, where that was tried."""
    detail: str | None = None
    tracked: str | None = None
    """The tool's source that stands there already."""
    passed_over_by: str | None = None
    """The person who wants no source of it."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """An address of the site that could not be looked at."""

    url: str
    failure: Failure
    detail: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to: the likeliest proposal first."""

    proposals: tuple[Proposal, ...]
    troubles: tuple[Trouble, ...]
    requests: int
    complete: bool
    """Whether all that was worth a look was looked at within the limits."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a page, to be weighed."""

    guess: float
    """How much words and address of the best link speak for it; 0 to 1."""
    whence: frozenset[Whence]
    read: bool = False
    """Whether it was read, and is terms as far as the reader tells."""
    titled: bool = False
    """Whether its title names the kind of document that was guessed."""
    failed: bool = False
    elsewhere: bool = False
    """Whether it stands on another site."""


def weigh(evidence: Evidence) -> float:
    """The score of a page, 0 to 1, in hundredths. Ways that led there count once each."""
    score = evidence.guess + sum(_WEIGHTS[one] for one in evidence.whence)
    score += _READ_AS_TERMS if evidence.read else 0.0
    score += _TITLED if evidence.titled else 0.0
    score += _FAILED if evidence.failed else 0.0
    score += _ELSEWHERE if evidence.elsewhere else 0.0
    return round(min(max(score, 0.0), 1.0), 2)


def plans_for(
    audience: Audience, terms_type: TermsType, plans: Iterable[tuple[str, Audience]]
) -> tuple[str, ...]:
    """Slugs of the plans that terms may govern, by whom both are for."""
    if audience is Audience.ALL or (terms_type in _ALL_KINDS_HOLD_FOR and audience is not Audience.API):
        return tuple(slug for slug, _ in plans)
    return tuple(
        slug for slug, whose in plans if whose in (audience, Audience.ALL) or _bought(whose, terms_type)
    )


def found_to_json(found: Found) -> dict[str, Any]:
    """The outcome as it is stored."""
    return asdict(found)


def found_from_json(stored: Mapping[str, Any]) -> Found:
    """The outcome as `found_to_json` wrote it."""
    return Found(
        proposals=tuple(_proposal(one) for one in stored["proposals"]),
        troubles=tuple(
            Trouble(one["url"], Failure(one["failure"]), one["detail"]) for one in stored["troubles"]
        ),
        requests=stored["requests"],
        complete=stored["complete"],
    )


def _bought(audience: Audience, terms_type: TermsType) -> bool:
    """Whether companies that sign for data processing are on such a plan."""
    return terms_type is TermsType.DATA_PROCESSOR_AGREEMENT and audience in (Audience.BUSINESS, Audience.API)


def _proposal(stored: Mapping[str, Any]) -> Proposal:
    return Proposal(
        url=stored["url"],
        terms_type=TermsType(stored["terms_type"]),
        kind=DocumentKind(stored["kind"]),
        audience=Audience(stored["audience"]),
        plans=tuple(stored["plans"]),
        reasons=_reasons(stored["reasons"]),
        score=stored["score"],
        title=stored["title"],
        failure=None if stored["failure"] is None else Failure(stored["failure"]),
        detail=stored["detail"],
        tracked=stored["tracked"],
        passed_over_by=stored.get("passed_over_by"),
    )


def _reasons(stored: Sequence[Mapping[str, Any]]) -> tuple[Reason, ...]:
    return tuple(Reason(Whence(one["whence"]), one["page"], one["words"]) for one in stored)
