"""From questions and replies to what the registry keeps of them. Pure but for what it remembers.

Only this module knows what of a question goes into the record, and which look-ups share a row of it. Replies
that give one answer again share it, so it is put into words once.
"""

import json
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

from app.lookup.answer import SHOWN_NAME
from app.lookup.exchange import Given, Searched
from app.recording.masks import Masks
from registry.lookups import Entries, Told, span_of

REMEMBERED: Final = 4096
"""Answers and subjects remembered at most: as many answers as are given again without being made."""
AT_ONCE: Final = 50
"""Lines written in one step: what is done with goes in one piece, and nobody is answered meanwhile."""

SEARCH: Final = "search"
"""The status under which a search is on record: it decides nothing."""

_UNKNOWN: Final = ""


class Line(NamedTuple):
    """An answer, and the names of the look-ups of one caller for one subject that got it."""

    caller: str
    given: Given | Searched
    subject: str | None
    names: list[str]


Keep = Callable[[Sequence[Told]], Sequence[int]]
"""Keeps answers that are new; gives the number of each."""


class Clerk:
    """Writes entries; one thread uses it."""

    def __init__(self, masks: Masks) -> None:
        self._masks = masks
        # By identity; the answer itself is held, so that no other can take its place.
        self._numbers: dict[int, tuple[Given | Searched, int]] = {}
        self._subjects: dict[str, str | None] = {}

    def entries(self, lines: Sequence[Line], keep: Keep) -> Iterator[Entries]:
        """The entries of what was answered; answers that are new are kept before."""
        for start in range(0, len(lines), AT_ONCE):
            some = lines[start : start + AT_ONCE]
            self._learn(some, keep)
            for line in some:
                yield from self._entries_of(line)

    def forget(self) -> None:
        """Forget the numbers of answers: those that they were given may not be there any more."""
        self._numbers.clear()

    def _learn(self, lines: Sequence[Line], keep: Keep) -> None:
        """Have a number for each of these answers; others may be forgotten for it, the oldest first."""
        for oldest in [*islice(self._numbers, max(len(self._numbers) - REMEMBERED, 0))]:
            del self._numbers[oldest]
        new = {id(line.given): line.given for line in lines if id(line.given) not in self._numbers}
        if not new:
            return
        numbers = keep([self._told(given) for given in new.values()])
        for (key, given), number in zip(new.items(), numbers, strict=True):
            self._numbers[key] = given, number

    def _entries_of(self, line: Line) -> Iterator[Entries]:
        caller, given, subject, names = line
        number = self._numbers[id(given)][1]
        masked = self._masked(subject)
        # A request with many questions may be answered after one that came later.
        names.sort()
        if span_of(names[0]) == span_of(names[-1]):
            # Most are so; what follows comes to the same.
            yield Entries(names, caller, masked, number)
            return
        start = 0
        while start < len(names):
            end = bisect_right(names, span_of(names[start]), start, key=span_of)
            yield Entries(names[start:end], caller, masked, number)
            start = end

    def _told(self, given: Given | Searched) -> Told:
        asked = {"tool": given.tool, "plan": given.plan, "context": self._masks.context(given.context)}
        if isinstance(given, Searched):
            return Told({SEARCH: given.wanted, **asked}, _found(given))
        return Told(asked, json.loads(given.answer))

    def _masked(self, subject: str | None) -> str | None:
        if subject is None:
            return None
        known = self._subjects.get(subject, _UNKNOWN)
        if known is _UNKNOWN:
            if len(self._subjects) >= REMEMBERED:
                self._subjects.clear()
            known = self._subjects[subject] = self._masks.subject(subject)
        return known


def _found(searched: Searched) -> dict[str, Any]:
    """A search's answer: how much was found, and whether that was all."""
    return {
        "tool": searched.tool[:SHOWN_NAME],
        "plan": None,
        "decision": searched.found > 0,
        "status": SEARCH,
        "found": searched.found,
        "is_last": searched.is_last,
        "revision": searched.revision,
        "policy": searched.policy,
    }
