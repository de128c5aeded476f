"""What on a page is not its text: menus, headers, footers, banners, buttons, parts that are hidden for good.

Only this module knows how pages mark such parts. Terms that a page shows on a click only (accordions, tabs)
are terms, and nothing that holds most of a page's prose is ever taken for chrome.
"""

import re
from dataclasses import dataclass

from extractors.text.tree import Element, Step, text_of, walk, without

_MENU_ROLES = frozenset((
    "navigation", "search", "menu", "menubar", "toolbar", "tooltip", "progressbar", "slider",
))  # fmt: skip
_CONTENT = frozenset(("main", "article", "section"))
_PANELS = frozenset(("tabpanel", "region", "definition"))
_CONSENT_TOOL = re.compile(
    r"onetrust|cybotcookiebot|usercentrics|truste-|truste_|osano-cm|iubenda-cs|(?:^|[ _-])cky-|cmplz|didomi"
    r"|qc-cmp|klaro|hs-eu-cookie"
)
_CONSENT_NAME = re.compile(r"cookie|consent")
_CONSENT_WORDS = re.compile(
    r"\b(?:accept|allow|reject|decline|refuse|deny|agree to) (?:all|cookies|essential|additional)"
    r"|\bcookie (?:settings|preferences|options)|\bmanage (?:cookies|preferences|options|choices)"
    r"|\bstore and(?:/or)? access\b|\bwe use cookies\b|\buses cookies\b|\byour privacy choices\b"
)
_CHROME_CLASS = re.compile(
    r"(?:^|[ _-])(?:breadcrumbs?|skip-?link|skip-to-[a-z]+|sr-only|visually-?hidden|screen-reader-text"
    r"|pagination|social-(?:links|share|icons)|share-(?:buttons|links)|back-to-top|announcement-?bar)"
    r"(?:[ _-]|$)"
)
_HIDING_STYLE = re.compile(r"(?:^|[;\s])(?:display\s?:\s?none|visibility\s?:\s?hidden)")
_PANEL_CLASS = re.compile(r"accordion|collaps|tab-|tabs|panel|toggle|expand|faq|w-tab|dropdown-content")

_SHORT_BUTTON = 12
_SHORT_HIDDEN = 25
_SHORT_LABEL = 15
_SHORT_FORM = 30
_LONG_FOOTER = 40
_BANNER = 400


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A page without its chrome, and what was found on the way."""

    page: Element
    consent: str
    """Text of cookie banners that were taken away."""
    hidden: int
    """Words that the page hides without saying that a click shows them, and that were kept."""


def clean(page: Element) -> Cleaned:
    """Takes away all chrome of a page whose text has to be found."""
    consent: list[str] = []
    inside = _in_content(page)
    banners = _banners(page, inside)
    # What holds this many words outside links is the text itself, whatever its tag says.
    most = max(40, page.prose * 2 // 5)
    hidden = 0

    def dropped(element: Element) -> bool:
        nonlocal hidden
        if id(element) in banners:
            consent.append(text_of(element))
            return True
        if is_hidden(element):
            if _hidden_for_good(element):
                return True
            hidden += 0 if _opens_on_click(element) else element.words
        if is_control(element):
            return True
        return element.prose < most and _is_chrome(element, inside_content=id(element) in inside)

    return Cleaned(without(page, dropped), " ".join(consent), hidden)


def clean_selected(part: Element) -> Element:
    """Takes away only what nobody reads from a part that a person selected."""
    return without(
        part, lambda element: is_control(element) or (is_hidden(element) and _hidden_for_good(element))
    )


def is_control(element: Element) -> bool:
    """Whether it is a form's control. Buttons that open accordions are headings, and long ones are text."""
    if element.tag in ("input", "datalist", "option", "optgroup"):
        return True
    if element.tag == "textarea":  # some pages show their terms in one
        return element.words < _SHORT_HIDDEN
    if element.tag == "button" or element.get("role") == "button":
        opens = "aria-expanded" in element.attributes or "aria-controls" in element.attributes
        return not opens and element.words <= _SHORT_BUTTON
    return False


def is_hidden(element: Element) -> bool:
    """Whether the page does not show it at first."""
    return (
        "hidden" in element.attributes
        or element.get("aria-hidden") == "true"
        or _HIDING_STYLE.search(element.get("style")) is not None
    )


def _hidden_for_good(element: Element) -> bool:
    if _opens_on_click(element):
        return element.linked * 2 >= element.words
    return element.prose < _SHORT_HIDDEN or element.linked * 2 > element.words


def _opens_on_click(element: Element) -> bool:
    return (
        element.get("role") in _PANELS
        or element.get("hidden") == "until-found"
        or _PANEL_CLASS.search(element.get("class")) is not None
    )


def _is_chrome(element: Element, *, inside_content: bool) -> bool:
    role = element.get("role")
    if element.tag == "footer" or role == "contentinfo":
        return element.prose < _LONG_FOOTER or element.linked * 2 > element.words
    if element.tag == "header" or role == "banner":
        return not inside_content and not element.titled
    if element.tag == "aside" or role == "complementary":
        return element.linked * 2 >= element.words
    if element.tag == "dialog" or role in ("dialog", "alertdialog"):
        return element.words < _BANNER
    if element.tag == "form" and element.words < _SHORT_FORM:
        return True
    named = element.words <= _SHORT_LABEL and _CHROME_CLASS.search(element.get("class")) is not None
    return element.tag == "nav" or role in _MENU_ROLES or named


def _banners(page: Element, inside: frozenset[int]) -> frozenset[int]:
    """Identities of cookie banners: named like one, short, and asking for a choice.

    A candidate that does not ask holds none that does, so none is looked through twice.
    """
    found: set[int] = set()

    def into(element: Element) -> bool:
        if (
            id(element) in found
            or element.words > _BANNER
            or not _may_be_banner(element, inside_content=id(element) in inside)
        ):
            return True
        if _CONSENT_WORDS.search(text_of(element).lower()):
            found.add(id(element))
        return False

    for _ in walk(page, into=into):
        pass
    return frozenset(found)


def _may_be_banner(element: Element, *, inside_content: bool) -> bool:
    name = f"{element.get('id')} {element.get('class')}"
    if _CONSENT_TOOL.search(name):
        return True
    # A policy's section on cookies may be called the same; a banner stands outside the text, with buttons.
    if inside_content or element.tag in ("body", "main", "article"):
        return False
    named = _CONSENT_NAME.search(name) is not None or element.get("role") in ("dialog", "alertdialog")
    return named and element.pressed


def _in_content(page: Element) -> frozenset[int]:
    """Identities of the elements that stand in a main part, an article or a section."""
    inside: set[int] = set()
    depth = 0
    for step, node in walk(page):
        if not isinstance(node, Element):
            continue
        content = node.tag in _CONTENT or node.get("role") == "main"
        if step is Step.ENTER:
            if depth:
                inside.add(id(node))
            depth += content
        else:
            depth -= content
    return frozenset(inside)
