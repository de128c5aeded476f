"""A tree as Markdown: headings, paragraphs, lists and tables, without emphasis and addresses of links.

Only the words and their structure are kept, since a link's new address or a bold word is no change of terms.
"""

import re
from dataclasses import dataclass

from extractors.text import tables
from extractors.text.numbering import Numbering
from extractors.text.tree import Element, Step, walk

_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu",
    "nav", "ol", "p", "pre", "search", "section", "summary", "table", "tbody", "td", "textarea",
    "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
_LISTS = frozenset(("ol", "ul", "menu", "dir"))
_BOLD = re.compile(r"font-weight\s?:\s?(?:bold|[6-9]00)")
_BLOCK_STYLE = re.compile(r"display\s?:\s?(?:block|flex|grid|table|list-item)")
# Invisible characters: soft hyphens, joiners and marks of direction come and go without a change of terms.
_INVISIBLE = dict.fromkeys(
    [0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
    + [code for code in range(0x20) if chr(code) not in "\t\n\f\r"] + [*range(0x7F, 0xA0)]
)  # fmt: skip
_LONG_HEADING = 30
_LONG_BOLD_HEADING = 12
_DEEPEST_INDENT = 10
_HEADING_LEVELS = 6


@dataclass(slots=True)
class _Item:
    """An open list item."""

    marker: str
    indent: int = 0
    """Columns its later paragraphs are indented by; known once the marker is written."""
    pending: bool = True


def to_markdown(root: Element) -> str:
    """The text of a tree; empty where it has none."""
    writer = _Writer(tables.structured(root))

    def into(element: Element) -> bool:
        return element.tag != "table" or not writer.table(element)

    for step, node in walk(root, into=into):
        if isinstance(node, str):
            writer.text(node)
        elif step is Step.ENTER:
            writer.enter(node)
        else:
            writer.leave(node)
    return writer.result()


class _Writer:
    """Takes a walk's events and lays lines; a paragraph is written when the block around it ends."""

    def __init__(self, structured: frozenset[int]) -> None:
        self._structured = structured
        self._parts: list[str] = []
        self._last_was_item = False
        self._inline: list[str] = []
        self._items: list[_Item] = []
        self._lists: list[Numbering | None] = []
        self._heading: list[int] = []
        self._level = 1
        self._bold = 0
        self._unbold_words = False
        self._preformatted = 0

    def text(self, text: str) -> None:
        """Adds text to the open paragraph, white space folded unless it is preformatted."""
        if self._preformatted:
            self._inline.append(text)
        elif words := text.split():
            before = " " if text[0].isspace() else ""
            after = " " if text[-1].isspace() else ""
            self._inline.append(f"{before}{' '.join(words)}{after}")
        else:
            self._inline.append(" ")
            return
        self._unbold_words = self._unbold_words or not self._bold

    def enter(self, element: Element) -> None:
        """Opens an element."""
        if element.tag == "br":
            self._inline.append("\n")
        elif element.tag == "q":
            self._inline.append("“")
        if _is_bold(element):
            self._bold += 1
        if not _is_block(element):
            return
        self._flush()
        if element.tag in _LISTS:
            self._lists.append(Numbering.of(element))
        elif element.tag == "li":
            self._open_item(element)
        elif element.tag in ("pre", "textarea"):
            self._preformatted += 1
        elif level := heading_level(element):
            self._heading.append(level)

    def leave(self, element: Element) -> None:
        """Closes an element."""
        if element.tag == "q":
            self._inline.append("”")
        if _is_block(element):
            self._flush()
            if element.tag in _LISTS:
                self._lists.pop()
            elif element.tag == "li":
                self._items.pop()
            elif element.tag in ("pre", "textarea"):
                self._preformatted -= 1
            elif heading_level(element):
                self._heading.pop()
        if _is_bold(element):
            self._bold -= 1

    def table(self, element: Element) -> bool:
        """Writes a table as a whole if it can; otherwise its cells are blocks of their own."""
        if self._heading or id(element) in self._structured or not tables.is_whole(element):
            return False
        rows = tables.rows_of(element)
        if not rows:
            return False
        if tables.is_numbering(rows):
            blocks = [" ".join(filter(None, row)) for row in rows]
        elif tables.is_data(element, rows):
            blocks = ["\n".join(tables.as_pipes(rows))]
        else:
            return False
        self._flush()
        captions = [c for c in element.children if isinstance(c, Element) and c.tag == "caption" and c.words]
        indent = " " * self._indent()
        for block in [*map(tables.cell_text, captions), *blocks]:
            self._block("\n".join(indent + line for line in block.translate(_INVISIBLE).split("\n")))
        return True

    def result(self) -> str:
        """The whole text, one line end at its end."""
        self._flush()
        text = "".join(self._parts)
        return f"{text}\n" if text else ""

    def _open_item(self, element: Element) -> None:
        numbering = self._lists[-1] if self._lists else None
        marker = numbering.marker(element) if numbering else "-"
        if self._items and self._items[-1].pending and (outer := self._items[-1].marker) != "-":
            # An item that begins with a list of its own: both numbers go before the first text.
            marker = outer if marker == "-" else f"{outer[-200:]} {marker}"
            self._items[-1].pending = False
        self._items.append(_Item(marker))

    def _flush(self) -> None:
        if not self._inline:
            return
        text = "".join(self._inline).translate(_INVISIBLE)
        self._inline.clear()
        lines = [line.rstrip() if self._preformatted else " ".join(line.split()) for line in text.split("\n")]
        bold = not self._unbold_words
        self._unbold_words = False
        if not any(lines):
            return
        if self._heading:
            self._write_heading(self._heading[-1], " ".join(" ".join(lines).split()))
        elif bold and (level := self._bold_level(lines)):
            self._write_heading(level, " ".join(filter(None, lines)), remember=False)
        else:
            self._write_paragraph("\n".join(lines).strip("\n"))

    def _bold_level(self, lines: list[str]) -> int:
        """A short paragraph in bold stands for a heading below the last real one; 0 where it is none."""
        text = " ".join(filter(None, lines))
        if self._items or len(text.split()) > _LONG_BOLD_HEADING or text[-1] in '.;,:!?”"':
            return 0
        return min(self._level + 1, _HEADING_LEVELS) if any(map(str.isalpha, text)) else 0

    def _write_heading(self, level: int, text: str, *, remember: bool = True) -> None:
        if remember:
            self._level = level
        if self._items:
            item = self._items[-1]
            if item.pending and item.marker != "-":
                text = f"{item.marker} {text}"
            item.pending = False
            # A heading ends the list around it: what follows stands at the margin.
            for open_item in self._items[:_DEEPEST_INDENT]:
                open_item.indent = 0
        self._block(f"{'#' * level} {text}")

    def _write_paragraph(self, text: str) -> None:
        item = self._items[-1] if self._items else None
        opens = item is not None and item.pending
        outer = self._indent(but_last=opens)
        if item is not None and opens:
            item.pending = False
            item.indent = len(item.marker) + 1 if item.marker else 0
        indent = " " * self._indent()
        body = "\n".join(indent + line if line else "" for line in text.split("\n"))
        if item is not None and opens:
            body = " " * outer + f"{item.marker} {body[len(indent) :]}"
        self._block(body, item=opens)

    def _indent(self, *, but_last: bool = False) -> int:
        open_ones = len(self._items) - but_last
        return sum(item.indent for item in self._items[: min(open_ones, _DEEPEST_INDENT)])

    def _block(self, text: str, *, item: bool = False) -> None:
        if self._parts:
            self._parts.append("\n" if item and self._last_was_item else "\n\n")
        self._parts.append(text)
        self._last_was_item = item


def heading_level(element: Element) -> int:
    """1 to 6 for a heading; 0 for all else, and for a heading so long that it is a paragraph."""
    if element.words > _LONG_HEADING:
        return 0
    if element.tag[0] == "h" and element.tag[1:] in ("1", "2", "3", "4", "5", "6"):
        return int(element.tag[1:])
    if element.get("role") == "heading":
        level = element.get("aria-level")
        return int(level) if level in ("1", "2", "3", "4", "5", "6") else 2
    return 0


def _is_block(element: Element) -> bool:
    # A component's own tag stands for a box of its own far more often than for a word in a sentence.
    return (
        element.tag in _BLOCKS
        or "-" in element.tag
        or element.get("role") in ("heading", "row", "listitem", "paragraph")
        or _BLOCK_STYLE.search(element.get("style")) is not None
    )


def _is_bold(element: Element) -> bool:
    return element.tag in ("b", "strong") or _BOLD.search(element.get("style")) is not None
