"""Requests to one service that the operator named: an identity provider, not a page of terms.

Only this module knows how such a service may be asked. It is no site that we visit unasked, so there is no
robots.txt and no turn; it is trusted more than a site, so its own host may stand at a private address; and
what it is sent is secret, so only over TLS, never after a redirect, and in the clear to this machine alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.fetch.addresses import parse_networks
from app.fetch.model import FetchError, FetchLimits
from app.fetch.target import Target, parse_target
from app.fetch.web import Outside, Web
from extractors.model import Failure

LIMITS: Final = FetchLimits(
    connect_timeout_s=5,
    read_timeout_s=5,
    total_timeout_s=10,
    max_wire_bytes=1 << 20,
    max_unpacked_bytes=1 << 20,
)
"""A person waits at a page meanwhile."""
_ANYWHERE: Final = parse_networks(("0.0.0.0/0", "::/0"))
_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Reply:
    """What a service answered."""

    status: int
    body: bytes


class Service:
    """Asks one service. Holds nothing that changes: threads may share it."""

    def __init__(
        self, home: str, agent: str, allowed_networks: tuple[str, ...] = (), outside: Outside | None = None
    ) -> None:
        """`home` is the address that the operator gave; FetchError where it is none."""
        out = outside or Outside()
        self._home = parse_target(home).host
        self._own = Web(LIMITS, agent, _ANYWHERE, out)
        self._others = Web(LIMITS, agent, parse_networks(allowed_networks), out)

    def ask(self, url: str, headers: Mapping[str, str], form: bytes | None = None) -> Reply:
        """What a GET answers, or with `form` a POST of it. FetchError where nothing usable came.

        Any status but a redirect is an answer. Addresses that the service itself named on other hosts are
        held to the rules that pages are held to.
        """
        target = parse_target(url)
        _check_secrecy(target)
        web = self._own if target.host == self._home else self._others
        kind = {} if form is None else {"Content-Type": "application/x-www-form-urlencoded"}
        sent = {"Accept": "application/json", **kind, **headers}
        with web.visit() as visit, web.send(web.begin(target, visit), sent, form) as answer:
            if answer.redirect is not None:
                detail = f"{target.origin} redirects, which is not followed: name the final address."
                raise answer.fail(Failure.REDIRECT_REFUSED, detail)
            return Reply(answer.status, answer.body())


def _check_secrecy(target: Target) -> None:
    if target.scheme != "https" and target.host not in _THIS_MACHINE:
        detail = f"{target.origin} would be asked in the clear: its address must begin with https://."
        raise FetchError(Failure.BAD_URL, detail, target.url)
