"""Answers that were given a moment ago, to be given again as they are.

Only this module knows when one may not be: after its time, or from another index than the one in force.
"""

from collections.abc import Hashable
from datetime import datetime
from typing import Final, Generic, TypeVar

from app.lookup.index import LookupIndex

REMEMBERED: Final = 4096
"""Answers kept at most; a few KB each."""

Asked = TypeVar("Asked", bound=Hashable)
Given = TypeVar("Given")


class Remembered(Generic[Asked, Given]):
    """Answers by question. An answer lives no longer than the index it was given from.

    Several threads may use it: index and answers are one value, replaced together and read once.
    """

    def __init__(self) -> None:
        self._held: tuple[LookupIndex | None, dict[Asked, tuple[Given, datetime]]] = (None, {})

    def recall(self, index: LookupIndex, asked: Asked, now: datetime) -> Given | None:
        """Give the answer that still holds, if there is one."""
        of_index, answers = self._held
        known = answers.get(asked) if of_index is index else None
        return known[0] if known is not None and now < known[1] else None

    def keep(self, index: LookupIndex, asked: Asked, given: Given, settled_until: datetime) -> None:
        """Keep an answer for as long as nothing but an expiry can change it."""
        of_index, answers = self._held
        if of_index is not index or len(answers) >= REMEMBERED:
            answers = {}
            self._held = (index, answers)
        answers[asked] = (given, settled_until)
