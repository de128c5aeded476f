"""Politeness: one visitor at a host at a time, and a pause between two requests to it.

A visit is all that one fetch asks of sites: robots.txt, redirects and the page. It holds the turn of the host
that it asks at the moment and of no other. Who may have the turn is for `Turns` to say, which several
processes can share; how long to wait for it, and for how long to let a host be, stands here.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Final, Protocol

from app.fetch.model import FetchError
from extractors.model import Failure

_LOOK_AGAIN_S: Final = 0.25
"""How often to ask whether a turn that somebody has is over."""
_SOON_S: Final = 0.05
"""The least wait, should the clocks of two workers differ."""
_LONGEST_PAUSE_S: Final = 24 * 3600.0
"""What a site asks for beyond this is taken for a mistake of its own."""
_AFTER_TOO_MANY_S: Final = 60.0
"""A site that says `too many requests` and not for how long."""


class HostBusyError(FetchError):
    """The host lets nobody in for longer than we wait: nothing was asked, and the page is no different."""

    def __init__(self, host: str, until: datetime, url: str) -> None:
        detail = f"{host} is not asked before {until:%Y-%m-%d %H:%M:%S} UTC: it will be tried again then."
        super().__init__(Failure.RATE_LIMITED, detail, url)
        self.args = (host, until, url)
        self.host = host
        self.until = until


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a turn cannot be had now."""

    until: datetime
    """When it may be had: for certain, unless somebody has it."""
    taken: bool
    """Whether somebody has it, who may end it earlier."""


class Turns(Protocol):
    """Who may ask a host."""

    def take(self, host: str, /) -> Refusal | None:
        """Take the turn, or say why not."""

    def leave(self, host: str, not_before: datetime, /) -> None:
        """Give the turn back; the next one begins no earlier than that."""


class NoTurns:
    """For one visitor alone: everybody may ask at any time."""

    def take(self, _host: str) -> Refusal | None:
        """Take the turn."""
        return None

    def leave(self, _host: str, _not_before: datetime) -> None:
        """Give it back."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How long to wait, in seconds, and what waiting needs."""

    gap_s: float
    """Between two requests to one host."""
    patience_s: float
    """For a turn; then something else is done instead."""
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]


class Visit(AbstractContextManager["Visit"]):
    """One fetch's way through the hosts that it asks. For one thread."""

    def __init__(self, turns: Turns, manners: Manners) -> None:
        self._turns = turns
        self._manners = manners
        self._host: str | None = None
        self._asked_at = 0.0
        self._pauses_s: dict[str, float] = {}
        self._waited_s = 0.0

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, FetchError) and not isinstance(error, HostBusyError):
            self.heed(error)
        self._leave()

    def clock(self) -> float:
        """Monotonic seconds that stand still while the visit waits for its turn."""
        return self._manners.monotonic() - self._waited_s

    def ask(self, host: str, url: str) -> None:
        """Wait until the host may be asked for this URL, and count it as asked. HostBusyError."""
        if host == self._host:
            # A longer pause holds for the next visit: a turn that nobody else gets is not stretched for it.
            pause = min(self._pauses_s.get(host, 0.0), self._manners.patience_s)
            gap = max(self._manners.gap_s, pause)
            self._wait(self._asked_at + gap - self._manners.monotonic())
        else:
            self._leave()
            self._enter(host, url)
        self._asked_at = self._manners.monotonic()

    def spare(self, host: str, seconds: float) -> None:
        """Let a host be for at least so long after its turn."""
        longest = max(self._pauses_s.get(host, 0.0), seconds)
        self._pauses_s[host] = min(longest, _LONGEST_PAUSE_S)

    def heed(self, error: FetchError) -> None:
        """Let the host that was asked last be for as long as its answer wants."""
        if self._host is None:
            return
        if error.failure is Failure.RATE_LIMITED:
            asked = _AFTER_TOO_MANY_S if error.retry_after_s is None else error.retry_after_s
            self.spare(self._host, asked)
        elif error.failure is Failure.SERVER_ERROR and error.retry_after_s is not None:
            self.spare(self._host, error.retry_after_s)

    def _enter(self, host: str, url: str) -> None:
        began = self._manners.monotonic()
        while refusal := self._turns.take(host):
            left = self._manners.patience_s - (self._manners.monotonic() - began)
            wait = max((refusal.until - self._manners.now()).total_seconds(), _SOON_S)
            if left <= 0 or (wait > left and not refusal.taken):
                raise HostBusyError(host, refusal.until, url)
            self._wait(min(wait, _LOOK_AGAIN_S) if refusal.taken else wait)
        self._host = host

    def _leave(self) -> None:
        if self._host is not None:
            host, self._host = self._host, None
            pause = max(self._manners.gap_s, self._pauses_s.get(host, 0.0))
            self._turns.leave(host, self._manners.now() + timedelta(seconds=pause))

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self._manners.sleep(seconds)
            self._waited_s += seconds
