"""Comparing facts: the whole table of answers, written out by hand, and what stands around it."""

from dataclasses import replace
from itertools import product

import pytest

from extractors.model import Answer, Audience, Citation, Clause, DataKind, Fact, Family, Party, Stance
from registry.changes import compare_facts
from registry.changes.ordering import ANSWERS, direction_of_answers
from registry.model import Cause, Change, Direction

SIGNS = {"+": Direction.BETTER, "-": Direction.WORSE, "?": Direction.UNCLEAR}

TABLES = {
    Family.TRAINING: """
                prohibited opt_in opt_out permitted silent conflicting unread
    prohibited       =       -       -        -        -        -         ?
    opt_in           +       =       -        -        -        -         ?
    opt_out          +       +       =        -        ?        -         ?
    permitted        +       +       +        =        ?        ?         ?
    silent           +       +       -        -        =        -         ?
    conflicting      +       +       +        ?        ?        =         ?
    unread           ?       ?       -        -        ?        -         =
    """,
    Family.RETENTION: """
                   none bounded user_control open_ended silent conflicting unread
    none             =     -         -           -         -        -         ?
    bounded          +     =         ?           -         -        -         ?
    user_control     +     ?         =           -         -        -         ?
    open_ended       +     +         +           =         ?        ?         ?
    silent           +     +         +           -         =        -         ?
    conflicting      +     +         +           ?         ?        =         ?
    unread           ?     ?         ?           -         ?        -         =
    """,
    Family.REUSE: """
                service_only improve broad silent conflicting unread
    service_only      =         -      -      -        -         ?
    improve           +         =      -      ?        -         ?
    broad             +         +      =      ?        ?         ?
    silent            +         -      -      =        -         ?
    conflicting       +         +      ?      ?        =         ?
    unread            ?         -      -      ?        -         =
    """,
}


def cells() -> list[tuple[Family, Answer, Answer, str]]:
    found = []
    for family, table in TABLES.items():
        head, *rows = [line.split() for line in table.strip().splitlines()]
        for before, *signs in rows:
            found += [
                (family, Answer(before), Answer(after), sign) for after, sign in zip(head, signs, strict=True)
            ]
    return found


@pytest.mark.parametrize(("family", "before", "after", "sign"), cells())
def test_every_step_between_answers_goes_the_way_the_table_says(
    family: Family, before: Answer, after: Answer, sign: str
) -> None:
    changes = compare_facts([Fact(family, before)], [Fact(family, after)], Cause.TERMS)
    if sign == "=":
        assert changes == ()
    else:
        assert changes == (Change(family, SIGNS[sign], Cause.TERMS, before, after, ()),)


def test_the_tables_cover_every_answer_that_the_ordering_ranks() -> None:
    for family, before, after, _ in cells():
        assert {before, after} <= {*ANSWERS[family], Answer.UNREAD}
    for family in TABLES:
        ranked = {*ANSWERS[family], Answer.UNREAD}
        assert {(b, a) for f, b, a, _ in cells() if f is family} == set(product(ranked, ranked))


@pytest.mark.parametrize(("family", "other"), [*product(Family, Answer)])
def test_no_page_that_falls_unread_silent_or_contradictory_ever_makes_things_better(
    family: Family, other: Answer
) -> None:
    for nothing in (Answer.UNREAD, Answer.SILENT, Answer.CONFLICTING):
        assert direction_of_answers(family, other, nothing) is not Direction.BETTER
    assert direction_of_answers(family, Answer.UNREAD, other) is not Direction.BETTER


@pytest.mark.parametrize("family", [Family.OWNERSHIP, Family.SECURITY, Family.CHANGE, Family.INDEMNITY])
def test_a_step_that_no_table_ranks_is_unclear(family: Family) -> None:
    assert direction_of_answers(family, Answer.PROHIBITED, Answer.PERMITTED) is Direction.UNCLEAR


QUOTE = "We delete prompts after 30 days."
CLAUSE = Clause(
    family=Family.RETENTION,
    stance=Stance.BOUNDED,
    party=Party.VENDOR,
    data=(DataKind.CONTENT,),
    purpose=None,
    period_days=30,
    audience=Audience.ALL,
    start=0,
    end=len(QUOTE),
    quote=QUOTE,
    heading="",
    rule="invented",
    modifiers=(),
    digest="d",
)


def bounded(days: int | None, *clauses: Clause) -> Fact:
    return Fact(Family.RETENTION, Answer.BOUNDED, days, tuple(Citation("acme-terms", c) for c in clauses))


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [(30, 90, Direction.WORSE), (90, 30, Direction.BETTER), (30, None, Direction.WORSE)],
)
def test_the_same_answer_with_another_period_is_a_change(
    before: int, after: int | None, direction: Direction
) -> None:
    (change,) = compare_facts([bounded(before)], [bounded(after)], Cause.TERMS)
    assert (change.direction, change.before, change.after) == (direction, Answer.BOUNDED, Answer.BOUNDED)


def test_the_same_answer_on_weaker_clauses_is_a_change_with_its_sentences() -> None:
    weaker = replace(CLAUSE, quote="We delete prompts after 30 days unless we keep them.")
    (change,) = compare_facts([bounded(30, CLAUSE)], [bounded(30, weaker)], Cause.TERMS)
    assert change.direction is Direction.WORSE
    assert [(c.before, c.after) for c in change.clauses] == [(CLAUSE, weaker)]


def test_the_same_answer_on_moved_clauses_is_no_change() -> None:
    moved = replace(CLAUSE, start=70, end=70 + len(QUOTE), heading="Storage")
    assert compare_facts([bounded(30, CLAUSE)], [bounded(30, moved)], Cause.TERMS) == ()


def test_an_unread_page_shows_no_lost_sentences() -> None:
    unread = Fact(Family.RETENTION, Answer.UNREAD, missing=("acme-terms",))
    (change,) = compare_facts([bounded(30, CLAUSE)], [unread], Cause.TERMS)
    assert (change.direction, change.clauses) == (Direction.UNCLEAR, ())


def test_a_fact_that_is_missing_counts_as_unread() -> None:
    (change,) = compare_facts([bounded(30)], [], Cause.RULES)
    assert (change.after, change.direction, change.cause) == (Answer.UNREAD, Direction.UNCLEAR, Cause.RULES)


def test_every_change_carries_the_cause_it_was_given() -> None:
    for cause in Cause:
        (change,) = compare_facts([bounded(30)], [bounded(90)], cause)
        assert change.cause is cause


def test_two_facts_of_one_family_are_refused() -> None:
    with pytest.raises(ValueError, match="two facts"):
        compare_facts([bounded(30), bounded(90)], [], Cause.TERMS)
