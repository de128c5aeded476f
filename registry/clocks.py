"""When a request for an approval is overdue. Pure.

Only this module knows what a working day is: Monday to Friday in UTC. Holidays differ from house to house and
are not known; they make a clock stricter than people are, never slacker.
"""

from datetime import UTC, datetime, timedelta

from registry.model import ApprovalRules, Clock

_DAY = timedelta(days=1)
_SATURDAY = 5


def due_at(clock: Clock, asked_at: datetime, rules: ApprovalRules) -> datetime:
    """When a request is to be answered; `asked_at` carries a zone."""
    match clock:
        case Clock.EMERGENCY:
            return asked_at + timedelta(hours=rules.emergency_answer_hours)
        case Clock.ROUTINE:
            return working_days_after(asked_at, rules.routine_working_days)


def working_days_after(at: datetime, days: int) -> datetime:
    """The same time of day so many working days later; a weekend counts as its end, Monday at 0:00."""
    due = at.astimezone(UTC)
    if due.weekday() >= _SATURDAY:
        due = due.replace(hour=0, minute=0, second=0, microsecond=0)
        while due.weekday() >= _SATURDAY:
            due += _DAY
    for _ in range(days):
        due += _DAY
        while due.weekday() >= _SATURDAY:
            due += _DAY
    return due
