"""From questions and replies to what the registry keeps of them. Pure but for what it remembers.

Only this module knows what of a question goes into the record, and which look-ups share a row of it. Replies
that give one answer again share it, so it is put into words once; one body that is sent again is read once.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from app.lookup.answer import SHOWN_NAME, outcome_shown
from app.lookup.exchange import Given, Reply, Searched
from app.recording.masks import Masks
from registry.lookups import Entries, Told, span_of

REMEMBERED: Final = 8192

SEARCH: Final = "search"
"""The status under which a search is on record: it decides nothing."""

Waiting = tuple[str, str, bytes, Reply]
"""A question's name, its caller and its body, and what it got."""
_Row = tuple[str, str, str | None, int]
"""What look-ups of one row have in common: span, caller, subject, and the answer's number."""


class Clerk:
    """Writes entries; one thread uses it."""

    def __init__(self, masks: Masks) -> None:
        self._masks = masks
        # By identity; the answer itself is held, so that no other can take its place.
        self._numbers: dict[int, tuple[Given | Searched, int]] = {}
        self._subjects: dict[tuple[bytes, bool], Sequence[str | None]] = {}

    def entries(self, waiting: Iterable[Waiting], keep: Callable[[Told], int]) -> Iterator[Entries]:
        """The entries of questions in the order of time; `keep` gives the number of an answer that is new."""
        rows: dict[_Row, list[str]] = {}
        for name, caller, body, reply in waiting:
            span, given = span_of(name), reply.given
            if not body and not reply.is_several and given[0] is not None:
                # Most are so; what follows comes to the same.
                rows.setdefault((span, caller, None, self._number(given[0], keep)), []).append(name)
                continue
            subjects = self._named(body, len(given), is_several=reply.is_several)
            for at, one in enumerate(given):
                if one is not None:
                    row = (span, caller, subjects[at], self._number(one, keep))
                    rows.setdefault(row, []).append(f"{name}-{at}" if reply.is_several else name)
        return (Entries(names, *row[1:]) for row, names in rows.items())

    def forget(self) -> None:
        """Forget the numbers of answers: the transaction that they were given in has come to nothing."""
        self._numbers.clear()

    def _number(self, given: Given | Searched, keep: Callable[[Told], int]) -> int:
        known = self._numbers.get(id(given))
        if known is not None:
            return known[1]
        number = keep(self._told(given))
        if len(self._numbers) >= REMEMBERED:
            self._numbers.clear()
        self._numbers[id(given)] = (given, number)
        return number

    def _told(self, given: Given | Searched) -> Told:
        asked = {"tool": given.tool, "plan": given.plan, "context": self._masks.context(given.context)}
        if isinstance(given, Searched):
            return Told({SEARCH: given.wanted, **asked}, _found(given))
        return Told(asked, outcome_shown(given.revision, given.outcome, given.tool))

    def _named(self, body: bytes, parts: int, *, is_several: bool) -> Sequence[str | None]:
        if not body:
            return (None,) * parts
        known = self._subjects.get((body, is_several))
        if known is None:
            named = _subjects(body, parts) if is_several else (_named(json.loads(body).get("subject")),)
            known = tuple(self._masks.subject(one) for one in named)
            if len(self._subjects) >= REMEMBERED:
                self._subjects.clear()
            if len(body) <= REMEMBERED:
                self._subjects[body, is_several] = known
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


def _subjects(body: bytes, parts: int) -> Sequence[str | None]:
    """Whom each question of several is asked for, as `TYPE:ID`."""
    asked: dict[str, Any] = json.loads(body)
    shared = asked.get("subject")
    items = asked.get("evaluations") or [{}] * parts
    own = (item.get("subject") if type(item) is dict else None for item in items)
    return [_named(one or shared) for one in own]


def _named(subject: Any) -> str | None:
    if type(subject) is not dict or "id" not in subject:
        return None
    return f"{subject.get('type', '')}:{subject['id']}"
