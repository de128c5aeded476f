"""`termgate sources`: how sources fare, and changing where a tool's terms stand."""

from typing import Annotated

import typer

from app.cli.amending import alias, look, move, plan, tool_named
from app.cli.door import open_house, print_json, print_table, refusals, refuse
from app.cli.persons import submitter
from app.cli.plans import policy_of
from app.clock import utc_now
from app.db import Session
from extractors.model import TermsType
from registry.cadence import DEFAULT_DAYS
from registry.crawling import sources_by_failures
from registry.entries import SourceEntry
from registry.evidence import last_sighting
from registry.sources import ChangeRefusedError, put_source, retire_source
from registry.tables import SourceRow, ToolRow

_COLUMNS = [
    "tool",
    "source",
    "due_at",
    "cadence_days",
    "failures",
    "failing_since",
    "put_off_since",
    "failure",
]
_AT_ONCE = 500

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Tool = Annotated[str, typer.Argument(help="The tool, `vendor/tool`.")]
Slug = Annotated[str, typer.Argument(help="The source's slug.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    sources = typer.Typer(
        help="How sources fare, and changing where a tool's terms stand.", no_args_is_help=True
    )
    sources.command("list")(show)
    sources.command()(put)
    sources.command()(retire)
    sources.command()(move)
    sources.command()(plan)
    sources.command()(alias)
    app.add_typer(sources, name="sources")


def show(
    tool: Annotated[str | None, typer.Argument(help="Only of this tool, `vendor/tool`.")] = None,
    *,
    failing: Annotated[bool, typer.Option("--failing", help="Only those that keep failing.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the sources in use: when each is looked at next, and how often in a row it has failed."""
    house = open_house()
    with refusals(), house.readings() as session:
        only = None if tool is None else tool_named(session, tool).id
        at_least = house.settings.failing_after if failing else 0
        rows = [
            _line(session, source, owner)
            for source, owner in _all(session, at_least)
            if only is None or owner.id == only
        ]
    if as_json:
        print_json(rows)
    else:
        print_table("Sources", _COLUMNS, rows)


def put(
    tool: Tool,
    slug: Slug,
    *,
    kind: Annotated[TermsType, typer.Option("--type", help="What kind of terms it holds.")],
    url: Annotated[list[str], typer.Option(help="A page of it; several are read in this order.")],
    plan: Annotated[list[str], typer.Option(help="Slug of a plan that it governs.")],
    select: Annotated[list[str] | None, typer.Option(help="CSS selector of what is terms.")] = None,
    remove: Annotated[list[str] | None, typer.Option(help="CSS selector of what is not.")] = None,
    cadence_days: Annotated[int, typer.Option(help="How often to look.")] = DEFAULT_DAYS,
) -> None:
    """Add a source of a submitted tool, or correct the one of this slug; a worker looks at it at once."""
    house = open_house()
    entry = SourceEntry(
        slug, kind, tuple(url), tuple(select or ()), tuple(remove or ()), tuple(plan), cadence_days
    )
    with refusals(), house.sessions() as session:
        row = tool_named(session, tool)
        actor = submitter(session, policy_of(house, session).approvals)
        try:
            put_source(session, row, entry, actor, utc_now())
        except ChangeRefusedError as refused:
            refuse(str(refused))
        typer.echo(f"{tool} has the source {slug}; {look(session, row)}")


def retire(tool: Tool, slug: Slug) -> None:
    """Let a source count no longer; what was read of it stays on record."""
    house = open_house()
    with refusals(), house.sessions() as session:
        row = tool_named(session, tool)
        actor = submitter(session, policy_of(house, session).approvals)
        try:
            retire_source(session, row, slug, actor, utc_now())
        except ChangeRefusedError as refused:
            refuse(str(refused))
        typer.echo(f"{tool} is judged without {slug}; {look(session, row)}")


def _all(session: Session, at_least: int) -> list[tuple[SourceRow, ToolRow]]:
    found: list[tuple[SourceRow, ToolRow]] = []
    now = utc_now()
    while page := sources_by_failures(session, at_least, now, found[-1][0].id if found else 0, _AT_ONCE):
        found += page
    return found


def _line(session: Session, source: SourceRow, tool: ToolRow) -> dict[str, object]:
    last = last_sighting(session, source.id)
    due, since, put_off = source.due_at, source.failing_since, source.put_off_since
    return {
        "tool": tool.slug,
        "source": source.slug,
        "due_at": None if due is None else due.isoformat(timespec="minutes"),
        "cadence_days": source.cadence_days,
        "failures": source.failures,
        "failing_since": None if since is None else since.isoformat(timespec="minutes"),
        "put_off_since": None if put_off is None else put_off.isoformat(timespec="minutes"),
        "failure": None if last is None else last.failure,
    }
