"""When a source is looked at next: on time, soon again, or less and less often. Pure.

Only this module knows how looks are spread and how failures slow them down. The sources of a tool share a
slot, so that they are seen and judged together; the tools are spread evenly over the cadence by their names.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from extractors.model import Failure

DEFAULT_DAYS = 7
MAX_DAYS = 90
"""Beyond this a look would come after the evidence has aged past any sensible limit."""

_DAY_S = 24 * 3600
_RETRIES = (timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
"""What may pass is tried again so soon, each time later; then it waits for the slot as all else does."""
_EVERY = (1, 2, 4)
"""A source that goes on failing is asked in every slot, after a while in each second, lastly each fourth."""
_A_WHILE = 3
_MAY_PASS = frozenset(
    {
        Failure.UNREACHABLE,
        Failure.TIMED_OUT,
        Failure.TRUNCATED,
        Failure.RATE_LIMITED,
        Failure.SERVER_ERROR,
    }
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a look at a source ended."""

    failure: Failure | None = None
    retry_after_s: int | None = None
    """Seconds that the site asked to wait, if it did."""


def next_look(tool: str, cadence_days: int, outcome: Outcome, failures: int, now: datetime) -> datetime:
    """When a source is looked at after a look at `now`; `failures`: in a row, this look's included.

    Never later than a cadence after a good look, and never before the site wants to be asked again.
    """
    slot = next_slot(tool, cadence_days, now)
    if outcome.failure is None:
        return slot
    asked = timedelta(seconds=outcome.retry_after_s or 0)
    steady = failures
    if _may_pass(outcome):
        if failures <= len(_RETRIES):
            slot = min(slot, now + _RETRIES[failures - 1])
        steady = max(1, failures - len(_RETRIES))
    every = _EVERY[min((steady - 1) // _A_WHILE, len(_EVERY) - 1)]
    # What a site asks for is honoured, but not for ever: a mistake of its own must not end the looks.
    longest = timedelta(days=cadence_days) * _EVERY[-1]
    return max(slot + timedelta(days=cadence_days) * (every - 1), now + min(asked, longest))


def next_slot(tool: str, cadence_days: int, after: datetime) -> datetime:
    """The first moment after a time, and no later than a cadence after it, that a tool's name gives it."""
    cadence = cadence_days * _DAY_S
    name = int.from_bytes(blake2b(tool.encode(), digest_size=4).digest(), "big")
    moment = int(after.timestamp())
    gone = (moment - name) % cadence
    return datetime.fromtimestamp(moment - gone + cadence, UTC)


def slots_put_off(since: datetime, cadence_days: int, now: datetime) -> int:
    """In how many slots in a row a source was put off since then: none before a whole one has gone by."""
    gone = (now - since) // timedelta(days=cadence_days)
    return gone + 1 if gone else 0


def put_off_by(cadence_days: int, slots: int, now: datetime) -> datetime:
    """Since when, at the latest, a source is put off that was so in so many slots in a row, or more."""
    return now - timedelta(days=cadence_days) * max(1, slots - 1)


def _may_pass(outcome: Outcome) -> bool:
    """Whether the same request may succeed soon; where robots.txt could not be read, we say when."""
    if outcome.failure is Failure.ROBOTS_DISALLOW:
        return outcome.retry_after_s is not None
    return outcome.failure in _MAY_PASS
