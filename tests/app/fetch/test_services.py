"""How a service that the operator named is asked: it is sent secrets, and may stand in our own network."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import httpx
import pytest

from app.fetch.model import FetchError
from app.fetch.services import LIMITS, Reply, Service
from app.fetch.web import Outside
from extractors.model import Failure

Serve = Callable[[Callable[[BaseHTTPRequestHandler], None]], str]
HOME = "https://login.company.example/realm"
PUBLIC, PRIVATE = "93.184.215.14", "10.1.2.3"


def pretended(
    addresses: dict[str, str], asked: list[httpx.Request], answer: httpx.Response | None = None
) -> Service:
    def reply(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answer or httpx.Response(200, stream=httpx.ByteStream(b"{}"))

    outside = Outside(
        resolve=lambda host, _: [addresses.get(host, PUBLIC)], transports=lambda _: httpx.MockTransport(reply)
    )
    return Service(HOME, "us/1", (), outside)


def test_a_form_is_posted_over_a_real_connection(serve: Serve) -> None:
    seen: list[tuple[str, str | None, bytes]] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["content-length"]))
        seen.append((request.command, request.headers["content-type"], body))
        request.wfile.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}")

    home = serve(answer)
    reply = Service(home, "us/1").ask(f"{home}/token", {"X-Ours": "1"}, b"code=1")
    assert reply == Reply(400, b"{}")
    assert seen == [("POST", "application/x-www-form-urlencoded", b"code=1")]


def test_its_own_host_may_stand_at_a_private_address(asked: list[httpx.Request]) -> None:
    reply = pretended({"login.company.example": PRIVATE}, asked).ask(f"{HOME}/keys", {})
    assert reply.status == 200
    assert asked[0].headers["accept"] == "application/json"


def test_another_host_that_it_names_may_not(asked: list[httpx.Request]) -> None:
    service = pretended({"inside.company.example": PRIVATE}, asked)
    with pytest.raises(FetchError, match="TERMGATE_ALLOWED_NETWORKS"):
        service.ask("https://inside.company.example/keys", {})
    assert asked == []
    assert service.ask("https://keys.example/keys", {}).status == 200


def test_nothing_is_sent_in_the_clear_but_to_this_machine(asked: list[httpx.Request]) -> None:
    service = pretended({}, asked)
    with pytest.raises(FetchError, match="in the clear"):
        service.ask("http://login.company.example/token", {}, b"secret")
    assert asked == []


def test_a_redirect_is_not_followed(asked: list[httpx.Request]) -> None:
    elsewhere = httpx.Response(307, headers={"location": "https://evil.example/token"})
    with pytest.raises(FetchError, match="redirect") as refused:
        pretended({}, asked, elsewhere).ask(f"{HOME}/token", {}, b"secret")
    assert refused.value.failure is Failure.REDIRECT_REFUSED
    assert len(asked) == 1


def test_more_than_such_a_service_has_to_say_is_not_read(asked: list[httpx.Request]) -> None:
    endless = httpx.Response(200, stream=httpx.ByteStream(b" " * (LIMITS.max_unpacked_bytes + 1)))
    with pytest.raises(FetchError) as refused:
        pretended({}, asked, endless).ask(f"{HOME}/keys", {})
    assert refused.value.failure is Failure.TOO_LARGE


def test_what_cannot_be_unpacked_is_told_of_as_an_answer_and_no_page(asked: list[httpx.Request]) -> None:
    packed = httpx.Response(200, headers={"content-encoding": "rot13"}, stream=httpx.ByteStream(b"{}"))
    with pytest.raises(FetchError) as refused:
        pretended({}, asked, packed).ask(f"{HOME}/keys", {})
    assert str(refused.value).startswith("The answer came packed as rot13")
