"""How any URL is asked for: resolved, checked, pinned, sent, redirected by hand. Knows the address rules.

Pages and robots.txt files go the same way, so that neither can reach where the other may not.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic, sleep

import httpx

from app.fetch.addresses import Address, Network, is_listed, parse_address, refusal
from app.fetch.answer import Answer
from app.fetch.classify import network_failure
from app.fetch.deadline import Deadline
from app.fetch.model import Asked, FetchError, FetchLimits, NotConnectedError
from app.fetch.resolving import Resolve, resolve, resolve_within
from app.fetch.target import USUAL_PORTS, Redirect, Route, Target, next_target
from app.fetch.transport import Transports, pinned_transports
from app.fetch.turns import Manners, NoTurns, Turns, Visit
from app.fetch.unpacking import ACCEPTED
from extractors.model import Failure

_ACCEPT = "text/html,application/xhtml+xml,application/pdf,text/markdown,text/plain;q=0.9,*/*;q=0.1"


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Outside:
    """What fetching takes from the machine it runs on."""

    resolve: Resolve = resolve
    transports: Transports = field(default_factory=pinned_transports)
    now: Callable[[], datetime] = _utc_now
    monotonic: Callable[[], float] = monotonic
    sleep: Callable[[float], None] = sleep
    turns: Turns = field(default_factory=NoTurns)


class Web:
    """Sends requests under one set of rules. Holds nothing that changes: threads may share it."""

    def __init__(
        self, limits: FetchLimits, agent: str, allowed: tuple[Network, ...], outside: Outside
    ) -> None:
        self.limits = limits
        self.outside = outside
        self._headers = {
            "User-Agent": agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": ACCEPTED,
            "Accept-Language": "en",
        }
        self._allowed = allowed

    def visit(self) -> Visit:
        """What one fetch asks of sites, from its first request to its last. Leaving it ends its turn."""
        out = self.outside
        manners = Manners(
            self.limits.host_gap_s, self.limits.host_patience_s, out.now, out.monotonic, out.sleep
        )
        return Visit(out.turns, manners)

    def begin(self, target: Target, visit: Visit) -> Route:
        """The checked way to a target, with all the time that a fetch may take. FetchError."""
        deadline = Deadline(visit.clock() + self.limits.total_timeout_s, visit.clock)
        return self._route(target, deadline, visit)

    @contextmanager
    def get(self, route: Route, prepare: Callable[[Route], Mapping[str, str]]) -> Iterator[Answer]:
        """The answer at the end of all redirects, open while the block runs.

        `prepare` gives the further headers of each hop, before it is asked for, and may refuse it.
        Raises FetchError, NotConnectedError, HostBusyError.
        """
        seen = {route.target.url}
        while True:
            extra = prepare(route)
            route.visit.ask(route.target.visited, route.target.url)
            with self._open(route, extra) as answer:
                redirect = answer.redirect
                if redirect is None:
                    yield answer
                    return
            target = next_target(route.target, redirect)
            if target.url in seen or len(seen) > self.limits.max_redirects:
                raise _led_on(route.target, redirect, circle=target.url in seen)
            seen.add(target.url)
            route = self._route(target, route.deadline, route.visit)

    @contextmanager
    def send(self, route: Route, extra: Mapping[str, str], content: bytes | None) -> Iterator[Answer]:
        """The answer to this one request, open while the block runs: a redirect is an answer too.

        With `content` it is a POST. Nobody's turn is taken. Raises FetchError, NotConnectedError.
        """
        with self._open(route, extra, content) as answer:
            yield answer

    @contextmanager
    def _open(self, route: Route, extra: Mapping[str, str], content: bytes | None = None) -> Iterator[Answer]:
        timeout = httpx.Timeout(self.limits.read_timeout_s, connect=self.limits.connect_timeout_s)
        request = httpx.Request(
            "GET" if content is None else "POST",
            route.target.url,
            headers={**self._headers, **extra},
            content=content,
            extensions={"timeout": timeout.as_dict()},
        )
        # The transport alone, without httpx.Client: no cookies, no proxies from the environment, and no
        # reading of redirects before we have checked them.
        at = self.outside.now()
        with self.outside.transports(route) as transport:
            try:
                response = transport.handle_request(request)
            except httpx.RequestError as error:
                raise self._unanswered(error, route) from error
            try:
                yield Answer(response, route, self.limits, _asked(request, response, at))
            finally:
                response.close()

    def _route(self, target: Target, deadline: Deadline, visit: Visit) -> Route:
        addresses = self._addresses(target, deadline)
        listed = all(is_listed(address, self._allowed) for address in addresses)
        if not listed:
            for address in addresses:
                self._check(address, target)
            if target.port not in USUAL_PORTS:
                usual = ", ".join(str(port) for port in sorted(USUAL_PORTS))
                detail = f"Port {target.port} is not connected to, only {usual}: check the address."
                raise FetchError(target.refused_as, detail, target.url)
        return Route(target, addresses, deadline, visit)

    def _addresses(self, target: Target, deadline: Deadline) -> tuple[Address, ...]:
        seconds = min(self.limits.connect_timeout_s, deadline.left())
        try:
            found = resolve_within(seconds, self.outside.resolve, target.host, target.port)
        except TimeoutError as error:
            detail = f"The name {target.host} was not resolved in time: it will be tried again later."
            raise NotConnectedError(Failure.TIMED_OUT, detail, target.url) from error
        except (OSError, UnicodeError) as error:
            raise _unresolved(target, str(error)) from error
        if not found:
            raise _unresolved(target, "no address")
        parsed = {text: parse_address(text) for text in found}
        for text, address in parsed.items():
            if address is None:
                raise _refused_address(target, text, "an address of this machine's own networks")
        return tuple(address for address in parsed.values() if address is not None)

    def _check(self, address: Address, target: Target) -> None:
        kind = refusal(address)
        if kind and not is_listed(address, self._allowed):
            raise _refused_address(target, str(address), kind)

    def _unanswered(self, error: httpx.RequestError, route: Route) -> FetchError:
        failure, what = network_failure(error, answered=False)
        if failure is Failure.TIMED_OUT:
            what = "did not answer in time: it will be tried again later"
        connected = not isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout))
        raised = FetchError if connected else NotConnectedError
        return raised(failure, f"{route.target.origin} {what}.", route.target.url)


def _asked(request: httpx.Request, response: httpx.Response, at: datetime) -> Asked:
    headers = tuple((name.decode("ascii"), value.decode("latin-1")) for name, value in request.headers.raw)
    return Asked(request.method, str(request.url), headers, response.extensions.get("address"), at)


def _unresolved(target: Target, why: str) -> FetchError:
    detail = f"The name {target.host} has no address ({why}): check its spelling, or try again later."
    return NotConnectedError(Failure.UNREACHABLE, detail, target.url)


def _refused_address(target: Target, address: str, kind: str) -> FetchError:
    detail = (
        f"{target.host} leads to {address}, {kind}, which is not connected to. If it is a site of your own, "
        "list its network in TERMGATE_ALLOWED_NETWORKS."
    )
    return NotConnectedError(Failure.ADDRESS_REFUSED, detail, target.url)


def _led_on(here: Target, redirect: Redirect, *, circle: bool) -> FetchError:
    how = "in a circle" if circle else "too many times"
    detail = (
        f"The page redirects {how}, lastly to {redirect.location!r}: name its final address as the source."
    )
    return FetchError(Failure.REDIRECT_REFUSED, detail, here.url, redirect.http_status)
