"""What is sent to other systems goes only where a fetch may go, follows nothing, reads next to nothing."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest

from app.fetch.model import FetchError, FetchLimits
from app.fetch.posting import Posted, Poster
from app.fetch.web import Outside
from extractors.model import Failure

CONTACT = "https://us.example/contact"
PUBLIC = "93.184.215.14"
HEADERS = {"content-type": "application/json", "webhook-id": "msg_1"}


class Receiver:
    """A pretended receiver at whatever its name resolves to."""

    def __init__(self, *addresses: str, status: int = 204, **headers: str) -> None:
        self.asked: list[httpx.Request] = []
        self.addresses = addresses or (PUBLIC,)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def poster(self) -> Poster:
        def take(request: httpx.Request) -> httpx.Response:
            self.asked.append(request)
            return httpx.Response(self.status, headers=self.headers, stream=httpx.ByteStream(b"{}"))

        outside = Outside(
            resolve=lambda _host, _port: list(self.addresses), transports=lambda _: httpx.MockTransport(take)
        )
        return Poster(CONTACT, ["10.0.0.0/8"], outside=outside)


def test_a_body_arrives_as_it_is_with_its_headers() -> None:
    receiver = Receiver()
    assert receiver.poster().post("https://hook.example/in", HEADERS, b'{"a":1}') == Posted(204, None)
    (request,) = receiver.asked
    assert (request.method, request.content, str(request.url)) == (
        "POST",
        b'{"a":1}',
        "https://hook.example/in",
    )
    assert request.headers["webhook-id"] == "msg_1"
    assert request.headers["content-type"] == "application/json"
    assert CONTACT in request.headers["user-agent"]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "192.168.1.20", "169.254.169.254", "::1", "fd00::1", "::ffff:127.0.0.1", "0.0.0.0"],
)
def test_no_private_address_is_called(address: str) -> None:
    receiver = Receiver(address)
    with pytest.raises(FetchError) as caught:
        receiver.poster().post("https://hook.example/in", HEADERS, b"{}")
    assert caught.value.failure is Failure.ADDRESS_REFUSED
    assert "page" not in str(caught.value)
    assert "fetched" not in str(caught.value)
    assert receiver.asked == []


def test_a_name_with_one_private_address_among_others_is_not_called() -> None:
    receiver = Receiver(PUBLIC, "127.0.0.1")
    with pytest.raises(FetchError):
        receiver.poster().post("https://hook.example/in", HEADERS, b"{}")
    assert receiver.asked == []


def test_nothing_is_sent_unencrypted_but_within_networks_of_our_own() -> None:
    outside, within = Receiver(), Receiver("10.0.0.7")
    with pytest.raises(FetchError, match="must begin with https://"):
        outside.poster().post("http://hook.example/in", HEADERS, b"{}")
    assert outside.asked == []
    assert within.poster().post("http://hook.example:9000/in", HEADERS, b"{}").http_status == 204


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    receiver = Receiver(status=307, location="http://169.254.169.254/")
    assert receiver.poster().post("https://hook.example/in", HEADERS, b"{}").http_status == 307
    assert len(receiver.asked) == 1


def test_what_a_receiver_wants_to_wait_is_told() -> None:
    receiver = Receiver(status=429, retry_after="120")
    assert receiver.poster().post("https://hook.example/in", HEADERS, b"{}") == Posted(429, 120)


@pytest.fixture
def served() -> Iterator[Callable[[Callable[[BaseHTTPRequestHandler], None]], str]]:
    """A receiver of real sockets; gives its address."""
    servers = []

    def start(answer: Callable[[BaseHTTPRequestHandler], None]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                answer(self)

            def log_request(self, *_: object) -> None:
                return

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        servers.append(server)
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/in"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def local() -> Poster:
    return Poster(CONTACT, ["127.0.0.0/8"], FetchLimits(0.5, 0.3, 0.6))


def test_a_body_goes_over_a_real_connection(
    served: Callable[[Callable[[BaseHTTPRequestHandler], None]], str],
) -> None:
    bodies = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        bodies.append(handler.rfile.read(int(handler.headers["content-length"])))
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b"x" * 100_000)

    assert local().post(served(answer), HEADERS, b'{"a":1}').http_status == 200
    assert bodies == [b'{"a":1}']


def test_a_receiver_that_never_answers_costs_no_more_than_its_time(
    served: Callable[[Callable[[BaseHTTPRequestHandler], None]], str],
) -> None:
    def sleep(handler: BaseHTTPRequestHandler) -> None:
        handler.rfile.read(10**6)

    with pytest.raises(FetchError) as caught:
        local().post(served(sleep), HEADERS, b"{}")
    assert caught.value.failure is Failure.TIMED_OUT


def test_an_answer_that_came_packed_is_an_answer_all_the_same() -> None:
    receiver = Receiver(status=200, content_encoding="zstd")
    assert receiver.poster().post("https://hook.example/in", HEADERS, b"{}") == Posted(200, None)
    assert receiver.asked[0].headers["accept-encoding"] == "identity"
    assert receiver.asked[0].headers["accept"] == "*/*"
