import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest

from app.discovery.leads import Lead
from app.discovery.proposing import Known
from app.discovery.visiting import SearchLimits
from app.fetch.model import Received
from app.fetch.turns import Refusal
from extractors.model import Audience, Failure, TermsType
from registry.proposals import Proposal, Reason, Whence
from tests.app.discovery.invented_site import HOME, InventedWeb, page

TERMS = "https://acme-brush.com/legal/terms"


@pytest.fixture
def web() -> InventedWeb:
    web = InventedWeb()
    web.put("/", page("Acme Brush", footer='<a href="/legal/terms">Terms of Service</a>'))
    web.put("/legal/terms", page("Terms of Service"))
    return web


def only(found: tuple[Proposal, ...]) -> Proposal:
    (one,) = found
    return one


def urls(found: tuple[Proposal, ...]) -> set[str]:
    return {one.url.removeprefix("https://acme-brush.com") for one in found}


def test_a_footers_link_is_proposed_with_what_it_says(web: InventedWeb) -> None:
    found = web.search()
    one = only(found.proposals)
    assert (one.url, one.terms_type, one.title, one.failure) == (
        TERMS,
        TermsType.TERMS_OF_SERVICE,
        "Terms of Service",
        None,
    )
    assert one.reasons == (Reason(Whence.FOOTER, HOME, "Terms of Service"),)
    assert one.score > 0.9
    assert found.complete
    assert found.troubles == ()


def test_a_page_that_lists_terms_is_visited_for_what_it_links(web: InventedWeb) -> None:
    web.put("/", page("Acme Brush", footer='<a href="/legal">Legal</a>'))
    web.put(
        "/legal", page("Legal", '<a href="/legal/dpa">Data Processing Addendum</a><a href="/jobs">Jobs</a>')
    )
    web.put("/legal/dpa", page("Data Processing Addendum"))
    one = next(one for one in web.search().proposals if one.url.endswith("/dpa"))
    assert one.terms_type is TermsType.DATA_PROCESSOR_AGREEMENT
    assert one.audience is Audience.BUSINESS
    assert one.reasons[0].whence is Whence.LEGAL_PAGE


def test_two_addresses_of_one_page_are_one_proposal(web: InventedWeb) -> None:
    web.put(
        "/",
        page(
            "Acme Brush",
            footer='<a href="/terms?utm_source=f">Terms</a> <a href="/tos">Terms of Use</a>'
            ' <a href="/t">Terms</a>',
        ),
    )
    own = '<link rel="canonical" href="https://acme-brush.com/legal/terms">'
    web.put("/terms?utm_source=f", page("Terms of Service", head=own))
    web.put("/tos", (301, {"location": "/legal/terms"}))
    web.put("/t", page("Terms of Service"))
    assert urls(web.search().proposals) == {"/legal/terms"}


def test_an_address_that_every_page_calls_its_own_is_not_believed(web: InventedWeb) -> None:
    web.put("/legal/terms", page("Terms of Service", head=f'<link rel="canonical" href="{HOME}">'))
    assert only(web.search().proposals).url == TERMS


def test_a_sitemap_that_robots_names_is_read_through_its_index(web: InventedWeb) -> None:
    web.put("/", page("Acme Brush"))
    web.put("/robots.txt", b"User-agent: *\nDisallow: /private\nSitemap: https://acme-brush.com/maps/all.xml")
    web.put(
        "/maps/all.xml",
        b"<sitemapindex><sitemap><loc>https://acme-brush.com/maps/posts.xml</loc></sitemap>"
        b"<sitemap><loc>https://acme-brush.com/maps/pages.xml.gz</loc></sitemap></sitemapindex>",
    )
    listed = (
        b"<urlset><url><loc>https://acme-brush.com/company/usage-policy</loc></url>"
        b"<url><loc>https://acme-brush.com/de/terms</loc></url></urlset>"
    )
    web.put("/maps/pages.xml.gz", gzip.compress(listed))
    web.put("/company/usage-policy", page("Usage Policy"))
    found = {one.url: one for one in web.search().proposals}
    one = found["https://acme-brush.com/company/usage-policy"]
    assert one.terms_type is TermsType.ACCEPTABLE_USE_POLICY
    assert one.reasons == (Reason(Whence.SITEMAP, "https://acme-brush.com/maps/pages.xml.gz"),)
    assert web.asked.index("https://acme-brush.com/maps/pages.xml.gz") < web.asked.index(
        "https://acme-brush.com/maps/posts.xml"
    )


def test_well_known_paths_are_tried_for_what_nothing_links(web: InventedWeb) -> None:
    web.put("/privacy", page("Privacy Policy"))
    found = {one.url: one for one in web.search().proposals}
    one = found["https://acme-brush.com/privacy"]
    assert (one.terms_type, one.reasons[0].whence) == (TermsType.PRIVACY_POLICY, Whence.WELL_KNOWN)
    assert "https://acme-brush.com/tos" not in web.asked, "terms were found by a link already"


def test_a_path_that_answers_with_any_page_is_not_proposed(web: InventedWeb) -> None:
    web.put("/privacy", page("Acme Brush draws for you"))
    assert urls(web.search().proposals) == {"/legal/terms"}


def test_documents_that_terms_make_a_part_of_themselves_are_proposed(web: InventedWeb) -> None:
    web.put(
        "/legal/terms",
        page(
            "Terms of Service",
            '<p>Our <a href="/rules">Acceptable Use Policy</a> is incorporated into these terms by reference.'
            "</p>",
        ),
    )
    web.put("/rules", page("Acceptable Use Policy"))
    found = {one.url: one for one in web.search().proposals}
    whence = {reason.whence for reason in found["https://acme-brush.com/rules"].reasons}
    assert Whence.INCORPORATED in whence


def test_a_page_elsewhere_is_proposed_unseen(web: InventedWeb) -> None:
    web.put("/", page("Acme Brush", footer='<a href="https://trust.acme-legal.com/dpa">DPA</a>'))
    one = next(one for one in web.search().proposals if "acme-legal" in one.url)
    assert (one.terms_type, one.title, one.failure) == (TermsType.DATA_PROCESSOR_AGREEMENT, None, None)
    assert {httpx.URL(url).host for url in web.asked} == {"acme-brush.com"}


def test_what_a_text_links_elsewhere_is_not_taken_for_the_vendors_terms(web: InventedWeb) -> None:
    web.put("/", page("Acme Brush", 'Protected: <a href="https://walls.com/privacy">Privacy</a>'))
    assert not [one for one in web.search().proposals if "walls.com" in one.url]


def test_what_terms_merely_name_elsewhere_is_not_taken_for_the_vendors_terms(web: InventedWeb) -> None:
    named = 'We use Meter. See the <a href="https://meter.com/privacy">Meter Privacy Policy</a>.'
    web.put("/legal/terms", page("Terms of Service", f"<p>{named}</p>"))
    assert not [one for one in web.search().proposals if "meter.com" in one.url]


def test_a_site_that_redirects_to_another_is_not_followed(web: InventedWeb) -> None:
    web.put("/", (301, {"location": "https://other-brush.com/"}))
    found = web.search()
    assert found.proposals == ()
    assert [one.failure for one in found.troubles] == [Failure.REDIRECT_REFUSED]
    assert {httpx.URL(url).host for url in web.asked} == {"acme-brush.com"}


def test_a_subdomain_belongs_to_the_site(web: InventedWeb) -> None:
    web.put("/", page("Acme Brush", footer='<a href="https://legal.acme-brush.com/terms">Terms</a>'))
    web.put("https://legal.acme-brush.com/terms", page("Terms of Service"))
    assert "https://legal.acme-brush.com/terms" in {one.url for one in web.search().proposals}


def test_what_robots_forbids_is_proposed_with_the_reason_it_was_not_read(web: InventedWeb) -> None:
    web.put("/robots.txt", b"User-agent: *\nDisallow: /legal/")
    found = web.search()
    one = next(one for one in found.proposals if one.url == TERMS)
    assert one.failure is Failure.ROBOTS_DISALLOW
    assert TERMS not in web.asked
    assert TERMS in {trouble.url for trouble in found.troubles}


def test_a_link_that_leads_nowhere_is_a_trouble_and_no_proposal(web: InventedWeb) -> None:
    del web.pages[TERMS]
    found = web.search()
    assert found.proposals == ()
    assert [(one.url, one.failure) for one in found.troubles] == [(TERMS, Failure.NOT_FOUND)]


def test_a_site_without_a_first_page_is_tried_with_www(web: InventedWeb) -> None:
    web.pages = {}
    web.put("/", httpx.ConnectError("refused"))
    web.put("https://www.acme-brush.com/", page("Acme Brush", footer='<a href="/terms">Terms</a>'))
    web.put("https://www.acme-brush.com/terms", page("Terms of Use"))
    assert only(web.search().proposals).url == "https://www.acme-brush.com/terms"


def test_requests_are_bounded_and_the_outcome_says_so(web: InventedWeb) -> None:
    found = web.search(SearchLimits(requests=4))
    assert not found.complete
    assert found.requests == 4 == len(web.paths())


def test_time_is_bounded(web: InventedWeb) -> None:
    found = web.search(SearchLimits(seconds=3.5, gap_s=1.0))
    assert not found.complete
    assert found.requests == 4


def test_requests_keep_their_distance(web: InventedWeb) -> None:
    found = web.search(SearchLimits(gap_s=2.0))
    assert web.slept == pytest.approx(2.0 * (found.requests - 1))


def test_endless_links_end(web: InventedWeb) -> None:
    links = "".join(f'<a href="/terms/{number}">Terms of Service {number}</a>' for number in range(2_000))
    web.put("/", page("Acme Brush", links))
    found = web.search()
    assert found.requests <= SearchLimits().requests
    assert len(found.proposals) <= 40


def test_what_the_registry_knows_is_taken_in(web: InventedWeb) -> None:
    known = Known(
        plans=(("team", Audience.BUSINESS), ("free", Audience.CONSUMER)),
        tracked={"acme-brush.com/legal/terms": "terms-of-service"},
        leads=(
            Lead(f"{HOME}dpa-2026", "Data Processing Addendum", Reason(Whence.NAMED, TERMS, "See our DPA.")),
        ),
    )
    web.put("/dpa-2026", page("Data Processing Addendum"))
    found = {one.url: one for one in web.search(known=known).proposals}
    assert found[TERMS].tracked == "terms-of-service"
    assert found[TERMS].plans == ("team", "free")
    assert found[f"{HOME}dpa-2026"].plans == ("team",)
    assert found[f"{HOME}dpa-2026"].tracked is None


def test_a_first_page_that_a_script_fills_is_searched_as_a_browser_shows_it(web: InventedWeb) -> None:
    whole = web.pages[HOME]
    web.put("/", '<div id="root"></div><script src="/app.js"></script>')
    assert web.search().proposals[0].reasons[0].whence is not Whence.FOOTER

    def complete(received: Received) -> Received:
        if received.snapshot.url != HOME or not isinstance(whole, str):
            return received
        return replace(received, snapshot=replace(received.snapshot, body=whole.encode()))

    web.complete = complete
    assert web.search().proposals[0].reasons[0].whence is Whence.FOOTER


def test_a_page_that_says_for_whom_it_is_outweighs_its_link(web: InventedWeb) -> None:
    web.put("/legal/terms", page("Commercial Terms"))
    assert only(web.search().proposals).terms_type is TermsType.COMMERCIAL_TERMS


class SlowTurns:
    """A host that wants half a minute between two visits, which is longer than a visit waits."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now, self._free_at = now, now()

    def take(self, _host: str, /) -> Refusal | None:
        return None if self._now() >= self._free_at else Refusal(self._free_at, taken=False)

    def leave(self, _host: str, _not_before: datetime, /) -> None:
        self._free_at = self._now() + timedelta(seconds=30)


def test_a_host_that_wants_long_pauses_is_waited_for(web: InventedWeb) -> None:
    web.turns = SlowTurns(web.now)
    found = web.search()
    assert (only(found.proposals).failure, found.troubles) == (None, ())
    assert not found.complete
    assert len(web.asked) == len(set(web.asked)) <= 240 / 30 + 2
