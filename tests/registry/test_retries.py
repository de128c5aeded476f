"""When a message that was not taken is sent again."""

from datetime import UTC, datetime, timedelta

import pytest

from registry.retries import MOST_TRIES, next_try

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
AS_SPECIFIED = ("5s", "5m", "30m", "2h", "5h", "10h", "14h", "20h", "24h")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}


@pytest.mark.parametrize(("tries", "pause"), [*enumerate(AS_SPECIFIED, start=1)])
def test_pauses_are_those_of_the_specification(tries: int, pause: str) -> None:
    expected = timedelta(**{UNITS[pause[-1]]: int(pause[:-1])})
    assert next_try(tries, 0, None, NOW) == NOW + expected


def test_after_the_tenth_attempt_nobody_tries_any_more() -> None:
    assert MOST_TRIES == 10
    assert next_try(10, 0, None, NOW) is None


def test_a_pause_is_spread_so_that_not_everything_comes_back_at_once() -> None:
    assert next_try(2, 1, None, NOW) == NOW + timedelta(minutes=6)


def test_what_a_receiver_asks_for_is_respected_within_a_day() -> None:
    assert next_try(1, 0, 600, NOW) == NOW + timedelta(seconds=600)
    assert next_try(3, 0, 60, NOW) == NOW + timedelta(minutes=30)
    assert next_try(1, 0, 10**8, NOW) == NOW + timedelta(hours=24)
