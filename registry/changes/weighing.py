"""What changed in a family, taken together → the direction that prevails.

A person who reads two versions says in a word which way they differ, and does not call mixed whatever has
another side. Only this module knows how much the other side has to weigh. It tells the gist of a document:
what a plan is judged by are the clauses, each with its own direction.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from extractors.model import DataKind, Family, Stance
from registry.model import Change, ClauseChange, Direction

_PREVAILS = 1.5
"""How many times as many statements the stronger side has."""


def material_families(changes: Iterable[ClauseChange | Change]) -> dict[Family, Direction]:
    """Return each family that changed, with the direction that prevails in it."""
    found: defaultdict[Family, list[ClauseChange | Change]] = defaultdict(list)
    for change in changes:
        found[change.family].append(change)
    return {family: prevailing(found[family]) for family in Family if family in found}


def prevailing(changes: Sequence[ClauseChange | Change]) -> Direction:
    """Say which way the changes of one family go together; unclear where none has a direction.

    That the vendor may do something with content which it was not allowed before makes it worse, whatever is
    promised beside it: a promise limits what is newly allowed, and takes nothing back.
    """
    if any(isinstance(change, ClauseChange) and _allows_anew(change) for change in changes):
        return Direction.WORSE
    count = Counter(change.direction for change in changes)
    worse, better = (count[side] + count[Direction.MIXED] / 2 for side in (Direction.WORSE, Direction.BETTER))
    if worse == better:
        return Direction.MIXED if worse else Direction.UNCLEAR
    if worse >= _PREVAILS * better:
        return Direction.WORSE
    return Direction.BETTER if better >= _PREVAILS * worse else Direction.MIXED


def _allows_anew(change: ClauseChange) -> bool:
    """Whether a passage allows, without a choice, what it did not allow before, with content."""
    now, was = change.after, change.before
    return (
        change.direction is Direction.WORSE
        and now is not None
        and now.stance is Stance.PERMITS
        and DataKind.CONTENT in now.data
        and (was is None or was.stance is not now.stance)
    )
