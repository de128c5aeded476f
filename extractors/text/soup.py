"""HTML to a tree of plain values: the only module that knows BeautifulSoup, lxml and CSS selectors.

Parts that no person reads (scripts, styles, pictures) are left out here; what they tell about the page is
kept beside the tree as signs, for judging whether the page is terms at all.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

import soupsieve
from bs4 import BeautifulSoup
from bs4.element import AttributeDict, CData, NavigableString, PageElement, Tag, TemplateString

from extractors.text.errors import SelectorError
from extractors.text.ranges import is_range, nodes_between, read_range
from extractors.text.tree import Element, Node

# Not `source` and `track`: lxml does not know that they are empty, and puts the text after them inside.
_UNREAD = frozenset((
    "applet", "area", "audio", "base", "canvas", "embed", "frame", "frameset", "head", "iframe", "img",
    "link", "map", "meta", "noscript", "object", "param", "progress", "script", "select",
    "style", "svg", "template", "video",
))  # fmt: skip
_MOST_LINKS = 5_000
_LEVELS = 25
"""How far above a link the part of the page is looked for that it stands in."""
_LONGEST_LINK = 200
_ASIDE = re.compile(r"[\u200b\u2060\ufeff]|\(?opens in (?:a )?new (?:window|tab)\)?", re.IGNORECASE)
"""What stands beside a link's words for those who hear them, and marks that nobody sees."""
_TEXTS = (NavigableString, CData, TemplateString)
_TELLING = ("script", "iframe", "frame", "input", "noscript", "div")
_KEPT_ATTRIBUTES = frozenset((
    "aria-controls", "aria-expanded", "aria-hidden", "aria-level", "aria-modal", "class", "colspan",
    "hidden", "id", "open", "reversed", "role", "rowspan", "start", "style", "type", "value",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signs:
    """What a page shows of its nature outside its text."""

    title: str = ""
    scripts: int = 0
    script_sources: str = ""
    """Addresses of scripts and frames, joined."""
    noscript: str = ""
    frames: int = 0
    password: bool = False
    email: bool = False
    root: bool = False
    """Whether it has the empty element that script applications render into."""


class LinkPlace(StrEnum):
    """The part of a page that a link stands in."""

    FOOTER = "footer"
    NAVIGATION = "navigation"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link as a page shows it."""

    href: str
    """As it is written."""
    text: str
    """The words on it, or those that are read out for it."""
    place: LinkPlace


@dataclass(frozen=True, slots=True)
class PageLinks:
    """A page's links in document order, and what it says of its own address."""

    links: tuple[PageLink, ...] = ()
    base: str = ""
    """What relative addresses are seen from, as it is written; empty: the page's own address."""
    canonical: str = ""
    """The address that the page calls its own, as it is written; empty: none."""


class Soup:
    """A parsed page. `remove` changes it; a fresh one is a `Soup` of the same markup."""

    def __init__(self, markup: str) -> None:
        # lxml would stop at some control characters, and text after them would be lost.
        clean = markup.lstrip("\ufeff").replace("\0", " ")
        # lxml gives every attribute as a string: nothing is left to convert, which takes a fifth of the time.
        self._soup = BeautifulSoup(
            clean, "lxml", multi_valued_attributes=None, attribute_dict_class=AttributeDict
        )

    def tree(self) -> Element:
        """The whole page."""
        return _convert(self._soup.body or self._soup)

    def remove(self, selectors: tuple[str, ...]) -> None:
        """Takes away all that the selectors match; matching nothing is no mistake."""
        doomed = {id(node) for selector in selectors for node in _matches(self._soup, selector)}
        by_parent: dict[int, list[PageElement]] = defaultdict(list)
        for node in list(_outermost(self._soup, doomed)):
            by_parent[id(node.parent)].append(node)
        for siblings in by_parent.values():
            _take_away(siblings, doomed)

    def select(self, selectors: tuple[str, ...]) -> tuple[Element | None, tuple[str, ...]]:
        """The selected parts in document order under one root, nested ones once; and selectors in vain."""
        found = [(selector, _matches(self._soup, selector)) for selector in selectors]
        missed = tuple(selector for selector, nodes in found if not nodes)
        wanted = {id(node) for _, nodes in found for node in nodes}
        if not wanted:
            return None, missed
        # An element that is named is meant, whatever it is; one that only stands in a range may be a script.
        named = {id(node) for selector, nodes in found if not is_range(selector) for node in nodes}
        parts = [
            node
            for one in _outermost(self._soup, wanted)
            for node in _readable(one, is_named=id(one) in named)
        ]
        return Element("div", {}, tuple(parts)), missed

    def signs(self) -> Signs:
        """What the page shows of its nature outside its text."""
        soup = self._soup
        telling: dict[str, list[Tag]] = {name: [] for name in _TELLING}
        for tag in soup.descendants:
            if isinstance(tag, Tag) and tag.name in telling:
                telling[tag.name].append(tag)
        scripts, frames = telling["script"], (*telling["iframe"], *telling["frame"])
        sources = (str(tag.get("src") or "") for tag in (*scripts, *frames))
        inputs = [str(tag.get("type") or "").lower() for tag in telling["input"]]
        return Signs(
            title=" ".join(soup.title.get_text(" ").split()) if soup.title else "",
            scripts=len(scripts),
            script_sources=" ".join(sources).lower(),
            noscript=" ".join(" ".join(tag.get_text(" ").split()) for tag in telling["noscript"]),
            frames=len(frames),
            password="password" in inputs,
            email="email" in inputs,
            root=any(
                tag.get("id") in ("root", "app", "__next", "___gatsby", "__nuxt", "svelte")
                for tag in telling["div"]
            ),
        )

    def links(self) -> PageLinks:
        """The links that lead to other pages, and what the page says of its own address."""
        soup = self._soup
        found: list[PageLink] = []
        for anchor in islice(soup.find_all("a", href=True), _MOST_LINKS):
            href = str(anchor["href"]).strip()
            if href and not href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
                found.append(PageLink(href, _words_of(anchor), _place_of(anchor)))
        return PageLinks(
            tuple(found),
            _head_address(soup, "base[href]"),
            _head_address(soup, 'link[rel="canonical"][href]'),
        )


def _head_address(soup: BeautifulSoup, selector: str) -> str:
    tag = soup.select_one(selector)
    return "" if tag is None else str(tag.get("href") or "").strip()


def _words_of(anchor: Tag) -> str:
    shown = " ".join(_ASIDE.sub(" ", anchor.get_text(" ")).split())
    said = str(anchor.get("aria-label") or anchor.get("title") or "")
    return (shown or " ".join(said.split()))[:_LONGEST_LINK]


def _place_of(anchor: Tag) -> LinkPlace:
    """The nearest part that says what it is; only so many levels, so that time grows with the page."""
    for part in islice(anchor.parents, _LEVELS):
        told = f"{part.get('id') or ''} {part.get('class') or ''} {part.get('role') or ''}".lower()
        if part.name == "footer" or "footer" in told or "contentinfo" in told:
            return LinkPlace.FOOTER
        if part.name in ("main", "article"):
            return LinkPlace.TEXT
        if part.name in ("nav", "header") or "navigation" in told or "menu" in told:
            return LinkPlace.NAVIGATION
    return LinkPlace.TEXT


def check_selectors(selectors: tuple[str, ...]) -> None:
    """Raises `SelectorError` for the first selector that cannot be understood."""
    for selector in selectors:
        asked = read_range(selector) if is_range(selector) else None
        for css in (selector,) if asked is None else (asked.start.selector, asked.end.selector):
            try:
                soupsieve.compile(css)
            except (soupsieve.SelectorSyntaxError, NotImplementedError, ValueError, TypeError) as error:
                raise SelectorError(css, str(error).split("\n", maxsplit=1)[0]) from error


def _matches(soup: BeautifulSoup, selector: str) -> Sequence[PageElement]:
    check_selectors((selector,))
    if not is_range(selector):
        return list(soupsieve.select(selector, soup))
    asked = read_range(selector)
    ends = (soupsieve.select_one(bound.selector, soup) for bound in (asked.start, asked.end))
    return nodes_between(soup, asked, *ends)


def _take_away(siblings: list[PageElement], doomed: set[int]) -> None:
    """Removes children of one parent: all are taken out and the others put back.

    One by one, each removal searches the parent's list again: quadratic on a list of 100,000.
    """
    parent = siblings[0].parent
    if parent is None:
        return
    if len(siblings) < 100:
        for node in siblings:
            node.extract()
        return
    kept = [child for child in parent.contents if id(child) not in doomed]
    parent.clear()
    parent.extend(kept)


def _outermost(root: Tag, wanted: set[int]) -> Iterator[PageElement]:
    """Nodes of `wanted` that stand in no other one of them, in document order."""
    rest: list[Iterator[PageElement]] = [iter(root.contents)]
    while rest:
        for child in rest[-1]:
            if id(child) in wanted:
                yield child
                continue
            if not isinstance(child, Tag):
                continue
            rest.append(iter(child.contents))
            break
        else:
            rest.pop()


def _readable(node: PageElement, *, is_named: bool) -> Iterator[Node]:
    """A selected node as a person reads it, if one does."""
    if isinstance(node, Tag):
        if is_named or _read(node):
            yield _convert(node)
    elif type(node) in _TEXTS:
        yield str(node)


def _convert(root: Tag) -> Element:
    open_ones: list[tuple[Tag, Iterator[PageElement], list[Node]]] = [(root, iter(root.contents), [])]
    while True:
        tag, rest, children = open_ones[-1]
        for child in rest:
            if isinstance(child, Tag):
                if _read(child):
                    open_ones.append((child, iter(child.contents), []))
                    break
            elif type(child) in _TEXTS:
                children.append(str(child))
        else:
            open_ones.pop()
            element = Element(tag.name.lower(), _attributes(tag), tuple(children))
            if not open_ones:
                return element
            open_ones[-1][2].append(element)


def _read(tag: Tag) -> bool:
    name = tag.name.lower()
    # A template with a shadow root is how server-rendered components carry their visible text.
    return name not in _UNREAD or (name == "template" and "shadowrootmode" in tag.attrs)


def _attributes(tag: Tag) -> dict[str, str]:
    return {name: str(value) for name, value in tag.attrs.items() if name in _KEPT_ATTRIBUTES}
