"""When requests are overdue: by the hour in an emergency, by working days otherwise."""

from datetime import UTC, datetime, timedelta

import pytest

from registry.clocks import due_at
from registry.model import ApprovalRules, Clock

RULES = ApprovalRules(routine_working_days=5, emergency_answer_hours=4)
FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_an_emergency_counts_hours_also_on_a_weekend() -> None:
    assert due_at(Clock.EMERGENCY, FRIDAY + 24 * HOUR, RULES) == FRIDAY + 28 * HOUR


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-16T09:30:00+00:00", "2026-11-23T09:30:00+00:00"),  # Monday to Monday
        ("2026-11-20T15:00:00+00:00", "2026-11-27T15:00:00+00:00"),  # Friday to Friday
        ("2026-11-21T15:00:00+00:00", "2026-11-30T00:00:00+00:00"),  # Saturday: from Monday on
        ("2026-11-22T23:59:00+00:00", "2026-11-30T00:00:00+00:00"),  # Sunday: from Monday on
        ("2026-11-23T00:30:00+02:00", "2026-11-30T00:00:00+00:00"),  # Sunday yet, in UTC
    ],
)
def test_a_routine_request_counts_working_days(asked: str, due: str) -> None:
    assert due_at(Clock.ROUTINE, datetime.fromisoformat(asked), RULES) == datetime.fromisoformat(due)
