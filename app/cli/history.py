"""`termgate history`: the recorded past of an Open Terms Archive repository, as a line per change."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.cli.door import print_json, refuse
from app.history import ArchiveError, RecordedChange, Version, list_versions, replay_history

_POOL_FROM = 200
"""Versions from which starting further processes pays."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(history)


def history(
    repo: Annotated[Path, typer.Argument(help="A clone of an Open Terms Archive versions repository.")],
    collection: Annotated[str, typer.Option(help="The collection's name, written into each line.")],
    out: Annotated[Path, typer.Option(help="JSON Lines file to write; replaced when all is read.")],
    *,
    jobs: Annotated[int, typer.Option(min=1, help="Processes to read with.")] = os.cpu_count() or 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the totals as JSON.")] = False,
) -> None:
    """Read every recorded version, oldest first, and write what changed in substance, a line per change."""
    if out.is_dir() or not out.parent.is_dir():
        refuse(f"--out {out}: name a file in a folder that exists")
    try:
        versions = list_versions(repo)
        changes = _replay(repo, versions, jobs)
    except ArchiveError as error:
        refuse(str(error))
    _write(out, (_line(collection, change) for change in changes))
    flagged = sum(bool(change.flags) for change in changes)
    totals = {"versions": len(versions), "changes": len(changes), "flagged": flagged, "out": str(out)}
    if as_json:
        print_json(totals)
    else:
        typer.echo(f"{len(versions)} versions, {len(changes)} changes, {flagged} in substance → {out}")


def _replay(repo: Path, versions: tuple[Version, ...], jobs: int) -> list[RecordedChange]:
    """Replay with a progress bar on standard error, where a terminal is attached to it."""
    console = Console(stderr=True)
    workers = jobs if len(versions) >= _POOL_FROM else 1
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("Reading versions", total=len(versions))
        return replay_history(repo, versions, workers, lambda done: progress.advance(task, done))


def _line(collection: str, change: RecordedChange) -> str:
    """Write a change as the evaluation's prediction format has it."""
    row = {
        "collection": collection,
        "path": change.path,
        "date": change.at.isoformat(),
        "flags": {family.value: direction.value for family, direction in change.flags.items()},
    }
    return json.dumps(row, ensure_ascii=False)


def _write(out: Path, lines: Iterable[str]) -> None:
    """Write the file as a whole or not at all."""
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        draft.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
