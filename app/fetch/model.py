"""The words of fetching: limits, what is sent along, what comes back, and why nothing did.

No work is done here, and no type of the network library appears.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from extractors.model import Failure, Snapshot

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How long and how much; seconds and bytes."""

    connect_timeout_s: float
    """To resolve a name, to open a connection, and to agree on TLS: each."""
    read_timeout_s: float
    """Between two pieces of an answer."""
    total_timeout_s: float
    """For the whole fetch: robots.txt, redirects and the body included."""
    max_wire_bytes: int = 20 * _MIB
    max_unpacked_bytes: int = 50 * _MIB
    max_redirects: int = 5
    host_gap_s: float = 0.0
    """Between two requests to one host."""
    host_patience_s: float = 15.0
    """For one's turn at a host, before the timeouts begin to run."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What the last answer gave, to ask for the page only if it changed."""

    etag: str | None
    last_modified: str | None
    url: str | None = None
    """The final URL that gave them. Where it is named they are sent to that URL alone, since another page
    that a redirect leads to may well be older than the one we hold. None: they are sent on every hop."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The request that was answered: after redirects, the last one. It carries nothing secret."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    """As they were sent, in order."""
    address: str | None
    """The IP address that it was sent to."""
    at: datetime

    def as_kept(self) -> dict[str, Any]:
        """The form in which a capture keeps it."""
        told = {"method": self.method, "url": self.url, "address": self.address, "at": self.at.isoformat()}
        return {**told, "headers": [list(pair) for pair in self.headers]}


@dataclass(frozen=True, slots=True)
class Received:
    """A page that came, with what to send along the next time."""

    snapshot: Snapshot
    http_status: int
    etag: str | None
    last_modified: str | None
    rendered: bool = False
    """Whether a browser had to run the page's scripts: then these are not the bytes that came."""
    asked: Asked | None = None
    """None of a rendered page, for which a browser asks much."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The server says that the page is the one whose validators were sent."""

    http_status: int
    url: str
    etag: str | None
    last_modified: str | None
    asked: Asked | None = None


Answered = Received | Unchanged
"""What a page comes to, where it comes to anything."""


class FetchError(Exception):
    """A page that could not be had. `str()` gives the detail.

    Built from its positional arguments alone, so that a durable queue can pickle it.
    """

    def __init__(
        self,
        failure: Failure,
        detail: str,
        url: str,
        http_status: int | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(failure, detail, url, http_status, retry_after_s)
        self.failure = failure
        self.detail = detail
        """What happened, and what a person can do about it."""
        self.url = url
        """Where it happened: after redirects, the one that failed."""
        self.http_status = http_status
        self.retry_after_s = retry_after_s
        """Seconds that the server asks to wait, if it does."""

    def __str__(self) -> str:
        return self.detail


class NotConnectedError(FetchError):
    """No connection was made, so nothing was asked of the server."""
