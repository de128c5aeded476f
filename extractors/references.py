"""The other documents that a text names: linked, with an address in sight, or by name alone. Pure.

Only this module knows when a name is a reference (not in a heading or a menu, not to the text itself or one
of its parts, not to what a third party keeps), and when the text binds the other document to itself.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from extractors.model import Document, DocumentKind, Reference
from extractors.naming import Named, kind_of, names_in, sameness
from extractors.whereabouts import Page, Pointer, page_of

_GOVERNS = re.compile(
    r"/[\w.-]{0,60}(?:privacy|terms|\btos\b|eula|dpa\b|data-processing|aup\b|polic(?:y|ies)|legal"
    r"|guidelines|sub-?processors?|cookies?|retention|trust)\b",
    re.IGNORECASE,
)
"""Addresses that stand for terms and policies by their path."""
_LAST_PART = re.compile(r"/([\w.%-]+?)(?:\.(?:html?|pdf|aspx?|php))?/?(?:[?#].*)?$")
_SAYS_NOTHING = re.compile(
    r"^(?:here|this\s\w+|section\s.*|see|link|more|learn more|read more|click here|page|website|https?:.*"
    r"|www\..*|[\w-]+\.[\w./-]+|\W*)$",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:previous|prior|earlier|archived?|older)\b|/(?:archive|revisions?)/", re.IGNORECASE)
"""What stood before binds no longer."""
_LEADS_TO = re.compile(
    r"\b(?:at|here|found|available|accessible|located|posted|see|visit|via)\b|[:(]", re.IGNORECASE
)
_BREAK = re.compile(r"\n|[.;]\s")
_NEAR = 120

_TITLE_WORD = r"(?:[A-Z][\w’'/-]*|and|or|of|the|for|to|a|as|in|&)"
_HEADS_A_PARAGRAPH = re.compile(
    r"(?:\W|\d|[A-Za-z]{1,3}[.)]\s)*(?!(?:See|Read|Please|Review|Visit)\b)"
    rf"{_TITLE_WORD}(?:,?\s{_TITLE_WORD})*\W*"
)
"""Words in title case without a sentence: `5.2 Policies and Service Terms.`"""
_LONGEST_HEADING = 80
_SEPARATOR = re.compile(r"\s[|–—\\-]\s")
_HEADING = re.compile(r"^#{1,6}[ \t]+([^\n]{1,200})", re.MULTILINE)
_TOP = re.compile(r"^#[ \t]+([^\n]{1,200})", re.MULTILINE)
_FIRST = 5_000
"""Characters within which the heading of a whole text stands."""
_NUMBER = re.compile(
    r"^(?:(?:section|article|part)\s)?[\dA-Zivx]{1,4}(?:\.\d{1,3}){0,3}[.):]?\s+", re.IGNORECASE
)

_OF_OTHERS = re.compile(
    r"\b(?:their|your|his|her|any|each|every|another|such|other|those|applicable|own"
    r"|(?:third[- ])?part(?:y|ies)(?:[’']s?)?|(?:providers?|customers?|users?)(?:[’']s?))\s+(?:\w+\s)?$",
    re.IGNORECASE,
)
_FOR_OTHERS = re.compile(
    r"\s+(?:of|for|from|applicable\sto|at)\s+(?:the\s|such\s|that\s|those\s|any\s|each\s|these\s)?"
    r"(?:third|other|respective|relevant|applicable|linked|external|site|provider|vendor)",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:this|these)\s+$", re.IGNORECASE)
_PART = re.compile(
    r"\W{0,3}\s?(?:above|below|hereunder|in\sSection|set\sforth\s(?:above|below|in))\b", re.IGNORECASE
)
_WHOSE = re.compile(r"(?:\bour|\bits|[’']s)\s+(?:\w+\s)?$", re.IGNORECASE)
_LOOK_BACK = 40
_PARTS = frozenset({DocumentKind.OTHER, DocumentKind.ACCEPTABLE_USE_POLICY})
"""Kinds that a section often is; one called `Privacy Policy` mostly tells of a policy elsewhere."""

_BINDS = re.compile(
    r"\bincorporat\w*\s+(?:[\w,]+\s+){0,6}"
    r"(?:by\s+(?:this\s+)?reference|herein|hereto|(?:in)?to\s+(?:these|this|the|our|and))"
    r"|\bincorporates?\s+by\s+reference|\bform(?:s|ing)?\s+(?:an?\s+(?:\w+\s+)?)?part\s+of"
    r"|\b(?:made|become|becomes|is|are)\s+(?:an?\s+)(?:\w+\s+)?part\s+of|\btogether\s+with\b"
    r"|\b(?:[Tt]hese|[Tt]his)\s+(?:[A-Z]\w+\s+){1,4}\(?(?:also\s+)?includ(?:e|es|ing)\b"
)
_BINDS_BEFORE = re.compile(r"\bsubject\s+to\b[^.;:]{0,100}$", re.IGNORECASE)
_DENIED = re.compile(r"(?:\b(?:not|never)|n[’']t)\s+(?:\w+\s+){0,2}$")

_NAMING = frozenset(
    {"acceptable", "addendum", "agreement", "api", "business", "commercial", "consumer", "customer", "data",
     "developer", "enterprise", "notice", "of", "policies", "policy", "privacy", "processing", "service",
     "services", "statement", "terms", "usage", "use", "user"}
)  # fmt: skip
"""Words of a title that say what a document is; the others say whose."""


@dataclass(frozen=True, slots=True)
class _Mention:
    """A reference where it stands once."""

    named: Named
    key: str
    """What it shares with the other mentions of the same document."""
    url: str | None
    start: int
    end: int
    incorporated: bool


@dataclass(frozen=True, slots=True)
class _Self:
    """What a text is called, and what its parts are."""

    owner: frozenset[str]
    """Words of its title that name no kind of document: whose it is."""
    outer: frozenset[str]
    """Those that stand apart from its name, as in `Terms of Service | Acme`."""
    own: frozenset[str]
    """What it is called, with and without its owner."""
    parts: frozenset[str]
    """What its headings say."""


def find_references(document: Document) -> tuple[Reference, ...]:
    """The other documents that the text names, each once, in the order of their quotes. Never fails."""
    page = page_of(document.text)
    names = sorted(set(names_in(document.text)), key=lambda one: (one.end, one.start))
    itself = _itself(document, names)
    named = [one for one in names if not _is_itself(one, itself) and _refers(page, one)]
    found = [
        _reference(page.text, same)
        for same in _by_document(_mentions(page, named, itself.owner))
        if not _is_part(page, itself, same)
    ]
    return tuple(sorted(_by_address(found), key=lambda one: (one.start, one.name)))


def _itself(document: Document, names: Sequence[Named]) -> _Self:
    text, title = document.text, document.title or ""
    headings = [found[1].strip() for found in _HEADING.finditer(text)]
    called, apart = [], []
    for piece in (*_SEPARATOR.split(title), *(found[1] for found in _TOP.finditer(text[:_FIRST]))):
        found = [named.name for named in names_in(piece.title().replace(" Of ", " of "))]
        called += found
        apart += [] if found else [piece]
    owner = _words(title) - _NAMING
    kinds = {kind_of(name) for name in called}
    # `This privacy policy` in terms of service points back at a policy that was named before.
    called += [
        one.name
        for one in names
        if _OWN.search(text, max(0, one.start - _LOOK_BACK), one.start)
        and not text.startswith("](", one.end)
        and (not kinds or kind_of(one.name) in {*kinds, DocumentKind.OTHER})
    ]
    outer = _words(" ".join(apart)) & owner
    own = {sameness(name, whose) for name in called for whose in (owner, outer, frozenset[str]())}
    parts = frozenset(sameness(_NUMBER.sub("", one), owner) for one in headings)
    return _Self(owner, outer, frozenset(own), parts)


def _words(title: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", title.casefold()))


def _is_itself(named: Named, itself: _Self) -> bool:
    """Whether a name is the text's own. `Acme Terms of Use` is not that of `Acme Platform Terms of Use`."""
    return sameness(named.name, itself.outer) in itself.own


def _refers(page: Page, named: Named) -> bool:
    """Whether a name where it stands means another document that the parties have."""
    text, start, end = page.text, named.start, named.end
    line = page.line(start)
    bare = line.strip(" \t-*+•|_[]").rstrip(".")
    if line.startswith("#") or (bare == named.name and not page.introduction(start)):
        return False
    sentence = text[slice(*page.sentence(start, end))]
    heads = len(sentence) <= _LONGEST_HEADING and _HEADS_A_PARAGRAPH.fullmatch(sentence)
    before = max(0, start - _LOOK_BACK)
    return not (
        (heads and not sentence.isupper())
        or _OF_OTHERS.search(text, before, start)
        or _OWN.search(text, before, start)
        or _FOR_OTHERS.match(text, end, end + 60)
    )


def _mentions(page: Page, named: Sequence[Named], owner: frozenset[str]) -> Iterator[_Mention]:
    addressed = _addressed(page, named)
    for one in named:
        yield _mention(page, one, addressed.get(one), owner)
    begins = sorted(one.start for one in named)
    for link in page.pointers:
        first = bisect_right(begins, link.start)
        has_name = first < len(begins) and begins[first] < link.end
        unnamed = None if has_name else _called_by_address(page, link)
        if unnamed is not None:
            yield _mention(page, unnamed, link.url, owner)


def _mention(page: Page, named: Named, url: str | None, owner: frozenset[str]) -> _Mention:
    start, end = page.sentence(named.start, named.end)
    text, introduction = page.text, page.introduction(named.start)
    binds = (
        _BINDS_BEFORE.search(text, max(start, named.start - _NEAR), named.start) is not None
        or any(map(_is_meant, _BINDS.finditer(text, start, end)))
        or any(map(_is_meant, _BINDS.finditer(introduction)))
    )
    return _Mention(named, sameness(named.name, owner), url, start, end, binds)


def _is_meant(found: re.Match[str]) -> bool:
    return not _DENIED.search(found.string, max(0, found.start() - 30), found.start())


def _addressed(page: Page, named: Sequence[Named]) -> dict[Named, str]:
    """The address of each name that is linked, or that one follows which tells where it stands."""
    found: dict[Named, str] = {}
    ends = [one.end for one in named]
    for link in page.pointers:
        at = bisect_right(ends, link.start if link.words is None else link.end)
        nearest = named[at - 1] if at else None
        if nearest is None or not _is_address(link.url):
            continue
        if (link.words is not None and nearest.start >= link.start) or _tells_where(page, nearest, link):
            found.setdefault(nearest, link.url)
    return found


def _tells_where(page: Page, named: Named, link: Pointer) -> bool:
    """Whether an address says where the name before it stands: `the X, available at ADDRESS`."""
    if link.words is not None and not _SAYS_NOTHING.match(link.words):
        return False
    near = link.start - named.end <= _NEAR and not _BREAK.search(page.text, named.end, link.start)
    return near and _LEADS_TO.search(page.text, named.end, link.start + 1) is not None


def _is_address(url: str) -> bool:
    return not url.startswith(("#", "mailto:", "tel:")) and _PAST.search(url) is None


def _called_by_address(page: Page, link: Pointer) -> Named | None:
    """What a link to terms is called whose words name none: `our policy on [supported countries](…)`."""
    if link.words is None or not _is_address(link.url) or not _GOVERNS.search(link.url):
        return None
    words = link.words.strip(" *_\u2060")
    if _SAYS_NOTHING.match(words):
        part = _LAST_PART.search(link.url)
        words = re.sub(r"[-_.%]+", " ", part[1]).strip() if part else ""
    alone = page.line(link.start).strip(" \t-*+•|").startswith("[") and page.line(link.start).endswith(")")
    in_menu = alone and not page.introduction(link.start)
    return None if not words or in_menu or _PAST.search(words) else Named(words, link.start, link.end)


def _by_document(mentions: Iterable[_Mention]) -> Iterable[Sequence[_Mention]]:
    """Mentions of one document together: by name, and apart where one name is given two addresses."""
    groups: defaultdict[tuple[str, str | None], list[_Mention]] = defaultdict(list)
    first: dict[str, str | None] = {}
    for one in sorted(mentions, key=lambda mention: (mention.url is None, mention.named.start)):
        address = first.get(one.key) if one.url is None else _same_address(one.url)
        first.setdefault(one.key, address)
        groups[one.key, address].append(one)
    return [sorted(group, key=lambda mention: mention.named.start) for group in groups.values()]


def _is_part(page: Page, itself: _Self, same: Sequence[_Mention]) -> bool:
    """Whether a name is a part's: it is a heading, or stands above or below, and is never called ours."""
    text = page.text
    if any(one.url for one in same):
        return False
    below = any(_PART.match(text, one.named.end, one.named.end + _LOOK_BACK) for one in same)
    headed = same[0].key in itself.parts and kind_of(same[0].named.name) in _PARTS
    ours = any(_WHOSE.search(text, max(0, one.named.start - _LOOK_BACK), one.named.start) for one in same)
    return (below or headed) and not ours


def _reference(text: str, same: Sequence[_Mention]) -> Reference:
    shown = next((one for one in same if one.incorporated), same[0])
    url = next((one.url for one in same if one.url), None)
    # An abbreviation is the name only where no other is given.
    named = next((one.named for one in same if not one.named.name.isupper()), shown.named)
    name = " ".join(named.name.split())
    kind = kind_of(name)
    if kind is DocumentKind.OTHER and url is not None:
        kind = kind_of(re.sub(r"[-_/.]+", " ", url.partition("://")[2] or url))
    quote = text[shown.start : shown.end]
    return Reference(name, url, kind, shown.incorporated, shown.start, shown.end, quote)


def _by_address(found: Iterable[Reference]) -> Iterator[Reference]:
    """References with one address made one: the name stays that comes first, and what binds it."""
    kept: dict[str, Reference] = {}
    for one in sorted(found, key=lambda reference: reference.start):
        if one.url is None:
            yield one
            continue
        before = kept.setdefault(_same_address(one.url), one)
        if one.incorporated and not before.incorporated:
            kept[_same_address(one.url)] = replace(one, name=before.name, kind=before.kind)
    yield from kept.values()


def _same_address(url: str) -> str:
    bare = re.sub(r"^(?:https?://)?(?:www\.)?|[?#].*$", "", url)
    return bare.rstrip("/").casefold()
