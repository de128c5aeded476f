"""Turns at hosts that all workers of a registry share, so that together they are one polite visitor.

A turn is a row with a lease. A thread renews the leases of this process; where the process dies, they end
within `LEASE`, and whoever waits goes on. The clocks of the machines must agree to within a second or two.
"""

import secrets
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final

import structlog

from app.db import ConflictError, Sessions, UnusableDatabaseError
from app.fetch.turns import Refusal
from registry.hosts import leave_turn, renew_turns, take_turn

LEASE: Final = timedelta(seconds=12)
"""Shorter than a visitor's patience: a dead one's turn is waited out, and nothing is put off for it."""
RENEWALS: Final = 3
"""In the length of a lease, so that one that comes late ends no turn."""

log = structlog.get_logger(__name__)


class SharedTurns(AbstractContextManager["SharedTurns"]):
    """This process's share in the turns. Threads may share it; close it when the last visit has ended."""

    def __init__(self, sessions: Sessions, now: Callable[[], datetime], lease: timedelta = LEASE) -> None:
        self._sessions = sessions
        self._now = now
        self._lease = lease
        self._visitor = secrets.token_hex(8)
        self._held: set[str] = set()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._keeper: threading.Thread | None = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed.set()
        if self._keeper is not None:
            self._keeper.join()

    def take(self, host: str, /) -> Refusal | None:
        """Take a host's turn, or say why it cannot be had."""
        now = self._now()
        try:
            with self._sessions() as session:
                row = take_turn(session, host, self._visitor, now, now + self._lease)
        except ConflictError:
            # Two came to a host that nobody knew; the other one was first.
            return Refusal(now + self._lease, taken=True)
        if row is None:
            self._keep(host)
            return None
        if row.not_before > now or row.leased_until is None:
            return Refusal(row.not_before, taken=False)
        return Refusal(row.leased_until, taken=True)

    def leave(self, host: str, not_before: datetime, /) -> None:
        """Give a turn back. Where the registry cannot be written, its lease ends it."""
        with self._lock:
            self._held.discard(host)
        try:
            with self._sessions() as session:
                leave_turn(session, host, self._visitor, not_before)
        except UnusableDatabaseError as error:
            log.warning("turn_not_given_back", host=host, because=str(error))

    def _keep(self, host: str) -> None:
        with self._lock:
            self._held.add(host)
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._renew, name="turns", daemon=True)
                self._keeper.start()

    def _renew(self) -> None:
        while not self._closed.wait(self._lease.total_seconds() / RENEWALS):
            with self._lock:
                idle = not self._held
            if idle:
                continue
            try:
                with self._sessions() as session:
                    renew_turns(session, self._visitor, self._now() + self._lease)
            except UnusableDatabaseError as error:
                log.warning("turns_not_renewed", because=str(error))
