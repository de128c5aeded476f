"""Webhooks as pages: who is told of what, what came of it, and where one does not take what it is sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.house import Here, House
from app.db import Session
from app.ui.rendering import go_to, page
from app.ui.visitor import At, Posted, Sent, Visitor, require
from registry.deliveries import recent_deliveries, stuck_since
from registry.entries import EntryError
from registry.events import ASKABLE, MEANING
from registry.model import Role
from registry.tables import WebhookRow
from registry.webhooks import (
    OVERLAP,
    WebhookRefusedError,
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

router = APIRouter(prefix="/settings/webhooks")

SHOWN: Final = 30
"""Messages of a webhook."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the page has to tell of the form that was just sent: a secret that is shown once, or trouble."""

    secret: str = ""
    url: str = ""
    kinds: tuple[str, ...] = ()
    trouble: str = ""


@router.get("")
def show_all(request: Request, at: At, house: Here) -> Response:
    """Who is told of what?"""
    require(at, Role.ADMIN)
    return _all(request, at, house, Outcome())


@router.post("")
def make(request: Request, sent: Sent, house: Here) -> Response:
    """Take a webhook on, and show its secret this once."""
    require(sent.visitor, Role.ADMIN)
    url, kinds = sent.text("url"), sent.texts("event")
    try:
        entry = entry_of(url, kinds, any_network=house.any_port)
        with house.sessions() as session:
            row, secret = create_webhook(session, entry, house.webhook_secret, sent.visitor.name, house.now())
    except (EntryError, WebhookRefusedError) as error:
        trouble = error.message if isinstance(error, EntryError) else str(error)
        return _all(request, sent.visitor, house, Outcome(url=url, kinds=kinds, trouble=trouble), 422)
    return _one(request, sent.visitor, house, row.public_id, Outcome(secret=secret))


@router.get("/{name}")
def show_one(request: Request, at: At, house: Here, name: str) -> Response:
    """What was it told, and what came of it?"""
    require(at, Role.ADMIN)
    return _one(request, at, house, name, Outcome())


@router.post("/{name}/secret")
def renew_secret(request: Request, sent: Sent, house: Here, name: str) -> Response:
    """Make a new secret, and show it this once."""
    with _changing(sent, house, name) as (session, row):
        secret = rotate_secret(session, row, house.webhook_secret, sent.visitor.name, house.now())
    return _one(request, sent.visitor, house, name, Outcome(secret=secret))


@router.post("/{name}/test")
def test(request: Request, sent: Sent, house: Here, name: str) -> Response:
    """Let the worker send a test."""
    try:
        with _changing(sent, house, name) as (session, row):
            send_test(session, row, sent.visitor.name, house.now())
    except WebhookRefusedError as error:
        return _one(request, sent.visitor, house, name, Outcome(trouble=str(error)), 409)
    return go_to(request, f"/settings/webhooks/{name}#messages")


@router.post("/{name}/on")
def switch_on(request: Request, sent: Sent, house: Here, name: str) -> Response:
    """Call it again."""
    return _switched(request, sent, house, name, on=True)


@router.post("/{name}/off")
def switch_off(request: Request, sent: Sent, house: Here, name: str) -> Response:
    """Call it no more."""
    return _switched(request, sent, house, name, on=False)


@router.post("/{name}/end")
def end(request: Request, sent: Sent, house: Here, name: str) -> Response:
    """End it for good."""
    with _changing(sent, house, name) as (session, row):
        end_webhook(session, row, sent.visitor.name, house.now())
    return go_to(request, "/settings/webhooks")


@contextmanager
def _changing(sent: Posted, house: House, name: str) -> Iterator[tuple[Session, WebhookRow]]:
    require(sent.visitor, Role.ADMIN)
    with house.sessions() as session:
        yield session, find_webhook(session, name, hold=True)


def _switched(request: Request, sent: Posted, house: House, name: str, *, on: bool) -> Response:
    with _changing(sent, house, name) as (session, row):
        switch(session, row, sent.visitor.name, house.now(), on=on)
    return go_to(request, f"/settings/webhooks/{name}")


def _all(request: Request, at: Visitor, house: House, outcome: Outcome, status: int = 200) -> Response:
    with house.readings() as session:
        rows, waiting, stuck = list_webhooks(session), waiting_counts(session), stuck_since(session)
    events = [(kind.value, MEANING[kind]) for kind in ASKABLE]
    shown = {"rows": rows, "waiting": waiting, "stuck": stuck, "events": events, "outcome": outcome}
    return page(request, "webhooks.html", at, house.now(), status=status, **shown)


def _one(
    request: Request, at: Visitor, house: House, name: str, outcome: Outcome, status: int = 200
) -> Response:
    with house.readings() as session:
        row = find_webhook(session, name)
        messages = recent_deliveries(session, row.id, SHOWN)
        waiting = waiting_counts(session).get(row.id, 0)
    shown = {
        "row": row,
        "messages": messages,
        "waiting": waiting,
        "outcome": outcome,
        "overlap_hours": int(OVERLAP.total_seconds() // 3600),
    }
    return page(request, "webhook.html", at, house.now(), status=status, **shown)
