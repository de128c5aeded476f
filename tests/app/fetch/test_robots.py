import gzip
from collections.abc import Callable, Iterator

import httpx
import pytest

from app.fetch.fetcher import Fetcher
from app.fetch.model import FetchError, Received
from extractors.model import Failure

URL = "https://vendor.example/terms"
ROBOTS = "https://vendor.example/robots.txt"
TERMS = b"<p>We do not train on your content.</p>"
Put = Callable[..., None]


@pytest.fixture(autouse=True)
def terms(put: Put) -> None:
    put(URL, TERMS)


def failed(fetcher: Fetcher) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(URL)
    return caught.value


def paths(asked: list[httpx.Request]) -> list[str]:
    return [request.url.path for request in asked]


@pytest.mark.parametrize(
    "rules",
    [
        b"User-agent: *\nDisallow: /terms",
        b"User-agent: *\nDisallow: /",
        b"User-agent: *\nDisallow: /*erm*$",
        b"User-agent: *\nAllow: /\n\nUser-agent: termgate\nDisallow: /",
        b"\xef\xbb\xbfUser-agent: *\nDisallow: /terms",
    ],
)
def test_a_page_that_robots_may_not_read_is_not_asked_for(
    fetcher: Fetcher, put: Put, asked: list[httpx.Request], rules: bytes
) -> None:
    put(ROBOTS, rules, content_type="text/plain")
    error = failed(fetcher)
    assert (error.failure, error.url, error.http_status) == (Failure.ROBOTS_DISALLOW, URL, None)
    assert paths(asked) == ["/robots.txt"]


@pytest.mark.parametrize(
    "rules",
    [
        b"",
        b"User-agent: *\nDisallow: /private",
        b"User-agent: *\nDisallow: /\n\nUser-agent: Termgate\nAllow: /",
        b"User-agent: OtherBot\nDisallow: /",
        b"<!doctype html><p>Welcome",
        b"\xff\xfe\x00nonsense",
    ],
)
def test_a_page_that_robots_may_read_is_fetched(fetcher: Fetcher, put: Put, rules: bytes) -> None:
    put(ROBOTS, rules, content_type="text/plain")
    assert isinstance(fetcher.fetch(URL), Received)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_site_without_robots_txt_allows_everything(fetcher: Fetcher, put: Put, status: int) -> None:
    put(ROBOTS, b"User-agent: *\nDisallow: /", status)
    assert isinstance(fetcher.fetch(URL), Received)


@pytest.mark.parametrize("status", [304, 429, 500, 503])
def test_a_robots_txt_that_cannot_be_read_forbids_everything(
    fetcher: Fetcher, put: Put, asked: list[httpx.Request], status: int
) -> None:
    put(ROBOTS, b"", status)
    error = failed(fetcher)
    assert error.failure is Failure.ROBOTS_DISALLOW
    assert "could not be read" in error.detail
    assert str(status) in error.detail
    assert paths(asked) == ["/robots.txt"]


def test_a_robots_txt_that_does_not_come_in_time_forbids_everything(
    fetcher: Fetcher, pages: dict[str, Exception]
) -> None:
    pages[ROBOTS] = httpx.ReadTimeout("slow")
    assert failed(fetcher).failure is Failure.ROBOTS_DISALLOW


@pytest.mark.parametrize(
    ("raised", "failure"),
    [
        (httpx.ConnectError("refused"), Failure.UNREACHABLE),
        (httpx.ConnectTimeout("slow"), Failure.TIMED_OUT),
    ],
)
def test_a_host_that_cannot_be_connected_to_has_said_nothing_of_robots(
    fetcher: Fetcher, pages: dict[str, Exception], raised: Exception, failure: Failure
) -> None:
    pages[ROBOTS] = raised
    error = failed(fetcher)
    assert (error.failure, error.url) == (failure, URL)


def test_a_moved_robots_txt_is_followed(fetcher: Fetcher, put: Put) -> None:
    put(ROBOTS, b"", 301, location="https://www.vendor.example/robots.txt")
    put("https://www.vendor.example/robots.txt", b"User-agent: *\nDisallow: /terms")
    assert failed(fetcher).failure is Failure.ROBOTS_DISALLOW


def test_a_robots_txt_that_leads_to_a_private_address_forbids_everything(
    fetcher: Fetcher, put: Put, addresses: dict[str, list[str]], asked: list[httpx.Request]
) -> None:
    addresses["inside.example"] = ["192.168.1.1"]
    put(ROBOTS, b"", 302, location="https://inside.example/")
    assert failed(fetcher).failure is Failure.ROBOTS_DISALLOW
    assert paths(asked) == ["/robots.txt"]


def test_each_origin_on_a_chain_of_redirects_is_asked(
    fetcher: Fetcher, put: Put, asked: list[httpx.Request]
) -> None:
    put(URL, b"", 302, location="https://docs.example/terms")
    put("https://docs.example/robots.txt", b"User-agent: *\nDisallow: /terms")
    put("https://docs.example/terms", TERMS)
    assert failed(fetcher).failure is Failure.ROBOTS_DISALLOW
    assert [str(request.url) for request in asked][-1] == "https://docs.example/robots.txt"


def test_an_endless_robots_txt_is_read_as_far_as_half_a_mebibyte(
    fetcher: Fetcher, put: Put, clock: list[float]
) -> None:
    comment = b"#\n" * 300_000
    put(ROBOTS, gzip.compress(b"User-agent: *\n" + comment + b"Disallow: /\n"), content_encoding="gzip")
    assert isinstance(fetcher.fetch(URL), Received)
    clock[0] += 4000
    put(ROBOTS, gzip.compress(b"User-agent: *\nDisallow: /\n" + comment), content_encoding="gzip")
    assert failed(fetcher).failure is Failure.ROBOTS_DISALLOW


def test_what_follows_the_first_half_mebibyte_is_not_waited_for(fetcher: Fetcher, put: Put) -> None:
    def endless() -> Iterator[bytes]:
        yield gzip.compress(b"User-agent: *\nAllow: /\n" + b"#\n" * 300_000)
        raise AssertionError("must not be read")

    put(ROBOTS, endless(), content_encoding="gzip")
    assert isinstance(fetcher.fetch(URL), Received)


def test_robots_txt_is_remembered_for_an_hour(
    fetcher: Fetcher, put: Put, asked: list[httpx.Request], clock: list[float]
) -> None:
    put(ROBOTS, b"User-agent: *\nAllow: /")
    fetcher.fetch(URL)
    clock[0] += 3599
    fetcher.fetch(URL)
    assert paths(asked) == ["/robots.txt", "/terms", "/terms"]
    clock[0] += 2
    fetcher.fetch(URL)
    assert paths(asked)[3:] == ["/robots.txt", "/terms"]


def test_an_unreadable_robots_txt_is_asked_for_again_after_a_minute(
    fetcher: Fetcher, put: Put, clock: list[float], asked: list[httpx.Request]
) -> None:
    put(ROBOTS, b"", 503)
    failed(fetcher)
    failed(fetcher)
    assert paths(asked) == ["/robots.txt"]
    put(ROBOTS, b"")
    clock[0] += 61
    assert isinstance(fetcher.fetch(URL), Received)


def test_a_closed_fetcher_has_forgotten(fetcher: Fetcher, asked: list[httpx.Request]) -> None:
    with fetcher:
        fetcher.fetch(URL)
    fetcher.fetch(URL)
    assert paths(asked).count("/robots.txt") == 2
