"""`termgate history`: the recorded past of an Open Terms Archive repository, as a line per change."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app import history as recorded
from app.cli.door import print_json, refuse
from app.cli.vendors import kept_aside_in_histories, wanted
from app.history import ArchiveError, Interim, RecordedChange, Version, list_versions, replay_history
from extractors.ruleset import code_digest, load_ruleset
from registry import changes as comparison

_POOL_FROM: Final = 200
"""Versions from which starting further processes pays."""
_STEPS: Final = 20
"""Lines that tell how far it is where no terminal shows a bar."""
BROKEN_OFF: Final = 130
"""Exit status after Ctrl-C, as shells have it."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(history)


def history(
    repo: Annotated[Path, typer.Argument(help="A clone of an Open Terms Archive versions repository.")],
    collection: Annotated[str, typer.Option(help="The collection's name, written into each line.")],
    out: Annotated[Path, typer.Option(help="JSON Lines file to write; replaced when all is read.")],
    *,
    only: Annotated[
        list[str] | None, typer.Option(metavar="VENDOR", help="Only this vendor; or `kept-aside`.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--except", metavar="VENDOR", help="Not this one; or `kept-aside`.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes to read with.")] = os.cpu_count() or 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the totals as JSON.")] = False,
) -> None:
    """Read every recorded version, oldest first, and write what changed in substance, a line per change.

    Broken off, it goes on where it was when it is called again. Exit status: 0, 2 bad usage, 130 broken off.
    """
    if out.is_dir() or not out.parent.is_dir():
        refuse(f"--out {out}: name a file in a folder that exists")
    try:
        versions = _of_vendors(list_versions(repo), only or [], without or [])
        changes = _replay(repo, versions, jobs, out)
    except (ArchiveError, ValueError) as error:
        refuse(str(error))
    _write(out, (_line(collection, change) for change in changes))
    _interim(out).unlink(missing_ok=True)
    flagged = sum(bool(change.flags) for change in changes)
    totals = {"versions": len(versions), "changes": len(changes), "flagged": flagged, "out": str(out)}
    if as_json:
        print_json(totals)
    else:
        typer.echo(f"{len(versions)} versions, {len(changes)} changes, {flagged} in substance → {out}")


def _of_vendors(
    versions: tuple[Version, ...], only: Iterable[str], without: Iterable[str]
) -> tuple[Version, ...]:
    """Leave out the versions of other vendors: the first part of a path names the vendor."""
    there = {version.path.partition("/")[0] for version in versions}
    vendors = wanted(only, without, kept_aside_in_histories(), there)
    return tuple(version for version in versions if version.path.partition("/")[0] in vendors)


def _interim(out: Path) -> Path:
    """Where what is done stands until all is."""
    return out.with_name(f".{out.name}.interim")


def _replay(repo: Path, versions: tuple[Version, ...], jobs: int, out: Path) -> list[RecordedChange]:
    """Replay from where an earlier call was broken off, telling how far it is."""
    workers = jobs if len(versions) >= _POOL_FROM else 1
    rooms = (Path(room.__path__[0]) for room in (comparison, recorded))
    reading = " ".join((load_ruleset().version, *map(code_digest, rooms)))
    with Interim(_interim(out), reading) as interim, _progress(len(versions)) as advance:
        try:
            return replay_history(repo, versions, workers, advance, interim)
        except KeyboardInterrupt:
            typer.echo("termgate: broken off; the same command goes on from here", err=True)
            raise typer.Exit(BROKEN_OFF) from None


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """Tell how far it is on standard error: a bar on a terminal, else a line now and then."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("Reading versions", total=total)
        done = 0

        def advance(versions: int) -> None:
            nonlocal done
            before, done = done, done + versions
            progress.advance(task, versions)
            told = total >= _POOL_FROM and not console.is_terminal
            if told and before * _STEPS // total < done * _STEPS // total:
                typer.echo(f"{done} of {total} versions read", err=True)

        yield advance


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
