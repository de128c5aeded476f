"""`termgate export`: a decision's evidence as a web archive, versions of terms as a git repository."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated

import typer

from app.cli.door import open_house, print_json, refuse
from app.evidence.warc import write_evidence
from app.history.layout import versions_of
from app.history.repository import ArchiveError
from app.history.writing import write_repository
from registry.dossiers import UnknownDecisionError, dossier_of, find_decision
from registry.evidence import snapshot_bytes
from registry.store import find_tool, submitted_tools

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Hand on a decision's evidence, or versions of terms.", no_args_is_help=True)
    group.callback()(_group)
    group.command()(evidence)
    group.command()(versions)
    app.add_typer(group, name="export")


def _group() -> None:
    """Hand on a decision's evidence, or versions of terms."""


def evidence(
    decision: Annotated[str, typer.Argument(help="The decision's identifier: dec_…")],
    to: Annotated[Path, typer.Option(help="The file to write: NAME.warc.gz.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Write what a decision rested on as WARC 1.1: pages, their texts and clauses, and the decision."""
    if to.is_dir() or not to.parent.is_dir():
        refuse(f"--to {to}: name a file in a folder that exists")
    house = open_house()
    with house.readings() as session:
        try:
            dossier = dossier_of(session, find_decision(session, decision))
        except UnknownDecisionError as error:
            refuse(str(error))
        with _whole(to) as file:
            records = write_evidence(dossier, lambda sha256: snapshot_bytes(session, sha256), file)
    told = {"decision": decision, "plan": dossier.decision.plan, "records": records, "file": str(to)}
    if as_json:
        print_json(told)
    else:
        typer.echo(f"{decision} on {told['plan']}: {records} records → {to}")


def versions(
    folder: Annotated[Path, typer.Argument(help="A new folder; it becomes a git repository.")],
    *,
    tool: Annotated[list[str] | None, typer.Option(help="Only these tools; else all submitted.")] = None,
    contracts: Annotated[bool, typer.Option("--contracts", help="Negotiated contracts too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write every version of the terms as `SERVICE/TERMS.md`, a commit each with the date it was seen from.

    The layout is Open Terms Archive's, and what was imported from one stands in it again.
    """
    house = open_house()
    with house.readings() as session:
        tools = list(submitted_tools(session)) if not tool else []
        for slug in tool or ():
            row = find_tool(session, slug)
            if row is None:
                refuse(f"no tool {slug!r} in the registry; write vendor/tool")
            tools.append(row)
        try:
            count = write_repository(folder, versions_of(session, tools, contracts=contracts))
        except ArchiveError as error:
            refuse(str(error))
    told = {"tools": len(tools), "versions": count, "folder": str(folder)}
    if as_json:
        print_json(told)
    else:
        typer.echo(f"{count} versions of {len(tools)} tools → {folder}")


@contextmanager
def _whole(to: Path) -> Iterator[IO[bytes]]:
    """A file that is written as a whole or not at all."""
    draft = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            yield file
        draft.replace(to)
    finally:
        draft.unlink(missing_ok=True)
