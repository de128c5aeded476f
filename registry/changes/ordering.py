"""Which statement leaves the vendor more freedom: the one table that directions are read from.

Ranks are signed: below zero a promise to the customer, above zero a freedom of the vendor, and zero is
silence, which is neither. Equal ranks cannot be told apart, so a step between them is `unclear`.
"""

from collections.abc import Iterable, Mapping

from extractors.model import Answer, Audience, Clause, Family, Purpose, Stance
from registry.model import Direction

_CONSENT: Mapping[Stance | None, int] = {
    Stance.PROHIBITS: -2,
    Stance.OPT_IN: -1,
    Stance.OPT_OUT: 1,
    Stance.PERMITS: 2,
}

STANCES: Mapping[Family, Mapping[Stance | None, int]] = {
    Family.TRAINING: _CONSENT,
    Family.REUSE: _CONSENT,
    Family.LIKENESS: _CONSENT,
    Family.RETENTION: {
        Stance.NONE: -2,
        Stance.BOUNDED: -1,
        Stance.USER_CONTROL: -1,
        Stance.OPEN_ENDED: 1,
    },
    Family.OWNERSHIP: {Stance.CUSTOMER: -1, Stance.SHARED: 1, Stance.VENDOR: 2},
    Family.INDEMNITY: {Stance.CUSTOMER: -1, Stance.SHARED: 1, Stance.VENDOR: 2},
    Family.CHANGE: {Stance.NOTICE: -1, Stance.NO_NOTICE: 1},
    # A security clause has no stance: that it stands there is the promise.
    Family.SECURITY: {None: -1},
}
"""How much freedom a clause of a family leaves the vendor. A stance that is not named ranks as silence."""

ANSWERS: Mapping[Family, Mapping[Answer, int]] = {
    Family.TRAINING: {
        Answer.PROHIBITED: -2,
        Answer.OPT_IN: -1,
        Answer.SILENT: 0,
        Answer.OPT_OUT: 1,
        Answer.PERMITTED: 2,
        Answer.CONFLICTING: 2,
    },
    Family.RETENTION: {
        Answer.NONE: -2,
        Answer.BOUNDED: -1,
        Answer.USER_CONTROL: -1,
        Answer.SILENT: 0,
        Answer.OPEN_ENDED: 1,
        Answer.CONFLICTING: 1,
    },
    Family.REUSE: {
        Answer.SERVICE_ONLY: -1,
        Answer.SILENT: 0,
        Answer.IMPROVE: 1,
        Answer.BROAD: 2,
        Answer.CONFLICTING: 2,
    },
    Family.LIKENESS: {
        Answer.PROHIBITED: -2,
        Answer.OPT_IN: -1,
        Answer.SILENT: 0,
        Answer.OPT_OUT: 1,
        Answer.PERMITTED: 2,
        Answer.CONFLICTING: 2,
    },
}
"""How much freedom a fact leaves the vendor; a conflict counts as its most permissive side. `unread` has no
rank: it is news about the page. Between families and answers that are not named, every step is unclear."""

PURPOSES: Mapping[Purpose | None, int] = {
    Purpose.SERVICE_ONLY: 0,
    Purpose.HUMAN_REVIEW: 1,
    Purpose.FEEDBACK: 1,
    Purpose.AGGREGATE: 1,
    Purpose.IMPROVE: 1,
    Purpose.LICENCE: 2,
    Purpose.MARKETING: 2,
    Purpose.THIRD_PARTY: 2,
    Purpose.PUBLISH: 2,
    None: 0,
}
"""How far a use of data goes beyond delivering the service."""

_NO_STATEMENT = frozenset({Answer.SILENT, Answer.CONFLICTING, Answer.UNREAD})


def direction_of_answers(family: Family, before: Answer, after: Answer) -> Direction:
    """Say which way two different answers of a fact differ.

    Only a statement can make things better: to fall silent, to contradict or not to be read never does. What
    comes out of an unread page is worse where it is a freedom or a conflict; otherwise unclear, since nothing
    is known of before.
    """
    ranks = ANSWERS.get(family, {})
    if after not in ranks or (before not in ranks and before is not Answer.UNREAD):
        return Direction.UNCLEAR
    step = ranks[after] - ranks.get(before, 0)
    if step > 0:
        return Direction.WORSE
    if step < 0 and before is not Answer.UNREAD and after not in _NO_STATEMENT:
        return Direction.BETTER
    return Direction.UNCLEAR


def rank(clause: Clause) -> int:
    """Say how much freedom a clause leaves the vendor: below zero a promise, above zero a freedom."""
    return STANCES[clause.family].get(clause.stance, 0)


def direction_of_rewording(before: Clause, after: Clause) -> Direction | None:
    """Say which way one passage changed between two versions; `None` when both say the same."""
    steps = [step for step in _steps(before, after) if step is not None]
    return combine(steps) if steps else None


def _steps(before: Clause, after: Clause) -> tuple[Direction | None, ...]:
    """Compare aspect by aspect: stance, purpose, period, audience, data."""
    side = rank(after)
    if before.stance != after.stance:
        # What it speaks of weighs differently under another stance, so only the stance is compared.
        return (_of_step(rank(after) - rank(before)),)
    return (
        _purpose_step(before, after, side),
        direction_of_period(before.period_days, after.period_days),
        _scope_step(_audiences(before), _audiences(after), side),
        _scope_step(frozenset(before.data), frozenset(after.data), side),
    )


def direction_of_scope(side: int) -> Direction:
    """Say which way a statement of a rank goes by covering more: a freedom worse, a promise better."""
    return _of_step(side)


def _of_step(step: int) -> Direction:
    if step == 0:
        return Direction.UNCLEAR
    return Direction.WORSE if step > 0 else Direction.BETTER


def _purpose_step(before: Clause, after: Clause, side: int) -> Direction | None:
    if before.purpose is after.purpose:
        return None
    # A promise about another use is one promise gone and another made.
    return _of_step(PURPOSES[after.purpose] - PURPOSES[before.purpose]) if side > 0 else Direction.UNCLEAR


def direction_of_period(before: int | None, after: int | None) -> Direction | None:
    """Compare two periods in days: longer is worse, and so is one without a number; `None` when equal."""
    if before == after:
        return None
    if before is None or after is None:
        return Direction.WORSE if after is None else Direction.BETTER
    return _of_step(after - before)


def _audiences(clause: Clause) -> frozenset[Audience]:
    every = frozenset({Audience.CONSUMER, Audience.BUSINESS, Audience.API})
    return every if clause.audience is Audience.ALL else frozenset({clause.audience})


def _scope_step(before: frozenset[object], after: frozenset[object], side: int) -> Direction | None:
    """A freedom that covers more is worse, a promise that covers more is better."""
    if before == after:
        return None
    if before < after:
        return _of_step(side)
    if after < before:
        return _of_step(-side)
    return Direction.UNCLEAR


def combine(directions: Iterable[Direction]) -> Direction:
    """Join the directions of several differences: both ways is mixed, and the clear outweigh the unclear.

    Raises ValueError when there is none to join: no difference has no direction.
    """
    found = set(directions)
    if not found:
        raise ValueError("no differences, so no direction")
    clear = found - {Direction.UNCLEAR}
    if len(clear) > 1:
        return Direction.MIXED
    return clear.pop() if clear else Direction.UNCLEAR
