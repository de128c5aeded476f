"""What a real server can do to a connection: every way must end in a named failure, in time and in memory."""

import socket
import ssl
import subprocess
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from app.fetch.fetcher import Fetcher
from app.fetch.model import FetchError, FetchLimits, Received
from app.fetch.transport import pinned_transports
from app.fetch.web import Outside
from extractors.model import Failure

Handler = BaseHTTPRequestHandler
Serve = Callable[[Callable[[Handler], None]], str]
TERMS = b"<h1>Terms</h1><p>We do not train on your content.</p>"
MIB = 1 << 20
LOOPBACK = ["127.0.0.0/8"]


def send(handler: Handler, body: bytes, *headers: tuple[str, str]) -> None:
    handler.send_response(200)
    for name, value in (("Content-Type", "text/html"), *headers):
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def send_terms(handler: Handler) -> None:
    send(handler, TERMS, ("Content-Length", str(len(TERMS))))


def failed(fetcher: Fetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(url)
    return caught.value


def test_a_page_comes_over_a_real_connection(serve: Serve, local: Fetcher) -> None:
    received = local.fetch(serve(send_terms) + "/terms")
    assert isinstance(received, Received)
    assert received.snapshot.body == TERMS


def test_threads_may_share_a_fetcher(serve: Serve) -> None:
    url = serve(send_terms)
    fetcher = Fetcher(FetchLimits(5, 5, 5), "mailto:us@us.example", LOOPBACK)
    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(fetcher.fetch, [f"{url}/{n}" for n in range(40)]))
    assert {page.snapshot.body for page in pages if isinstance(page, Received)} == {TERMS}
    assert len(pages) == 40


# Where it connects to


def test_a_name_is_resolved_once_and_only_its_checked_address_is_connected_to(serve: Serve) -> None:
    hosts: list[str | None] = []
    asked: list[str] = []

    def resolve(host: str, _: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.99"]

    def note(handler: Handler) -> None:
        hosts.append(handler.headers["Host"])
        send_terms(handler)

    port = serve(note).rpartition(":")[2]
    fetcher = Fetcher(FetchLimits(1, 1, 2), "mailto:us@us.example", LOOPBACK, Outside(resolve=resolve))
    assert isinstance(fetcher.fetch(f"http://vendor.invalid:{port}/terms"), Received)
    assert asked == ["vendor.invalid"]
    assert hosts == [f"vendor.invalid:{port}"]


def test_the_next_address_is_tried_where_one_does_not_answer(serve: Serve) -> None:
    port = serve(send_terms).rpartition(":")[2]
    outside = Outside(resolve=lambda *_: ["127.0.0.99", "127.0.0.1"])
    fetcher = Fetcher(FetchLimits(1, 1, 2), "mailto:us@us.example", LOOPBACK, outside)
    assert isinstance(fetcher.fetch(f"http://vendor.invalid:{port}/"), Received)


def test_proxies_of_the_environment_are_not_used(
    serve: Serve, local: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert isinstance(local.fetch(serve(send_terms)), Received)


def test_a_closed_port_is_unreachable(local: Fetcher) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        assert failed(local, url).failure is Failure.UNREACHABLE


def test_a_name_that_does_not_exist_is_unreachable() -> None:
    def unknown(*_: object) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    fetcher = Fetcher(FetchLimits(1, 1, 2), "mailto:us@us.example", (), Outside(resolve=unknown))
    error = failed(fetcher, "https://vendor.invalid/")
    assert error.failure is Failure.UNREACHABLE
    assert "vendor.invalid has no address" in error.detail


def test_a_name_server_that_does_not_answer_is_not_waited_for() -> None:
    over = threading.Event()

    def silent(*_: object) -> list[str]:
        over.wait(10)
        return ["127.0.0.1"]

    fetcher = Fetcher(FetchLimits(0.1, 1, 2), "mailto:us@us.example", LOOPBACK, Outside(resolve=silent))
    began = time.monotonic()
    assert failed(fetcher, "https://vendor.invalid/").failure is Failure.TIMED_OUT
    assert time.monotonic() - began < 3
    left_behind = [thread for thread in threading.enumerate() if thread.name == "resolve vendor.invalid"]
    assert [thread.daemon for thread in left_behind] == [True]
    over.set()


# Servers that take their time


def hang(handler: Handler) -> None:
    handler.rfile.read(1)


def drip_body(handler: Handler) -> None:
    send(handler, b"", ("Content-Length", "600"))
    drip(handler, b"x" * 600)


def drip_head(handler: Handler) -> None:
    drip(handler, b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 600)


def drip(handler: Handler, data: bytes) -> None:
    for n in range(len(data)):
        handler.wfile.write(data[n : n + 1])
        time.sleep(0.05)


@pytest.mark.parametrize("answer", [hang, drip_body, drip_head])
def test_a_server_that_takes_its_time_is_given_up(
    serve: Serve, local: Fetcher, answer: Callable[[Handler], None]
) -> None:
    url = serve(answer)
    began = time.monotonic()
    assert failed(local, url).failure is Failure.TIMED_OUT
    assert time.monotonic() - began < 3


# Servers that break off, or do not speak HTTP


def half_a_body(handler: Handler) -> None:
    send(handler, TERMS, ("Content-Length", "100000"))


def half_a_chunk(handler: Handler) -> None:
    send(handler, b"ffff\r\n" + TERMS, ("Transfer-Encoding", "chunked"))


@pytest.mark.parametrize("answer", [half_a_body, half_a_chunk])
def test_a_body_that_breaks_off_is_truncated(
    serve: Serve, local: Fetcher, answer: Callable[[Handler], None]
) -> None:
    error = failed(local, serve(answer))
    assert (error.failure, error.http_status) == (Failure.TRUNCATED, 200)


@pytest.mark.parametrize(
    "said", [b"", b"SSH-2.0-OpenSSH_9.6\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000]
)
def test_what_does_not_answer_in_http_is_unreachable(serve: Serve, local: Fetcher, said: bytes) -> None:
    def say(handler: Handler) -> None:
        handler.wfile.write(said)

    assert failed(local, serve(say)).failure is Failure.UNREACHABLE


# Servers that send too much


def bomb(handler: Handler) -> None:
    packer = zlib.compressobj(1, wbits=31)
    zeros = bytes(MIB)
    packed = b"".join([*(packer.compress(zeros) for _ in range(256)), packer.flush()])
    send(handler, packed, ("Content-Length", str(len(packed))), ("Content-Encoding", "gzip"))


def declared_huge(handler: Handler) -> None:
    send(handler, b"", ("Content-Length", str(512 * MIB)))
    pour(handler)


def endless(handler: Handler) -> None:
    send(handler, b"")
    pour(handler)


def pour(handler: Handler) -> None:
    words = b"a " * (MIB // 2)
    for _ in range(512):
        handler.wfile.write(words)


@pytest.mark.parametrize("answer", [bomb, declared_huge, endless])
def test_what_is_too_large_is_given_up_in_bounded_memory(
    serve: Serve, answer: Callable[[Handler], None]
) -> None:
    url = serve(answer)
    fetcher = Fetcher(FetchLimits(5, 5, 10), "mailto:us@us.example", LOOPBACK)
    tracemalloc.start()
    try:
        assert failed(fetcher, url).failure is Failure.TOO_LARGE
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 70 * MIB


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and self-signed certificate of vendor.example, in one file."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-subj",
            "/CN=vendor.example",
            "-addext",
            "subjectAltName=DNS:vendor.example",
            "-keyout",
            "key.pem",
            "-out",
            "certificate.pem",
            "-days",
            "2",
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    both = folder / "both.pem"
    both.write_text((folder / "key.pem").read_text() + (folder / "certificate.pem").read_text())
    return both


@pytest.fixture
def tls_port(certificate: Path) -> Iterator[tuple[int, list[str | None]]]:
    """A TLS server's port, and the server names that clients asked it for."""
    names: list[str | None] = []
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(TERMS), TERMS)
    missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    def answer_all(listening: socket.socket) -> None:
        while True:
            try:
                plain, _ = listening.accept()
                with context.wrap_socket(plain, server_side=True) as connection:
                    request = connection.recv(65536)
                    connection.sendall(missing if b"/robots.txt" in request else body)
            except ssl.SSLError:
                continue  # a client that does not trust us: what the tests are about
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer_all, args=(listening,), daemon=True)
        thread.start()
        yield listening.getsockname()[1], names
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def trusting(certificate: Path) -> Fetcher:
    outside = Outside(
        resolve=lambda *_: ["127.0.0.1"],
        transports=pinned_transports(ssl.create_default_context(cafile=certificate)),
    )
    return Fetcher(FetchLimits(2, 2, 4), "mailto:us@us.example", LOOPBACK, outside)


def test_a_pinned_connection_asks_for_the_name_and_checks_its_certificate(
    tls_port: tuple[int, list[str | None]], certificate: Path
) -> None:
    port, names = tls_port
    assert isinstance(trusting(certificate).fetch(f"https://vendor.example:{port}/terms"), Received)
    assert set(names) == {"vendor.example"}


def test_a_certificate_of_another_name_is_refused(
    tls_port: tuple[int, list[str | None]], certificate: Path
) -> None:
    port, _ = tls_port
    error = failed(trusting(certificate), f"https://other.example:{port}/terms")
    assert error.failure is Failure.TLS_FAILED
    assert "other.example" in error.detail


def test_a_certificate_that_nobody_vouches_for_is_refused(tls_port: tuple[int, list[str | None]]) -> None:
    port, _ = tls_port
    outside = Outside(resolve=lambda *_: ["127.0.0.1"])
    fetcher = Fetcher(FetchLimits(2, 2, 4), "mailto:us@us.example", LOOPBACK, outside)
    assert failed(fetcher, f"https://vendor.example:{port}/").failure is Failure.TLS_FAILED


def test_a_server_that_speaks_no_tls_is_a_tls_failure(serve: Serve, local: Fetcher) -> None:
    url = serve(send_terms).replace("http://", "https://")
    assert failed(local, url).failure is Failure.TLS_FAILED
