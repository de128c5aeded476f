import gzip
from collections.abc import Callable

import httpx
import pytest

from app.fetch.fetcher import Fetcher
from app.fetch.model import FetchError, Received
from app.fetch.sitemaps import unpacked_start
from extractors.model import Failure

SITE = "https://vendor.example"
MAP = b"<urlset><url><loc>https://vendor.example/terms</loc></url></urlset>"
Put = Callable[..., None]


def ours(host: str) -> bool:
    return host == "vendor.example"


def test_the_sitemaps_that_robots_names_are_given(fetcher: Fetcher, put: Put) -> None:
    put(f"{SITE}/robots.txt", b"User-agent: *\nDisallow: /x\n\nSitemap: https://vendor.example/a.xml.gz\n")
    assert fetcher.sitemaps(SITE) == (f"{SITE}/a.xml.gz",)


def test_a_site_without_robots_names_no_sitemap(fetcher: Fetcher) -> None:
    assert fetcher.sitemaps(SITE) == ()


def test_a_sitemap_comes_as_it_is(fetcher: Fetcher, put: Put) -> None:
    put(f"{SITE}/sitemap.xml", MAP, content_type="application/xml")
    assert fetcher.fetch_sitemap(f"{SITE}/sitemap.xml", ours, 5000) == MAP


def test_a_packed_sitemap_is_unpacked(fetcher: Fetcher, put: Put) -> None:
    put(f"{SITE}/sitemap.xml.gz", gzip.compress(MAP), content_type="application/gzip")
    assert fetcher.fetch_sitemap(f"{SITE}/sitemap.xml.gz", ours, 5000) == MAP


def test_no_more_of_a_sitemap_is_unpacked_than_asked_for() -> None:
    assert unpacked_start(gzip.compress(b"a" * 10_000_000), 1000) == b"a" * 1000


def test_a_packed_sitemap_that_was_cut_off_gives_what_came() -> None:
    packed = gzip.compress(bytes(range(256)) * 50)
    assert unpacked_start(packed[:-40], 20_000).startswith(bytes(range(200)))


def test_a_sitemap_that_robots_forbids_is_not_asked_for(
    fetcher: Fetcher, put: Put, asked: list[httpx.Request]
) -> None:
    put(f"{SITE}/robots.txt", b"User-agent: *\nDisallow: /maps/")
    with pytest.raises(FetchError) as caught:
        fetcher.fetch_sitemap(f"{SITE}/maps/a.xml", ours, 5000)
    assert caught.value.failure is Failure.ROBOTS_DISALLOW
    assert [request.url.path for request in asked] == ["/robots.txt"]


def test_a_page_that_redirects_to_another_site_is_not_followed_there(
    fetcher: Fetcher, put: Put, asked: list[httpx.Request]
) -> None:
    put(f"{SITE}/terms", b"", status=302, location="https://other.example/terms")
    put("https://other.example/terms", b"<p>Terms of another.</p>")
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(f"{SITE}/terms", within=ours)
    assert caught.value.failure is Failure.REDIRECT_REFUSED
    assert {request.url.host for request in asked} == {"vendor.example"}
    assert isinstance(fetcher.fetch(f"{SITE}/terms"), Received)
