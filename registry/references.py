"""Which of the documents that terms name are tracked, and which nobody reads. Pure.

Only this module knows when a source is the document that a name or an address means. Where that is in doubt
the document counts as untracked: a person sees one name too many rather than one too few.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

from extractors.model import DocumentKind, Reference, TermsType
from registry.addresses import bare, host_of, path_of, same_site

_TYPES: Mapping[DocumentKind, TermsType] = {
    DocumentKind.DATA_PROCESSOR_AGREEMENT: TermsType.DATA_PROCESSOR_AGREEMENT,
    DocumentKind.COMMERCIAL_TERMS: TermsType.COMMERCIAL_TERMS,
    DocumentKind.DEVELOPER_TERMS: TermsType.DEVELOPER_TERMS,
    DocumentKind.TERMS_OF_SERVICE: TermsType.TERMS_OF_SERVICE,
    DocumentKind.PRIVACY_POLICY: TermsType.PRIVACY_POLICY,
    DocumentKind.ACCEPTABLE_USE_POLICY: TermsType.ACCEPTABLE_USE_POLICY,
}
"""Kinds that sources are declared as; the others are told by their name alone."""
_FILLERS = frozenset({"and", "for", "list", "of", "our", "page", "policy", "s", "the"})
_PLAIN: Mapping[DocumentKind, frozenset[str]] = {
    DocumentKind.DATA_PROCESSOR_AGREEMENT: frozenset(
        {"addendum", "agreement", "data", "dpa", "processing", "processor", "protection", "term"}
    ),
    DocumentKind.COMMERCIAL_TERMS: frozenset(
        {"agreement", "business", "commercial", "condition", "service", "term"}
    ),
    DocumentKind.DEVELOPER_TERMS: frozenset({"agreement", "api", "developer", "service", "term", "use"}),
    DocumentKind.TERMS_OF_SERVICE: frozenset({"agreement", "condition", "service", "term", "use", "user"}),
    DocumentKind.PRIVACY_POLICY: frozenset({"data", "notice", "privacy", "protection", "statement"}),
    DocumentKind.ACCEPTABLE_USE_POLICY: frozenset({"acceptable", "aup", "usage", "use"}),
}
"""Words of a name that say no more than its kind does."""
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Tracked:
    """A source, by all that a reference could mean it by."""

    source: str
    terms_type: TermsType
    addresses: tuple[str, ...]
    """Where it stands, and where its pages were found to stand."""
    names: tuple[str, ...]
    """Its slug and its document's title."""


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence that names a document, and the source's document that it stands in."""

    source: str
    document: str
    """The digest of the document it stands in."""
    reference: Reference


@dataclass(frozen=True, slots=True)
class Untracked:
    """A document that terms name and no source covers."""

    name: str
    url: str | None
    kind: DocumentKind
    incorporated: bool
    """Whether one of the texts binds it to itself."""
    places: tuple[Place, ...]
    """Where it is named; sentences that bind it come first."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The tracked sources, ready to be compared with."""

    tracked: Sequence[Tracked]
    addresses: Mapping[str, tuple[str, ...]]
    """By source, as `bare` writes them."""
    owner: frozenset[str]
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By source, of its names and addresses."""


def untracked(
    places: Iterable[Place], tracked: Sequence[Tracked], owners: Iterable[str]
) -> tuple[Untracked, ...]:
    """The named documents that no source covers: the incorporated ones first, then by name.

    A source covers a reference by its address, without fragment and tracking; or by its type and name, where
    the reference has no address on a foreign site. `owners` are the names of the vendor and the tool.
    """
    known = _Known(
        tracked,
        {one.source: tuple(bare(url) for url in one.addresses) for one in tracked},
        _words(owners),
        {one.source: _words([*one.names, *map(path_of, one.addresses)]) for one in tracked},
    )
    groups: defaultdict[tuple[DocumentKind, frozenset[str], str], list[Place]] = defaultdict(list)
    for place in places:
        if not any(_covers(one, place, known) for one in tracked):
            groups[_document(place, known)].append(place)
    found = (_untracked(sorted(group, key=_order)) for group in groups.values())
    return tuple(sorted(found, key=lambda one: (not one.incorporated, one.name.casefold())))


def _covers(source: Tracked, place: Place, known: _Known) -> bool:
    reference = place.reference
    if reference.url is not None:
        address = bare(_full(place, known))
        if address in known.addresses[source.source]:
            return True
        if _is_foreign(place, known):
            return False
    apart = _apart(reference, known.owner)
    if not apart <= known.words[source.source]:
        return False
    if source.terms_type is _TYPES.get(reference.kind):
        return True
    business = source.terms_type is TermsType.BUSINESS_PRIVACY_POLICY
    by_name = reference.kind not in _TYPES or (business and reference.kind is DocumentKind.PRIVACY_POLICY)
    return by_name and bool(apart)


def _apart(reference: Reference, owner: frozenset[str]) -> frozenset[str]:
    """What sets a document apart from others of its kind and of its owner."""
    return _words([reference.name]) - _FILLERS - _PLAIN.get(reference.kind, frozenset()) - owner


def _document(place: Place, known: _Known) -> tuple[DocumentKind, frozenset[str], str]:
    """What two places share that mean the same document."""
    reference = place.reference
    site = host_of(_full(place, known)) if _is_foreign(place, known) else ""
    apart = _apart(reference, known.owner)
    if not apart and reference.kind not in _TYPES:
        apart = _words([reference.name]) - _FILLERS
    return reference.kind, apart, site


def _is_foreign(place: Place, known: _Known) -> bool:
    """Whether a reference's address stands on a site where no source stands; an upload stands nowhere."""
    if place.reference.url is None:
        return False
    host = host_of(_full(place, known))
    return not any(
        same_site(host, host_of(url)) for one in known.tracked for url in one.addresses if host_of(url)
    )


def _full(place: Place, known: _Known) -> str:
    """A reference's address in full: as written, or seen from the page that it stands on."""
    url = place.reference.url or ""
    if url.startswith(("http://", "https://")):
        return url
    if url.startswith(("/", ".", "?")):
        base = next(
            (one.addresses[0] for one in known.tracked if one.source == place.source and one.addresses), ""
        )
        return _joined(base, url)
    return f"https://{url}"


def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return url


def _words(names: Iterable[str]) -> frozenset[str]:
    return frozenset(_singular(word) for name in names for word in _WORD.findall(_joined_up(name)))


def _joined_up(name: str) -> str:
    return re.sub(r"\bsub[ -]processor", "subprocessor", name.casefold())


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 1 else word


def _order(place: Place) -> tuple[bool, str, int]:
    return not place.reference.incorporated, place.source, place.reference.start


def _untracked(places: Sequence[Place]) -> Untracked:
    first = places[0].reference
    url = next((one.reference.url for one in places if one.reference.url is not None), None)
    return Untracked(first.name, url, first.kind, first.incorporated, tuple(places))
