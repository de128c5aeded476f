"""Range selectors: what stands between two elements of a page, for parts that no single element holds.

Written as Open Terms Archive writes them, as JSON in the place of a CSS selector:
`{"startBefore": "#terms", "endBefore": "footer"}`; `startAfter` leaves the element out, `endAfter` takes it
in. The first element that matches is meant. Only this module knows how ranges are written.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from bs4.element import PageElement, Tag

from extractors.text.errors import SelectorError

_STARTS: Final = ("startBefore", "startAfter")
_ENDS: Final = ("endBefore", "endAfter")


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a range."""

    selector: str
    after: bool
    """Whether it lies after the element, and not before it."""


@dataclass(frozen=True, slots=True)
class Range:
    """What stands between two ends."""

    start: Bound
    end: Bound


def is_range(selector: str) -> bool:
    """Whether a selector is a range: no CSS selector begins with a brace."""
    return selector.lstrip().startswith("{")


def read_range(selector: str) -> Range:
    """Read a range; raises `SelectorError` for one that has not exactly a start and an end."""
    try:
        ends: Any = json.loads(selector)
    except ValueError as error:
        raise SelectorError(selector, f"a range is written as JSON, and this is none ({error})") from error
    starting = [key for key in ends if key in _STARTS]
    ending = [key for key in ends if key in _ENDS]
    if len(starting) != 1 or len(ending) != 1 or len(ends) != 2:
        advice = f"give one of {' and '.join(_STARTS)}, one of {' and '.join(_ENDS)}, and nothing else"
        raise SelectorError(selector, advice)
    start, end = (_bound(selector, ends, key) for key in (*starting, *ending))
    return Range(start, end)


def _bound(selector: str, ends: Any, key: str) -> Bound:
    written = ends[key]
    if not isinstance(written, str) or not written.strip():
        raise SelectorError(selector, f"`{key}` wants a CSS selector")
    return Bound(written, after=key.endswith("After"))


def nodes_between(root: Tag, asked: Range, first: Tag | None, last: Tag | None) -> list[PageElement]:
    """All nodes that stand wholly in a range, in document order; none where an end is not on the page."""
    if first is None or last is None:
        return []
    places = list(_places(root))
    entered = {id(node): (start, end) for node, start, end in places if node is first or node is last}
    begin = _edge(entered[id(first)], asked.start)
    finish = _edge(entered[id(last)], asked.end)
    inside = [(start, node) for node, start, end in places if begin < start and end < finish]
    return [node for _, node in sorted(inside, key=lambda one: one[0])]


def _edge(place: tuple[int, int], bound: Bound) -> float:
    """Where a range begins or ends: just outside an element's own place."""
    start, end = place
    return end + 0.5 if bound.after else start - 0.5


def _places(root: Tag) -> Iterator[tuple[PageElement, int, int]]:
    """Every node with the numbers at which a reader of the markup comes into it and out of it again."""
    number = 0
    open_ones: list[tuple[Tag, int, Iterator[PageElement]]] = [(root, number, iter(root.contents))]
    while open_ones:
        tag, began, rest = open_ones[-1]
        for child in rest:
            number += 1
            if isinstance(child, Tag):
                open_ones.append((child, number, iter(child.contents)))
                break
            yield child, number, number
        else:
            number += 1
            open_ones.pop()
            yield tag, began, number
