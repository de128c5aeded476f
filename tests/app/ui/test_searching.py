"""Searching the site of a tool that is there already, and what becomes of each page that is found."""

import pytest

from extractors.model import Audience, DocumentKind, TermsType
from registry.discoveries import find_discovery, finish_discovery
from registry.model import Role
from registry.proposals import Found, Proposal
from tests.app.ui.desk import Desk

TOOL = "/tools/acme/painter"
DPA = "https://acme.example/dpa"
KNOWN = "https://acme.example/known"


@pytest.fixture
def painter(desk: Desk) -> Desk:
    desk.office.submit()
    desk.office.vet()
    desk.sign_in("kim", Role.MANAGER)
    return desk


def searched(desk: Desk) -> str:
    """Ask for a search at the page; gives the path of its page."""
    answer = desk.send(f"{TOOL}/search", {"site": "acme.example"})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def proposal(url: str, title: str, tracked: str | None = None) -> Proposal:
    kind = next(iter(DocumentKind))
    return Proposal(
        url, TermsType.DATA_PROCESSOR_AGREEMENT, kind, Audience.ALL, (), (), 0.5, title, tracked=tracked
    )


def ended(desk: Desk) -> str:
    """A search that has found two pages, one of which is a source already."""
    there = searched(desk)
    found = Found((proposal(DPA, "Data Addendum"), proposal(KNOWN, "Terms", "terms")), (), 5, complete=True)
    with desk.office.sessions() as session:
        finish_discovery(session, there.rpartition("/")[2], found, desk.office.at)
    return there


def test_a_search_goes_on_by_itself_and_is_of_the_tool(painter: Desk) -> None:
    there = searched(painter)
    assert there.startswith(f"{TOOL}/found/discovery:")
    assert "Waits for a worker" in painter.read(there)
    with painter.office.sessions() as session:
        row = find_discovery(session, there.rpartition("/")[2])
        assert row is not None
        assert row.tool_id is not None


def test_what_is_found_leads_to_the_form_that_tracks_it(painter: Desk) -> None:
    shown = painter.read(ended(painter))
    assert f"{TOOL}/track?name=Data%20Addendum&amp;kind=Data%20Processor%20Agreement" in shown
    assert f'Tracked as <a href="{TOOL}/sources/terms">' in shown
    assert shown.count("Pass it over") == 1


def test_a_page_is_passed_over_once_and_on_record(painter: Desk) -> None:
    there = ended(painter)
    assert painter.send(f"{there}/passed-over", {"url": DPA}).status_code == 303
    shown = painter.read(there)
    assert "Passed over by kim" in shown
    assert "Track it after all" in shown
    assert painter.send(f"{there}/passed-over", {"url": DPA}).status_code == 404
    painter.sign_in("robin", Role.ADMIN)
    assert "wants no source of a page found at" in painter.read("/audit")


def test_a_site_that_is_none_is_told_beside_what_was_typed(painter: Desk) -> None:
    answer = painter.send(f"{TOOL}/search", {"site": "painter"})
    assert answer.status_code == 422
    assert "acme.com" in answer.text
    assert 'value="painter"' in answer.text


def test_another_search_is_not_shown_as_the_tools(painter: Desk) -> None:
    assert painter.ask("GET", f"{TOOL}/found/discovery:0123456789abcdef").status_code == 404
