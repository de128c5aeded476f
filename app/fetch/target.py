"""Which URLs may be asked for, and where a redirect may lead. Knows how a URL is taken apart.

The host that is checked here is the one that is resolved and connected to: nothing parses the URL twice.
"""

import re
from dataclasses import dataclass

import httpx

from app.fetch.addresses import Address
from app.fetch.deadline import Deadline
from app.fetch.model import FetchError
from app.fetch.turns import Visit
from extractors.model import Failure

_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?\.?", re.IGNORECASE)
_IPV6_HOST = re.compile(r"[0-9a-f:.]*:[0-9a-f:.]*")
"""Without a zone, which would name an interface of this machine."""
_CREDENTIALS = re.compile(r"//[^/?#]*@")
_DEFAULT_PORTS = {"http": 80, "https": 443}
USUAL_PORTS = frozenset({80, 443, 8080, 8443})


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that is fit to be asked for, as far as its text can tell."""

    url: str
    """Normalised: host in ASCII, without credentials and fragment."""
    scheme: str
    host: str
    """A name in ASCII, or an address without brackets."""
    port: int
    by_redirect: bool = False

    @property
    def refused_as(self) -> Failure:
        """The failure when this URL may not be asked for: it depends on who named it."""
        return Failure.REDIRECT_REFUSED if self.by_redirect else Failure.BAD_URL

    @property
    def visited(self) -> str:
        """The host whose turn it takes, under one name however it is spelt."""
        return self.host.rstrip(".")

    @property
    def origin(self) -> str:
        """Scheme, host and port: what a robots.txt holds for."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Route:
    """A target with the checked addresses it is pinned to, the time that is left, and whose turn it takes."""

    target: Target
    addresses: tuple[Address, ...]
    deadline: Deadline
    visit: Visit


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where an answer points, as it says it."""

    location: str
    http_status: int


def parse_target(url: str) -> Target:
    """The target a person named. FetchError: `bad_url`."""
    return _checked(url, by_redirect=False)


def next_target(here: Target, redirect: Redirect) -> Target:
    """The target that `here` redirects to. FetchError: `redirect_refused`."""
    try:
        target = _checked(str(httpx.URL(here.url).join(redirect.location)), by_redirect=True)
    except (httpx.InvalidURL, ValueError) as error:
        raise _refused(here, redirect, f"to {_shown(redirect.location)!r}, which is not a URL") from error
    except FetchError as error:
        raise _refused(here, redirect, f"to {error.url}. {error.detail}") from error
    if here.scheme == "https" and target.scheme == "http":
        why = f"to {target.url}, from https to http, where anyone could change the text"
        raise _refused(here, redirect, why)
    return target


def robots_target(here: Target) -> Target:
    """Where the robots.txt that governs a target stands."""
    return Target(
        str(httpx.URL(here.url).copy_with(raw_path=b"/robots.txt")),
        here.scheme,
        here.host,
        here.port,
        by_redirect=here.by_redirect,
    )


def _checked(url: str, *, by_redirect: bool) -> Target:
    try:
        parsed = httpx.URL(url)
        host = parsed.raw_host.decode("ascii").lower()
        clean = str(parsed.copy_with(fragment=None, userinfo=b""))
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError(Failure.BAD_URL, "Not a URL: check its spelling.", _shown(url)) from error
    port = parsed.port or _DEFAULT_PORTS.get(parsed.scheme, 0)
    problem = _problem(parsed, host, port)
    if problem:
        raise FetchError(Failure.BAD_URL, problem, clean)
    return Target(clean, parsed.scheme, host, port, by_redirect=by_redirect)


def _problem(url: httpx.URL, host: str, port: int) -> str | None:
    if url.scheme not in _DEFAULT_PORTS:
        return "Only addresses that begin with https:// or http:// are fetched."
    if url.userinfo:
        return "A URL may not carry a user name or password: leave out what stands before the @."
    if not _HOST.fullmatch(host) and not _IPV6_HOST.fullmatch(host):
        return "The URL names no valid host: write it as https://example.com/terms."
    if not 0 < port < 65536 or url.port == 0:
        return f"There is no port {url.port}: leave it out, or write one of 1 to 65535."
    return None


def _shown(url: str) -> str:
    """A URL that cannot be parsed, fit for a message: printable, without credentials, not endless."""
    return _CREDENTIALS.sub("//", url).encode("unicode_escape").decode("ascii")[:500]


def _refused(here: Target, redirect: Redirect, why: str) -> FetchError:
    detail = f"The page redirects {why.rstrip('.')}. Open it in a browser and name its final address instead."
    return FetchError(Failure.REDIRECT_REFUSED, detail, here.url, redirect.http_status)
