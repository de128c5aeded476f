"""Webhooks: other systems that are told of changes. Their secrets are shown once, when they are made."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Path, Query, Response, status
from pydantic import Field

from app.api.forms import Form, Limit, Line, Shown
from app.api.house import Here
from app.auth import Admin, as_admin
from app.errors import OF_BODY, answers
from registry.deliveries import recent_deliveries
from registry.entries import EntryError
from registry.events import ASKABLE, MEANING, EventKind
from registry.tables import DeliveryRow, WebhookRow
from registry.webhooks import (
    UnknownWebhookError,
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

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], dependencies=[Depends(as_admin)])

Name = Annotated[str, Path(description="The webhook's identifier.", examples=["hook_5d41402abc4b2a76"])]
_LISTED: Final = "; ".join(f"`{kind}`: {MEANING[kind]}" for kind in ASKABLE)


class NewWebhook(Form):
    """Who wants to be told of what."""

    url: Line = Field(description="Where to send it; `https`, and without user name or password.")
    events: list[Line] = Field(min_length=1, max_length=len(EventKind), description=_LISTED)


class Switched(Form):
    """Whether a webhook is to be called."""

    on: bool


class WebhookShown(Shown):
    """What is known of a webhook."""

    id: str
    url: str
    events: list[EventKind]
    on: bool
    off_at: datetime | None
    off_because: str | None = Field(description="Why, where it was switched off because it failed.")
    waiting: int = Field(description="Messages that wait to be sent.")
    former_secret_until: datetime | None = Field(description="Until when the former secret signs too.")
    created_by: str
    created_at: datetime


class WebhookMade(Shown):
    """A new webhook with its secret: keep it now, it is never shown again."""

    id: str
    secret: str


class DeliveryShown(Shown):
    """A message, and what came of it so far."""

    id: str = Field(description="The header `webhook-id`: the same each time it is sent.")
    type: EventKind
    at: datetime
    state: str = Field(description="`waiting`, `delivered` or `failed`.")
    tries: int
    tried_at: datetime | None
    next_at: datetime | None = Field(description="When it is sent next, while it waits.")
    http_status: int | None
    told: str | None = Field(description="What went wrong the last time.")
    data: dict[str, Any]


class TestSent(Shown):
    """A message that is on its way."""

    id: str


class DeliveriesAsked(Form):
    """How many to list."""

    limit: Limit = 20


_EXAMPLES: Final = {
    "gateway": {
        "summary": "A gateway that has to stop at once",
        "value": {
            "url": "https://gateway.company.example/hooks/termgate",
            "events": ["plan.suspended", "plan.resumed"],
        },
    }
}


_SWITCHED: Final = {
    "on": {"summary": "Call it again", "value": {"on": True}},
    "off": {"summary": "Call it no more", "value": {"on": False}},
}


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses=answers(EntryError, WebhookRefusedError, *OF_BODY),
)
def make_webhook(
    form: Annotated[NewWebhook, Body(openapi_examples=_EXAMPLES)],
    caller: Admin,
    house: Here,
    response: Response,
) -> WebhookMade:
    """Take a webhook on, switched on."""
    entry = entry_of(form.url, form.events, any_network=house.any_port)
    with house.sessions() as session:
        row, secret = create_webhook(session, entry, house.webhook_secret, caller.name, house.now())
    response.headers["cache-control"] = "no-store"
    return WebhookMade(id=row.public_id, secret=secret)


@router.get("")
def show_webhooks(house: Here) -> list[WebhookShown]:
    """All webhooks, the oldest first."""
    with house.readings() as session:
        waiting = waiting_counts(session)
        return [_shown(row, waiting.get(row.id, 0)) for row in list_webhooks(session)]


@router.post("/{webhook}/secret", responses=answers(UnknownWebhookError))
def renew_secret(webhook: Name, caller: Admin, house: Here, response: Response) -> WebhookMade:
    """Make a new secret; for a day the former one signs too, so that no call is refused meanwhile."""
    with house.sessions() as session:
        row = find_webhook(session, webhook, hold=True)
        secret = rotate_secret(session, row, house.webhook_secret, caller.name, house.now())
    response.headers["cache-control"] = "no-store"
    return WebhookMade(id=row.public_id, secret=secret)


@router.put("/{webhook}/on", responses=answers(UnknownWebhookError, *OF_BODY))
def switch_webhook(
    webhook: Name, form: Annotated[Switched, Body(openapi_examples=_SWITCHED)], caller: Admin, house: Here
) -> WebhookShown:
    """Switch it on or off. What happens while it is off is not told later; what waited before goes on."""
    with house.sessions() as session:
        row = find_webhook(session, webhook, hold=True)
        switch(session, row, caller.name, house.now(), on=form.on)
        return _shown(row, waiting_counts(session).get(row.id, 0))


@router.delete("/{webhook}", status_code=status.HTTP_204_NO_CONTENT, responses=answers(UnknownWebhookError))
def delete_webhook(webhook: Name, caller: Admin, house: Here) -> None:
    """End it for good; what waits is not sent any more."""
    with house.sessions() as session:
        end_webhook(session, find_webhook(session, webhook, hold=True), caller.name, house.now())


@router.get("/{webhook}/deliveries", responses=answers(UnknownWebhookError))
def show_deliveries(
    webhook: Name, asked: Annotated[DeliveriesAsked, Query()], house: Here
) -> list[DeliveryShown]:
    """What was sent to it lately or waits to be, the newest first."""
    with house.readings() as session:
        row = find_webhook(session, webhook)
        return [_delivery(one) for one in recent_deliveries(session, row.id, asked.limit)]


@router.post(
    "/{webhook}/test",
    status_code=status.HTTP_202_ACCEPTED,
    responses=answers(UnknownWebhookError, WebhookRefusedError),
)
def test_webhook(webhook: Name, caller: Admin, house: Here) -> TestSent:
    """Let the worker send it a test; its deliveries tell what came of it."""
    with house.sessions() as session:
        row = find_webhook(session, webhook, hold=True)
        return TestSent(id=send_test(session, row, caller.name, house.now()))


def _shown(row: WebhookRow, waiting: int) -> WebhookShown:
    return WebhookShown(
        id=row.public_id,
        url=row.url,
        events=[EventKind(kind) for kind in row.kinds],
        on=row.off_at is None,
        off_at=row.off_at,
        off_because=row.off_because,
        waiting=waiting,
        former_secret_until=row.former_until,
        created_by=row.created_by,
        created_at=row.created_at,
    )


def _delivery(row: DeliveryRow) -> DeliveryShown:
    return DeliveryShown(
        id=row.message_id,
        type=EventKind(row.kind),
        at=row.at,
        state=row.state,
        tries=row.tries,
        tried_at=row.tried_at,
        next_at=row.next_at,
        http_status=row.http_status,
        told=row.told,
        data=row.data,
    )
