"""Carries messages to webhooks: beside the passes, on threads of its own, so that none waits for the other.

Each webhook is called by one thread at a time: a slow receiver holds up its own messages, and no one else's.
"""

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Protocol

import structlog

from app.db import ConflictError, Sessions
from app.fetch.model import FetchError
from app.fetch.posting import Posted
from app.webhooks.signing import SigningKey, signed_headers
from registry.deliveries import Answer, Parcel, due_webhooks, prune, settle, take_up
from registry.expiring import tell_expiring
from registry.keys import key_hash

LOOK_S: Final = 1.0
"""How often to ask whether something waits."""
TIDY_S: Final = 3600.0
"""How often old messages are deleted, and what ends soon is told."""
AT_ONCE: Final = 16
"""Receivers that are called at the same time."""
GRACE_S: Final = 2.0
"""How long a stopping worker waits for calls under way; what they came to is then found by calling again."""
GONE: Final = 410

log = structlog.get_logger(__name__)


class Posts(Protocol):
    """The way out."""

    def post(self, url: str, headers: dict[str, str], body: bytes, /) -> Posted:
        """Send a body once. FetchError where there was no answer."""


@dataclass(frozen=True, slots=True)
class Courier:
    """Sends what waits. Several may be at work, also in several processes."""

    sessions: Sessions
    readings: Sessions
    poster: Posts
    key: SigningKey
    pages: str
    """Where the pages for people stand; what is told links to them."""
    now: Callable[[], datetime]
    chance: Callable[[], float] = field(default=random.random)

    @contextmanager
    def at_work(self, look_s: float = LOOK_S) -> Iterator[None]:
        """Carry messages for the length of the block."""
        over = threading.Event()
        thread = threading.Thread(target=self._work, args=(over, look_s), name="courier", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(2 * GRACE_S)

    def carry(self, webhook_id: int, stopping: Callable[[], bool] = lambda: False) -> int:
        """Send what a webhook has waiting, until nothing is left or one fails; gives how many were sent."""
        sent = 0
        while not stopping():
            with self.sessions() as session:
                parcel = take_up(session, webhook_id, self.now())
            if parcel is None:
                return sent
            answer = self.attempt(parcel)
            sent += 1
            with self.sessions() as session:
                off = settle(session, parcel, answer, self.chance(), self.now())
            _tell_log(parcel, answer, off)
            if not answer.taken:
                return sent
        return sent

    def attempt(self, parcel: Parcel) -> Answer:
        """Send a message once."""
        secret = self.key.secret_of(parcel.webhook, parcel.secret_number)
        if key_hash(secret) != parcel.secret_sha256:
            told = (
                "this worker derives another secret than the one that was shown: give all processes the same "
                "TERMGATE_WEBHOOKS_SECRET, or give the webhook a new secret"
            )
            return Answer(taken=False, http_status=None, told=told)
        now = self.now()
        signing = [secret]
        if parcel.former_until is not None and now < parcel.former_until:
            signing.append(self.key.secret_of(parcel.webhook, parcel.secret_number - 1))
        body = body_of(parcel, self.pages)
        headers = {"content-type": "application/json"}
        headers |= signed_headers(parcel.message_id, body, signing, now)
        try:
            posted = self.poster.post(parcel.url, headers, body.encode())
        except FetchError as error:
            return Answer(taken=False, http_status=None, told=str(error))
        return answer_of(posted)

    def tidy(self) -> None:
        """Delete old messages, and tell what ends soon."""
        with self.sessions() as session:
            tell_expiring(session, self.now())
        deleted = True
        while deleted:
            with self.sessions() as session:
                deleted = prune(session, self.now()) > 0

    def _work(self, over: threading.Event, look_s: float) -> None:
        rounds = _Rounds(self, over)
        with rounds.calling():
            while not over.wait(look_s):
                rounds.once()


class _Rounds:
    """One look after another at what waits, with the calls that they have begun."""

    def __init__(self, courier: Courier, over: threading.Event) -> None:
        self._courier = courier
        self._over = over
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook")
        self._calls: dict[int, Future[int]] = {}
        self._tidy_at = 0.0
        self._is_well = True

    @contextmanager
    def calling(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._pool.shutdown(wait=False, cancel_futures=True)
            wait(self._calls.values(), GRACE_S)

    def once(self) -> None:
        """Begin the calls that are due; what goes wrong is logged, since the next look is a second away."""
        try:
            self._clear()
            if time.monotonic() >= self._tidy_at:
                self._tidy_at = time.monotonic() + TIDY_S
                self._tidy()
            with self._courier.readings() as session:
                due = due_webhooks(session, self._courier.now())
            for webhook_id in due:
                if webhook_id not in self._calls:
                    call = self._pool.submit(self._courier.carry, webhook_id, self._over.is_set)
                    self._calls[webhook_id] = call
        except Exception:
            # The database may be away for a while; what waits in it waits for it too.
            if self._is_well:
                log.exception("webhooks_cannot_be_called")
            self._is_well = False
        else:
            self._is_well = True

    def _clear(self) -> None:
        for webhook_id, call in [*self._calls.items()]:
            if call.done():
                del self._calls[webhook_id]
                error = call.exception()
                if error is not None:
                    # What it carried is sent again when its lease is over.
                    log.error("webhook_call_broke_off", row=webhook_id, exc_info=error)

    def _tidy(self) -> None:
        try:
            self._courier.tidy()
        except ConflictError:
            log.info("webhooks_tidied_elsewhere")


def answer_of(posted: Posted) -> Answer:
    """What an answer means: 2xx that the message was taken, 410 that no other is wanted."""
    status = posted.http_status
    if 200 <= status < 300:
        return Answer(taken=True, http_status=status)
    if status == GONE:
        return Answer(taken=False, http_status=status, told="it answered 410", gone=True)
    told = f"it answered {status}"
    if 300 <= status < 400:
        told += ", a redirect, and none is followed: name the final address"
    return Answer(taken=False, http_status=status, told=told, retry_after_s=posted.retry_after_s)


def body_of(parcel: Parcel, pages: str) -> str:
    """What is sent of a message, the same each time."""
    told = {
        "type": parcel.kind,
        "timestamp": parcel.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": {**parcel.data, "link": f"{pages}{parcel.path}"},
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _tell_log(parcel: Parcel, answer: Answer, off: str | None) -> None:
    if answer.taken:
        log.info("webhook_told", webhook=parcel.webhook, message=parcel.message_id, tries=parcel.tries)
        return
    log.warning(
        "webhook_not_told",
        webhook=parcel.webhook,
        message=parcel.message_id,
        tries=parcel.tries,
        because=answer.told,
    )
    if off is not None:
        log.error("webhook_switched_off", webhook=parcel.webhook, because=off)
