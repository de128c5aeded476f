"""`termgate people`: who signed in with an identity provider; keep somebody out, let them in again."""

from typing import Annotated

import typer

from app.cli.door import open_house, print_json, print_table, refusals
from app.clock import utc_now
from registry.journal import COMMAND_LINE
from registry.persons import admit_person, block_person, list_persons

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(help="The person, as the audit log has it.")]
_COLUMNS = ["name", "role", "mail", "seen_at", "blocked_at", "issuer", "subject"]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    people = typer.Typer(
        help="Who signs in with your identity provider; keep somebody out.", no_args_is_help=True
    )
    people.command("list")(show)
    people.command()(block)
    people.command()(admit)
    app.add_typer(people, name="people")


def show(
    *,
    limit: Annotated[int, typer.Option(help="How many at most.", min=1)] = 200,
    as_json: AsJson = False,
) -> None:
    """List people, who came last first, with the role that their groups gave them then."""
    house = open_house()
    with refusals(), house.readings() as session:
        rows = [
            {
                "name": row.name,
                "role": row.role,
                "mail": row.mail,
                "seen_at": row.seen_at.isoformat(timespec="seconds"),
                "blocked_at": row.blocked_at and row.blocked_at.isoformat(timespec="seconds"),
                "issuer": row.issuer,
                "subject": row.subject,
            }
            for row in list_persons(session, limit)
        ]
    if as_json:
        print_json(rows)
    else:
        print_table("People", _COLUMNS, rows)


def block(name: Name, *, as_json: AsJson = False) -> None:
    """Keep somebody out from now on, whatever the provider says; ends all their visits."""
    house = open_house()
    with refusals(), house.sessions() as session:
        block_person(session, name, COMMAND_LINE, utc_now())
    if as_json:
        print_json({"name": name, "blocked": True})
    else:
        typer.echo(f"{name} is kept out; end an API key of theirs with `termgate keys revoke`")


def admit(name: Name, *, as_json: AsJson = False) -> None:
    """Let somebody in again who was kept out, in the role that their groups give them."""
    house = open_house()
    with refusals(), house.sessions() as session:
        admit_person(session, name, COMMAND_LINE, utc_now())
    if as_json:
        print_json({"name": name, "blocked": False})
    else:
        typer.echo(f"{name} may sign in again")
