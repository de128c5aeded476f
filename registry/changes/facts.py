"""Facts of two assessments of a plan → the changes, each with its direction, cause and passages.

Only this module knows when a fact that gives the same answer has changed nevertheless.
"""

from collections.abc import Iterable, Sequence

from extractors.model import Answer, Clause, Fact, Family
from registry.changes.clauses import compare_readings
from registry.changes.ordering import combine, direction_of_answers, direction_of_period
from registry.model import Cause, Change, Direction


def compare_facts(before: Sequence[Fact], after: Sequence[Fact], cause: Cause) -> tuple[Change, ...]:
    """Return what changed, at most one change a family, in the order of `Family`.

    A family without a fact counts as unread: nothing is known of it, which is not the same as silence.
    """
    old, new = _by_family(before), _by_family(after)
    changes = (_compare(family, old.get(family), new.get(family), cause) for family in Family)
    return tuple(change for change in changes if change is not None)


def _by_family(facts: Iterable[Fact]) -> dict[Family, Fact]:
    """Index facts; two of one family are a mistake of the caller that no answer may hide."""
    index: dict[Family, Fact] = {}
    for fact in facts:
        if fact.family in index:
            raise ValueError(f"two facts of the family {fact.family} in one assessment")
        index[fact.family] = fact
    return index


def _compare(family: Family, old: Fact | None, new: Fact | None, cause: Cause) -> Change | None:
    """Compare one family's facts; `None` when nothing changed in substance."""
    was = old.answer if old else Answer.UNREAD
    now = new.answer if new else Answer.UNREAD
    if was is Answer.UNREAD or now is Answer.UNREAD:
        # What a page no longer shows, or did not show before, is no news about its passages.
        if was is now:
            return None
        return Change(family, direction_of_answers(family, was, now), cause, was, now, ())
    clauses = compare_readings(_clauses(old), _clauses(new))
    if was is not now:
        return Change(family, direction_of_answers(family, was, now), cause, was, now, clauses)
    directions = [*_period(old, new), *(change.direction for change in clauses)]
    return Change(family, combine(directions), cause, was, now, clauses) if directions else None


def _clauses(fact: Fact | None) -> list[Clause]:
    return [citation.clause for citation in fact.citations] if fact else []


def _period(old: Fact | None, new: Fact | None) -> list[Direction]:
    """Compare the periods of two facts that give the same answer."""
    step = direction_of_period(old.days if old else None, new.days if new else None)
    return [] if step is None else [step]
