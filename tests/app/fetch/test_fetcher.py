import gzip
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version

import httpx
import pytest

from app.fetch.fetcher import Fetcher, fetcher_from, user_agent
from app.fetch.model import FetchError, FetchLimits, Received, Unchanged, Validators
from app.settings import Settings
from extractors.model import Failure

URL = "https://vendor.example/terms"
TERMS = b"<h1>Terms</h1><p>We do not train on your content.</p>"
Put = Callable[..., None]


def failed(fetcher: Fetcher, url: str = URL, validators: Validators | None = None) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(url, validators)
    return caught.value


def paths(asked: list[httpx.Request]) -> list[str]:
    return [request.url.path for request in asked]


def test_a_page_becomes_a_snapshot(fetcher: Fetcher, put: Put) -> None:
    put(URL, TERMS, content_type="text/html; charset=UTF-8", ETag='"a1"', Last_Modified="yesterday")
    received = fetcher.fetch(URL)
    assert isinstance(received, Received)
    snapshot = received.snapshot
    assert (snapshot.body, snapshot.sha256) == (TERMS, hashlib.sha256(TERMS).hexdigest())
    assert (snapshot.media_type, snapshot.charset, snapshot.url) == ("text/html", "utf-8", URL)
    assert snapshot.fetched_at == datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    assert ("etag", '"a1"') in snapshot.headers
    assert (received.http_status, received.etag, received.last_modified) == (200, '"a1"', "yesterday")


def test_we_say_who_we_are_and_what_we_can_unpack(
    fetcher: Fetcher, put: Put, asked: list[httpx.Request]
) -> None:
    put(URL, TERMS)
    fetcher.fetch(URL)
    for request in asked:
        assert (
            request.headers["user-agent"] == f"Termgate/{version('termgate')} (+https://us.example/contact)"
        )
        assert request.headers["accept-encoding"] == "gzip, deflate"
        assert request.headers["host"] == "vendor.example"


@pytest.mark.parametrize("contact", ["", "  ", "a\r\nCookie: b", "büro@us.example"])
def test_a_contact_that_fits_no_header_is_refused_at_the_start(contact: str) -> None:
    with pytest.raises(ValueError, match=r"contact .* is malformed"):
        user_agent(contact)


def test_a_malformed_network_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="allowed network 'here' is malformed"):
        Fetcher(FetchLimits(10, 20, 60), "https://us.example/contact", ("here",))


def test_a_deployment_s_fetcher_can_be_closed() -> None:
    with fetcher_from(Settings()) as fetcher:
        assert failed(fetcher, "ftp://vendor.example/").failure is Failure.BAD_URL


def test_packed_pages_are_stored_unpacked(fetcher: Fetcher, put: Put) -> None:
    put(URL, gzip.compress(TERMS), content_encoding="gzip")
    received = fetcher.fetch(URL)
    assert isinstance(received, Received)
    assert received.snapshot.body == TERMS


# Redirects


def test_redirects_are_followed_and_the_last_url_is_kept(fetcher: Fetcher, put: Put) -> None:
    put("http://vendor.example/terms#a", b"", 301)
    put("http://vendor.example/terms", b"", 301, location="https://vendor.example/legal")
    put("https://vendor.example/legal", b"", 308, location="/legal/terms#top")
    put("https://vendor.example/legal/terms", TERMS)
    received = fetcher.fetch("http://vendor.example/terms#a")
    assert isinstance(received, Received)
    assert received.snapshot.url == "https://vendor.example/legal/terms"


@pytest.mark.parametrize(("redirects", "arrives"), [(5, True), (6, False)])
def test_five_redirects_are_followed_and_no_more(
    fetcher: Fetcher, put: Put, redirects: int, arrives: bool
) -> None:
    for n in range(redirects):
        put(f"https://vendor.example/{n}", b"", 302, location=f"/{n + 1}")
    put(f"https://vendor.example/{redirects}", TERMS)
    if arrives:
        assert isinstance(fetcher.fetch("https://vendor.example/0"), Received)
    else:
        error = failed(fetcher, "https://vendor.example/0")
        assert (error.failure, error.http_status) == (Failure.REDIRECT_REFUSED, 302)
        assert "too many times" in error.detail


def test_a_circle_ends_at_once(fetcher: Fetcher, put: Put, asked: list[httpx.Request]) -> None:
    put(URL, b"", 302, location=URL)
    assert failed(fetcher).failure is Failure.REDIRECT_REFUSED
    assert paths(asked) == ["/robots.txt", "/terms"]


@pytest.mark.parametrize(
    ("location", "failure"),
    [
        ("https://169.254.169.254/latest/meta-data/", Failure.ADDRESS_REFUSED),
        ("file:///etc/passwd", Failure.REDIRECT_REFUSED),
        ("http://vendor.example/", Failure.REDIRECT_REFUSED),
        ("https://other.example:22/", Failure.REDIRECT_REFUSED),
        ("https://u:p@vendor.example/", Failure.REDIRECT_REFUSED),
    ],
)
def test_each_hop_is_checked_as_the_first_before_it_is_asked(
    fetcher: Fetcher,
    put: Put,
    asked: list[httpx.Request],
    addresses: dict[str, list[str]],
    location: str,
    failure: Failure,
) -> None:
    addresses["169.254.169.254"] = ["169.254.169.254"]
    put(URL, b"", 302, location=location)
    assert failed(fetcher).failure is failure
    assert paths(asked) == ["/robots.txt", "/terms"]


def test_a_redirect_that_leads_nowhere_is_no_page(fetcher: Fetcher, put: Put) -> None:
    put(URL, TERMS, 302)
    assert failed(fetcher).failure is Failure.UNEXPECTED_STATUS


# Addresses


@pytest.mark.parametrize(
    "found",
    [["127.0.0.1"], ["93.184.215.14", "192.168.1.1"], ["::ffff:127.0.0.1"], ["fe80::1%eth0"], ["what?"]],
)
def test_a_host_with_one_refused_address_is_not_asked(
    fetcher: Fetcher,
    put: Put,
    asked: list[httpx.Request],
    addresses: dict[str, list[str]],
    found: list[str],
) -> None:
    put(URL, TERMS)
    addresses["vendor.example"] = found
    error = failed(fetcher)
    assert error.failure is Failure.ADDRESS_REFUSED
    assert "TERMGATE_ALLOWED_NETWORKS" in error.detail
    assert asked == []


@pytest.mark.parametrize(
    "url", ["http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/"]
)
def test_hosts_written_as_numbers_are_judged_by_where_they_lead(url: str) -> None:
    fetcher = Fetcher(FetchLimits(1, 1, 1), "mailto:us@us.example")
    assert failed(fetcher, url).failure in (Failure.ADDRESS_REFUSED, Failure.BAD_URL)


def test_listed_networks_may_be_asked_on_any_port(
    fetcher: Fetcher, put: Put, addresses: dict[str, list[str]]
) -> None:
    addresses["intranet.example"] = ["10.1.2.3"]
    put("http://intranet.example:8900/terms", TERMS)
    assert isinstance(fetcher.fetch("http://intranet.example:8900/terms"), Received)


def test_odd_ports_of_public_hosts_are_refused(fetcher: Fetcher, asked: list[httpx.Request]) -> None:
    error = failed(fetcher, "https://vendor.example:22/")
    assert error.failure is Failure.BAD_URL
    assert "80, 443, 8080, 8443" in error.detail
    assert asked == []


def test_a_host_without_an_address_is_unreachable(fetcher: Fetcher, addresses: dict[str, list[str]]) -> None:
    addresses["vendor.example"] = []
    assert failed(fetcher).failure is Failure.UNREACHABLE


# Unchanged pages


@pytest.mark.parametrize("url", [None, URL])
def test_validators_are_sent_back_and_a_page_can_be_unchanged(
    fetcher: Fetcher, put: Put, asked: list[httpx.Request], url: str | None
) -> None:
    put(URL, b"", 304, etag='"a2"')
    outcome = fetcher.fetch(URL, Validators('"a1"', "Sun, 01 Mar 2026 12:00:00 GMT", url))
    assert isinstance(outcome, Unchanged)
    assert replace(outcome, asked=None) == Unchanged(304, URL, '"a2"', "Sun, 01 Mar 2026 12:00:00 GMT")
    assert outcome.asked is not None
    assert dict(outcome.asked.headers)["If-None-Match"] == '"a1"'
    assert asked[-1].headers["if-none-match"] == '"a1"'
    assert asked[-1].headers["if-modified-since"] == "Sun, 01 Mar 2026 12:00:00 GMT"
    assert "if-none-match" not in asked[0].headers


def test_validators_of_a_named_page_are_not_sent_to_where_it_redirects(
    fetcher: Fetcher, put: Put, asked: list[httpx.Request]
) -> None:
    put(URL, b"", 302, location="/new")
    put("https://vendor.example/new", TERMS)
    assert isinstance(fetcher.fetch(URL, Validators('"a1"', None, URL)), Received)
    assert "if-none-match" in asked[-2].headers
    assert "if-none-match" not in asked[-1].headers


def test_unchanged_without_having_asked_is_no_answer(fetcher: Fetcher, put: Put) -> None:
    put(URL, b"", 304)
    assert failed(fetcher).failure is Failure.UNEXPECTED_STATUS
    assert failed(fetcher, URL, Validators(None, None)).failure is Failure.UNEXPECTED_STATUS


def test_validators_that_fit_no_header_are_left_out(
    fetcher: Fetcher, put: Put, asked: list[httpx.Request]
) -> None:
    put(URL, TERMS)
    fetcher.fetch(URL, Validators('"é"', "a\r\nCookie: b"))
    assert "if-none-match" not in asked[-1].headers
    assert "if-modified-since" not in asked[-1].headers


# Answers that are no page


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (403, b"<p>Forbidden", Failure.REFUSED),
        (403, b"<title>Just a moment...</title>", Failure.BOT_WALL),
        (404, b"<p>Gone", Failure.NOT_FOUND),
        (500, b"", Failure.SERVER_ERROR),
        (418, b"", Failure.UNEXPECTED_STATUS),
        (204, b"", Failure.EMPTY),
        (200, b"", Failure.EMPTY),
        (200, b" \r\n\t ", Failure.EMPTY),
        (200, bytes(range(256)), Failure.NOT_TEXT),
        (200, TERMS * 200, Failure.TOO_LARGE),
    ],
)
def test_an_answer_that_is_no_page_names_its_failure_and_status(
    fetcher: Fetcher, put: Put, status: int, body: bytes, failure: Failure
) -> None:
    put(URL, body, status)
    error = failed(fetcher)
    assert (error.failure, error.http_status, error.url) == (failure, status, URL)
    assert error.detail.endswith(".")


def test_a_site_that_asks_to_wait_is_heard(fetcher: Fetcher, put: Put) -> None:
    put(URL, b"", 429, retry_after="Sun, 01 Mar 2026 12:00:40 GMT")
    error = failed(fetcher)
    assert (error.failure, error.retry_after_s) == (Failure.RATE_LIMITED, 40)


@pytest.mark.parametrize(
    ("packed", "encoding", "failure"),
    [
        (gzip.compress(bytes(20_000), mtime=0), "gzip", Failure.TOO_LARGE),
        (gzip.compress(TERMS, mtime=0)[:-8], "gzip", Failure.TRUNCATED),
        (TERMS, "gzip", Failure.BROKEN_FILE),
        (TERMS, "br", Failure.NOT_TEXT),
    ],
)
def test_packed_pages_that_cannot_be_unpacked_name_their_failure(
    fetcher: Fetcher, put: Put, packed: bytes, encoding: str, failure: Failure
) -> None:
    put(URL, packed, content_encoding=encoding)
    assert failed(fetcher).failure is failure


def test_a_body_shorter_than_it_says_is_truncated(fetcher: Fetcher, put: Put) -> None:
    put(URL, TERMS, content_length="1000")
    error = failed(fetcher)
    assert error.failure is Failure.TRUNCATED
    assert f"{len(TERMS)} of 1000 bytes" in error.detail


def test_a_page_that_says_it_is_too_large_is_not_read(fetcher: Fetcher, put: Put) -> None:
    def body() -> Iterator[bytes]:
        yield TERMS
        raise AssertionError("must not be read")

    put(URL, body(), content_length="4001")
    assert failed(fetcher).failure is Failure.TOO_LARGE


def test_a_page_that_does_not_say_how_large_it_is_is_counted(fetcher: Fetcher, put: Put) -> None:
    put(URL, [b"x" * 1000] * 4)
    assert isinstance(fetcher.fetch(URL), Received)
    put(URL, [b"x" * 1000] * 4 + [b"x"])
    assert failed(fetcher).failure is Failure.TOO_LARGE


def test_the_total_time_ends_a_body_that_keeps_coming(fetcher: Fetcher, put: Put, clock: list[float]) -> None:
    def drip() -> Iterator[bytes]:
        while True:
            clock[0] += 0.9
            yield b"x"

    put(URL, drip())
    error = failed(fetcher)
    assert (error.failure, error.http_status) == (Failure.TIMED_OUT, 200)
    assert clock[0] == pytest.approx(1002.7)


def test_an_error_page_that_breaks_off_is_still_that_error(fetcher: Fetcher, put: Put) -> None:
    def body() -> Iterator[bytes]:
        yield b"<title>Just a moment...</title>"
        raise httpx.ReadError("reset")

    put(URL, body(), 403)
    assert failed(fetcher).failure is Failure.REFUSED


@pytest.mark.parametrize(
    ("raised", "failure"),
    [
        (httpx.ConnectError("refused"), Failure.UNREACHABLE),
        (httpx.ConnectTimeout("slow"), Failure.TIMED_OUT),
        (httpx.ReadTimeout("slow"), Failure.TIMED_OUT),
        (httpx.RemoteProtocolError("no HTTP"), Failure.UNREACHABLE),
    ],
)
def test_a_connection_that_fails_names_its_failure(
    fetcher: Fetcher,
    pages: dict[str, Exception],
    raised: Exception,
    failure: Failure,
) -> None:
    pages[URL] = raised
    error = failed(fetcher)
    assert (error.failure, error.http_status, error.url) == (failure, None, URL)
