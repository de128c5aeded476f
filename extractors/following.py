"""What a clause takes over from the one before it.

An item is read with its introduction, "this right" with the sentence that gives it. Only this module knows
which clauses of a document go together.
"""

import re
from collections import deque
from collections.abc import Iterable

from extractors.model import Clause, Family, Purpose, Stance
from extractors.wording import is_for_a_region, is_shared_by_choice, speaks_of_the_same_right

_ITEM = re.compile(r"\s*(?:[*•\-–]\s|\(?[ivxa-z0-9]{1,4}[).]|[a-z])")
_NEAR = 1500
"""Characters within which an item belongs to what introduces it."""
_SHARING = frozenset({Purpose.LICENCE, Purpose.PUBLISH, Purpose.MARKETING})


def of_a_region(clauses: Iterable[Clause]) -> list[Clause]:
    """Return the clauses for one region's residents, and those that go on about the same right."""
    told: list[Clause] = []
    for clause in _in_order(clauses):
        goes_on = told and told[-1].heading == clause.heading and speaks_of_the_same_right(clause)
        if is_for_a_region(clause) or goes_on:
            told.append(clause)
    return told


def by_choice(clauses: Iterable[Clause]) -> list[Clause]:
    """Return the licences and publications that arise only where the customer shares something with others.

    Items are read with what introduces them: "By sharing your work with others, you grant a licence:".
    """
    chosen: list[Clause] = []
    head: Clause | None = None
    for clause in _in_order(clauses):
        if clause.family is not Family.REUSE:
            continue
        if head is None or not _belongs(clause, head):
            head = clause if _opens_a_choice(clause) else None
        if clause.purpose in _SHARING and (head is not None or is_shared_by_choice(clause)):
            chosen.append(clause)
    return chosen


def items_of(clauses: Iterable[Clause], heads: Iterable[Clause]) -> list[Clause]:
    """Return the clauses that are list items introduced by one of `heads`."""
    waiting = deque(_in_order(heads))
    reach: dict[str, int] = {}
    items: list[Clause] = []
    for clause in _in_order(clauses):
        while waiting and waiting[0].start < clause.start:
            head = waiting.popleft()
            reach[head.heading] = max(reach.get(head.heading, 0), head.end + _NEAR)
        if clause.start <= reach.get(clause.heading, -1) and _ITEM.match(clause.quote):
            items.append(clause)
    return items


def _opens_a_choice(clause: Clause) -> bool:
    introduces = clause.quote.rstrip().endswith(":")
    return introduces and (clause.stance is Stance.OPT_IN or is_shared_by_choice(clause))


def _belongs(clause: Clause, head: Clause) -> bool:
    return (
        clause.heading == head.heading
        and head.start < clause.start <= head.end + _NEAR
        and _ITEM.match(clause.quote) is not None
    )


def _in_order(clauses: Iterable[Clause]) -> list[Clause]:
    return sorted(clauses, key=lambda clause: clause.start)
