"""Two kinds of web to fetch from: one made of a dictionary, one of real sockets on the loopback interface.

What an answer means is shown on the first, without waiting: `put` pages, `fetcher` fetches them, `asked`
lists the requests. What a server can do to a connection is shown on the second: `serve`, `local`.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from app.fetch.fetcher import Fetcher
from app.fetch.model import FetchLimits
from app.fetch.web import Outside

Page = Exception | tuple[int, dict[str, str], Iterable[bytes]]
LIMITS = FetchLimits(1, 1, 2, max_wire_bytes=4000, max_unpacked_bytes=8000)
CONTACT = "https://us.example/contact"


class _Chunks(httpx.SyncByteStream):
    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks


@pytest.fixture
def pages() -> dict[str, Page]:
    """The pretended web: an error to raise, or status, headers and the body's chunks, by URL."""
    return {}


@pytest.fixture
def put(pages: dict[str, Page]) -> Callable[..., None]:
    """`put(url, body, status=200, header_name=value)` sets a page of the pretended web."""

    def set_page(url: str, body: bytes | Iterable[bytes], status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        chunks = (body,) if isinstance(body, bytes) else body
        pages[url] = (status, {"content-type": "text/html", **named}, chunks)

    return set_page


@pytest.fixture
def addresses() -> dict[str, list[str]]:
    """What the pretended web's hosts resolve to, where it is not a public address."""
    return {}


@pytest.fixture
def asked() -> list[httpx.Request]:
    """Requests that reached the pretended web, in order."""
    return []


@pytest.fixture
def clock() -> list[float]:
    """The pretended web's seconds; a test moves them by hand."""
    return [1000.0]


@pytest.fixture
def fetcher(
    pages: dict[str, Page], addresses: dict[str, list[str]], asked: list[httpx.Request], clock: list[float]
) -> Fetcher:
    """Fetches from the pretended web; 10.0.0.0/8 is listed as a network of our own."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        page = pages.get(str(request.url), (404, {}, (b"no such page",)))
        if isinstance(page, Exception):
            raise page
        status, headers, chunks = page
        return httpx.Response(status, headers=headers, stream=_Chunks(chunks))

    outside = Outside(
        resolve=lambda host, _: addresses.get(host, ["93.184.215.14"]),
        transports=lambda _: httpx.MockTransport(answer),
        now=lambda: datetime(2026, 3, 1, 12, 0, tzinfo=UTC),
        monotonic=lambda: clock[0],
    )
    return Fetcher(LIMITS, CONTACT, ["10.0.0.0/8"], outside)


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[BaseHTTPRequestHandler], None]], str]]:
    """Starts a server whose pages the given function answers, robots.txt excepted; gives its address."""
    with ExitStack() as stack:

        def start(answer: Callable[[BaseHTTPRequestHandler], None]) -> str:
            server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(answer))
            server.daemon_threads = True
            thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
            thread.start()
            stack.callback(server.server_close)
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            return f"http://127.0.0.1:{server.server_port}"

        yield start


def _handler(answer: Callable[[BaseHTTPRequestHandler], None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.close_connection = True
            if self.path == "/robots.txt":
                self.wfile.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                return
            with suppress(BrokenPipeError, ConnectionResetError):
                answer(self)

        def do_POST(self) -> None:
            self.do_GET()

        def log_request(self, *_: object) -> None:
            return

    return Handler


@pytest.fixture
def local() -> Fetcher:
    """May reach the loopback interface; has the shipped limits of size, and little patience."""
    return Fetcher(FetchLimits(0.3, 0.3, 0.6), CONTACT, ["127.0.0.0/8"])
