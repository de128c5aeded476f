"""When a source is looked at next."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from extractors.model import Failure
from registry.cadence import Outcome, next_look, next_slot, slots_put_off

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GOOD = Outcome()
DOWN = Outcome(Failure.SERVER_ERROR)
GONE = Outcome(Failure.NOT_FOUND)
TOOL = "acme/brush"


def test_a_slot_comes_round_once_in_a_cadence() -> None:
    first = next_slot(TOOL, 7, NOW)
    assert NOW < first <= NOW + timedelta(days=7)
    assert next_slot(TOOL, 7, first) == first + timedelta(days=7)
    assert next_slot(TOOL, 7, first + timedelta(hours=3)) == first + timedelta(days=7)


def test_what_is_looked_at_daily_weekly_and_fortnightly_meets_in_one_slot() -> None:
    fortnightly = next_slot(TOOL, 14, NOW)
    assert fortnightly in {next_slot(TOOL, 7, NOW), next_slot(TOOL, 7, NOW) + timedelta(days=7)}
    assert next_slot(TOOL, 1, fortnightly - timedelta(seconds=1)) == fortnightly


def test_a_hundred_thousand_tools_are_spread_evenly_over_the_week() -> None:
    hours = Counter(
        int((next_slot(f"vendor/tool-{number}", 7, NOW) - NOW).total_seconds() // 3600)
        for number in range(100_000)
    )
    assert len(hours) == 168
    assert max(hours.values()) < 1.25 * 100_000 / 168


@pytest.mark.parametrize("failures", [1, 2, 3])
def test_what_may_pass_is_tried_again_soon_and_later_each_time(failures: int) -> None:
    waits = [timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8)]
    slot = next_slot(TOOL, 7, NOW)
    assert next_look(TOOL, 7, DOWN, failures, NOW) == min(slot, NOW + waits[failures - 1])


@pytest.mark.parametrize("failure", [Failure.NOT_FOUND, Failure.BOT_WALL, Failure.REFUSED, Failure.SCANNED])
def test_what_will_not_pass_waits_for_its_slot(failure: Failure) -> None:
    assert next_look(TOOL, 7, Outcome(failure), 1, NOW) == next_slot(TOOL, 7, NOW)


def test_a_robots_file_that_forbids_is_final_and_one_that_cannot_be_read_is_not() -> None:
    slot = next_slot(TOOL, 7, NOW)
    assert next_look(TOOL, 7, Outcome(Failure.ROBOTS_DISALLOW), 1, NOW) == slot
    unread = Outcome(Failure.ROBOTS_DISALLOW, 600)
    assert next_look(TOOL, 7, unread, 1, NOW) == NOW + timedelta(minutes=30)


def test_a_source_that_goes_on_failing_is_asked_less_and_less_often() -> None:
    slot, week = next_slot(TOOL, 7, NOW), timedelta(days=7)
    assert [(next_look(TOOL, 7, GONE, n, NOW) - slot) // week for n in range(1, 10)] == [
        0,
        0,
        0,
        1,
        1,
        1,
        3,
        3,
        3,
    ]
    assert [(next_look(TOOL, 7, DOWN, n, NOW) - slot) // week for n in range(4, 13)] == [
        0,
        0,
        0,
        1,
        1,
        1,
        3,
        3,
        3,
    ]


def test_the_first_good_look_brings_a_source_back_to_its_slot() -> None:
    assert next_look(TOOL, 7, GOOD, 0, NOW) == next_slot(TOOL, 7, NOW)


def test_a_site_that_asks_for_time_gets_it_but_not_for_ever() -> None:
    assert next_look(TOOL, 1, Outcome(Failure.RATE_LIMITED, 2 * 86400), 1, NOW) == NOW + timedelta(days=2)
    assert next_look(TOOL, 1, Outcome(Failure.RATE_LIMITED, 999_999_999), 1, NOW) == NOW + timedelta(days=4)


@pytest.mark.parametrize(("days", "slots"), [(0, 0), (6.9, 0), (7, 2), (13.9, 2), (14, 3)], ids=str)
def test_slots_in_which_a_source_was_put_off_count_once_a_whole_one_has_gone_by(
    days: float, slots: int
) -> None:
    assert slots_put_off(NOW, 7, NOW + timedelta(days=days)) == slots
