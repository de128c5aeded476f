"""What a browser reaches through the proxy, tried with a plain client on real sockets."""

import socket
from base64 import b64encode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler

import httpx
import pytest

from app.fetch.fetcher import Fetcher
from app.fetch.model import FetchError, FetchLimits
from app.fetch.proxy import USER, CheckingProxy
from app.fetch.web import Outside
from extractors.model import Failure

Serve = Callable[[Callable[[BaseHTTPRequestHandler], None]], str]
CONTACT = "https://us.example/contact"


def fetcher(networks: tuple[str, ...] = ("127.0.0.0/8",), **resolved: str) -> Fetcher:
    """Resolves the named hosts to these addresses, `evil_com` for evil.com."""
    known = {host.replace("_", "."): address for host, address in resolved.items()}
    outside = Outside(resolve=lambda host, _port: [known.get(host, host)])
    return Fetcher(FetchLimits(1, 1, 3), CONTACT, networks, outside)


def told(request: BaseHTTPRequestHandler) -> None:
    """A page that tells how it was asked for."""
    asked = f"{request.requestline}\n{request.headers}".encode()
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(asked) + asked)


@pytest.fixture
def site(serve: Serve) -> str:
    return serve(told)


@pytest.fixture
def proxy(site: str) -> Iterator[CheckingProxy]:
    with fetcher(inside_com="10.0.0.1", rebound_com="127.0.0.1").browsing(
        f"{site}/", lambda host: host == "tracker.com", 5_000, 5
    ) as proxy:
        yield proxy


def ask(proxy: CheckingProxy, url: str, password: str | None = None) -> httpx.Response:
    given = httpx.Proxy(proxy.address, auth=(USER, password or proxy.password))
    with httpx.Client(proxy=given, trust_env=False) as client:
        return client.get(url, headers={"TE": "trailers"})


def tunnel(proxy: CheckingProxy, target: str) -> tuple[int, socket.socket]:
    host, port = proxy.address.removeprefix("http://").split(":")
    line = socket.create_connection((host, int(port)), 3)
    credentials = b64encode(f"{USER}:{proxy.password}".encode()).decode()
    line.sendall(f"CONNECT {target} HTTP/1.1\r\nProxy-Authorization: Basic {credentials}\r\n\r\n".encode())
    return int(line.recv(12)[9:12]), line


def test_a_page_is_asked_for_as_if_directly(proxy: CheckingProxy, site: str) -> None:
    answer = ask(proxy, f"{site}/a/b?c=d")
    assert answer.status_code == 200
    assert answer.text.startswith("GET /a/b?c=d HTTP/1.1\n")
    assert "proxy-auth" not in answer.text.lower()
    assert "trailers" not in answer.text


def test_a_tunnel_leads_to_the_checked_address(proxy: CheckingProxy, site: str) -> None:
    status, line = tunnel(proxy, site.removeprefix("http://"))
    with line:
        assert status == 200
        line.recv(100)
        line.sendall(b"GET /inside HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200 OK" in line.recv(1000)


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://inside.com/", "http://169.254.169.254/latest"])
def test_a_private_address_is_not_reached_however_it_is_named(proxy: CheckingProxy, url: str) -> None:
    assert ask(proxy, url).status_code == 403
    (refused,) = proxy.ledger.refused
    assert refused.failure is Failure.ADDRESS_REFUSED


def test_a_tunnel_into_a_private_network_is_refused(proxy: CheckingProxy) -> None:
    status, line = tunnel(proxy, "inside.com:443")
    line.close()
    assert status == 403
    assert [one.failure for one in proxy.ledger.refused] == [Failure.ADDRESS_REFUSED]


def test_an_unusual_port_of_a_public_host_is_refused() -> None:
    public = fetcher((), acme_com="93.184.215.14")
    with pytest.raises(FetchError) as caught, public.browsing("http://acme.com:22/", lambda _: False, 100, 1):
        pass
    assert caught.value.failure is Failure.BAD_URL


def test_a_name_is_resolved_and_checked_anew_for_every_connection(site: str) -> None:
    addresses = iter(["127.0.0.1"] * 2 + ["10.0.0.1"])
    outside = Outside(resolve=lambda _host, _port: [next(addresses)])
    port = site.rpartition(":")[2]
    rebinding = Fetcher(FetchLimits(1, 1, 3), CONTACT, ["127.0.0.0/8"], outside)
    page = f"http://acme.com:{port}/"
    with rebinding.browsing(page, lambda _: False, 5_000, 5) as proxy:
        assert ask(proxy, page).status_code == 200
        assert ask(proxy, page).status_code == 403


def test_a_host_that_is_not_needed_is_not_asked(proxy: CheckingProxy) -> None:
    assert ask(proxy, "http://tracker.com/pixel").status_code == 403
    assert proxy.ledger.refused == []


def test_nobody_without_the_password_gets_through(proxy: CheckingProxy, site: str) -> None:
    assert ask(proxy, site, password="guessed").status_code == 407
    host, port = proxy.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 3) as line:
        line.sendall(f"GET {site}/ HTTP/1.1\r\nProxy-Authorization: \xff\r\n\r\n".encode("latin-1"))
        assert line.recv(12).endswith(b"407")


def test_no_more_than_allowed_goes_through(serve: Serve) -> None:
    def endless(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(1_000):
            request.wfile.write(b"a" * 1_000)

    site = serve(endless)
    with fetcher().browsing(f"{site}/", lambda _: False, 20_000, 5) as proxy:
        assert len(ask(proxy, site).content) < 200_000
        assert proxy.ledger.spent
        assert ask(proxy, site).status_code == 503


def test_nothing_goes_through_when_time_is_up(site: str) -> None:
    with fetcher().browsing(f"{site}/", lambda _: False, 5_000, 0) as proxy:
        assert ask(proxy, site).status_code == 503


def test_a_page_that_robots_forbids_is_not_shown_to_a_browser() -> None:
    outside = Outside(
        resolve=lambda _host, _port: ["93.184.215.14"],
        transports=lambda _: httpx.MockTransport(lambda _: httpx.Response(500)),
    )
    careful = Fetcher(FetchLimits(1, 1, 3), CONTACT, (), outside)
    with pytest.raises(FetchError) as caught, careful.browsing("https://a.com/", lambda _: False, 1, 1):
        pass
    assert caught.value.failure is Failure.ROBOTS_DISALLOW


def test_the_proxy_is_gone_after_its_block(site: str) -> None:
    with fetcher().browsing(f"{site}/", lambda _: False, 5_000, 5) as proxy:
        pass
    with pytest.raises(httpx.ConnectError):
        ask(proxy, site)
