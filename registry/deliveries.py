"""Messages on their way to webhooks: whose turn it is, who carries one, and what came of it. Rows.

To carry a message is to put off when somebody else may: should the one who carries it die, another sends it
again. So it may arrive twice, under the same name, and is never carried by two at a time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session, col, delete, func, select

from registry.retries import MOST_TRIES, next_try
from registry.tables import DeliveryRow, WebhookRow
from registry.webhooks import switch_off_because

LEASE: Final = timedelta(seconds=60)
"""How long who carries a message has for it; longer than any attempt may take."""
KEPT: Final = timedelta(days=35)
"""How long messages are kept, sent or not: a little longer than anything is told of before its end."""
DELIVERED: Final = "delivered"
FAILED: Final = "failed"
_MOST_DELETED: Final = 1000
"""In one transaction: others want to write too."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message with all that is needed to send it; whoever holds it carries it."""

    id: int
    message_id: str
    kind: str
    data: dict[str, Any]
    path: str
    at: datetime
    tries: int
    """Which attempt this is, from 1."""
    webhook: str
    url: str
    secret_number: int
    secret_sha256: str
    former_until: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt."""

    taken: bool
    http_status: int | None
    """None where there was no answer."""
    told: str | None = None
    """What went wrong, in words."""
    gone: bool = False
    """Whether the receiver wants to hear no more."""
    retry_after_s: int | None = None


def due_webhooks(session: Session, now: datetime) -> Sequence[int]:
    """Rows of the webhooks with a message that may be sent; the one that has waited longest first."""
    # A seek for each webhook: messages of one that is off may be many, and are passed over.
    first = (
        select(func.min(DeliveryRow.next_at))
        .where(DeliveryRow.webhook_id == WebhookRow.id, col(DeliveryRow.next_at).is_not(None))
        .correlate(WebhookRow)
        .scalar_subquery()
    )
    query = select(WebhookRow.id).where(col(WebhookRow.off_at).is_(None), first <= now)
    return session.exec(query.order_by(first)).all()


def take_up(session: Session, webhook_id: int, now: datetime) -> Parcel | None:
    """Carry the message of a webhook that has waited longest; None where none may be sent now."""
    query = (
        select(DeliveryRow)
        .where(DeliveryRow.webhook_id == webhook_id, col(DeliveryRow.next_at) <= now)
        .order_by(col(DeliveryRow.next_at), col(DeliveryRow.id))
        .limit(1)
    )
    row = session.exec(query.with_for_update(skip_locked=True)).first()
    webhook = session.get_one(WebhookRow, webhook_id)
    if row is None or webhook.off_at is not None:
        return None
    row.tries += 1
    row.tried_at = now
    row.next_at = now + LEASE
    session.add(row)
    return Parcel(
        id=row.id,
        message_id=row.message_id,
        kind=row.kind,
        data=row.data,
        path=row.path,
        at=row.at,
        tries=row.tries,
        webhook=webhook.public_id,
        url=webhook.url,
        secret_number=webhook.secret_number,
        secret_sha256=webhook.secret_sha256,
        former_until=webhook.former_until,
    )


def settle(session: Session, parcel: Parcel, answer: Answer, chance: float, now: datetime) -> str | None:
    """Keep what came of an attempt; gives why the webhook was switched off, where it was.

    `chance`: from 0 to 1, where in its spread the next pause lies. A failure is no news where another has
    carried the message since; that it was taken always is.
    """
    row = session.get(DeliveryRow, parcel.id, with_for_update=True)
    if row is None or row.next_at is None or (row.tries != parcel.tries and not answer.taken):
        return None
    row.http_status, row.told = answer.http_status, answer.told
    session.add(row)
    if answer.taken:
        row.state, row.next_at = DELIVERED, None
        return None
    row.next_at = None if answer.gone else next_try(row.tries, chance, answer.retry_after_s, now)
    if row.next_at is not None:
        return None
    row.state = FAILED
    because = _why_off(row, answer)
    switch_off_because(session, session.get_one(WebhookRow, row.webhook_id), because, now)
    return because


def recent_deliveries(session: Session, webhook_id: int, limit: int = 20) -> Sequence[DeliveryRow]:
    """A webhook's newest messages, the newest first."""
    query = select(DeliveryRow).where(DeliveryRow.webhook_id == webhook_id)
    return session.exec(query.order_by(col(DeliveryRow.id).desc()).limit(limit)).all()


def stuck_since(session: Session) -> Mapping[int, datetime]:
    """When what a webhook has refused so far, and is sent again, first happened; by the webhook's row."""
    first = (
        select(func.min(DeliveryRow.at))
        .where(
            DeliveryRow.webhook_id == WebhookRow.id,
            col(DeliveryRow.next_at).is_not(None),
            col(DeliveryRow.told).is_not(None),
        )
        .correlate(WebhookRow)
        .scalar_subquery()
    )
    query = select(WebhookRow.id, first).where(col(WebhookRow.ended_at).is_(None), first.is_not(None))
    return dict(session.exec(query).all())


def prune(session: Session, now: datetime) -> int:
    """Delete old messages, some at a time; gives how many."""
    old = select(DeliveryRow.id).where(DeliveryRow.at < now - KEPT).limit(_MOST_DELETED)
    found = session.exec(old).all()
    if found:
        session.exec(delete(DeliveryRow).where(col(DeliveryRow.id).in_(found)))
    return len(found)


def _why_off(row: DeliveryRow, answer: Answer) -> str:
    if answer.gone:
        return "The receiver answered 410: it wants to hear no more."
    return f"{row.message_id} was not taken in {MOST_TRIES} attempts; the last one: {answer.told}"
