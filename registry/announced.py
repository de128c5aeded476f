"""What counts of two texts that both matter: one in force and one to come, one believed and one not. Pure.

Only this module knows how the worse of two sets of facts is put together. Where new terms hold from a later
day, the worse of both counts until then: a better answer counts from its day, a worse one at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

from extractors.model import CORE_FAMILIES, Answer, Fact, Family
from registry.changes import compare_facts
from registry.model import Cause, Change, Direction

_WORSE = frozenset({Direction.WORSE, Direction.MIXED})
_NO_STATEMENT = frozenset({Answer.SILENT, Answer.UNREAD})


def begins(day: date) -> datetime:
    """When a day without a place has begun everywhere: at noon in UTC."""
    return datetime.combine(day, time(12), UTC)


def worse_of(former: Sequence[Fact], coming: Sequence[Fact]) -> tuple[Fact, ...]:
    """Return, family by family, the fact that is worse for the customer; the coming one in doubt."""
    old = {fact.family: fact for fact in former}
    changes = _by_family(compare_facts(former, coming, Cause.TERMS))
    return tuple(_worse(old.get(fact.family), fact, changes.get(fact.family)) for fact in coming)


def stated_worse(believed: Sequence[Fact], heard: Sequence[Fact]) -> tuple[Change, ...]:
    """Return what another text states against the customer; what it only leaves out is no statement."""
    return tuple(
        change
        for change in compare_facts(believed, heard, Cause.TERMS)
        if change.family in CORE_FAMILIES
        and change.direction in _WORSE
        and change.after not in _NO_STATEMENT
        and _is_stated(change, {fact.family: fact for fact in believed}, heard)
    )


def _worse(former: Fact | None, coming: Fact, change: Change | None) -> Fact:
    if former is None or change is None:
        return coming
    if change.direction is Direction.BETTER:
        return former
    if former.answer is not coming.answer:
        return coming
    # Worse in one way and better in another: each counts as far as it goes against the customer.
    days = None if former.days is None or coming.days is None else max(former.days, coming.days)
    return replace(coming, days=days)


def _is_stated(change: Change, believed: Mapping[Family, Fact], heard: Sequence[Fact]) -> bool:
    """Whether the text says so itself: another answer, another period, or a sentence that stands in it."""
    before = believed.get(change.family)
    after = next((fact for fact in heard if fact.family is change.family), None)
    if before is None or after is None or (before.answer, before.days) != (after.answer, after.days):
        return True
    return any(one.after is not None and one.direction in _WORSE for one in change.clauses)


def _by_family(changes: Sequence[Change]) -> dict[Family, Change]:
    return {change.family: change for change in changes}
