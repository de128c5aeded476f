"""`termgate capture`: bring a page that a person saved, where a site shows it to people alone."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from app.cli.brought import read_brought
from app.cli.door import open_house, print_json, refusals, refuse, refuse_plan
from app.cli.persons import person
from app.clock import in_utc, utc_now
from app.db import Session
from extractors.model import Snapshot
from registry.capturing import keep_capture
from registry.model import Role
from registry.store import find_tool, sources_of
from registry.submissions import PassState, request_look
from registry.tables import SourceRow, ToolRow


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(capture)


def capture(
    tool: Annotated[str, typer.Argument(help="The tool, `vendor/tool`.")],
    source: Annotated[str, typer.Argument(help="The source's slug.")],
    file: Annotated[Path, typer.Argument(help="The page as it was saved (.html, .pdf, .md, .txt).")],
    *,
    url: Annotated[
        str | None, typer.Option(help="Where it was saved from; needed where the source has several pages.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(help="When it was saved: 2027-03-01T09:30+00:00; now, if left out.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Bring a page that you saved in a browser, as the person whose key is in TERMGATE_KEY.

    It is read in place of the site's answer at the look that follows, which is queued.
    """
    house = open_house()
    body, media_type = read_brought(file, "a page")
    saved = _moment(at)
    with refusals(), house.sessions() as session:
        by = person(session, Role.REVIEWER)
        row, one = _source(session, tool, source)
        page = url or _only_page(one)
        snapshot = Snapshot(body, hashlib.sha256(body).hexdigest(), media_type, None, page, saved)
        keep_capture(session, one, snapshot, file.name, by.name, utc_now())
        look = request_look(session, row, utc_now())
        if look.state == PassState.RUNNING:
            refuse(f"{look.key} is looking at the tool; do this again when it is done")
        told = {"source": source, "url": page, "sha256": snapshot.sha256, "by": by.name, "vetting": look.key}
    if as_json:
        print_json(told)
    else:
        typer.echo(f"{page} is kept as {by.name} saved it; vetting {look.key} is queued")


def _source(session: Session, tool: str, slug: str) -> tuple[ToolRow, SourceRow]:
    row = find_tool(session, tool)
    if row is None:
        refuse_plan(tool)
        refuse(f"no tool {tool!r} in the registry; submit it first")
    sources = {one.slug: one for one in sources_of(session, row.id)}
    if slug not in sources:
        refuse(f"{tool} has no source {slug!r}; it has: {', '.join(sources) or 'none'}")
    return row, sources[slug]


def _only_page(source: SourceRow) -> str:
    if len(source.urls) != 1:
        known = ", ".join(source.urls) or "none: its document is uploaded"
        refuse(f"say with --url which page of {source.slug} it is; its pages are {known}")
    return source.urls[0]


def _moment(written: str | None) -> datetime:
    if written is None:
        return utc_now()
    try:
        return in_utc(datetime.fromisoformat(written))
    except ValueError:
        refuse(f"--at {written!r} is no time with its zone; write 2027-03-01T09:30+00:00")
