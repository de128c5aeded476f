"""How every command speaks: refuse in one line, print JSON or a table. Starts at once, reads nothing."""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NoReturn

import typer
from rich.console import Console
from rich.table import Table

from app.clock import in_utc

BAD_USAGE = 2
NAMES = frozenset({"id", "name", "plan", "tool"})
"""Columns that people copy from: what stands there is never folded."""
WIDE = 250
"""Characters of a line where no terminal says how many it has."""


def refuse(message: str) -> NoReturn:
    """Say on standard error what is wrong and what to do, and exit with 2."""
    typer.echo(f"termgate: {message}", err=True)
    raise typer.Exit(BAD_USAGE)


def print_json(value: object) -> None:
    """Print a value as one line of JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def moment_of(written: str) -> datetime:
    """Read a day or a moment; one without a zone is in UTC. Refuses what is neither."""
    try:
        at = datetime.fromisoformat(written)
        return in_utc(at if at.tzinfo is not None else at.replace(tzinfo=UTC))
    except ValueError:
        refuse(f"{written!r} is no day; write 2024-03-01 or 2024-03-01T06:30:00Z")


def written_out(value: object) -> object:
    """The same value with its times as JSON has them."""
    if isinstance(value, Mapping):
        return {key: written_out(one) for key, one in value.items()}
    if isinstance(value, list):
        return [written_out(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value


def print_table(title: str, columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
    """Print rows as a table for people; a column is named as its key, and names stand in one piece."""
    table = Table(title=title, title_justify="left", show_edge=False)
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold", no_wrap=column in NAMES)
    for row in rows:
        table.add_row(*("" if row.get(column) is None else str(row[column]) for column in columns))
    Console(width=None if sys.stdout.isatty() else WIDE).print(table)
