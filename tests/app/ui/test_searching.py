"""Searching the site of a tool that is there already, and what becomes of each page that is found."""

from dataclasses import replace

import pytest

from extractors.model import Audience, DocumentKind, Failure, TermsType
from registry.discoveries import fail_discovery, find_discovery, finish_discovery
from registry.model import Role
from registry.proposals import Found, Proposal, Reason, Trouble, Whence
from tests.app.api.office import PAINTER
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


FOUND = Found((proposal(DPA, "Data Addendum"), proposal(KNOWN, "Terms", "terms")), (), 5, complete=True)


def ended(desk: Desk) -> str:
    """A search that has found two pages, one of which is a source already."""
    there = searched(desk)
    with desk.office.sessions() as session:
        finish_discovery(session, there.rpartition("/")[2], FOUND, desk.office.at)
    return there


def test_a_search_goes_on_by_itself_and_is_of_the_tool(painter: Desk) -> None:
    there = searched(painter)
    assert there.startswith(f"{TOOL}/found/discovery:")
    assert "Waits for a worker" in painter.read(there)
    with painter.office.sessions() as session:
        row = find_discovery(session, there.rpartition("/")[2])
        assert row is not None
        assert row.tool_id is not None


def test_a_page_that_waits_asks_for_a_part_until_the_search_has_ended(painter: Desk) -> None:
    there = searched(painter)
    part = {"hx-request": "true", "hx-request-type": "partial"}
    going = painter.ask("GET", there, headers=part)
    assert ("<html" in going.text, 'id="searching"' in going.text) == (False, True)
    with painter.office.sessions() as session:
        finish_discovery(session, there.rpartition("/")[2], FOUND, painter.office.at)
    ended = painter.ask("GET", there, headers=part)
    assert (ended.status_code, ended.headers["hx-redirect"]) == (204, there)


def test_what_is_found_leads_to_the_form_that_tracks_it(painter: Desk) -> None:
    shown = painter.read(ended(painter))
    assert f"{TOOL}/track?name=Data%20Addendum&amp;kind=Data%20Processor%20Agreement" in shown
    assert f'as <a href="{TOOL}/sources/terms">' in shown
    assert "1 tracked already" in shown
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


def test_what_was_passed_over_stays_so_in_later_searches_until_it_is_put_back(painter: Desk) -> None:
    painter.send(f"{ended(painter)}/passed-over", {"url": DPA})
    second = ended(painter)
    assert "1 passed over" in painter.read(second)
    assert "nothing left to look at" in painter.read(TOOL)
    assert painter.send(f"{second}/put-back", {"url": DPA}).status_code == 303
    assert painter.send(f"{second}/put-back", {"url": DPA}).status_code == 404
    third = ended(painter)
    assert "passed over" not in painter.read(third)
    assert "1 to look at" in painter.read(TOOL)


def test_searches_of_another_tool_pass_over_what_they_find_themselves(painter: Desk) -> None:
    painter.send(f"{ended(painter)}/passed-over", {"url": DPA})
    painter.office.submit({**PAINTER, "slug": "scribe", "aliases": {}})
    answer = painter.send("/tools/acme/scribe/search", {"site": "acme.example"})
    there = answer.headers["location"]
    with painter.office.sessions() as session:
        finish_discovery(session, there.rpartition("/")[2], FOUND, painter.office.at)
    assert "Pass it over" in painter.read(there)


def test_a_page_says_how_it_was_come_upon_and_why_it_could_not_be_read(painter: Desk) -> None:
    reason = Reason(Whence.INCORPORATED, "https://acme.example/terms", "The Addendum is part of these Terms.")
    one = replace(proposal(DPA, "Data Addendum"), reasons=(reason,), failure=Failure.LOGIN_FORM)
    trouble = Trouble("https://acme.example/x", Failure.TIMED_OUT, "no answer in 20 s")
    there = searched(painter)
    with painter.office.sessions() as session:
        found = Found((one,), (trouble,), 5, complete=False)
        finish_discovery(session, there.rpartition("/")[2], found, painter.office.at)
    shown = painter.read(there)
    for told in (
        "Made a part of the terms",
        "The Addendum is part of these Terms.",
        "could not be read: login form",
        "no answer in 20 s",
        "more than one search looks at",
    ):
        assert told in shown


def test_a_search_that_broke_off_is_asked_for_again_in_one_step(painter: Desk) -> None:
    there = searched(painter)
    with painter.office.sessions() as session:
        fail_discovery(session, there.rpartition("/")[2], "the site gave no answer", painter.office.at)
    shown = painter.read(there)
    assert "the site gave no answer" in shown
    assert 'name="site" value="https://acme.example/"' in shown
    assert "could not be done" in painter.read(TOOL)


def test_a_site_that_is_none_is_told_beside_what_was_typed(painter: Desk) -> None:
    answer = painter.send(f"{TOOL}/search", {"site": "painter"})
    assert answer.status_code == 422
    assert "acme.com" in answer.text
    assert 'value="painter"' in answer.text


def test_another_search_is_not_shown_as_the_tools(painter: Desk) -> None:
    assert painter.ask("GET", f"{TOOL}/found/discovery:0123456789abcdef").status_code == 404
