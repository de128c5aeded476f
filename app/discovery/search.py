"""The search itself: first page, pages that list terms, sitemaps, the likely pages, and well-known paths.

Links go first, since they say what a site calls its terms; paths that merely may exist are tried for what is
still missing then. Whatever a site does ends as a trouble; the search goes on as long as it may.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit, urlunsplit

from app.discovery.leads import WELL_KNOWN, Lead, linked, named
from app.discovery.proposing import Known, propose, title_kind
from app.discovery.site import led_to
from app.discovery.trail import Trail, weight_of
from app.discovery.visiting import Look, SpentError, Visitor
from extractors.guessing import guess, is_hub
from extractors.model import DocumentKind, Failure
from extractors.sitemap import read_sitemap
from registry.addresses import bare
from registry.proposals import Found, Reason, Trouble, Whence

_MOST_HUBS: Final = 6
_MOST_SITEMAPS: Final = 5
_MOST_FROM_SITEMAPS: Final = 30
_MOST_READ: Final = 30
_DEEPEST_STEP: Final = 3
_LIKELY_SITEMAPS: Final = ("legal", "polic", "page", "main", "static", "site", "www")
_UNREACHED: Final = frozenset({Failure.UNREACHABLE, Failure.TIMED_OUT, Failure.TLS_FAILED})


@dataclass(frozen=True, slots=True)
class _Search:
    visitor: Visitor
    trail: Trail

    def look(self, url: str) -> Look:
        look = self.visitor.look(url)
        self.trail.saw(url, look)
        return look


def search(visitor: Visitor, known: Known) -> Found:
    """What the site has that may be terms; never fails for what the site does."""
    trail = Trail(visitor.site)
    try:
        _walk(_Search(visitor, trail), known)
        complete = True
    except SpentError:
        complete = False
    return Found(propose(trail, known), _troubles(trail), visitor.requests, complete)


def _walk(way: _Search, known: Known) -> None:
    way.trail.add(known.leads)
    home = _home(way)
    if home.failure in _UNREACHED or home.failure is Failure.REDIRECT_REFUSED:
        return
    way.trail.home = home.url
    way.trail.add(linked(home, Whence.LINK))
    _visit_hubs(way)
    _read_sitemaps(way, home.url)
    _read_likely(way)
    _try_well_known(way, home.url)
    _visit_hubs(way)
    _read_likely(way)


def _home(way: _Search) -> Look:
    start = way.visitor.site.start
    home = way.look(start)
    parts = urlsplit(start)
    if home.failure in _UNREACHED and parts.hostname == way.visitor.site.domain and parts.port is None:
        return way.look(urlunsplit(parts._replace(netloc=f"www.{parts.netloc}")))
    return home


def _visit_hubs(way: _Search) -> None:
    for url in way.trail.hubs()[:_MOST_HUBS]:
        way.trail.add(linked(way.look(url), Whence.LEGAL_PAGE))


def _read_sitemaps(way: _Search, home: str) -> None:
    queue = [*way.visitor.named_sitemaps(home)] or [urljoin(home, "/sitemap.xml")]
    leads: list[Lead] = []
    for _ in range(_MOST_SITEMAPS):
        if not queue:
            break
        url = queue.pop(0)
        if not way.visitor.site.has(url):
            continue
        sitemap = read_sitemap(way.visitor.sitemap(url))
        addresses = [one for one in (led_to(url, "", loc) for loc in sitemap.urls) if one is not None]
        if sitemap.is_index:
            queue.extend(sorted(addresses, key=_unlikely))
        else:
            leads.extend(_listed(url, addresses))
    leads.sort(key=weight_of, reverse=True)
    way.trail.add(leads[:_MOST_FROM_SITEMAPS])


def _unlikely(url: str) -> bool:
    """Whether nothing in a sitemap's name speaks for terms in it: such ones are read last."""
    return not any(word in urlsplit(url).path.lower() for word in _LIKELY_SITEMAPS)


def _listed(sitemap: str, urls: list[str]) -> list[Lead]:
    shallow = (url for url in urls if urlsplit(url).path.strip("/").count("/") < _DEEPEST_STEP)
    leads = (Lead(url, "", Reason(Whence.SITEMAP, sitemap)) for url in shallow)
    return [lead for lead in leads if weight_of(lead) > 0]


def _read_likely(way: _Search) -> None:
    for _ in range(_MOST_READ):
        url = way.trail.likeliest()
        if url is None:
            return
        look = way.look(url)
        way.trail.add(named(look))
        if look.document is not None:
            way.trail.add(linked(look, Whence.LINK))


def _try_well_known(way: _Search, home: str) -> None:
    """Try paths for what was not found; a page there counts only where its own title says what it is."""
    have = {kind for look in way.trail.looks.values() if (kind := title_kind(look)) is not None}
    for path in WELL_KNOWN:
        url = urljoin(home, path)
        expected = guess("", path)
        if bare(url) in way.trail.looks or (expected is not None and expected.kind in have):
            continue
        look = way.look(url)
        kind = title_kind(look)
        if kind is not None:
            have.add(kind)
            way.trail.add([_proven(url, kind)])
            way.trail.add(named(look))
        elif expected is None and is_hub("", path) and look.document is not None:
            way.trail.add(linked(look, Whence.LEGAL_PAGE))


def _proven(url: str, kind: DocumentKind) -> Lead:
    """A page that was found by trying, under what its title calls it."""
    return Lead(url, kind.value, Reason(Whence.WELL_KNOWN, url))


def _troubles(trail: Trail) -> tuple[Trouble, ...]:
    """Pages that something led to and that could not be looked at; and the first page."""
    found: dict[str, Trouble] = {}
    for key, look in trail.looks.items():
        led = key in trail.leads or look is next(iter(trail.looks.values()))
        if led and look.failure is not None and look.detail is not None:
            found.setdefault(bare(look.url), Trouble(look.url, look.failure, look.detail))
    return tuple(found.values())
