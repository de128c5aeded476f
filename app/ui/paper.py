"""A document's Markdown as blocks to be laid out, with places in it marked. Pure.

Only this module knows how Markdown turns into what a person reads. Every piece remembers where it stands, and
holds the very characters that stand there: marks are cut at their exact ends, whatever else begins or ends
between, and nothing that the text says is ever taken for markup of the page.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import Final

Span = tuple[int, int]
"""Start and end in characters of the whole text."""

HEAD: Final = 1
PART: Final = 60_000
"""Characters of a part, about: what is longer is shown part by part."""


class Layout(StrEnum):
    """How a block is laid out."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that stand together under the same marks."""

    start: int
    text: str
    marks: tuple[int, ...]
    """Which of the spans cover it, by their place in the list."""
    begins: tuple[int, ...]
    """Which of them are seen here first."""
    link: str | None
    strong: bool
    is_break: bool
    """A line ends here, in markup that is not for reading."""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, an item of a list, or a row of a table."""

    layout: Layout
    level: int
    """Of a heading, 1 to 6; of an item, how far it is indented; of a row of headings, `HEAD`."""
    sign: str
    """What stands before an item."""
    cells: tuple[tuple[Piece, ...], ...]
    """Of a row, its cells; of all else, one."""
    start: int

    @property
    def plain(self) -> str:
        """Its words without marks."""
        cells = ("".join(piece.text for piece in cell if not piece.is_break) for cell in self.cells)
        return " ".join(" ".join(cells).split())


@dataclass(frozen=True, slots=True)
class _Run:
    """Characters to be shown, before marks are cut."""

    start: int
    end: int
    link: str | None = None
    strong: bool = False
    is_break: bool = False


_HEADING: Final = re.compile(r" {0,3}(#{1,6})[ \t]+(?=\S)")
_ITEM: Final = re.compile(r"([ \t]*)([-+*•]|\(?(?:\d{1,4}|[A-Za-z]|[ivxlc]{1,6})\\?[.)])[ \t]+(?=\S)")
_ROW: Final = re.compile(r"[ \t]*\|")
_RULE: Final = re.compile(r"\|?[ \t]*[-=*_:]{3}[-=*_:| \t]*")
_MARKUP: Final = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])|(?P<bold>\*\*)|(?P<code>`)|(?P<broken><br[ \t]*/?>)"
    r"|(?P<link>\[(?P<words>[^\[\]\n]{0,500})\]\((?P<address>[^()\s]{0,2000})\))"
)
_CELL_END: Final = re.compile(r"(?<!\\)\|")
_WIDEST: Final = 100
"""Bars of a row: what has more is no table that a person reads."""
_BULLETS: Final = frozenset("-+*•")


def parts_of(text: str, size: int = PART) -> tuple[Span, ...]:
    """Cut a text into parts of about `size` characters, between paragraphs where it has any."""
    parts: list[Span] = []
    start = 0
    while len(text) - start > size:
        end = start + size
        cut = text.rfind("\n\n", start + size // 2, end)
        cut = cut if cut != -1 else text.rfind("\n", start + size // 2, end)
        end = end if cut == -1 else cut + 1
        parts.append((start, end))
        start = end
    return (*parts, (start, len(text)))


def laid_out(text: str, part: Span, spans: Sequence[Span]) -> tuple[Block, ...]:
    """The blocks of a part of a text, in order; `spans` are the places to be marked, and may overlap."""
    marks = _Marks(part, spans)
    blocks: list[Block] = []
    joined: list[_Run] = []

    def flush() -> None:
        if joined:
            cell = marks.cut(text, joined)
            blocks.append(Block(Layout.PARAGRAPH, 0, "", (cell,), joined[0].start))
            joined.clear()

    for start, end in _lines(text, part):
        line = text[start:end]
        if not line.strip() or _RULE.fullmatch(line.strip()):
            flush()
            if _ROW.match(line) and blocks and blocks[-1].layout is Layout.ROW:
                blocks[-1] = replace(blocks[-1], level=HEAD)
        elif heading := _HEADING.match(line):
            flush()
            cell = marks.cut(text, _inline(text, start + heading.end(), end))
            blocks.append(Block(Layout.HEADING, len(heading[1]), "", (cell,), start))
        elif _ROW.match(line) and line.count("|") <= _WIDEST:
            flush()
            cells = tuple(marks.cut(text, _inline(text, *cell)) for cell in _cells(text, start, end))
            blocks.append(Block(Layout.ROW, 0, "", cells, start))
        elif item := _ITEM.match(line):
            flush()
            bullet = item[2] in _BULLETS
            # A number is text of the document, and may stand in a quote.
            begin = item.end() if bullet else item.start(2)
            cell = marks.cut(text, _inline(text, start + begin, end))
            sign = "•" if bullet else ""
            blocks.append(Block(Layout.ITEM, _depth(item[1]), sign, (cell,), start))
        else:
            joined += _inline(text, start, end)
    flush()
    return tuple(blocks)


def grouped(blocks: Iterable[Block]) -> Iterator[tuple[Layout, list[Block]]]:
    """Rows and items that follow each other, together; all else by itself."""
    for layout, some in groupby(blocks, key=lambda one: one.layout):
        if layout in {Layout.ROW, Layout.ITEM}:
            yield layout, list(some)
        else:
            yield from ((layout, [one]) for one in some)


def together(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Pieces that follow each other and look alike as one, without the markup that stood between them.

    Line after line of escaped signs would else be tens of thousands.
    """
    for _, some in groupby(pieces, key=_look):
        first, *others = some
        yield replace(first, text="".join(one.text for one in (first, *others))) if others else first


def _look(piece: Piece) -> tuple[object, ...]:
    alone = piece.start if piece.is_break else -1
    return piece.marks, piece.begins, piece.link, piece.strong, alone


def _lines(text: str, part: Span) -> Iterator[Span]:
    at, end = part
    while at < end:
        found = text.find("\n", at, end)
        after = end if found == -1 else found + 1
        yield at, after
        at = after


def _depth(indent: str) -> int:
    return min(len(indent.expandtabs(4)) // 2, 5)


def _cells(text: str, start: int, end: int) -> Iterator[Span]:
    """The cells of a row, without the bars between."""
    at = text.index("|", start) + 1
    for bar in _CELL_END.finditer(text, at, end):
        yield at, bar.start()
        at = bar.end()
    if text[at:end].strip():
        yield at, end


def _inline(text: str, start: int, end: int) -> list[_Run]:
    """What is shown of a line: all but its markup."""
    runs: list[_Run] = []
    at, strong = start, False
    for found in _MARKUP.finditer(text, start, end):
        if found.start() < at:
            continue
        runs.append(_Run(at, found.start(), strong=strong))
        if found["bold"]:
            strong = not strong
        elif found["escaped"]:
            runs.append(_Run(*found.span("escaped"), strong=strong))
        elif found["link"]:
            runs.append(_Run(*found.span("words"), link=found["address"], strong=strong))
        elif found["broken"]:
            runs.append(_Run(found.start(), found.end(), is_break=True))
        at = found.end()
    runs.append(_Run(at, end, strong=strong))
    return [run for run in runs if run.start < run.end]


class _Marks:
    """Cuts runs where marks begin and end. Runs are handed over in the order of the text."""

    def __init__(self, part: Span, spans: Sequence[Span]) -> None:
        within = [(max(a, part[0]), min(b, part[1]), number) for number, (a, b) in enumerate(spans)]
        kept = [one for one in within if one[0] < one[1]]
        self._cuts = sorted({part[0], *(at for a, b, _ in kept for at in (a, b))})
        self._covering = _sweep(self._cuts, kept)
        self._seen: set[int] = set()

    def cut(self, text: str, runs: Sequence[_Run]) -> tuple[Piece, ...]:
        """The pieces of runs."""
        return tuple(piece for run in runs for piece in self._pieces(text, run))

    def _pieces(self, text: str, run: _Run) -> Iterator[Piece]:
        at = run.start
        while at < run.end:
            number = bisect_right(self._cuts, at) - 1
            after = self._cuts[number + 1] if number + 1 < len(self._cuts) else run.end
            end = min(after, run.end)
            marks = self._covering[number] if number >= 0 else ()
            begins = tuple(mark for mark in marks if mark not in self._seen)
            self._seen.update(begins)
            yield Piece(at, text[at:end], marks, begins, run.link, run.strong, run.is_break)
            at = end


def _sweep(cuts: Sequence[int], spans: Sequence[tuple[int, int, int]]) -> list[tuple[int, ...]]:
    """For each place between two cuts, which spans cover it."""
    opening: dict[int, list[int]] = {}
    closing: dict[int, list[int]] = {}
    for start, end, number in spans:
        opening.setdefault(start, []).append(number)
        closing.setdefault(end, []).append(number)
    active: set[int] = set()
    covering: list[tuple[int, ...]] = []
    for at in cuts:
        active.difference_update(closing.get(at, ()))
        active.update(opening.get(at, ()))
        covering.append(tuple(sorted(active)))
    return covering
