"""How every command speaks: refuse in one line, print JSON or a table. Starts at once, reads nothing."""

import json
from collections.abc import Mapping, Sequence
from typing import NoReturn

import typer
from rich.console import Console
from rich.table import Table

BAD_USAGE = 2


def refuse(message: str) -> NoReturn:
    """Say on standard error what is wrong and what to do, and exit with 2."""
    typer.echo(f"termgate: {message}", err=True)
    raise typer.Exit(BAD_USAGE)


def print_json(value: object) -> None:
    """Print a value as one line of JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def print_table(title: str, columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
    """Print rows as a table for people; a column is named as its key."""
    table = Table(title=title, title_justify="left", show_edge=False)
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*("" if row.get(column) is None else str(row[column]) for column in columns))
    Console().print(table)
