"""`termgate lookups`: what was answered to whom, from the record."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from app.cli.door import open_house, print_json, print_table, refusals, refuse
from registry.lookups import Lookup, Wanted, find_lookups, list_lookups, time_of

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Time = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"], help="UTC.")]
_COLUMNS = ("id", "at", "caller", "subject", "plan", "decision", "status")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    lookups = typer.Typer(help="List and show what was answered to look-ups.", no_args_is_help=True)
    lookups.command("list")(show_list)
    lookups.command("show")(show_one)
    app.add_typer(lookups, name="lookups")


def show_list(
    *,
    tool: Annotated[str, typer.Option(help="TOOL, TOOL@PLAN, or a name that nobody knew.")] = "",
    caller: Annotated[str, typer.Option(help="Name of the key that asked.")] = "",
    subject: Annotated[str, typer.Option(help="Whom it asked for, as it is recorded.")] = "",
    allowed: Annotated[bool | None, typer.Option("--allowed/--not-allowed", help="By the answer.")] = None,
    since: Time = None,
    until: Time = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List answers, newest first."""
    wanted = Wanted(
        tool=tool,
        caller=caller,
        subject=subject,
        decision=allowed,
        since=since and since.replace(tzinfo=UTC),
        until=until and until.replace(tzinfo=UTC),
    )
    house = open_house()
    with refusals(), house.readings() as session:
        rows = [_shown(one) for one in list_lookups(session, wanted, limit)]
    if as_json:
        print_json(rows)
    else:
        print_table("look-ups", _COLUMNS, rows)


def show_one(
    name: Annotated[str, typer.Argument(metavar="ID", help="As the answer named it.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Show what was asked and answered under a name."""
    house = open_house()
    with refusals(), house.readings() as session:
        found = [
            {**_shown(one), "asked": json.loads(one.told.asked), "answer": json.loads(one.told.answer)}
            for one in find_lookups(session, name)
        ]
    if not found:
        refuse(f"no answer {name!r} is on record; it may be too old, or not written yet")
    if as_json:
        print_json(found)
        return
    for one in found:
        typer.echo(json.dumps(one, ensure_ascii=False, indent=2))


def _shown(one: Lookup) -> dict[str, Any]:
    return {
        "id": one.id,
        "at": time_of(one.id).isoformat(),
        "caller": one.caller,
        "subject": one.subject,
        "tool": one.told.tool,
        "plan": one.told.plan,
        "decision": one.told.decision,
        "status": one.told.status,
    }
