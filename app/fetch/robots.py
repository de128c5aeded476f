"""robots.txt: whether our agent may ask for a URL. Knows RFC 9309, through protego.

A file that is absent allows everything; one that exists but cannot be read forbids everything. A host that
cannot be connected to has said nothing of robots: that error keeps its own name.
"""

import threading
from dataclasses import dataclass, replace
from datetime import datetime

from protego import Protego

from app.fetch.answer import Answer
from app.fetch.classify import retry_after, status_failure
from app.fetch.model import FetchError, NotConnectedError
from app.fetch.target import Route, robots_target
from app.fetch.turns import HostBusyError
from app.fetch.web import Web
from extractors.model import Failure

AGENT_NAME = "Termgate"

_MOST_BYTES = 512 * 1024
"""What is read of a file; RFC 9309 asks for 500 KiB."""
_KEPT_FOR_S = 3600.0
_UNREADABLE_KEPT_FOR_S = 60.0
"""Short, so that a site's hiccup does not cost a page all its tries."""
_MOST_ORIGINS = 1000
_ASKED_AGAIN_S = 600
"""What a page waits at least when the file that might forbid it could not be read."""
_TOO_MANY = 429
"""Says nothing of a file, and that the page would be one request more."""


@dataclass(frozen=True, slots=True)
class _Ruling:
    """What an origin's file says: rules, nothing (all is allowed), or unreadable and why."""

    rules: Protego | None
    unreadable: str
    until: float
    asked_again_s: int = _ASKED_AGAIN_S
    """What a page waits at least, where the file could not be read."""


class Robots:
    """Remembers what each origin allows. Threads may share it."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._rulings: dict[str, _Ruling] = {}
        self._lock = threading.Lock()

    def check(self, route: Route) -> None:
        """Returns if the route's URL may be asked for. FetchError: `robots_disallow`; NotConnectedError."""
        target = route.target
        ruling = self._remembered(target.origin) or self._learn(route)
        if ruling.unreadable:
            detail = (
                f"The robots.txt of {target.origin} could not be read, so nothing of it may be fetched. "
                f"{ruling.unreadable} The page will be tried again later; or upload it instead."
            )
            raise FetchError(Failure.ROBOTS_DISALLOW, detail, target.url, retry_after_s=ruling.asked_again_s)
        if ruling.rules and not ruling.rules.can_fetch(target.url, AGENT_NAME):
            detail = (
                f"The robots.txt of {target.origin} does not let {AGENT_NAME} fetch this page: "
                "ask the site to allow it, or upload the page instead."
            )
            raise FetchError(Failure.ROBOTS_DISALLOW, detail, target.url)
        delay = ruling.rules and ruling.rules.crawl_delay(AGENT_NAME)
        if delay:
            route.visit.spare(target.visited, delay)

    def sitemaps(self, route: Route) -> tuple[str, ...]:
        """The sitemaps that the origin's file names; none where it cannot be read. NotConnectedError."""
        ruling = self._remembered(route.target.origin) or self._learn(route)
        return tuple(ruling.rules.sitemaps) if ruling.rules else ()

    def forget(self) -> None:
        """Every origin is asked anew."""
        with self._lock:
            self._rulings.clear()

    def _remembered(self, origin: str) -> _Ruling | None:
        with self._lock:
            ruling = self._rulings.get(origin)
        return ruling if ruling and self._web.outside.monotonic() < ruling.until else None

    def _learn(self, route: Route) -> _Ruling:
        ruling = self._read(route)
        with self._lock:
            if len(self._rulings) >= _MOST_ORIGINS:
                self._rulings.pop(next(iter(self._rulings)))
            self._rulings[route.target.origin] = ruling
        return ruling

    def _read(self, route: Route) -> _Ruling:
        start = replace(route, target=robots_target(route.target))
        try:
            with self._web.get(start, lambda _: {}) as answer:
                return self._ruling(_rules(answer, self._web.outside.now()), "", _KEPT_FOR_S)
        except HostBusyError:
            raise
        except FetchError as error:
            if isinstance(error, NotConnectedError) and error.url == start.target.url:
                raise NotConnectedError(error.failure, error.detail, route.target.url) from error
            route.visit.heed(error)
            waits = max(_ASKED_AGAIN_S, error.retry_after_s or 0)
            return replace(self._ruling(None, error.detail, _UNREADABLE_KEPT_FOR_S), asked_again_s=waits)

    def _ruling(self, rules: Protego | None, unreadable: str, kept_for_s: float) -> _Ruling:
        return _Ruling(rules, unreadable, self._web.outside.monotonic() + kept_for_s)


def _rules(answer: Answer, now: datetime) -> Protego | None:
    """What a file says; None where there is none. FetchError where it cannot be read."""
    too_many = answer.status == _TOO_MANY
    if 400 <= answer.status < 500 and not too_many:
        return None
    if not 200 <= answer.status < 300:
        wait = retry_after(answer.header("retry-after"), now)
        failure = status_failure(answer.status, {}, b"") or Failure.UNEXPECTED_STATUS
        raise answer.fail(failure, f"It answers {answer.status}.", wait)
    return Protego.parse(answer.start(_MOST_BYTES).decode("utf-8-sig", errors="replace"))
