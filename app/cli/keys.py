"""`termgate keys`: make, list and revoke API keys."""

from typing import Annotated

import typer

from app.cli.door import open_house, print_json, print_table, refusals
from app.clock import utc_now
from registry.keys import create_key, list_keys, revoke_key
from registry.model import Role

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ACTOR = "command line"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    keys = typer.Typer(help="Make, list and revoke API keys.", no_args_is_help=True)
    keys.command()(create)
    keys.command("list")(show)
    keys.command()(revoke)
    app.add_typer(keys, name="keys")


def create(
    name: Annotated[str, typer.Argument(help="What the key is for; shown in the audit log.")],
    *,
    role: Annotated[Role, typer.Option(help="What the key may do.")] = Role.LOOKUP,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it, the only time it can be read."""
    house = open_house()
    with refusals(), house.sessions() as session:
        key = create_key(session, name, role, ACTOR, utc_now())
    if as_json:
        print_json({"name": name, "role": role.value, "key": key})
    else:
        typer.echo(f"{key}\nkept nowhere else: store it now. Role: {role.value}.")


def show(*, as_json: AsJson = False) -> None:
    """List all keys, the revoked ones too."""
    house = open_house()
    with refusals(), house.readings() as session:
        rows = [
            {
                "name": row.name,
                "role": row.role,
                "created_at": row.created_at.isoformat(timespec="seconds"),
                "revoked_at": row.revoked_at and row.revoked_at.isoformat(timespec="seconds"),
            }
            for row in list_keys(session)
        ]
    if as_json:
        print_json(rows)
    else:
        print_table("API keys", ["name", "role", "created_at", "revoked_at"], rows)


def revoke(name: Annotated[str, typer.Argument(help="The key's name.")], *, as_json: AsJson = False) -> None:
    """End a key; it stays listed."""
    house = open_house()
    with refusals(), house.sessions() as session:
        revoke_key(session, name, ACTOR, utc_now())
    if as_json:
        print_json({"name": name, "revoked": True})
    else:
        typer.echo(f"{name} is revoked")
