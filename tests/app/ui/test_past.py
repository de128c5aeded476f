"""A plan's past as a vendor manager reads it."""

from datetime import timedelta

import pytest

from app.ui import past
from extractors.model import Stance
from tests.app.ui.desk import Desk
from tests.registry.readings import MAY_TRAIN, clause

PAGE = "/tools/acme/painter/plans/team/timeline"


@pytest.fixture
def painter(desk: Desk) -> Desk:
    desk.office.submit()
    desk.office.at += timedelta(hours=1)
    desk.office.vet()
    desk.office.at += timedelta(hours=1)
    desk.office.approved()
    desk.office.at += timedelta(days=7)
    desk.office.vet(found=clause(MAY_TRAIN, Stance.PERMITS), key="second")
    desk.office.at += timedelta(hours=1)
    desk.sign_in()
    return desk


def test_facts_and_decisions_stand_in_the_order_of_time(painter: Desk) -> None:
    shown = painter.read(PAGE)
    told = (
        "manager-key submitted the tool",
        "What the terms said first",
        "reviewer-key approved",
        "The terms changed",
    )
    places = [shown.index(one) for one in told]
    assert places == sorted(places)
    assert "does not train on it → may train on it" in shown


def test_each_text_of_the_past_is_a_link_to_it(painter: Desk) -> None:
    shown = painter.read(PAGE)
    (former, now) = sorted(
        {one.split('"')[0] for one in shown.split('href="')[1:] if "?document=" in one[:200]}
    )
    assert former != now
    assert painter.read(former)


def test_a_long_past_is_shown_page_by_page(painter: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "_AT_ONCE", 1)
    shown = painter.read(PAGE)
    assert "The terms changed" not in shown
    pages = 1
    while "What came next" in shown:
        onward = shown.split('href="?since=')[1].split('"')[0]
        shown = painter.read(f"{PAGE}?since={onward}")
        pages += 1
    assert pages > 1
    assert "The terms changed" in shown


@pytest.mark.parametrize("since", ["yesterday", "2027-13-45T00:00:00%2B00:00", "2027-03-01T00:00:00"])
def test_an_odd_moment_begins_at_the_beginning(painter: Desk, since: str) -> None:
    assert "manager-key submitted the tool" in painter.read(f"{PAGE}?since={since}")


def test_a_plan_without_a_past_says_so(desk: Desk) -> None:
    desk.office.submit()
    desk.sign_in()
    assert "Nothing is known of its past yet" in desk.read(PAGE)
