"""Lists as files: CSV for people with a spreadsheet, JSON for programs, sent while they are read.

Only this module knows how a cell is written so that no spreadsheet takes it for a formula.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from starlette.responses import StreamingResponse

Cell = str | int | bool | datetime | None
Record = Mapping[str, Cell]
"""One line of a list, by the names of its columns."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Those of full width are taken for the others where people write in Japanese or Chinese."""
_TOGETHER: Final = 200
"""Lines that are sent in one piece."""


def as_csv(name: str, columns: Iterable[str], records: Iterable[Record]) -> StreamingResponse:
    """The records as a CSV file, the names of the columns first."""
    return _file(f"{name}.csv", "text/csv; charset=utf-8", _csv_lines(tuple(columns), records))


def as_json(name: str, records: Iterable[Record]) -> StreamingResponse:
    """The records as a JSON array of objects."""
    return _file(f"{name}.json", "application/json", _json_lines(records))


def _csv_lines(columns: tuple[str, ...], records: Iterable[Record]) -> Iterator[str]:
    yield _csv_line(columns)
    for record in records:
        yield _csv_line([_cell(record[column]) for column in columns])


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _cell(value: Cell) -> str:
    """What begins like a formula gets an apostrophe before it, which spreadsheets do not show."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return str(value)
        case datetime():
            return value.isoformat()
        case str():
            return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value


def _json_lines(records: Iterable[Record]) -> Iterator[str]:
    before = "[\n"
    for record in records:
        plain = {name: one.isoformat() if isinstance(one, datetime) else one for name, one in record.items()}
        yield before + json.dumps(plain, ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _file(name: str, media_type: str, lines: Iterator[str]) -> StreamingResponse:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return StreamingResponse(_pieces(lines), media_type=media_type, headers=headers)


def _pieces(lines: Iterator[str]) -> Iterator[str]:
    piece: list[str] = []
    for line in lines:
        piece.append(line)
        if len(piece) == _TOGETHER:
            yield "".join(piece)
            piece.clear()
    yield "".join(piece)
