"""Tables: which are data and become GFM tables, and which are mere layout and are flattened."""

import re

from extractors.text.tree import Element, Step, walk

_LAYOUT_ROLES = frozenset(("presentation", "none"))
_STRUCTURE = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LONG_CELL = 250
_MOST_COLUMNS = 30  # as far as empty cells keep columns aligned; cells with text are never left out
_NUMBER = re.compile(r"(?:\(?(?:\d{1,3}(?:\.\d{1,3}){0,5}|[a-zA-Z]|[ivxlIVXL]{1,6})[.)]?|[•·▪◦*-])")
_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong",
    "sub", "sup", "time", "tt", "u", "var", "wbr",
))  # fmt: skip

Rows = list[list[str]]


def rows_of(table: Element) -> Rows:
    """Texts of the cells, row by row, each on one line; a cell that spans others leaves empty ones behind."""
    rows: Rows = []
    below: dict[int, int] = {}  # column -> how many rows a cell above still reaches down
    for row in _rows(table):
        cells: list[str] = []
        for cell in row:
            _skip_spanned(cells, below)
            column = len(cells)
            width = _span(cell, "colspan")
            cells.extend([cell_text(cell), *[""] * min(width - 1, _MOST_COLUMNS - column)])
            if (height := _span(cell, "rowspan")) > 1:
                below.update(dict.fromkeys(range(column, column + width), height - 1))
        _skip_spanned(cells, below)
        if any(cells):
            rows.append(cells)
    return rows


def structured(root: Element) -> frozenset[int]:
    """Identities of the tables that hold tables or headings: those only place text."""
    found: set[int] = set()
    open_ones: list[Element] = []
    for step, node in walk(root):
        if not isinstance(node, Element) or (node.tag != "table" and node.tag not in _STRUCTURE):
            continue
        if step is Step.LEAVE:
            if node.tag == "table":
                open_ones.pop()
            continue
        if open_ones:
            found.add(id(open_ones[-1]))
        if node.tag == "table":
            open_ones.append(node)
    return frozenset(found)


def is_whole(table: Element) -> bool:
    """Whether all its text stands in its rows' cells and its caption, so that rows lose none."""
    inside = sum(cell.words for row in _rows(table) for cell in row)
    return (
        inside + sum(c.words for c in table.children if isinstance(c, Element) and c.tag == "caption")
        == table.words
    )


def is_data(table: Element, rows: Rows) -> bool:
    """Whether it relates values; otherwise it only places text, or holds text too long for a row."""
    if table.get("role") in _LAYOUT_ROLES or sum(1 for row in rows if sum(map(bool, row)) > 1) < 2:
        return False
    return max(cell.words for row in _rows(table) for cell in row) <= _LONG_CELL


def is_numbering(rows: Rows) -> bool:
    """Whether its first column only numbers the text beside it, as word processors export clauses."""
    return all(
        sum(map(bool, row)) <= 2 and (not row[0] or _NUMBER.fullmatch(row[0]) is not None) for row in rows
    ) and any(row[0] for row in rows)


def as_pipes(rows: Rows) -> list[str]:
    """Lines of a GFM table; the first row is its head."""
    width = max(map(len, rows))
    head = rows[0] + [""] * min(width - len(rows[0]), _MOST_COLUMNS)
    return [_line(head), "|" + " --- |" * len(head), *map(_line, rows[1:])]


def cell_text(cell: Element) -> str:
    """All text of a cell on one line; list items keep a bullet, blocks are kept apart."""
    pieces: list[str] = []
    for step, node in walk(cell):
        if isinstance(node, str):
            pieces.append(node)
        elif node.tag not in _INLINE:
            pieces.append(" • " if node.tag == "li" and step is Step.ENTER and node.words else " ")
    return " ".join("".join(pieces).split()).removeprefix("• ")


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _rows(table: Element) -> list[list[Element]]:
    """The cells of each row; tables and rows inside cells are no rows of this table."""
    into = walk(table, into=lambda element: element is table or element.tag not in ("table", "td", "th"))
    rows = (
        node for step, node in into if step is Step.ENTER and isinstance(node, Element) and node.tag == "tr"
    )
    return [[c for c in row.children if isinstance(c, Element) and c.tag in ("td", "th")] for row in rows]


def _span(cell: Element, name: str) -> int:
    value = cell.get(name)
    return min(int(value), _MOST_COLUMNS) if value.isascii() and value.isdigit() and value != "0" else 1


def _skip_spanned(cells: list[str], below: dict[int, int]) -> None:
    while len(cells) < _MOST_COLUMNS and below.get(len(cells), 0) > 0:
        below[len(cells)] -= 1
        cells.append("")
