"""The first page: what waits with its clocks, the facts of plans side by side, and the chart of weeks."""

from datetime import timedelta

import pytest

from registry.judgements import last_assessment
from registry.model import Direction, Role
from registry.store import find_plan, sources_of
from registry.tables import FlagRow
from registry.weeks import WEEKS, weeks_of_changes
from tests.app.api.office import Office, the_tool
from tests.app.ui.counting import counted_queries
from tests.app.ui.desk import Desk


@pytest.fixture
def house(desk: Desk) -> Desk:
    """A vetted tool with two plans, of which one is approved."""
    desk.office.submit()
    desk.office.vet()
    desk.office.approved()
    desk.sign_in()
    return desk


def changed(office: Office, direction: Direction, days_ago: float) -> None:
    with office.sessions() as session:
        plan = find_plan(session, the_tool(session).id, "team")
        assert plan is not None
        newest = last_assessment(session, plan.id)
        assert newest is not None
        at = office.at - timedelta(days=days_ago)
        flag = FlagRow(
            plan_id=plan.id,
            family=f"training {days_ago} {direction}",
            direction=direction,
            cause="terms",
            before_answer="prohibited",
            after_answer="permitted",
            before_assessment_id=newest.id,
            after_assessment_id=newest.id,
            opened_at=at,
            closed_at=at,
        )
        session.add(flag)


def test_the_facts_of_submitted_plans_stand_in_a_matrix_in_words(house: Desk) -> None:
    text = house.read("/")
    assert "What the terms say" in text
    assert "does not train on it" in text


def test_what_is_only_listed_counts_as_nothing_yet(desk: Desk) -> None:
    desk.office.submit()
    with desk.office.sessions() as session:
        for slug in ("free", "team"):
            plan = find_plan(session, the_tool(session).id, slug)
            assert plan is not None
            plan.status = "listed"
    desk.sign_in()
    text = desk.read("/")
    assert "Submit the first tool" in text
    assert "What the terms say" not in text


def test_a_request_tells_when_it_is_due_and_that_it_is_overdue(house: Desk) -> None:
    asked = {"clock": "emergency", "reason": "A shoot tomorrow."}
    answer = house.office.ask("POST", "/v1/tools/acme/painter/plans/free/requests", json=asked)
    assert answer.status_code == 201, answer.text
    assert "due <time" in house.read("/")
    house.office.at += timedelta(days=8)
    house.sign_in()
    assert "overdue: was due" in house.read("/")


def test_a_source_that_fails_again_and_again_is_named_with_how_long(house: Desk) -> None:
    for failures, told in ((2, False), (3, True)):
        with house.office.sessions() as session:
            (source,) = sources_of(session, the_tool(session).id)
            source.failures, source.failing_since = failures, house.office.at - timedelta(days=3)
        assert ("3 looks in a row came to nothing" in house.read("/")) is told


def test_a_source_that_its_host_puts_off_slot_after_slot_is_named_too(house: Desk) -> None:
    with house.office.sessions() as session:
        (source,) = sources_of(session, the_tool(session).id)
        source.put_off_since = house.office.at - timedelta(days=14)
    assert "terms: its host lets nobody in, and each look is put off" in house.read("/")


def test_changes_are_counted_by_the_week_they_were_found_in_and_the_way_they_went(house: Desk) -> None:
    for direction, days_ago in ((Direction.WORSE, 0), (Direction.WORSE, 0.2), (Direction.BETTER, 1)):
        changed(house.office, direction, days_ago)
    changed(house.office, Direction.MIXED, 7 * WEEKS + 1)
    with house.office.sessions() as session:
        weeks = weeks_of_changes(session, house.office.at)
    assert len(weeks) == WEEKS
    assert [week.total for week in weeks[-2:]] == [1, 2]
    assert weeks[-1].counts == {Direction.WORSE: 2}
    assert sum(week.total for week in weeks) == 3
    assert weeks[-1].monday <= house.office.at < weeks[-1].monday + timedelta(days=7)


def test_the_chart_has_all_its_numbers_as_a_table_too(house: Desk) -> None:
    assert "No terms have changed" in house.read("/")
    changed(house.office, Direction.WORSE, 0)
    text = house.read("/")
    assert text.count('class="fill-worse"') == 2
    assert "1 change in all, 1 of them this week" in text
    assert "<td>1</td>" in text


def test_the_first_page_costs_the_same_few_queries_whatever_waits(house: Desk) -> None:
    with counted_queries() as few:
        house.read("/")
    for number in range(12):
        changed(house.office, Direction.UNCLEAR, number)
    with counted_queries() as many:
        house.read("/")
    assert len(few) == len(many) <= 22


def test_who_only_looks_tools_up_does_not_see_what_terms_say(desk: Desk) -> None:
    desk.sign_in("gateway", Role.LOOKUP)
    assert "needs manager" in desk.read("/", 403)


def test_who_waits_for_a_decision_is_named_beside_it_and_nowhere_else(house: Desk) -> None:
    for slug, clock in (("team", "routine"), ("free", "emergency")):
        asked = {"clock": clock, "reason": f"For the {slug} film."}
        there = f"/v1/tools/acme/painter/plans/{slug}/requests"
        assert house.office.ask("POST", there, json=asked).status_code == 201
    decisions, others = house.read("/").split('id="requests"')
    # The free plan waits for a decision; somebody asked for that with less haste before.
    assert "asks (emergency): For the free film." in decisions
    assert "For the free film." not in others
    # The team plan is approved.
    assert "asks (routine): For the team film." in others
    assert "For the team film." not in decisions
