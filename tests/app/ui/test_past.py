"""A plan's past as a vendor manager reads it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.ui import past
from extractors.model import Clause, Stance
from registry.model import Role
from registry.past_texts import MOST
from tests.app.ui.counting import counted_queries, loaded_clauses
from tests.app.ui.desk import Desk
from tests.app.ui.papers import put
from tests.registry.readings import MAY_TRAIN, NO_TRAINING, clause

PAGE = "/tools/acme/painter/plans/team/timeline"
LONG = 1_100
"""Clauses of terms that nobody writes in earnest."""


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


def endless(desk: Desk, word: str, *more: Clause, said: str = MAY_TRAIN) -> None:
    """Let the source show a text that says the same for ever, and more at its end."""
    stance = Stance.PERMITS if said == MAY_TRAIN else Stance.PROHIBITS
    first = clause(f"{said} {word}.", stance)
    step = len(first.quote) + 1
    found = (*(replace(first, start=at * step, end=(at + 1) * step - 1) for at in range(LONG)), *more)
    desk.office.at += timedelta(days=7)
    put(desk, f"{first.quote}\n" * LONG, found, key=word)
    desk.sign_in()
    desk.office.at += timedelta(hours=1)


def test_endless_terms_are_told_by_their_beginning_and_the_page_says_so(painter: Desk) -> None:
    with counted_queries() as before:
        painter.read(PAGE)
    endless(painter, "third")
    with counted_queries() as sent, loaded_clauses() as loaded:
        shown = painter.read(PAGE)
    assert len(loaded) <= MOST + 2
    assert len(sent) <= len(before) + 1
    assert f"of {LONG:,} statements the first {MOST}" in shown
    shown = painter.office.ask("GET", f"/v1{PAGE}", Role.MANAGER).json()
    assert shown["standings"][-1]["documents"][0]["unlisted"] == LONG - MOST


def test_what_endless_terms_promise_at_their_beginning_may_be_taken_back_at_their_end(painter: Desk) -> None:
    last = replace(clause(MAY_TRAIN, Stance.PERMITS), start=10**6, end=10**6 + len(MAY_TRAIN))
    endless(painter, "third", last, said=NO_TRAINING)
    answers = painter.office.ask("GET", f"/v1{PAGE}", Role.MANAGER).json()["standings"][-1]["facts"]
    assert next(one["answer"] for one in answers if one["family"] == "training") == "unread"


def test_a_past_of_endless_terms_is_shown_page_by_page_and_whole(painter: Desk) -> None:
    words = [f"w{number}" for number in range(6)]
    for word in words:
        endless(painter, word)
    told, page = 0, PAGE
    for _ in words:
        with loaded_clauses() as loaded:
            shown = painter.read(page)
        told += shown.count("document counted")
        assert len(loaded) <= 4 * MOST
        if "What came next" not in shown:
            break
        onward = shown.split('href="?since=')[1].split('"')[0]
        page = f"{PAGE}?since={onward}"
    assert "What came next" not in shown
    assert told >= 2
