"""Where the sentences of a Markdown document stand, and what each is read with.

A unit is a sentence, a list item's sentence, a table row's sentence or one limb of an enumeration, `(a) … ;`.
Its lead is what a reader has in mind when reading it: the introduction of its list, the stem of its
enumeration, the heads of its table, or else its heading. Only this module knows Markdown's block structure
and where a legal sentence ends. Every pass is linear.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

_BOLD_LEVEL = 7
"""A line in bold print is a heading below all marked ones."""

LEAD_LIMIT = 600
"""Characters of a lead that are kept: what is longer than this introduces nothing."""

UNIT_LIMIT = 4000
"""Characters of a unit: what runs on for longer is no sentence, and is cut so that reading stays linear."""

_ATX = re.compile(r" {0,3}(#{1,6})\s+")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})\s*$")
_ITEM = re.compile(r"(\s*)(?:[*+•\-]|\d{1,3}[.)]\\?)\s+(?=\S)")
_RULED = re.compile(r"[\s|:+-]*$")
_ANNOUNCES = re.compile(r"\b(?:following|follows|below|purposes)\b[^.]{0,60}[.:]?\s*$", re.IGNORECASE)
_BOLD_LINE = re.compile(r"[\s\u200b-\u200d\ufeff]*(\*\*|__)(.{1,120}?)\1\s*+[:.]?\s*+$")
_BOLD_TITLE = re.compile(
    r"[\s\u200b-\u200d\ufeff]*(?:(?:[A-Z]\.)?\d{1,3}(?:\.\d{1,3}){0,4}\\?[.)]?\s+)?"
    r"(\*\*|__)(?:(?!\1).){1,120}\1\s*+[:.]?\s*+$"
)
"""A line in bold print, numbered or not, that a paragraph may follow without a gap."""
_MARK = r"(?:\(\s?(?:[a-z]{1,2}|[ivxl]{1,6}|\d{1,2})\s?\)|[ivx]{1,5}\.|[a-z]\))"
_LABEL = re.compile(rf"(?:\*\*|_)?{_MARK}(?:\*\*|_)?\s")
_NUMBERED = re.compile(r"(?:\*\*|_)?(\d{1,2}(?:\.\d{1,2}){1,4})\.?(?:\*\*|_)?\s")
_LEADING = re.compile(
    rf"(?:(?:[*+•\-]|\||\*\*|__)\s+)*(?:(?:\*\*|_)?(?:\d{{1,2}}(?:\.\d{{1,2}}){{0,4}}\\?[.)]?|{_MARK}|[a-z][.)])(?:\*\*|_)?(?:\s+|$))*"
)
_LIMB = re.compile(
    rf"(?<=[\s;:,|])(?:\*\*|_)?{_MARK}(?:\*\*|_)?(?=\s)(?!\s+(?:calendar|business|days?|weeks?|months?|years?|hours?)\b)"
)
_ALL_BOLD = re.compile(r"(\*\*|__)[^*_]+\1[\s.:]*$")
_STATES = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|shall|may|might|can|could|must|do|does|did|not|never|"
    r"we|you|they|it|don't|won't|\d+ (?:hour|day|week|month|year)s?)\b",
    re.IGNORECASE,
)
"""A title has no verb; a sentence in capitals or in bold print has one."""
_ASKS = re.compile(
    r"\W*(?:\d+\W+)?(?:do|does|did|is|are|will|would|can|could|may|has|have|how long)\b[^?]*\?[\s*_\"”’)]*$",
    re.IGNORECASE,
)
"""What is asked for a yes or a no is read with its answer: "Do you train on my data? Never." """
_STOP = re.compile(
    r"""[.!?]["'”’)\]*_]*(?=\s+["'“‘(\[*_|]*[A-Z0-9¿])|(?<=[a-z]{3})\.(?=(?:You|We|The|This|These|Our|Your|If|In|For|Any|All|By|To|When|No)\s)|<br\s*/?>(?=(?:\s*+<br\s*/?>){0,9}+\s*+(?:[*•\-]\s|[A-Z]))"""
)
_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|inc|ltd|llc|corp|co|no|nos|sec|secs|art|arts|cf|vs|v|mr|ms|mrs|dr|st|jr|sr|u\.s|"
    r"u\.k|e\.u|p\.o|approx|dept|para|cl|ch|vol|pp|p|et al)|(?:^|[\s(])[A-Za-z]|"
    r"(?:section|article|clause|§)s?\s*[\d.]+|(?:^|[\s|*_])[\d.]+\\?)\.$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence's place: `text[start:end]`, the headings above it, and its lead."""

    start: int
    end: int
    headings: tuple[str, ...]
    lead: str
    block: int
    """Number of the block it stands in: sentences of one block follow each other."""


@dataclass(frozen=True, slots=True)
class _Block:
    start: int
    end: int
    kind: str
    """`heading`, `item`, `head` (of a table), `row` or `text`."""
    depth: int
    """A heading's level, or an item's indentation."""


def read_units(text: str) -> Iterator[Unit]:
    """Yield the units of a document in order; `text[unit.start:unit.end]` has no white space around it."""
    place = _Place()
    for number, block in enumerate(_blocks(text)):
        if block.kind == "heading":
            place.enter(block.depth, text[block.start : block.end])
            continue
        if block.kind == "head":
            place.leave(block, text)
            continue
        lead = place.lead_of(block, text)
        previous: tuple[int, int] | None = None
        question = ""
        sentences = list(_sentences(text, block))
        for start, end, stem in sentences:
            # A label such as "Deletion." introduces nothing by itself: the next sentence keeps the lead.
            first = previous is None or previous[1] - previous[0] < 40
            own = " ".join(part for part in (lead if first or stem else "", stem) if part) or question
            begin = _after_mark(text, start, end)
            titled = end != sentences[-1][1] and _is_title(text[begin:end])
            if begin < end and not titled:
                yield Unit(begin, end, place.path, own[-LEAD_LIMIT:], number)
            if begin < end:
                previous = (start, end)
                question = text[begin:end] if _ASKS.match(text, begin, end) else ""
        place.leave(block, text)


class _Place:
    """Where in the document the reading stands: headings, open introductions, table heads."""

    def __init__(self) -> None:
        self._headings: list[tuple[int, str]] = []
        self._intro = ""
        self._intro_depth = 0
        self._parents: list[tuple[int, str]] = []
        self._head = ""
        self._last = ""
        self.path: tuple[str, ...] = ()

    def enter(self, level: int, raw: str) -> None:
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        self._headings.append((level, strip_markup(raw[:LEAD_LIMIT])))
        self.path = tuple(title for _, title in self._headings)
        self._intro, self._parents, self._head, self._last = "", [], "", "heading"

    def lead_of(self, block: _Block, text: str) -> str:
        nearest = self.path[-1] if self.path else ""
        if block.kind == "text":
            numbered = _depth(text[block.start : block.end])
            belongs = numbered > self._intro_depth or _LABEL.match(text, block.start, block.end)
            asked = nearest if self._last == "heading" and _ASKS.match(nearest) else ""
            return self._intro if belongs else asked
        if block.kind == "row":
            return " : ".join(part for part in (nearest, self._intro, self._head) if part)
        while self._parents and self._parents[-1][0] >= block.depth:
            self._parents.pop()
        intro = self._parents[-1][1] if self._parents else self._intro
        return " : ".join(part for part in (nearest, intro) if part)

    def leave(self, block: _Block, text: str) -> None:
        raw = text[block.start : block.end]
        if block.kind in ("head", "row"):
            if self._last not in ("head", "row"):
                self._head = strip_markup(raw)[:200]
        elif block.kind == "item":
            if raw.rstrip(" *_").endswith(":"):
                above = self._parents[-1][1] if self._parents else self._intro
                self._parents.append((block.depth, f"{above} {raw}"[-LEAD_LIMIT:].strip()))
        else:
            last = [raw[left - block.start : right - block.start] for left, right in _stops(text, block)][-1]
            if last.rstrip(" *_")[-1:] in (":", ",", "—", "-") or _ANNOUNCES.search(last):
                self._intro, self._intro_depth = last[-LEAD_LIMIT:], _depth(raw)
            elif not _LABEL.match(raw) and _depth(raw) <= self._intro_depth:
                self._intro = ""
            self._parents = []
        self._last = block.kind


def _after_mark(text: str, start: int, end: int) -> int:
    """Return where a sentence's words begin, after its bullet and number: they are no part of a quote."""
    mark = _LEADING.match(text, start, end)
    return mark.end() if mark else start


def _is_title(raw: str) -> bool:
    """Whether words that a sentence follows are its title, "**2.1 Return of Data.**": it states nothing."""
    if len(raw) > 90 or "|" in raw or _STATES.search(raw) or not raw.lstrip("*_ ")[:1].isupper():
        return False
    words = [word for word in re.findall(r"[A-Za-z]+", raw) if len(word) > 3]
    return bool(_ALL_BOLD.match(raw)) or all(word[0].isupper() for word in words)


def _depth(raw: str) -> int:
    """Return how deep a paragraph is numbered: 4.2.1 is three deep, none is nought."""
    numbered = _NUMBERED.match(raw)
    return numbered[1].count(".") + 1 if numbered else 0


def strip_markup(raw: str) -> str:
    """Return one line of Markdown as a reader sees it, without links, emphasis and heading marks."""
    plain = re.sub(r"\[([^\]\[]*)\]\([^()\s]*\)", r"\1", raw)
    plain = re.sub(r"<br\s*/?>|[*_#|\\`]+", " ", plain)
    return " ".join(plain.split())


def _blocks(text: str) -> Iterator[_Block]:
    open_block: _Block | None = None
    offset = 0
    for line in text.splitlines(keepends=True):
        start, offset = offset, offset + len(line)
        body = line.rstrip()
        if not body:
            if open_block:
                yield from _close(open_block, text)
            open_block = None
            continue
        end = start + len(body)
        if open_block and open_block.kind == "text" and _UNDERLINE.match(body):
            level = 1 if "=" in body else 2
            yield replace(open_block, kind="heading", depth=level)
            open_block = None
            continue
        if open_block is None and _is_bold_title(body):
            yield _Block(start + len(body) - len(body.lstrip()), end, "heading", _BOLD_LEVEL)
            continue
        block = _block(body, start, end)
        if block.kind == "text" and open_block and open_block.kind in ("text", "item"):
            open_block = replace(open_block, end=end)
            continue
        if open_block:
            yield from _close(_as_head(open_block, block, body), text)
        open_block = block
        if block.kind == "heading" or (block.kind == "text" and not body.strip()):
            yield block
            open_block = None
    if open_block:
        yield from _close(open_block, text)


def _as_head(above: _Block, block: _Block, body: str) -> _Block:
    """Return a row as the head of its table where a rule stands below it."""
    ruled = above.kind == block.kind == "row" and _RULED.match(body)
    return replace(above, kind="head") if ruled else above


def _block(body: str, start: int, end: int) -> _Block:
    if heading := _ATX.match(body):
        # Closing marks are no part of it. A pattern for them would try each white space as their beginning.
        words = max(heading.end(), len(body.rstrip("#").rstrip()))
        return _Block(start + heading.end(), start + words, "heading", len(heading[1]))
    if body.lstrip().startswith("|"):
        return _Block(start, end, "row", 0)
    if item := _ITEM.match(body):
        return _Block(start + len(item[1]), end, "item", len(item[1].expandtabs(4)))
    return _Block(start + len(body) - len(body.lstrip()), end, "text", 0)


def _close(block: _Block, text: str) -> Iterator[_Block]:
    raw = text[block.start : block.end]
    if block.kind == "row" and _RULED.match(raw):
        return
    if block.kind == "text" and "\n" not in raw and _BOLD_LINE.match(raw):
        yield replace(block, kind="heading", depth=_BOLD_LEVEL)
        return
    yield block


def _is_bold_title(line: str) -> bool:
    return (
        _BOLD_TITLE.match(line) is not None
        and not _STATES.search(line)
        and not line.rstrip("*_ ").endswith((";", ","))
    )


def _sentences(text: str, block: _Block) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and stem of the sentences and limbs of a block."""
    stem = ""
    for left, right in _cut(_stops(text, block)):
        position, marks = left, [mark.start() for mark in _LIMB.finditer(text, left, right)]
        for mark in [*marks, right]:
            piece = _trimmed(text, position, mark)
            if piece:
                labelled = bool(_LABEL.match(text, *piece))
                if not labelled and mark != right:
                    stem = text[piece[0] : piece[1]][-LEAD_LIMIT:]
                yield (*piece, stem if labelled and position != block.start else "")
            position = mark


def _stops(text: str, block: _Block) -> Iterator[tuple[int, int]]:
    left, end = block.start, block.end
    for stop in _STOP.finditer(text, left, end):
        if stop[0].startswith("<"):
            yield left, stop.start()
            left = stop.start()
        elif not _ABBREVIATED.search(text[max(left, stop.start() - 24) : stop.start() + 1]):
            yield left, stop.end()
            left = stop.end()
    yield left, end


def _cut(spans: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for left, right in spans:
        yield from ((at, min(at + UNIT_LIMIT, right)) for at in range(left, right, UNIT_LIMIT))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    raw = text[start:end]
    left = start + len(raw) - len(raw.lstrip())
    right = end - len(raw) + len(raw.rstrip())
    return (left, right) if left < right else None
