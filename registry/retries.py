"""When a message that was not taken is sent again, and when nobody tries any more. Pure.

The pauses are those of the Standard Webhooks specification.
"""

from datetime import datetime, timedelta
from typing import Final

PAUSES: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""From each attempt to the next; the first is made at once."""
MOST_TRIES: Final = len(PAUSES) + 1
_SPREAD: Final = 0.2
"""A pause is up to so much longer, so that a receiver that comes back is not met by everything at once."""
_LONGEST_ASKED: Final = timedelta(hours=24)
"""What a receiver asks for beyond this is taken for a mistake of its own."""


def next_try(tries: int, chance: float, asked_s: int | None, now: datetime) -> datetime | None:
    """When to try again after `tries` attempts that failed; None: not any more.

    `chance`: from 0 to 1, where in its spread the pause lies. `asked_s`: seconds that the receiver wants.
    """
    if tries >= MOST_TRIES:
        return None
    pause = PAUSES[tries - 1] * (1 + _SPREAD * chance)
    return now + max(pause, min(timedelta(seconds=asked_s or 0), _LONGEST_ASKED))
