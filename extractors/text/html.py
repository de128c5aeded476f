"""A web page to its text: selected parts where a person declared them, otherwise found; walls are refused."""

from dataclasses import dataclass

from extractors.model import Failure, Selection
from extractors.text.chrome import clean, clean_selected
from extractors.text.errors import ReadError
from extractors.text.markdown import to_markdown
from extractors.text.soup import Soup, check_selectors
from extractors.text.tree import Element
from extractors.text.walls import Evidence, refusal

_LEAST_SHARE = 0.6
_MUCH_HIDDEN = 50
# The tree takes about a kilobyte a tag; the largest recorded terms have some five thousand.
_MOST_TAGS = 300_000


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a page, and what a person should know about it."""

    text: str
    title: str | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """Text, and the text of cookie banners that stood beside it."""

    text: str
    warnings: tuple[str, ...] = ()
    consent: str = ""


def read_html(markup: str, selection: Selection) -> PageText:
    """Markdown of a page's terms.

    Raises `ReadError` for a page that is no terms or a selector in vain, `SelectorError` for a malformed one.
    """
    check_selectors((*selection.remove, *selection.select))
    if (tags := markup.count("<")) > _MOST_TAGS:
        raise ReadError(
            Failure.TOO_LARGE,
            f"the page has {tags} tags, far more than terms have; upload its text as a file",
        )
    soup = Soup(markup)
    signs = soup.signs()
    if selection.remove:
        soup.remove(selection.remove)
    if selection.select:
        part, missed = soup.select(selection.select)
        if part is None or missed:
            raise _wall_or_miss(soup, missed)
        found = _Found(to_markdown(clean_selected(part)))
    else:
        found = _found(soup.tree())
    evidence = Evidence(found.text, signs, found.consent, chosen=bool(selection.select))
    if (error := refusal(evidence)) is not None:
        raise error
    return PageText(found.text, signs.title or None, found.warnings)


def _found(page: Element) -> _Found:
    """The text of a page that nobody has pointed at."""
    cleaned = clean(page)
    expected = page.prose - len(cleaned.consent.split())
    warnings: list[str] = []
    # All that is left is kept: descending into the fullest part would drop a lone clause below it, for a gain
    # of less than a hundredth in precision.
    part = cleaned.page
    if part.prose < expected * _LEAST_SHARE:
        part = clean_selected(page)
        warnings.append(
            "Which part of the page is its text is not clear: all of it was kept, menus included."
            " Declare a selector for this source."
        )
    elif cleaned.hidden >= _MUCH_HIDDEN:
        warnings.append(f"{cleaned.hidden} words that the page hides at first were kept.")
    return _Found(to_markdown(part), tuple(warnings), cleaned.consent)


def _wall_or_miss(soup: Soup, missed: tuple[str, ...]) -> ReadError:
    """A page without the declared part is most often a wall: then that is the news."""
    found = _found(soup.tree())
    wall = refusal(Evidence(found.text, soup.signs(), found.consent))
    if wall is not None and wall.failure not in (Failure.NOT_TERMS, Failure.FOREIGN_LANGUAGE):
        return wall
    names = ", ".join(map(repr, missed))
    return ReadError(
        Failure.SELECTOR_MISSED,
        f"nothing on the page matches {names}: the page was rebuilt; declare the part anew",
    )
