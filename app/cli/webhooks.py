"""`termgate webhooks`: other systems that are told of changes by signed calls."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from app.cli.door import House, open_house, print_json, print_table, refusals
from app.clock import utc_now
from app.db import Session
from app.webhooks.signing import signing_key_of
from registry.deliveries import recent_deliveries
from registry.events import ASKABLE, MEANING
from registry.journal import COMMAND_LINE
from registry.tables import WebhookRow
from registry.webhooks import (
    create_webhook,
    end_webhook,
    entry_of,
    find_webhook,
    list_webhooks,
    rotate_secret,
    send_test,
    switch,
    waiting_counts,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(help="The webhook: hook_…")]
_KEEP = "shown this once: store it now"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    webhooks = typer.Typer(help="Tell other systems of changes, by signed calls.", no_args_is_help=True)
    webhooks.command()(create)
    webhooks.command("list")(show)
    webhooks.command()(events)
    webhooks.command()(deliveries)
    webhooks.command()(test)
    webhooks.command()(rotate)
    webhooks.command("on")(switch_on)
    webhooks.command("off")(switch_off)
    webhooks.command()(delete)
    app.add_typer(webhooks, name="webhooks")


def create(
    url: Annotated[str, typer.Argument(help="Where to send it; https.")],
    *,
    event: Annotated[list[str], typer.Option(help="What to tell; again for each. `events` lists them.")],
    as_json: AsJson = False,
) -> None:
    """Take a webhook on and print its secret, the only time it can be read."""
    house = open_house()
    with refusals(), house.sessions() as session:
        secret_of = signing_key_of(house.settings).secret_of
        entry = entry_of(url, event, any_network=bool(house.settings.allowed_networks))
        row, secret = create_webhook(session, entry, secret_of, COMMAND_LINE, utc_now())
    _print_secret(row.public_id, secret, as_json=as_json)


def show(*, as_json: AsJson = False) -> None:
    """List all webhooks, and what keeps one switched off."""
    house = open_house()
    with refusals(), house.readings() as session:
        waiting = waiting_counts(session)
        rows = [
            {
                "id": row.public_id,
                "url": row.url,
                "events": ", ".join(row.kinds),
                "on": row.off_at is None,
                "waiting": waiting.get(row.id, 0),
                "off_because": row.off_because,
            }
            for row in list_webhooks(session)
        ]
    if as_json:
        print_json(rows)
    else:
        print_table("Webhooks", ["id", "url", "events", "on", "waiting", "off_because"], rows)


def events(*, as_json: AsJson = False) -> None:
    """List what can be told."""
    rows = [{"name": kind.value, "told_when": MEANING[kind]} for kind in ASKABLE]
    if as_json:
        print_json(rows)
    else:
        print_table("Events", ["name", "told_when"], rows)


def deliveries(
    name: Name,
    *,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many at most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List what was sent to a webhook lately or waits to be, the newest first."""
    house = open_house()
    with refusals(), house.readings() as session:
        rows = [
            {
                "id": row.message_id,
                "event": row.kind,
                "at": row.at.isoformat(timespec="seconds"),
                "state": row.state,
                "tries": row.tries,
                "next_at": row.next_at and row.next_at.isoformat(timespec="seconds"),
                "answered": row.http_status,
                "told": row.told,
            }
            for row in recent_deliveries(session, find_webhook(session, name).id, limit)
        ]
    if as_json:
        print_json(rows)
    else:
        print_table(f"Messages for {name}", ["id", "event", "at", "state", "tries", "next_at", "told"], rows)


def test(name: Name, *, as_json: AsJson = False) -> None:
    """Let the worker send a webhook a test; `deliveries` tells what came of it."""
    with _changing(name) as (_, session, row):
        message = send_test(session, row, COMMAND_LINE, utc_now())
    if as_json:
        print_json({"id": message})
    else:
        typer.echo(f"{message} is on its way; `termgate webhooks deliveries {name}` tells what came of it")


def rotate(name: Name, *, as_json: AsJson = False) -> None:
    """Give a webhook a new secret; for a day the former one signs too."""
    with _changing(name) as (house, session, row):
        secret_of = signing_key_of(house.settings).secret_of
        secret = rotate_secret(session, row, secret_of, COMMAND_LINE, utc_now())
    _print_secret(name, secret, as_json=as_json)


def switch_on(name: Name, *, as_json: AsJson = False) -> None:
    """Call a webhook again; what waited when it was switched off is sent."""
    _switch(name, on=True, as_json=as_json)


def switch_off(name: Name, *, as_json: AsJson = False) -> None:
    """Call a webhook no more; what happens meanwhile is not told later."""
    _switch(name, on=False, as_json=as_json)


def delete(name: Name, *, as_json: AsJson = False) -> None:
    """End a webhook for good."""
    with _changing(name) as (_, session, row):
        end_webhook(session, row, COMMAND_LINE, utc_now())
    if as_json:
        print_json({"id": name, "deleted": True})
    else:
        typer.echo(f"{name} is deleted")


def _switch(name: str, *, on: bool, as_json: bool) -> None:
    with _changing(name) as (_, session, row):
        switch(session, row, COMMAND_LINE, utc_now(), on=on)
    if as_json:
        print_json({"id": name, "on": on})
    else:
        typer.echo(f"{name} is switched {'on' if on else 'off'}")


@contextmanager
def _changing(name: str) -> Iterator[tuple[House, Session, WebhookRow]]:
    house = open_house()
    with refusals(), house.sessions() as session:
        yield house, session, find_webhook(session, name, hold=True)


def _print_secret(name: str, secret: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"id": name, "secret": secret})
    else:
        typer.echo(f"{name}\n{secret}\n{_KEEP}")
