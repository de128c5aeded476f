"""`termgate sources move|plan|alias`: where a page went, a tool's plans, and its other names."""

from dataclasses import replace
from typing import Annotated

import typer

from app.cli.door import House, open_house, refusals, refuse, refuse_plan
from app.cli.persons import person, submitter
from app.cli.plans import policy_of
from app.clock import utc_now
from app.db import Session
from app.domains import shared_host_problem
from extractors.model import Audience
from registry.entries import AliasEntry, PlanEntry
from registry.model import AliasKind, Role, Status
from registry.names import alias_problem, slug_problem, url_problem
from registry.plans import needs_a_reviewer, put_plan, retire_plan
from registry.sources import ChangeRefusedError, put_alias, put_source, remove_alias
from registry.store import aliases_of, find_plan, find_source, find_tool, plans_of
from registry.submissions import PassState, missing_uploads, request_look, source_entry
from registry.tables import ToolRow

Tool = Annotated[str, typer.Argument(help="The tool, `vendor/tool`.")]


def move(
    tool: Tool,
    slug: Annotated[str, typer.Argument(help="The source's slug.")],
    *,
    url: Annotated[list[str], typer.Option(help="Where it stands now; several pages in this order.")],
) -> None:
    """Say where the pages of a source stand now; all else of it stays, and a worker looks at once."""
    for one in url:
        _check(url_problem(one))
    house = open_house()
    with refusals(), house.sessions() as session:
        row = tool_named(session, tool)
        actor = submitter(session, policy_of(house, session).approvals)
        source = find_source(session, row.id, slug)
        if source is None or not source.active:
            refuse(f"{tool} has no source {slug!r}; `termgate sources list {tool}` shows those it has")
        try:
            put_source(
                session, row, replace(source_entry(session, source), urls=tuple(url)), actor, utc_now()
            )
        except ChangeRefusedError as refused:
            refuse(str(refused))
        typer.echo(f"{slug} of {tool} stands at {', '.join(url)}; {look(session, row)}")


def plan(
    tool: Tool,
    slug: Annotated[str, typer.Argument(help="The plan's slug.")],
    *,
    name: Annotated[str | None, typer.Option(help="What the vendor calls it.")] = None,
    audience: Annotated[Audience | None, typer.Option(help="Whom it is for; of a new plan.")] = None,
    source: Annotated[list[str] | None, typer.Option(help="Slug of a source that governs it too.")] = None,
    retire: Annotated[str, typer.Option(metavar="REASON", help="Let it count no longer, and say why.")] = "",
) -> None:
    """Add a plan with the sources that govern it, rename one, let further sources govern it, or retire it.

    A retired plan comes back when it is named again, with its sources that are in use and those named.
    """
    _check(slug_problem(slug))
    house = open_house()
    if retire:
        _retire(house, tool, slug, retire)
        return
    with refusals(), house.sessions() as session:
        row = tool_named(session, tool)
        actor = submitter(session, policy_of(house, session).approvals)
        known = find_plan(session, row.id, slug)
        if known is None and (name is None or audience is None):
            refuse(f"{tool} has no plan {slug!r}; a new one needs --name, --audience and --source")
        entry = PlanEntry(
            slug,
            name or ("" if known is None else known.name),
            audience or Audience("" if known is None else known.audience),
        )
        is_back = known is not None and known.status == Status.RETIRED
        is_name_only = known is not None and not is_back and entry.audience == known.audience and not source
        try:
            put_plan(session, row, entry, source or (), actor, utc_now())
        except ChangeRefusedError as refused:
            refuse(str(refused))
        typer.echo(f"{tool} has the plan {slug}" + ("" if is_name_only else f"; {look(session, row)}"))


def alias(
    tool: Tool,
    kind: Annotated[AliasKind, typer.Argument(help="Whose spelling it follows.")],
    value: Annotated[str, typer.Argument(help="The name that systems see.")],
    *,
    remove: Annotated[bool, typer.Option("--remove", help="Take the name away instead.")] = False,
) -> None:
    """Let a tool go by another name too, or take one away; look-ups know it at once."""
    _check(alias_problem(kind, value))
    if not remove:
        _check(shared_host_problem(kind, value))
    house = open_house()
    with refusals(), house.sessions() as session:
        row = tool_named(session, tool)
        actor = submitter(session, policy_of(house, session).approvals)
        entry = AliasEntry(kind, value)
        try:
            changed = (remove_alias if remove else put_alias)(session, row, entry, actor, utc_now())
        except ChangeRefusedError as refused:
            refuse(str(refused))
        if remove and not changed:
            known = ", ".join(one.value for one in aliases_of(session, row.id) if one.kind == kind)
            refuse(f"{tool} has no {kind.value} alias {value!r}; it has: {known or 'none'}")
        typer.echo(f"{tool} is {'no longer ' if remove else ''}found by {kind.value} {value}")


def look(session: Session, tool: ToolRow) -> str:
    """Queue the pass that takes a change in; exits with 2 where one has begun, which may have passed by."""
    waiting = missing_uploads(session, tool)
    if waiting:
        return f"it waits for the upload of {', '.join(waiting)}"
    vetting = request_look(session, tool, utc_now())
    if vetting.state == PassState.RUNNING:
        refuse(f"{vetting.key} is looking at the tool; do this again when it is done")
    return f"vetting {vetting.key} is queued"


def _retire(house: House, tool: str, slug: str, reason: str) -> None:
    with refusals(), house.sessions() as session:
        row = tool_named(session, tool)
        found = find_plan(session, row.id, slug)
        if found is None:
            known = ", ".join(one.slug for one in plans_of(session, row.id))
            refuse(f"{tool} has no plan {slug!r}; it has: {known}")
        if needs_a_reviewer(plans_of(session, row.id)):
            actor = person(session, Role.REVIEWER).name
        else:
            actor = submitter(session, policy_of(house, session).approvals)
        try:
            ended = retire_plan(session, row, found, reason, actor, utc_now())
        except ChangeRefusedError as refused:
            refuse(str(refused))
        with_it = f", and with it {', '.join(one.slug for one in ended)}" if ended else ""
        typer.echo(f"{tool}@{slug} is retired{with_it}; look-ups know it no longer")


def tool_named(session: Session, slug: str) -> ToolRow:
    """The tool of that slug; exits with 2 where there is none."""
    tool = find_tool(session, slug)
    if tool is None:
        refuse_plan(slug)
        refuse(f"no tool {slug!r} in the registry; submit it first")
    return tool


def _check(problem: str | None) -> None:
    if problem is not None:
        refuse(problem)
