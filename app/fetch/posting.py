"""Sending something to another system, under the rules for addresses that hold for fetching.

No redirect is followed, and next to nothing is read of what comes back: whoever names an address here must
not learn by it what else can be reached from this machine.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from app.fetch.addresses import is_listed, parse_networks
from app.fetch.classify import retry_after
from app.fetch.fetcher import user_agent
from app.fetch.model import FetchError, FetchLimits
from app.fetch.target import Route, parse_target
from app.fetch.web import Outside, Web
from app.settings import Settings
from extractors.model import Failure

_ANSWER_BYTES = 512
"""Read so that the receiver can end its answer, and thrown away."""
_PLAIN: Final = {"Accept": "*/*", "Accept-Encoding": "identity"}
"""What comes back is no page, and nobody unpacks it."""
_LIMITS = FetchLimits(connect_timeout_s=5.0, read_timeout_s=8.0, total_timeout_s=10.0)


@dataclass(frozen=True, slots=True)
class Posted:
    """What a receiver answered."""

    http_status: int
    retry_after_s: int | None
    """Seconds that it asks to wait, if it does."""


class Poster:
    """Sends bodies. Holds nothing that changes: threads may share it."""

    def __init__(
        self,
        contact: str,
        allowed_networks: Iterable[str] = (),
        limits: FetchLimits = _LIMITS,
        outside: Outside | None = None,
    ) -> None:
        """`contact` is named in the user agent. ValueError where it or a network is malformed."""
        self._allowed = parse_networks(allowed_networks)
        self._web = Web(limits, user_agent(contact), self._allowed, outside or Outside())

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Posted:
        """Send a body once; gives what was answered, whatever that is. FetchError where nothing was."""
        with self._web.visit() as visit:
            route = self._web.begin(parse_target(url), visit)
            self._check_private(route)
            with self._web.send(route, {**_PLAIN, **headers}, body) as answer:
                answer.start_if_any(_ANSWER_BYTES)
                return Posted(
                    answer.status, retry_after(answer.header("retry-after"), self._web.outside.now())
                )

    def _check_private(self, route: Route) -> None:
        """Without encryption only within networks of our own: others could read and change what is sent."""
        listed = all(is_listed(address, self._allowed) for address in route.addresses)
        if route.target.scheme != "https" and not listed:
            detail = "It must begin with https://: only networks of your own are called without."
            raise FetchError(Failure.BAD_URL, detail, route.target.url)


def poster_from(settings: Settings) -> Poster:
    """The poster of a deployment."""
    return Poster(settings.contact, settings.allowed_networks)
