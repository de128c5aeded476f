"""A forward proxy on the loopback interface: the only way out for a browser that runs a page's scripts.

Every connection is judged as the fetcher judges its own: the name is resolved here, its addresses are
checked, and the connection goes to just those, so that a name which changes its address in between leads
nowhere. The browser itself resolves nothing. What is asked inside an encrypted tunnel stays unseen; where it
leads does not.
"""

import hmac
import secrets
import selectors
import socket
import sys
import threading
from base64 import b64encode
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from types import TracebackType
from typing import Final

import structlog

from app.fetch.model import FetchError
from app.fetch.target import Route, Target, parse_target

log = structlog.get_logger(__name__)

USER: Final = "termgate"
_PIECE: Final = 1 << 16
_TICK_S: Final = 0.25
_CONNECT_S: Final = 10.0
_MOST_AT_ONCE: Final = 64
_HOP_BY_HOP: Final = frozenset(
    {
        "connection",
        "content-length",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


@dataclass
class Ledger:
    """What has gone through a proxy, and what it has refused; threads share it."""

    most_bytes: int
    until: float
    """When nothing goes through any more, on the monotonic clock."""
    refused: list[FetchError] = field(default_factory=list)
    received: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def spent(self) -> bool:
        """Whether more came than is allowed."""
        return self.received > self.most_bytes

    @property
    def is_open(self) -> bool:
        """Whether anything may still go through."""
        return not self.spent and not self.stopped.is_set() and monotonic() < self.until

    def count(self, octets: int) -> None:
        """Add what came from outside."""
        with self._lock:
            self.received += octets


class CheckingProxy(AbstractContextManager["CheckingProxy"]):
    """Listens for the length of a block; whoever does not know its password gets nothing."""

    def __init__(
        self, begin: Callable[[Target], Route], denied: Callable[[str], bool], most_bytes: int, seconds: float
    ) -> None:
        """`begin` checks and pins the way to a target, or raises FetchError; `denied`: hosts not needed."""
        self.password = secrets.token_urlsafe(24)
        self.ledger = Ledger(most_bytes, monotonic() + seconds)
        rules = _Rules(begin, denied, _basic(self.password), self.ledger)
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"rules": rules}))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    @property
    def address(self) -> str:
        """Where the browser finds it."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "CheckingProxy":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ledger.stopped.set()
        self._server.shutdown()
        self._thread.join()
        # Connections under way end within a tick; nobody waits for them.
        self._server.socket.close()


@dataclass(frozen=True, slots=True)
class _Rules:
    begin: Callable[[Target], Route]
    denied: Callable[[str], bool]
    credentials: bytes
    ledger: Ledger
    turns: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(_MOST_AT_ONCE)
    )

    def connect(self, url: str) -> tuple[socket.socket, Target]:
        """A connection to the checked addresses of a URL's host. FetchError, OSError."""
        target = parse_target(url)
        if self.denied(target.host):
            raise PermissionError(f"{target.host} is not needed to read terms")
        route = self.begin(target)
        failed = OSError(f"{target.host} has no address")
        for address in route.addresses:
            try:
                seconds = max(min(_CONNECT_S, route.deadline.left()), _TICK_S)
                return socket.create_connection((str(address), target.port), seconds), target
            except OSError as error:
                failed = error
        raise failed


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A browser that goes away in the middle is no news; anything else is a mistake of ours."""
        error = sys.exception()
        if not isinstance(error, OSError):
            log.error("proxy_failed", exc_info=error)


class _Handler(BaseHTTPRequestHandler):
    rules: _Rules
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_CONNECT(self) -> None:
        self._carry(f"https://{self.path}/", tunnel=True)

    def do_GET(self) -> None:
        self._carry(self.path, tunnel=False)

    def do_HEAD(self) -> None:
        self._carry(self.path, tunnel=False)

    def do_OPTIONS(self) -> None:
        self._carry(self.path, tunnel=False)

    def log_message(self, *_: object) -> None:
        """Says nothing: what matters is in the ledger."""

    def _carry(self, url: str, *, tunnel: bool) -> None:
        self.close_connection = True
        told = self.headers.get("Proxy-Authorization", "").encode("latin-1", "replace")
        if not hmac.compare_digest(told, self.rules.credentials):
            self._answer(407)
            return
        if not self.rules.ledger.is_open or not self.rules.turns.acquire(blocking=False):
            self._answer(503)
            return
        try:
            self._connect(url, tunnel=tunnel)
        finally:
            self.rules.turns.release()

    def _connect(self, url: str, *, tunnel: bool) -> None:
        try:
            server, target = self.rules.connect(url)
        except FetchError as error:
            self.rules.ledger.refused.append(error)
            self._answer(403)
        except PermissionError:
            self._answer(403)
        except OSError:
            self._answer(502)
        else:
            with server, suppress(OSError):
                if tunnel:
                    self.send_response_only(200)
                    self.end_headers()
                else:
                    server.sendall(self._head(target))
                _relay(self.connection, server, self.rules.ledger)

    def _head(self, target: Target) -> bytes:
        """The request as the site gets it: for itself, without what concerns the proxy alone."""
        _, _, rest = target.url.partition("://")
        _, slash, path = rest.partition("/")
        lines = [f"{self.command} {slash or '/'}{path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in self.headers.items() if _is_passed(name)]
        return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1")

    def _answer(self, status: int) -> None:
        self.send_response_only(status)
        if status == 407:
            self.send_header("Proxy-Authenticate", 'Basic realm="termgate"')
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()


def _is_passed(name: str) -> bool:
    return name.lower() not in _HOP_BY_HOP


def _relay(client: socket.socket, server: socket.socket, ledger: Ledger) -> None:
    """Carry bytes both ways until one side ends, the time is up or too much has come."""
    client.settimeout(_CONNECT_S)
    server.settimeout(_CONNECT_S)
    with selectors.DefaultSelector() as waiting:
        waiting.register(client, selectors.EVENT_READ, (client, server))
        waiting.register(server, selectors.EVENT_READ, (server, client))
        while ledger.is_open:
            for key, _ in waiting.select(_TICK_S):
                here, there = key.data
                piece = here.recv(_PIECE)
                if not piece:
                    return
                if here is server:
                    ledger.count(len(piece))
                there.sendall(piece)


def _basic(password: str) -> bytes:
    return b"Basic " + b64encode(f"{USER}:{password}".encode())
