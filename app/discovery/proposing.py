"""From leads and looks to proposals: one for each page, with all that led there. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.discovery.leads import Lead
from app.discovery.trail import Trail, weight_of
from app.discovery.visiting import Look
from extractors.guessing import Guess, guess, kind_of_words
from extractors.model import Audience, DocumentKind, Failure
from registry.addresses import bare
from registry.proposals import Evidence, Proposal, Reason, Whence, plans_for, weigh

_LEAST_SCORE: Final = 0.35
_MOST: Final = 40
_MORE_PARTICULAR: Final = frozenset({DocumentKind.COMMERCIAL_TERMS, DocumentKind.DEVELOPER_TERMS})
"""What a page may say it is where its link said `Terms`."""
_TRUSTED_ELSEWHERE: Final = frozenset(
    {Whence.FOOTER, Whence.NAVIGATION, Whence.LEGAL_PAGE, Whence.INCORPORATED}
)
"""Ways by which a site calls a page elsewhere its own terms; what a text links or names may be others'."""
_NO_PAGE: Final = frozenset({Failure.NOT_FOUND, Failure.BAD_URL})


@dataclass(frozen=True, slots=True)
class Known:
    """What the registry has of the tool that is searched for; all empty where there is none."""

    plans: tuple[tuple[str, Audience], ...] = ()
    tracked: Mapping[str, str] | None = None
    """Slugs of its sources, by the `bare` addresses they stand at."""
    leads: tuple[Lead, ...] = ()
    """Documents that its terms name and nobody tracks."""


@dataclass(frozen=True, slots=True)
class _Page:
    """A page with all that led to it."""

    url: str
    look: Look | None
    leads: Sequence[Lead]


def propose(trail: Trail, known: Known) -> tuple[Proposal, ...]:
    """Proposals by score, the likeliest first."""
    groups: defaultdict[str, list[tuple[str, Look | None]]] = defaultdict(list)
    for key, leads in trail.leads.items():
        look = trail.looks.get(key)
        if not _is_worthless(look, trail):
            groups[_identity(leads[0].url, look, trail)].append((key, look))
    pages = [_page(members, trail) for members in groups.values()]
    found = [one for page in pages if (one := _proposal(page, trail, known)) is not None]
    found.sort(key=lambda one: (-one.score, one.url))
    return tuple(found[:_MOST])


def title_kind(look: Look) -> DocumentKind | None:
    """The kind of document that a page says it is, by its title or else its first heading."""
    if look.document is None:
        return None
    first = look.document.text[:300].partition("\n")[0].lstrip("# ")
    return kind_of_words(look.document.title or "") or kind_of_words(first)


def _is_worthless(look: Look | None, trail: Trail) -> bool:
    """Whether there is no page, or the site shows its first page in place of it."""
    return look is not None and (look.failure in _NO_PAGE or bare(look.url) == bare(trail.home))


def _identity(url: str, look: Look | None, trail: Trail) -> str:
    """What pages share that are one: the same text, or the same address."""
    if look is None:
        return bare(url)
    return look.document.digest if look.document is not None else bare(_standing(look, trail))


def _standing(look: Look, trail: Trail) -> str:
    """The address to track: the page's own, unless the site calls every page its first."""
    return look.url if bare(look.own) == bare(trail.home) else look.own


def _page(members: Sequence[tuple[str, Look | None]], trail: Trail) -> _Page:
    leads = [lead for key, _ in members for lead in trail.leads[key]]
    look = next((look for _, look in members if look is not None), None)
    return _Page(leads[0].url if look is None else _standing(look, trail), look, leads)


def _proposal(page: _Page, trail: Trail, known: Known) -> Proposal | None:
    best = max(page.leads, key=weight_of)
    guessed = best.guess
    if guessed is None:
        return None
    look = page.look
    titled = None if look is None else title_kind(look)
    if titled in _MORE_PARTICULAR and guessed.kind is DocumentKind.TERMS_OF_SERVICE:
        guessed = replace(guess(titled.value, "") or guessed, weight=guessed.weight)
    whence = frozenset(lead.reason.whence for lead in page.leads)
    elsewhere = not trail.site.has(page.url)
    if elsewhere and not whence & _TRUSTED_ELSEWHERE:
        return None
    score = weigh(
        Evidence(
            guess=guessed.weight,
            whence=whence,
            read=look is not None and look.document is not None,
            titled=titled is guessed.kind,
            failed=look is not None and look.failure is not None,
            elsewhere=elsewhere,
        )
    )
    return None if score < _LEAST_SCORE else _shown(page, guessed, score, known)


def _shown(page: _Page, guessed: Guess, score: float, known: Known) -> Proposal:
    look = page.look
    document = None if look is None else look.document
    return Proposal(
        url=page.url,
        terms_type=guessed.terms_type,
        kind=guessed.kind,
        audience=guessed.audience,
        plans=plans_for(guessed.audience, guessed.terms_type, known.plans),
        reasons=_reasons(page.leads),
        score=score,
        title=None if document is None else document.title,
        failure=None if look is None else look.failure,
        detail=None if look is None else look.detail,
        tracked=_tracked(page, known),
    )


def _tracked(page: _Page, known: Known) -> str | None:
    tracked = known.tracked or {}
    names = (bare(page.url), *(bare(lead.url) for lead in page.leads))
    return next((tracked[name] for name in names if name in tracked), None)


def _reasons(leads: Iterable[Lead]) -> tuple[Reason, ...]:
    """Each way once, in the order in which it was come upon."""
    return tuple({(one.reason.whence, one.words): one.reason for one in reversed(list(leads))}.values())[::-1]
