"""A search from its row to what it proposes, over a real connection."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from app.db import Sessions, engine_from, sessions_of
from app.discovery.job import discover
from app.discovery.visiting import Means, SearchLimits
from app.discovery.work import searches_of
from app.fetch.fetcher import Fetcher
from app.fetch.model import FetchLimits
from app.workshop import Workshop
from extractors.clauses import ClauseReader
from extractors.model import Audience, TermsType
from extractors.ruleset import load_ruleset
from registry.discoveries import (
    SiteRefusedError,
    fail_discovery,
    find_discovery,
    finish_discovery,
    found_in,
    list_discoveries,
    request_discovery,
    start_of,
    unfinished_discoveries,
)
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.policy import load_policy
from registry.submissions import PassState, submit_tool
from registry.tables import AuditRow, ToolRow
from tests.app.discovery.invented_site import page
from tests.app.vendor_site import VendorSite, vendor_site

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
QUICK = SearchLimits(gap_s=0)


@pytest.fixture
def sessions(registry_url: str) -> Iterator[Sessions]:
    engine = engine_from(registry_url)
    yield sessions_of(engine)
    engine.dispose()


@pytest.fixture
def site() -> Iterator[VendorSite]:
    with vendor_site() as site:
        site.pages["/"] = page("Acme", footer='<a href="/terms">Terms</a> <a href="/privacy">Privacy</a>')
        site.pages["/privacy"] = page("Privacy Policy")
        yield site


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(FetchLimits(2, 2, 5), "https://us.example/contact", ["127.0.0.0/8"])


def brush(sessions: Sessions, site: VendorSite) -> int:
    source = SourceEntry("terms", TermsType.TERMS_OF_SERVICE, (site.url("/terms"),), (), (), ("team",))
    entry = ToolEntry("brush", "Brush", (PlanEntry("team", "Team", Audience.BUSINESS),), (), (source,))
    with sessions() as session:
        return submit_tool(session, VendorEntry("acme", "Acme", (entry,)), entry, "ann", NOW).id


def asked(sessions: Sessions, start: str, tool_id: int | None = None) -> str:
    with sessions() as session:
        tool = None if tool_id is None else session.get_one(ToolRow, tool_id)
        return request_discovery(session, start, tool, "ann", NOW).key


def test_a_search_proposes_what_the_tool_does_not_track_yet(
    sessions: Sessions, site: VendorSite, fetcher: Fetcher
) -> None:
    key = asked(sessions, site.url("/"), brush(sessions, site))
    found = discover(sessions, Means(fetcher), key, QUICK)
    assert found is not None
    told = {one.url: (one.tracked, one.plans) for one in found.proposals}
    assert told == {site.url("/terms"): ("terms", ("team",)), site.url("/privacy"): (None, ("team",))}


def test_an_outcome_is_kept_once(sessions: Sessions, site: VendorSite, fetcher: Fetcher) -> None:
    key = asked(sessions, site.url("/"))
    found = discover(sessions, Means(fetcher), key, QUICK)
    assert found is not None
    with sessions() as session:
        assert unfinished_discoveries(session) == (key,)
        finish_discovery(session, key, found, NOW)
        fail_discovery(session, key, "too late", NOW)
        row = find_discovery(session, key)
        assert row is not None
        assert (row.state, row.error, found_in(row)) == (PassState.DONE, None, found)
        assert unfinished_discoveries(session) == ()
    assert discover(sessions, Means(fetcher), key, QUICK) is None


def test_the_worker_searches_and_keeps_what_it_finds(
    sessions: Sessions, site: VendorSite, fetcher: Fetcher
) -> None:
    reader = ClauseReader(load_ruleset())
    workshop = Workshop(sessions, fetcher, reader, load_policy("default"), lambda: NOW)
    searches = searches_of(workshop, sessions, QUICK)
    key, lost = asked(sessions, site.url("/")), asked(sessions, "https://lost.example/")
    assert searches.unfinished() == (key, lost)
    searches.run(key)
    searches.run(key)
    searches.fail(lost, "the search was given up")
    assert searches.unfinished() == ()
    with sessions() as session:
        done, failed = find_discovery(session, key), find_discovery(session, lost)
        assert done is not None
        assert failed is not None
        found = found_in(done)
        assert found is not None
        assert {one.url for one in found.proposals} == {site.url("/terms"), site.url("/privacy")}
        assert (failed.state, failed.error) == (PassState.FAILED, "the search was given up")


def test_a_site_is_searched_once_at_a_time_and_the_asking_is_audited(sessions: Sessions) -> None:
    key = asked(sessions, "https://acme.com/")
    assert asked(sessions, "https://acme.com/") == key
    assert asked(sessions, "https://other.com/") != key
    with sessions() as session:
        assert [row.site for row in list_discoveries(session)] == ["https://other.com/", "https://acme.com/"]
        events = session.exec(select(AuditRow).where(AuditRow.action == "discover")).all()
        assert [(event.actor, event.subject) for event in events] == [
            ("ann", "https://acme.com/"),
            ("ann", "https://other.com/"),
        ]


@pytest.mark.parametrize(
    ("written", "start"),
    [
        ("acme.com", "https://acme.com/"),
        (" http://acme.com:8080/legal ", "http://acme.com:8080/legal"),
    ],
)
def test_a_site_may_be_written_as_a_domain_or_an_address(written: str, start: str) -> None:
    assert start_of(written) == start


@pytest.mark.parametrize("written", ["", "acme", "ftp://acme.com", "https://a:b@acme.com", "a b.com"])
def test_what_is_no_site_is_refused(written: str) -> None:
    with pytest.raises(SiteRefusedError, match=r"acme\.com"):
        start_of(written)
