"""Where snapshots come from: the vendor's site, asked as little as possible, or the store."""

from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
import respx

from app.fetch.fetcher import Fetcher
from app.fetch.model import FetchError, FetchLimits, Received, Validators
from app.fetch.web import Outside
from app.gather import Errand, Stored, from_network, from_store
from extractors.model import Failure, Selection, Snapshot

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TERMS = "https://brush.example/terms"
PRIVACY = "https://brush.example/privacy"


@pytest.fixture
def site() -> respx.MockRouter:
    """The invented vendor's site: `site.get(url).respond(...)` sets a page."""
    router = respx.MockRouter(assert_all_called=False)
    router.get("https://brush.example/robots.txt").respond(404)
    return router


@pytest.fixture
def fetcher(site: respx.MockRouter) -> Fetcher:
    def answer(request: httpx.Request) -> httpx.Response:
        mocked = site.handler(request)
        # As from a connection: not read yet.
        unread = httpx.ByteStream(mocked.read())
        return httpx.Response(mocked.status_code, headers=mocked.headers, stream=unread)

    outside = Outside(
        resolve=lambda _host, _port: ["93.184.215.14"],
        transports=lambda _route: httpx.MockTransport(answer),
    )
    return Fetcher(FetchLimits(1, 1, 2), "https://us.example/contact", outside=outside)


def errand(
    *urls: str, stored: dict[str, Stored] | None = None, behind: dict[str, Stored] | None = None
) -> Errand:
    return Errand(
        source_id=1,
        urls=urls,
        selection=Selection(),
        stored=stored or {},
        read=(),
        document_id=None,
        seen_at=None,
        behind=behind or {},
    )


def known(url: str, body: bytes = b"<p>old terms</p>") -> Stored:
    return Stored(Snapshot(body, "0" * 64, "text/html", "utf-8", url, NOW), Validators('"v1"', None, url))


def test_a_page_comes_with_what_to_ask_for_next_time(site: respx.MockRouter, fetcher: Fetcher) -> None:
    site.get(TERMS).respond(200, html="<p>terms</p>", headers={"ETag": '"v2"'})
    (page,) = from_network(fetcher, errand(TERMS))
    assert page.snapshot is not None
    assert (page.snapshot.body, page.validators.etag, page.failure) == (b"<p>terms</p>", '"v2"', None)


def test_a_page_that_came_in_part_is_made_whole(site: respx.MockRouter, fetcher: Fetcher) -> None:
    site.get(TERMS).respond(200, html="<div id=root></div>", headers={"ETag": '"shell"'})
    whole = Received(known(TERMS, b"<p>whole</p>").snapshot, 200, None, None, rendered=True)
    (page,) = from_network(fetcher, errand(TERMS), lambda _: whole)
    assert page.snapshot == whole.snapshot
    assert (page.rendered, page.validators.etag) == (True, None)


def test_a_page_that_cannot_be_made_whole_has_failed(site: respx.MockRouter, fetcher: Fetcher) -> None:
    def refuse(_: Received) -> Received:
        raise FetchError(Failure.REFUSED, "The site answered 403.", TERMS, 403)

    site.get(TERMS).respond(200, html="<div id=root></div>")
    (page,) = from_network(fetcher, errand(TERMS), refuse)
    assert (page.failure, page.http_status, page.snapshot) == (Failure.REFUSED, 403, None)


def test_a_page_that_a_person_brought_stands_for_the_sites_answer(
    site: respx.MockRouter, fetcher: Fetcher
) -> None:
    brought = replace(errand(TERMS), brought={TERMS: known(TERMS)})
    (page,) = from_network(fetcher, brought)
    assert page.brought
    assert page.snapshot == known(TERMS).snapshot
    assert not site.calls


def test_a_known_page_is_asked_for_by_its_tag_and_kept_when_unchanged(
    site: respx.MockRouter, fetcher: Fetcher
) -> None:
    route = site.get(TERMS, headers={"If-None-Match": '"v1"'}).respond(304)
    (page,) = from_network(fetcher, errand(TERMS, stored={TERMS: known(TERMS)}))
    assert route.called
    assert page.unchanged
    assert page.snapshot == known(TERMS).snapshot


def test_pages_are_asked_for_in_order_up_to_the_first_that_fails(
    site: respx.MockRouter, fetcher: Fetcher
) -> None:
    site.get(TERMS).respond(503)
    later = site.get(PRIVACY).respond(200, html="<p>privacy</p>")
    (page,) = from_network(fetcher, errand(TERMS, PRIVACY))
    assert (page.failure, page.http_status) == (Failure.SERVER_ERROR, 503)
    assert not later.called


def test_an_unchanged_answer_to_a_first_question_is_a_failure(
    site: respx.MockRouter, fetcher: Fetcher
) -> None:
    site.get(TERMS).respond(304)
    (page,) = from_network(fetcher, errand(TERMS))
    assert page.snapshot is None
    assert page.failure is not None


def test_an_upload_is_never_asked_of_the_network(site: respx.MockRouter, fetcher: Fetcher) -> None:
    upload = known("upload:contract.pdf")
    (page,) = from_network(fetcher, errand(stored={"upload:contract.pdf": upload}))
    assert page.snapshot == upload.snapshot
    assert not site.calls


def test_the_store_gives_every_page_as_it_was_received() -> None:
    stored = {TERMS: known(TERMS), PRIVACY: known(PRIVACY, b"<p>privacy</p>")}
    pages = from_store(errand(TERMS, PRIVACY, stored=stored))
    assert [page.snapshot and page.snapshot.body for page in pages] == [
        b"<p>old terms</p>",
        b"<p>privacy</p>",
    ]


def test_the_store_gives_what_the_last_good_document_was_read_from_rather_than_what_came_since() -> None:
    wall = known(TERMS, b"<p>checking your browser</p>")
    (page,) = from_store(errand(TERMS, stored={TERMS: wall}, behind={TERMS: known(TERMS)}))
    assert page.snapshot == known(TERMS).snapshot


def test_a_newer_upload_is_read_although_an_older_one_is_behind_the_document(
    site: respx.MockRouter, fetcher: Fetcher
) -> None:
    newer = known("upload:contract.pdf", b"<p>new contract</p>")
    older = known("upload:contract.pdf", b"<p>old contract</p>")
    at = "upload:contract.pdf"
    (page,) = from_network(fetcher, errand(stored={at: newer}, behind={at: older}))
    assert page.snapshot == newer.snapshot


@pytest.mark.parametrize("urls", [(), (TERMS,)])
def test_nothing_in_the_store_is_a_failure(urls: tuple[str, ...]) -> None:
    (page,) = from_store(errand(*urls))
    assert page.failure is Failure.EMPTY
