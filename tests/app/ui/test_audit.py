"""The audit log as a page: what reads as a sentence, what the filters show, and who may see it."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest

from app.ui.deeds import DONE, told
from registry.deeds import Deed
from registry.journal import note
from registry.model import Role
from registry.tables import AuditRow
from tests.app.api.office import START
from tests.app.ui.counting import counted_queries
from tests.app.ui.desk import Desk


@pytest.fixture
def house(desk: Desk) -> Desk:
    """A tool that was vetted and approved, then an administrator who signs in a day later."""
    desk.office.submit()
    desk.office.vet()
    desk.office.approved()
    desk.office.at += timedelta(days=1)
    desk.sign_in("ada", Role.ADMIN)
    return desk


def lines(text: str) -> list[str]:
    """What a page tells, without its marks, the newest first."""
    found = re.findall(r"<p>(<strong>.*?)</p>", text, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", one) for one in found]


def test_an_event_reads_as_a_sentence_with_its_reason(house: Desk) -> None:
    told = lines(house.read("/audit"))
    assert told[0].strip() == "ada signed in"
    assert "reviewer-key approved acme/painter@team: Never trains." in told
    assert "manager-key submitted acme/painter" in told
    assert "termgate made the API key admin-key" in told


def test_details_stand_beside_and_not_in_the_sentence(house: Desk) -> None:
    text = house.read("/audit?action=approve")
    assert "<dt>decision</dt>" in text
    assert "{" not in lines(text)[0]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("actor=reviewer-key", 1),
        ("action=submit", 1),
        ("subject=acme/painter", 4),
        ("subject=acme/painter@team", 2),
        ("subject=acme/pain", 0),
        ("actor=manager-key&action=approve", 0),
        ("from=2027-03-02", 2),
        ("to=2027-03-01&action=approve", 1),
        ("from=2027-03-01&to=2027-03-01&subject=acme/painter@team", 2),
        ("from=2027-03-03", 0),
        ("from=&to=&actor=nobody", 0),
    ],
)
def test_filters_show_what_fits_all_of_them(house: Desk, query: str, count: int) -> None:
    assert len(lines(house.read(f"/audit?{query}"))) == count


def test_pages_of_the_log_follow_each_other_without_a_gap_or_a_double(house: Desk) -> None:
    with house.office.sessions() as session:
        for number in range(120):
            note(session, START, "robin", "vet", f"acme/tool-{number}")
    at, seen = "/audit?actor=robin", []
    while at:
        text = house.read(at)
        seen += lines(text)
        following = re.search(r'href="([^"]+)" rel="next"', text)
        at = following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"robin asked for a look at acme/tool-{number}" for number in range(119, -1, -1)]


def test_going_back_in_the_log_shows_the_same_pages(house: Desk) -> None:
    with house.office.sessions() as session:
        for number in range(120):
            note(session, START, "robin", "vet", f"acme/tool-{number}")
    first = house.read("/audit?actor=robin")
    second = house.read(beside(first, "next"))
    third = house.read(beside(second, "next"))
    assert lines(house.read(beside(third, "prev"))) == lines(second)
    assert lines(house.read(beside(second, "prev"))) == lines(first)
    assert 'rel="prev"' not in house.read(beside(second, "prev"))
    assert 'rel="next"' not in third


def beside(text: str, which: str) -> str:
    """The address of the page before or after."""
    found = re.search(rf'href="([^"]+)" rel="{which}"', text)
    assert found is not None
    return found[1].replace("&amp;", "&")


def test_the_files_hold_what_the_filters_show(house: Desk) -> None:
    (row,) = csv.DictReader(io.StringIO(house.read("/audit.csv?action=approve")))
    assert row["told"] == "reviewer-key approved acme/painter@team: Never trains."
    (one,) = json.loads(house.read("/audit.json?action=approve"))
    assert json.loads(one["detail"])["reason"] == "Never trains."


def test_what_somebody_wrote_is_shown_as_text(house: Desk) -> None:
    with house.office.sessions() as session:
        note(session, START, "<b>x", "reject", "<script>1</script>", reason="<i>y", more={"<u>": ["<s>"]})
    text = house.read("/audit?action=reject")
    assert not re.search(r"<b>x|<script>1|<i>y|<u>|<s>", text)


def test_an_action_that_nobody_has_worded_is_told_all_the_same() -> None:
    deed = Deed(1, START, "kim", "paint_door", "house", {"colour": "red", "old": None})
    words = told(deed)
    assert (words.done, words.subject, words.plan) == ("paint door:", "house", "")
    assert words.details == (("colour", "red"),)


def test_what_was_done_with_a_notice_names_its_kind() -> None:
    words = told(Deed(1, START, "kim", "dismiss_swapped", "acme/painter", {}))
    assert words.done == "dismissed (swapped) a text of"


def test_every_worded_action_can_be_chosen(house: Desk) -> None:
    text = house.read("/audit")
    assert all(f'<option value="{action}"' in text for action in DONE)


def test_only_an_administrator_sees_the_log(desk: Desk) -> None:
    desk.sign_in("kim", Role.REVIEWER)
    for path in ("/audit", "/audit.csv", "/audit.json"):
        assert "needs admin" in desk.read(path, 403)


def test_the_log_costs_the_same_few_queries_whatever_its_length(house: Desk) -> None:
    asked = "/audit?actor=robin&subject=acme/painter&from=2027-03-01&to=2027-03-09"
    with counted_queries() as few:
        house.read(asked)
    with house.office.sessions() as session:
        for _ in range(60):
            note(session, START, "robin", "vet", "acme/painter")
    with counted_queries() as many:
        house.read(asked)
    assert len(few) <= len(many) + 2 <= 14


def test_a_page_says_whether_its_entries_stand_as_they_were_written(house: Desk) -> None:
    assert "stands as it was written" in house.read("/audit")
    with house.office.sessions() as session:
        row = session.get_one(AuditRow, 4)
        row.actor = "lee"
        session.add(row)
    text = house.read("/audit")
    assert "entry 4 of this page does not stand as written" in re.sub(r"\s+", " ", text)
    assert "stands as it was written" not in text
