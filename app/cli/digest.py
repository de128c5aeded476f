"""`termgate digest`: what happened in a week, as Markdown to be read or sent."""

from datetime import timedelta
from typing import Annotated

import typer

from app.cli.door import open_house, print_json, refusals, refuse
from app.cli.telling import moment_of, written_out
from app.clock import utc_now
from app.news import digest_markdown, digest_told
from registry.adoptions import policy_in_force
from registry.news import news_of
from registry.policy import load_policy


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(digest)


def digest(
    *,
    since: Annotated[str | None, typer.Option(help="A day or a moment; else a week ago.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell what changed, was suspended, waits, was held back, fails and ends soon, as Markdown."""
    until = utc_now()
    began = until - timedelta(days=7) if since is None else moment_of(since)
    if began >= until:
        refuse(f"--since {since} is yet to come; name a day that has been")
    house = open_house()
    with refusals(), house.readings() as session:
        policy = policy_in_force(session, load_policy(house.settings.policy))
        news = news_of(session, (began, until), policy.approvals)
    if as_json:
        print_json(written_out(digest_told(news)))
    else:
        typer.echo(digest_markdown(news), nl=False)
