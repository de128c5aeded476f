"""`termgate vet`, `recrawl` and `reread`: walk passes here and now, and show what they came to."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from app.cli.door import House, open_house, print_json, print_table, refusals, refuse, refuse_plan
from app.cli.notices import announced_lines, notice_lines, told_lines
from app.cli.persons import submitter
from app.cli.plans import policy_of
from app.clock import utc_now
from app.db import Session
from app.history.rereading import read_past, unread_past
from app.recrawl import Doors, all_recrawls, due_recrawls, due_rereads
from app.vetting import run_pass
from app.workshop import Workshop, workshop_from
from extractors.model import CORE_FAMILIES, Answer, Failure
from registry.capturing import needs_capture
from registry.evidence import failed_sightings
from registry.judgements import facts_of, last_assessment
from registry.mentions import untracked_of_tool
from registry.model import Status
from registry.notices import notices_of
from registry.references import Untracked
from registry.reviews import name_of
from registry.store import find_tool, find_vetting, flags_of, plans_of, submitted_tools
from registry.submissions import PassKind, request_look, request_pass, submit_listed
from registry.tables import FlagRow, PlanRow, SightingRow, SourceRow, ToolRow

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(vet)
    app.command()(recrawl)
    app.command()(reread)


def vet(
    tool: Annotated[str, typer.Argument(help="The tool, `vendor/tool`.")], *, as_json: AsJson = False
) -> None:
    """Fetch, read and judge a tool's terms here and now, whether a worker runs or not."""
    house = open_house()
    with refusals():
        with house.sessions() as session:
            row = _tool(session, tool)
            _submit(house, session, row)
            key = request_look(session, row, utc_now()).key
        with workshop_from(house.settings, house.sessions) as workshop:
            _walk(workshop, [key])
    with house.readings() as session:
        rows = [_plan_line(session, plan) for plan in plans_of(session, row.id)]
        failures = [
            {
                "source": source.slug,
                "failure": seen.failure,
                "needs_capture": seen.failure is not None and needs_capture(Failure(seen.failure)),
                "http_status": seen.http_status,
                "detail": seen.detail,
            }
            for source, seen in failed_sightings(session, key)
        ]
        named = [_named_line(one) for one in untracked_of_tool(session, row)]
        policy = policy_of(house, session)
        announced = announced_lines(session, plans_of(session, row.id), policy, utc_now())
        notices = notice_lines(session, notices_of(session, tool_id=row.id))
    if as_json:
        found = {"plans": rows, "failures": failures, "untracked": named}
        print_json({"tool": tool, "vetting": key, **found, "announced": announced, "notices": notices})
        return
    print_table(tool, list(rows[0]), rows)
    if failures:
        print_table("sources without terms", list(failures[0]), failures)
    if announced:
        print_table("from the day that is announced", list(announced[0]), announced)
    if notices:
        print_table("waiting for a person", ["id", "kind", "told"], notices)
    if named:
        columns = ["name", "kind", "incorporated", "source", "quote"]
        told = [{**one, "incorporated": "yes" if one["incorporated"] else "no"} for one in named]
        print_table("documents that the terms name and nobody tracks", columns, told)


def recrawl(
    tools: Annotated[list[str] | None, typer.Argument(help="Only these tools; else all submitted.")] = None,
    *,
    due: Annotated[bool, typer.Option("--due", help="Only sources that are due, as a worker does.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look at the terms again, here and now: first re-read what new rules read differently, then fetch."""
    if due and tools:
        refuse("--due finds the tools itself; leave out one of the two")
    house = open_house()
    with refusals(), workshop_from(house.settings, house.sessions) as workshop:
        before = _last_flag(house)
        doors = Doors(house.sessions, house.readings)
        rereads = due_rereads(doors, workshop.ruleset, workshop.policy_version(), utc_now())
        _walk(workshop, rereads)
        if tools:
            keys = _requested(house, tools, PassKind.RECRAWL)
        else:
            keys = due_recrawls(doors, utc_now()) if due else all_recrawls(doors, utc_now())
        _walk(workshop, keys)
        _report(house, [*rereads, *keys], before, as_json=as_json)


def reread(
    tools: Annotated[
        list[str] | None, typer.Argument(help="Only these tools; else all that are due.")
    ] = None,
    *,
    past: Annotated[
        bool, typer.Option("--past", help="Former documents too, so that timelines go by today's rules.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read the stored pages again under today's rules and policy; nothing is fetched."""
    house = open_house()
    with refusals(), workshop_from(house.settings, house.sessions) as workshop:
        before = _last_flag(house)
        if tools:
            keys = _requested(house, tools, PassKind.REREAD)
        else:
            doors = Doors(house.sessions, house.readings)
            keys = due_rereads(doors, workshop.ruleset, workshop.policy_version(), utc_now())
        _walk(workshop, keys)
        if past:
            _read_past(house, workshop, tools or ())
        _report(house, keys, before, as_json=as_json)


def _read_past(house: House, workshop: Workshop, tools: Sequence[str]) -> None:
    """Read what stored pages said formerly, of these tools or of all, with a bar where a terminal is."""
    with house.readings() as session:
        rows = [_tool(session, tool) for tool in tools] if tools else submitted_tools(session)
        waiting = [one for row in rows for one in unread_past(house.readings, row.id, workshop.ruleset)]
    console = Console(stderr=True, quiet=not sys.stderr.isatty())
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=console.quiet) as bar:
        task = bar.add_task("former documents", total=len(waiting))
        read_past(workshop.sessions, workshop.reader.read, waiting, utc_now(), lambda: bar.advance(task))


def _walk(workshop: Workshop, keys: Sequence[str]) -> None:
    """Walk passes one after another, with a bar on standard error where a terminal is attached to it."""
    console = Console(stderr=True, quiet=not sys.stderr.isatty())
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=console.quiet) as bar:
        task = bar.add_task("", total=len(keys))
        for key in keys:
            bar.update(task, description=key)
            run_pass(workshop, key, lambda line: console.print(f"  {line}", highlight=False, markup=False))
            bar.advance(task)


def _requested(house: House, tools: Sequence[str], kind: PassKind) -> tuple[str, ...]:
    with house.sessions() as session:
        return tuple(request_pass(session, _tool(session, tool), kind, utc_now()).key for tool in tools)


def _submit(house: House, session: Session, tool: ToolRow) -> None:
    """Submit what is only listed of a tool, as whoever gives the command."""
    if any(plan.status == Status.LISTED for plan in plans_of(session, tool.id)):
        actor = submitter(session, policy_of(house, session).approvals)
        submit_listed(session, tool, actor, utc_now())


def _tool(session: Session, slug: str) -> ToolRow:
    tool = find_tool(session, slug)
    if tool is None:
        refuse_plan(slug)
        refuse(f"no tool {slug!r} in the registry; submit it first")
    return tool


def _plan_line(session: Session, plan: PlanRow) -> dict[str, object]:
    assessment = last_assessment(session, plan.id)
    facts = {} if assessment is None else {one.family: one for one in facts_of(session, assessment.id)}
    answers = {
        family.value: _told(facts[family].answer, facts[family].days) if family in facts else None
        for family in CORE_FAMILIES
    }
    recommendation = None if assessment is None else assessment.recommendation
    return {"plan": plan.slug, "status": plan.status, **answers, "recommendation": recommendation}


def _named_line(found: Untracked) -> dict[str, object]:
    """An untracked document with the first sentence that names it; sentences that bind it come first."""
    place = found.places[0]
    return {
        "name": found.name,
        "kind": found.kind.value,
        "incorporated": found.incorporated,
        "url": found.url,
        "source": place.source,
        "quote": place.reference.quote,
    }


def _told(answer: Answer, days: int | None) -> str:
    return answer.value if days is None else f"{answer.value} ({days} days)"


def _last_flag(house: House) -> int:
    with house.readings() as session:
        return max((flag.id for flag in flags_of(session, open_only=False)), default=0)


def _report(house: House, keys: Sequence[str], before: int, *, as_json: bool) -> None:
    with house.readings() as session:
        flags = [_flag_line(session, flag) for flag in flags_of(session, open_only=False) if flag.id > before]
        passes = [row for key in keys if (row := find_vetting(session, key)) is not None]
        tools = dict.fromkeys(row.tool_id for row in passes)
        notices = [line for one in tools for line in notice_lines(session, notices_of(session, tool_id=one))]
        unread = [_unread_line(session, *one) for key in keys for one in failed_sightings(session, key)]
        put_off = sum(row.total - row.done for row in passes)
    if as_json:
        found = {"flags": flags, "notices": notices, "unread": unread, "put_off": put_off}
        print_json({"vettings": list(keys), **found})
        return
    counted = [_count(len(keys), "pass", "passes") + " walked", _count(len(flags), "change", "changes")]
    held = f", {_count(len(unread), 'source', 'sources')} without terms" if unread else ""
    busy = f", {_count(put_off, 'source', 'sources')} put off by a busy host" if put_off else ""
    typer.echo(", ".join(counted) + f" of substance{held}{busy}")
    for one in unread:
        typer.echo(f"  {one['tool']} {one['source']}: {one['failure']} ({one['detail']})")
    for notice in notices:
        typer.echo("\n" + "\n".join(told_lines(notice)))
    for flag in flags:
        typer.echo(
            f"\n{flag['plan']}  {flag['family']}: {flag['before']} → {flag['after']} ({flag['direction']})"
        )
        typer.echo(f"  plan is now {flag['status']}")
        for sign, quotes in (("-", flag["before_quotes"]), ("+", flag["after_quotes"])):
            for quote in quotes if isinstance(quotes, list) else []:
                typer.echo(f"  {sign} {quote}")


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _unread_line(session: Session, source: SourceRow, seen: SightingRow) -> dict[str, object]:
    tool = session.get_one(ToolRow, source.tool_id).slug
    return {"tool": tool, "source": source.slug, "failure": seen.failure, "detail": seen.detail}


def _flag_line(session: Session, flag: FlagRow) -> dict[str, object]:
    plan = session.get_one(PlanRow, flag.plan_id)
    return {
        "plan": name_of(session, plan),
        "status": plan.status,
        "family": flag.family,
        "direction": flag.direction,
        "cause": flag.cause,
        "before": flag.before_answer,
        "after": flag.after_answer,
        "before_quotes": flag.before_quotes,
        "after_quotes": flag.after_quotes,
    }
