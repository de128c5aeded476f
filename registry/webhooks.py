"""Other systems that are told of changes: taken on, given new secrets, switched, ended. Rows.

A secret is derived from a key that stands outside the registry (`secret_of`) and shown when it is made. What
is kept of it is its SHA-256, by which a sender with another key notices that it would sign wrongly.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from sqlmodel import Session, col, func, select

from registry.entries import EntryError
from registry.events import ASKABLE, Event, EventKind
from registry.journal import SYSTEM, note
from registry.keys import key_hash
from registry.names import url_problem
from registry.outbox import tell
from registry.store import revision
from registry.tables import DeliveryRow, WebhookRow

SecretOf = Callable[[str, int], str]
"""The secret of a webhook by its name and the number of the secret."""

MOST: Final = 50
"""Webhooks at a time; who needs more puts a distributor between."""
OVERLAP: Final = timedelta(hours=24)
"""For how long a secret that was replaced signs too."""


class WebhookRefusedError(Exception):
    """A webhook that cannot be taken on, or does not take what is asked; the message says what to do."""


class UnknownWebhookError(Exception):
    """There is no such webhook."""


@dataclass(frozen=True, slots=True)
class WebhookEntry:
    """Who wants to be told of what."""

    url: str
    kinds: tuple[EventKind, ...]


def entry_of(url: str, kinds: Sequence[str], *, any_network: bool) -> WebhookEntry:
    """Check what was asked for; `any_network`: whether private networks are allowed, and `http` with them.

    Whether the address may be connected to is found when something is sent. Raises `EntryError`.
    """
    problem = url_problem(url)
    if problem is None and not any_network and not url.startswith("https://"):
        problem = f"`{url}` must begin with https://: what is sent would be read by others on the way"
    if problem is None and "#" in url:
        problem = f"`{url}` holds a `#`; what follows it is never sent, leave it out"
    if problem is not None:
        raise EntryError(("url",), problem.replace("terms must be public, remove it", "remove it"))
    if not kinds:
        raise EntryError(("events",), f"name at least one of {', '.join(ASKABLE)}")
    return WebhookEntry(url, tuple(dict.fromkeys(_kind(at, word) for at, word in enumerate(kinds))))


def create_webhook(
    session: Session, entry: WebhookEntry, secret_of: SecretOf, actor: str, now: datetime
) -> tuple[WebhookRow, str]:
    """Take a webhook on; gives it with its secret, the only time that one is shown. WebhookRefusedError."""
    live = select(func.count()).select_from(WebhookRow).where(col(WebhookRow.ended_at).is_(None))
    if session.exec(live).one() >= MOST:
        raise WebhookRefusedError(f"there are {MOST} webhooks; delete one that is not needed any more")
    public_id = f"hook_{secrets.token_hex(8)}"
    secret = secret_of(public_id, 1)
    row = WebhookRow(
        public_id=public_id,
        url=entry.url,
        kinds=[kind.value for kind in entry.kinds],
        secret_number=1,
        secret_sha256=key_hash(secret),
        created_by=actor,
        created_at=now,
    )
    session.add(row)
    note(session, now, actor, "create_webhook", _subject(row), url=_told(row.url), events=row.kinds)
    session.flush()
    return row, secret


def rotate_secret(session: Session, row: WebhookRow, secret_of: SecretOf, actor: str, now: datetime) -> str:
    """Give a webhook a new secret; the one before signs too for `OVERLAP`."""
    row.secret_number += 1
    row.former_until = now + OVERLAP
    secret = secret_of(row.public_id, row.secret_number)
    row.secret_sha256 = key_hash(secret)
    session.add(row)
    note(session, now, actor, "rotate_webhook_secret", _subject(row))
    return secret


def switch(session: Session, row: WebhookRow, actor: str, now: datetime, *, on: bool) -> None:
    """Switch a webhook on or off; what waits for it goes on waiting. Harmless to repeat."""
    if on == (row.off_at is None):
        return
    row.off_at, row.off_because = (None, None) if on else (now, None)
    session.add(row)
    note(session, now, actor, "switch_webhook_on" if on else "switch_webhook_off", _subject(row))


def switch_off_because(session: Session, row: WebhookRow, because: str, now: datetime) -> None:
    """Switch a webhook off that cannot be reached, and say why."""
    if row.off_at is None:
        row.off_at, row.off_because = now, because
        session.add(row)
        note(session, now, SYSTEM, "switch_webhook_off", _subject(row), reason=because)


def end_webhook(session: Session, row: WebhookRow, actor: str, now: datetime) -> None:
    """End a webhook for good; the audit log goes on naming it."""
    row.ended_at = now
    row.off_at = row.off_at or now
    session.add(row)
    note(session, now, actor, "delete_webhook", _subject(row), url=_told(row.url))


def send_test(session: Session, row: WebhookRow, actor: str, now: datetime) -> str:
    """Let a test be sent; gives the name of its message. WebhookRefusedError where nothing is sent."""
    if row.off_at is not None:
        raise WebhookRefusedError(f"{row.public_id} is switched off; switch it on, then try it")
    message_id = f"msg_{secrets.token_hex(12)}"
    event = Event(EventKind.TEST, now, {"webhook": row.public_id, "actor": actor}, "/settings")
    tell(session, (row,), event, revision(session), message_id)
    note(session, now, actor, "test_webhook", _subject(row), message=message_id)
    return message_id


def find_webhook(session: Session, public_id: str, *, hold: bool = False) -> WebhookRow:
    """A webhook that was not ended; with `hold` nobody else's until the transaction ends.

    Raises `UnknownWebhookError`.
    """
    query = select(WebhookRow).where(WebhookRow.public_id == public_id, col(WebhookRow.ended_at).is_(None))
    row = session.exec(query.with_for_update() if hold else query).first()
    if row is None:
        raise UnknownWebhookError(f"there is no webhook {public_id!r:.80}; list them to see which there are")
    return row


def list_webhooks(session: Session) -> Sequence[WebhookRow]:
    """Webhooks that were not ended, the oldest first."""
    query = select(WebhookRow).where(col(WebhookRow.ended_at).is_(None))
    return session.exec(query.order_by(col(WebhookRow.id))).all()


def fallen_webhooks(session: Session) -> Sequence[WebhookRow]:
    """Webhooks that were switched off because they could not be reached, the oldest first."""
    query = select(WebhookRow).where(
        col(WebhookRow.ended_at).is_(None), col(WebhookRow.off_because).is_not(None)
    )
    return session.exec(query.order_by(col(WebhookRow.off_at))).all()


def waiting_counts(session: Session) -> Mapping[int, int]:
    """How many messages wait to be sent, by the row of their webhook."""
    waiting = (
        select(func.count(col(DeliveryRow.next_at)))
        .where(DeliveryRow.webhook_id == WebhookRow.id, col(DeliveryRow.next_at).is_not(None))
        .correlate(WebhookRow)
        .scalar_subquery()
    )
    query = select(WebhookRow.id, waiting).where(col(WebhookRow.ended_at).is_(None))
    return dict(session.exec(query).all())


def _kind(at: int, word: str) -> EventKind:
    if word not in {*ASKABLE}:
        raise EntryError(("events", at), f"{word!r:.80} is no event; write one of {', '.join(ASKABLE)}")
    return EventKind(word)


def _told(url: str) -> str:
    """An address as the audit log has it, which more people read than may call there.

    Many receivers put what lets one in into the path or the query. The host and the first part of the path
    tell which it is.
    """
    parts = urlsplit(url)
    first, *rest = parts.path.strip("/").split("/")
    path = f"/{first}" + ("/…" if rest else "")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{path}" + ("?…" if parts.query else "")


def _subject(row: WebhookRow) -> str:
    return f"webhook:{row.public_id}"
