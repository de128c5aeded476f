"""Answers that were given a moment ago, to be given again as they are.

Only this module knows when one may not be: after its time, or from another index than the one in force.
"""

from collections.abc import Hashable
from datetime import datetime
from threading import Lock
from typing import Final, Generic, TypeVar

from app.lookup.index import LookupIndex

REMEMBERED: Final = 4096
"""Answers kept at most; a few KB each."""
_PUT_AWAY: Final = 2
"""Old answers put away for a new one."""

Asked = TypeVar("Asked", bound=Hashable)
Given = TypeVar("Given")
Time = TypeVar("Time", datetime, int)


class Remembered(Generic[Asked, Given, Time]):
    """Answers by question. None is given for another index than the one it was given from.

    Several threads may use it. What no longer holds is put away a little with each answer that is kept: all
    of it at once would be a pause of milliseconds whenever the registry changes.
    """

    def __init__(self) -> None:
        self._answers: dict[Asked, tuple[LookupIndex, Given, Time]] = {}
        self._keeping = Lock()

    def recall(self, index: LookupIndex, asked: Asked, now: Time) -> Given | None:
        """Give the answer that still holds, if there is one."""
        known = self._answers.get(asked)
        return known[1] if known is not None and known[0] is index and now < known[2] else None

    def keep(self, index: LookupIndex, asked: Asked, given: Given, settled_until: Time) -> None:
        """Keep an answer for as long as nothing but an expiry can change it."""
        with self._keeping:
            # Taken out first, so that it stands behind all that are older.
            self._answers.pop(asked, None)
            self._answers[asked] = (index, given, settled_until)
            for _ in range(_PUT_AWAY):
                oldest = next(iter(self._answers))
                if len(self._answers) <= REMEMBERED and self._answers[oldest][0] is index:
                    break
                del self._answers[oldest]
