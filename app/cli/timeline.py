"""`termgate timeline`: a plan's facts over time, and what happened to it meanwhile."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from app.cli.door import House, open_house, print_json, refuse
from app.cli.telling import moment_of, written_out
from app.clock import utc_now
from app.timeline import timeline_page
from app.timeline.telling import told
from registry.store import find_plan, find_tool, plans_of

MOST = 1000
_PAGE = 100

Day = Annotated[str | None, typer.Option(help="A day or a moment: 2024-03-01, 2024-03-01T06:30:00Z.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(timeline)


def timeline(
    plan: Annotated[str, typer.Argument(help="The plan, `vendor/tool@plan`.")],
    *,
    since: Day = None,
    until: Day = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="How many changes of facts at most.")] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell what a plan's terms said from one time to the next, and who did what about it."""
    house = open_house()
    began = None if since is None else moment_of(since)
    ended = utc_now() if until is None else moment_of(until)
    whole = _collected(house, plan, (began, ended), limit)
    if as_json:
        print_json(written_out(whole))
    else:
        _tell(whole)


def _collected(house: House, plan: str, span: tuple[datetime | None, datetime], limit: int) -> dict[str, Any]:
    """All pages of a span as one, up to `limit` changes of facts."""
    name, _, slug = plan.rpartition("@")
    since, until = span
    whole: dict[str, Any] | None = None
    while True:
        with house.readings() as session:
            tool = find_tool(session, name)
            if tool is None:
                refuse(f"no tool {name!r} in the registry; write vendor/tool@plan")
            row = find_plan(session, tool.id, slug)
            if row is None:
                known = ", ".join(one.slug for one in plans_of(session, tool.id))
                refuse(f"{name} has no plan {slug!r}; it has: {known}")
            page = told(plan, timeline_page(session, (tool, row), since, until, min(limit, _PAGE)))
        if whole is None:
            whole = page
        else:
            whole["standings"] += page["standings"]
            whole["happenings"] += page["happenings"]
            whole["next"] = page["next"]
        if whole["next"] is None or len(whole["standings"]) >= limit:
            return whole
        since = whole["next"]


def _tell(whole: Mapping[str, Any]) -> None:
    typer.echo(f"{whole['plan']}, read by rules {whole['ruleset']}")
    if whole["before"] is not None:
        _tell_standing(whole["before"])
    for one in sorted((*whole["standings"], *whole["happenings"]), key=lambda one: one["at"]):
        if "facts" in one:
            _tell_standing(one)
        else:
            reason = f": {one['told']}" if one["told"] else ""
            typer.echo(f"{one['at']:%Y-%m-%d %H:%M}  {one['kind']} ({one['what']}) by {one['actor']}{reason}")
    if whole["next"] is not None:
        typer.echo(f"more from {whole['next'].isoformat()} on; pass it with --since")


def _tell_standing(standing: Mapping[str, Any]) -> None:
    answers = " · ".join(
        f"{fact['family']} {fact['answer']}" + (f" ({fact['days']} days)" if fact["days"] is not None else "")
        for fact in standing["facts"]
    )
    typer.echo(f"{standing['at']:%Y-%m-%d %H:%M}  {answers}")
    for change in standing["changes"]:
        told_change = f"{change['family']}: {change['before']} → {change['after']}"
        typer.echo(f"    {told_change} ({change['direction']}; {standing['cause']})")
        _tell_quotes("-", change["before_quotes"])
        _tell_quotes("+", change["after_quotes"])


def _tell_quotes(sign: str, quotes: Sequence[str]) -> None:
    for quote in quotes:
        typer.echo(f"      {sign} {' '.join(quote.split())}")
