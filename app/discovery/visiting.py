"""A visitor to one site: asks for a page at a time, with a pause between, and no more than was allowed.

What a page is beyond its bytes (its text, its links, the address it calls its own) is read here once.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from app.clock import utc_now
from app.discovery.site import Site, led_to
from app.fetch.fetcher import Fetcher
from app.fetch.model import FetchError, Received
from app.fetch.turns import HostBusyError
from app.gather import Complete, as_it_came
from extractors.model import Document, Failure, Snapshot
from extractors.text import PageLinks, ReadError, read_links, read_text

_MIB = 1 << 20

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SearchLimits:
    """How much of a site is asked for."""

    requests: int = 60
    seconds: float = 240.0
    gap_s: float = 1.0
    """The least pause between two requests."""
    page_bytes: int = 40 * _MIB
    """Of all pages together."""
    sitemap_bytes: int = 2 * _MIB
    """Of one sitemap, as it comes and unpacked."""


@dataclass(frozen=True, slots=True)
class Look:
    """A page as it was found, or why it was not."""

    url: str
    """Where it stands: after redirects."""
    own: str = ""
    """The address on the same site that the page calls its own; where it names none, `url`."""
    links: PageLinks = field(default_factory=PageLinks)
    document: Document | None = None
    failure: Failure | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Means:
    """What a search works with."""

    fetcher: Fetcher
    complete: Complete = as_it_came
    """What makes a page whole that came as a part of it: a browser, where the settings allow one."""
    sleep: Callable[[float], object] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = utc_now


class SpentError(Exception):
    """All that was allowed has been asked for."""


class Visitor:
    """Visits one site. Built for one search."""

    def __init__(self, means: Means, site: Site, limits: SearchLimits) -> None:
        self.site = site
        self.requests = 0
        self._means = means
        self._limits = limits
        self._end = means.monotonic() + limits.seconds
        self._bytes = 0
        self._last: float | None = None

    def look(self, url: str) -> Look:
        """Ask for a page of the site and read it. SpentError."""
        self._take_turn()
        try:
            received = self._once_it_may(lambda: self._means.fetcher.fetch(url, within=self.site.holds))
            if not isinstance(received, Received):
                raise TypeError("a page was found unchanged that was asked for without conditions")
            received = self._means.complete(received)
        except FetchError as error:
            return Look(error.url, own=error.url, failure=error.failure, detail=error.detail)
        self._bytes += len(received.snapshot.body)
        return self._read(received.snapshot)

    def sitemap(self, url: str) -> bytes:
        """The beginning of a sitemap; nothing where it cannot be had. SpentError."""
        self._take_turn()
        most = self._limits.sitemap_bytes
        try:
            return self._once_it_may(lambda: self._means.fetcher.fetch_sitemap(url, self.site.holds, most))
        except FetchError:
            return b""

    def named_sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the site's robots.txt names; it was read for the first page already."""
        try:
            return self._means.fetcher.sitemaps(url)
        except FetchError:
            return ()

    def _read(self, snapshot: Snapshot) -> Look:
        links = read_links(snapshot)
        own = led_to(snapshot.url, "", links.canonical) if links.canonical else None
        own = own if own is not None and self.site.has(own) else snapshot.url
        try:
            return Look(snapshot.url, own, links, read_text(snapshot))
        except ReadError as error:
            return Look(snapshot.url, own, links, failure=error.failure, detail=error.detail)

    def _once_it_may(self, ask: Callable[[], T]) -> T:
        """Ask, and again when the host lets us in: that it is busy is no news of a page. SpentError."""
        while True:
            try:
                return ask()
            except HostBusyError as busy:
                wait = max((busy.until - self._means.now()).total_seconds(), self._limits.gap_s)
                if self._means.monotonic() + wait >= self._end:
                    raise SpentError from busy
                self._means.sleep(wait)

    def _take_turn(self) -> None:
        now = self._means.monotonic()
        spent = self.requests >= self._limits.requests or self._bytes >= self._limits.page_bytes
        pause = 0.0 if self._last is None else max(self._last + self._limits.gap_s - now, 0.0)
        if spent or now + pause >= self._end:
            raise SpentError
        if pause:
            self._means.sleep(pause)
        self.requests += 1
        self._last = self._means.monotonic()
