"""New freedoms over content that no fact rests on, because something else in the terms overrules them.

A fact cites the clauses that decide it. A sentence that a prevailing document or a narrower clause overrules
changes no answer, and still a person who approved the plan should hear of it. Only this module knows which
statements those are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from extractors.model import (
    CORE_FAMILIES,
    Answer,
    Audience,
    Clause,
    DataKind,
    Fact,
    Family,
    Party,
    Purpose,
)
from registry.changes.clauses import compare_readings
from registry.changes.ordering import combine, rank
from registry.model import Cause, Change, ClauseChange, Direction

_WORSE = frozenset({Direction.WORSE, Direction.MIXED})


def unheard_freedoms(
    before: Iterable[Clause], after: Iterable[Clause], audience: Audience, facts: Sequence[Fact]
) -> tuple[ClauseChange, ...]:
    """Return the freedoms over content that are new in a plan's documents and that none of its facts cites.

    `before` and `after` are all clauses of the documents that govern the plan, whose audience is given;
    `facts` are those of today. A sentence that only moved, or repeats what stood before, is not new.
    """
    cited = {one.clause.digest for fact in facts for one in fact.citations}
    changes = compare_readings(_of_content(before, audience), _of_content(after, audience))
    return tuple(change for change in changes if _is_new_freedom(change, cited))


def add_unheard(
    changes: Sequence[Change], unheard: Sequence[ClauseChange], facts: Sequence[Fact], cause: Cause
) -> tuple[Change, ...]:
    """Return the changes with the unheard freedoms among them: one a family, in the order of `Family`."""
    by_family = {change.family: change for change in changes}
    answers = {fact.family: fact.answer for fact in facts}
    for one in unheard:
        answer = answers.get(one.family, Answer.UNREAD)
        known = by_family.get(one.family) or Change(one.family, one.direction, cause, answer, answer, ())
        direction = combine((known.direction, one.direction))
        by_family[one.family] = replace(known, direction=direction, clauses=(*known.clauses, one))
    return tuple(by_family[family] for family in Family if family in by_family)


def _of_content(clauses: Iterable[Clause], audience: Audience) -> list[Clause]:
    """Leave out what is no statement on content to this audience."""
    return [
        clause
        for clause in clauses
        if clause.family in CORE_FAMILIES
        and DataKind.CONTENT in clause.data
        and clause.party is not Party.CUSTOMER
        and clause.audience in {Audience.ALL, audience}
    ]


def _is_new_freedom(change: ClauseChange, cited: set[str]) -> bool:
    now = change.after
    if now is None or now.digest in cited or change.direction not in _WORSE:
        return False
    if rank(now) <= 0 or now.purpose is Purpose.SERVICE_ONLY:
        return False
    # Single words that move inside an overruled sentence are not worth a person's time.
    was = change.before
    return was is None or (was.stance, was.purpose) != (now.stance, now.purpose)
