"""`termgate migrate`: the registry's schema."""

from typing import Annotated

import typer

from app.cli.door import print_json, read_settings, refusals
from app.db import engine_from
from app.migrate import migrate as run_migrations


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(migrate)


def migrate(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print the revision as JSON.")] = False
) -> None:
    """Create the registry or bring its schema up to date; harmless to repeat."""
    settings = read_settings()
    with refusals():
        revision = run_migrations(engine_from(settings.registry_url))
    if as_json:
        print_json({"revision": revision})
    else:
        typer.echo(f"the registry is at revision {revision}")
