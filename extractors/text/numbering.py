"""How ordered lists number their items: contracts refer to 4(b)(iii), so numbers are text."""

import re
from dataclasses import dataclass

from extractors.text.tree import Element

_STYLE = re.compile(r"list-style(?:-type)?\s?:\s?([a-z-]+)")
_STYLES = {
    "a": "a", "A": "A", "i": "i", "I": "I", "1": "1",
    "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A", "upper-latin": "A",
    "lower-roman": "i", "upper-roman": "I", "decimal": "1",
    "none": "", "disc": "", "circle": "", "square": "",
}  # fmt: skip
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MOST = 4000


@dataclass(slots=True)
class Numbering:
    """Counts the items of one open list."""

    style: str
    next: int
    step: int

    @classmethod
    def of(cls, element: Element) -> "Numbering | None":
        """How a list numbers; `None` for bullets."""
        if element.tag != "ol":
            return None
        declared = _STYLE.search(element.get("style"))
        style = _STYLES.get(declared[1] if declared else element.attributes.get("type", "1"), "1")
        if not style:
            return None
        backwards = "reversed" in element.attributes
        items = sum(1 for child in element.children if isinstance(child, Element) and child.tag == "li")
        first = _number(element.get("start"))
        if first is None:
            first = items if backwards else 1
        return cls(style, first, -1 if backwards else 1)

    def marker(self, item: Element) -> str:
        """The next item's number, with its full stop."""
        value = _number(item.get("value"))
        number = self.next if value is None else value
        self.next = number + self.step
        return f"{_written(number, self.style)}."


def _number(text: str) -> int | None:
    digits = text.strip().removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def _written(number: int, style: str) -> str:
    if style == "1" or not 0 < number <= _MOST:
        return str(number)
    written = _roman(number) if style in "iI" else _letters(number)
    return written.upper() if style.isupper() else written


def _roman(number: int) -> str:
    written = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        written += sign * count
    return written


def _letters(number: int) -> str:
    written = ""
    while number:
        number, rest = divmod(number - 1, 26)
        written = chr(ord("a") + rest) + written
    return written
