"""Turns that several processes share: one at a time, back in time, and never held by the dead."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.db import Sessions, engine_from, sessions_of
from app.turns import SharedTurns
from registry.tables import HostRow

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LEASE = timedelta(seconds=12)
HOST = "vendor.example"


class Clock:
    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def after(self, seconds: float) -> datetime:
        self.at += timedelta(seconds=seconds)
        return self.at


@pytest.fixture
def sessions(registry_url: str) -> Iterator[Sessions]:
    engine = engine_from(registry_url)
    yield sessions_of(engine)
    engine.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_host_that_one_worker_asks_is_refused_to_another(sessions: Sessions, clock: Clock) -> None:
    with SharedTurns(sessions, clock) as one, SharedTurns(sessions, clock) as other:
        assert one.take(HOST) is None
        refusal = other.take(HOST)
        assert refusal is not None
        assert (refusal.taken, refusal.until) == (True, START + LEASE)
        assert other.take("elsewhere.example") is None


def test_the_threads_of_one_worker_wait_for_each_other_too(sessions: Sessions, clock: Clock) -> None:
    with SharedTurns(sessions, clock) as turns:
        assert turns.take(HOST) is None
        assert turns.take(HOST) is not None


def test_a_turn_that_was_given_back_begins_again_when_its_pause_has_passed(
    sessions: Sessions, clock: Clock
) -> None:
    with SharedTurns(sessions, clock) as one, SharedTurns(sessions, clock) as other:
        one.take(HOST)
        one.leave(HOST, START + timedelta(seconds=30))
        refusal = other.take(HOST)
        assert refusal is not None
        assert (refusal.taken, refusal.until) == (False, START + timedelta(seconds=30))
        clock.after(30)
        assert other.take(HOST) is None


def test_the_turn_of_a_dead_worker_ends_by_itself(sessions: Sessions, clock: Clock) -> None:
    with SharedTurns(sessions, clock) as dead:
        dead.take(HOST)
    with SharedTurns(sessions, clock) as other:
        clock.after(11.9)
        assert other.take(HOST) is not None
        clock.after(0.1)
        assert other.take(HOST) is None


def test_a_worker_that_comes_back_late_ends_nobody_elses_turn(sessions: Sessions, clock: Clock) -> None:
    with (
        SharedTurns(sessions, clock) as late,
        SharedTurns(sessions, clock) as other,
        SharedTurns(sessions, clock) as third,
    ):
        late.take(HOST)
        clock.after(12)
        other.take(HOST)
        late.leave(HOST, clock.at)
        assert third.take(HOST) is not None


def test_a_long_visit_keeps_its_turn(sessions: Sessions) -> None:
    lease = timedelta(seconds=0.6)
    with (
        SharedTurns(sessions, lambda: datetime.now(UTC), lease) as one,
        SharedTurns(sessions, lambda: datetime.now(UTC), lease) as other,
    ):
        one.take(HOST)
        until = time.monotonic() + 1.5
        while time.monotonic() < until:
            assert other.take(HOST) is not None
            time.sleep(0.05)


def test_a_host_that_another_met_first_a_moment_ago_is_taken(sessions: Sessions, clock: Clock) -> None:
    with sessions() as session:
        session.add(HostRow(host=HOST, not_before=START, visitor="x", leased_until=START + LEASE))
    with SharedTurns(sessions, clock) as turns:
        assert turns.take(HOST) is not None
