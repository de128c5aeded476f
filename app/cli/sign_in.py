"""`termgate sign-in`: a link that signs a person in to the pages, once."""

from typing import Annotated

import typer

from app.cli.door import open_house, print_json, refusals, refuse
from app.clock import utc_now
from registry.journal import COMMAND_LINE
from registry.model import Role
from registry.visits import LINK_LASTS, end_visits_of, make_sign_in

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(help="The person, as the audit log will have it.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("sign-in")(sign_in)
    app.command("sign-out")(sign_out)


def sign_in(
    name: Name,
    *,
    role: Annotated[Role, typer.Option(help="What the person may do.")] = Role.REVIEWER,
    reason: Annotated[
        str, typer.Option(help="Why it is needed; where TERMGATE_LOCAL_LINKS is off, it must be told.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Print a link that signs a person in to the pages, once and within minutes."""
    house = open_house()
    if not (house.settings.local_links or reason.strip()):
        refuse(
            "people sign in with your provider here; say why that does not do, with --reason: it is recorded"
        )
    with refusals(), house.sessions() as session:
        secret = make_sign_in(session, name, role, COMMAND_LINE, utc_now(), reason=reason.strip())
    link = house.settings.sign_in_address(secret)
    minutes = int(LINK_LASTS.total_seconds() // 60)
    if as_json:
        print_json({"name": name, "role": role.value, "link": link, "minutes": minutes})
    else:
        typer.echo(f"{link}\nsigns {name} in as {role.value}, once, within {minutes} minutes")


def sign_out(name: Name, *, as_json: AsJson = False) -> None:
    """End all visits of a person, and links that were not used yet."""
    house = open_house()
    with refusals(), house.sessions() as session:
        ended = end_visits_of(session, name, COMMAND_LINE, utc_now())
    if as_json:
        print_json({"name": name, "ended": ended})
    else:
        typer.echo(f"{ended} visit{'' if ended == 1 else 's'} of {name} ended")
