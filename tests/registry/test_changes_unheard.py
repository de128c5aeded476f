"""Freedoms that terms newly take and that no fact tells of: which of them a person hears of."""

from dataclasses import replace

import pytest

from extractors.model import (
    Answer,
    Audience,
    Citation,
    Clause,
    DataKind,
    Fact,
    Family,
    Party,
    Purpose,
    Stance,
)
from registry.changes import add_unheard, unheard_freedoms
from registry.model import Cause, Change, ClauseChange, Direction
from tests.registry.readings import MAY_TRAIN, NO_TRAINING, clause

PROMISE = clause(NO_TRAINING)
TRAINS = clause(MAY_TRAIN, Stance.PERMITS)
PROHIBITED = Fact(Family.TRAINING, Answer.PROHIBITED, citations=(Citation("dpa", PROMISE),))


def heard(
    before: list[Clause], after: list[Clause], facts: tuple[Fact, ...] = (PROHIBITED,)
) -> list[Clause | None]:
    changes = unheard_freedoms(before, after, Audience.BUSINESS, facts)
    return [change.after for change in changes]


def test_a_new_freedom_over_content_is_heard_although_another_clause_overrules_it() -> None:
    assert heard([PROMISE], [PROMISE, TRAINS]) == [TRAINS]


def test_a_promise_that_turns_into_a_freedom_is_heard() -> None:
    elsewhere = clause("In the free version we never train on what you write to us.")
    turned = clause("In the free version we may train on what you write to us.", Stance.PERMITS)
    assert heard([PROMISE, elsewhere], [PROMISE, turned]) == [turned]


def test_what_stood_before_is_not_heard_again_wherever_it_stands_now() -> None:
    assert heard([TRAINS, PROMISE], [PROMISE, replace(TRAINS, start=900, heading="Elsewhere")]) == []


def test_a_freedom_that_a_fact_cites_is_told_by_the_fact() -> None:
    permitted = Fact(Family.TRAINING, Answer.PERMITTED, citations=(Citation("terms", TRAINS),))
    assert heard([PROMISE], [TRAINS], (permitted,)) == []


@pytest.mark.parametrize(
    "other",
    [
        replace(TRAINS, data=(DataKind.USAGE,)),
        replace(TRAINS, party=Party.CUSTOMER),
        replace(TRAINS, audience=Audience.CONSUMER),
        replace(TRAINS, family=Family.LIKENESS),
        replace(TRAINS, family=Family.REUSE, purpose=Purpose.SERVICE_ONLY),
        replace(TRAINS, stance=Stance.PROHIBITS),
    ],
)
def test_what_is_no_freedom_over_this_plans_content_is_not_heard(other: Clause) -> None:
    assert heard([PROMISE], [PROMISE, other]) == []


def test_words_that_move_inside_an_overruled_sentence_are_not_heard() -> None:
    wider = clause("We and our affiliates may train our models on your content.", Stance.PERMITS)
    assert heard([PROMISE, TRAINS], [PROMISE, wider]) == []


def test_an_unheard_freedom_is_a_change_for_the_worse_under_the_same_answer() -> None:
    added = ClauseChange(Family.TRAINING, Direction.WORSE, None, TRAINS)
    assert add_unheard((), (added,), (PROHIBITED,), Cause.TERMS) == (
        Change(
            Family.TRAINING,
            Direction.WORSE,
            Cause.TERMS,
            Answer.PROHIBITED,
            Answer.PROHIBITED,
            (added,),
        ),
    )


def test_an_unheard_freedom_joins_the_change_of_its_family() -> None:
    better = Change(Family.TRAINING, Direction.BETTER, Cause.TERMS, Answer.PERMITTED, Answer.PROHIBITED, ())
    added = ClauseChange(Family.TRAINING, Direction.WORSE, None, TRAINS)
    (joined,) = add_unheard((better,), (added,), (PROHIBITED,), Cause.TERMS)
    assert (joined.direction, joined.before, joined.clauses) == (Direction.MIXED, Answer.PERMITTED, (added,))
