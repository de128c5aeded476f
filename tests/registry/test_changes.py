"""Comparing two readings: built from invented clauses, one line each."""

import time
from dataclasses import replace

import pytest

from extractors.model import Audience, Clause, DataKind, Family, Party, Purpose, Stance
from registry.changes import compare_readings, material_families, words_of
from registry.model import ClauseChange, Direction

WORSE, BETTER, MIXED, UNCLEAR = Direction.WORSE, Direction.BETTER, Direction.MIXED, Direction.UNCLEAR


def clause(quote: str, family: Family = Family.TRAINING, stance: Stance | None = Stance.PERMITS) -> Clause:
    return Clause(
        family=family,
        stance=stance,
        party=Party.VENDOR,
        data=(DataKind.CONTENT,),
        purpose=None,
        period_days=None,
        audience=Audience.ALL,
        start=0,
        end=len(quote),
        quote=quote,
        heading="",
        rule="invented",
        modifiers=(),
        digest=f"{family}{stance}{quote}",
    )


def directions(before: list[Clause], after: list[Clause]) -> list[Direction]:
    return [change.direction for change in compare_readings(before, after)]


TRAINS = clause("We train our models on your prompts.")
NEVER_TRAINS = clause("We never train our models on your prompts.", stance=Stance.PROHIBITS)
TRAINS_UNLESS = clause("We train our models on your prompts unless you opt out.", stance=Stance.OPT_OUT)
KEEPS_30 = replace(
    clause("We delete prompts after 30 days.", Family.RETENTION, Stance.BOUNDED), period_days=30
)
KEEPS_90 = replace(
    clause("We delete prompts after 90 days.", Family.RETENTION, Stance.BOUNDED), period_days=90
)
IMPROVES = replace(
    clause("We use your files to improve the services.", Family.REUSE), purpose=Purpose.IMPROVE
)


def test_equal_readings_have_no_changes() -> None:
    assert compare_readings([TRAINS, KEEPS_30], [TRAINS, KEEPS_30]) == ()


def test_a_moved_passage_is_no_change() -> None:
    moved = replace(TRAINS, start=900, end=936, heading="Privacy › Models")
    assert compare_readings([TRAINS, KEEPS_30], [KEEPS_30, moved]) == ()


def test_links_case_and_typography_are_no_change() -> None:
    before = clause("We train [our models](https://a.example/x?id=1) on each user's prompts.")
    after = clause("We train [OUR MODELS](https://a.example/x?id=2)  on each user’s **prompts**.")
    assert compare_readings([before], [after]) == ()


def test_a_reworded_passage_with_the_same_meaning_is_no_change() -> None:
    after = clause("We may train all of our own models on the prompts that you enter.")
    assert compare_readings([TRAINS], [after]) == ()


def test_a_promise_turned_into_a_freedom_is_one_change_for_the_worse_with_both_sentences() -> None:
    assert compare_readings([NEVER_TRAINS], [TRAINS]) == (
        ClauseChange(Family.TRAINING, WORSE, NEVER_TRAINS, TRAINS),
    )


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        (TRAINS, NEVER_TRAINS, BETTER),
        (TRAINS_UNLESS, TRAINS, WORSE),
        (TRAINS, TRAINS_UNLESS, BETTER),
        (KEEPS_30, KEEPS_90, WORSE),
        (KEEPS_90, KEEPS_30, BETTER),
        (KEEPS_30, replace(KEEPS_30, period_days=None), WORSE),
        (KEEPS_30, replace(KEEPS_30, stance=Stance.OPEN_ENDED, period_days=None), WORSE),
        (KEEPS_30, replace(KEEPS_30, stance=Stance.USER_CONTROL, period_days=None), UNCLEAR),
        (TRAINS, replace(TRAINS, data=(DataKind.CONTENT, DataKind.USAGE)), WORSE),
        (NEVER_TRAINS, replace(NEVER_TRAINS, data=(DataKind.CONTENT, DataKind.USAGE)), BETTER),
        (TRAINS, replace(TRAINS, data=(DataKind.USAGE,)), UNCLEAR),
        (TRAINS, replace(TRAINS, audience=Audience.CONSUMER), BETTER),
        (NEVER_TRAINS, replace(NEVER_TRAINS, audience=Audience.BUSINESS), WORSE),
        (TRAINS, replace(TRAINS, audience=Audience.API, data=(DataKind.CONTENT, DataKind.USAGE)), MIXED),
        (IMPROVES, replace(IMPROVES, purpose=Purpose.MARKETING), WORSE),
        (IMPROVES, replace(IMPROVES, purpose=Purpose.AGGREGATE), UNCLEAR),
    ],
)
def test_a_passage_that_says_something_else_has_the_direction_of_what_changed_in_it(
    before: Clause, after: Clause, direction: Direction
) -> None:
    assert directions([before], [after]) == [direction]


def test_a_new_freedom_is_worse_and_a_lost_promise_too() -> None:
    assert directions([], [TRAINS]) == [WORSE]
    assert directions([NEVER_TRAINS], []) == [WORSE]


def test_a_new_promise_is_better_and_a_lost_freedom_too() -> None:
    assert directions([], [NEVER_TRAINS]) == [BETTER]
    assert directions([TRAINS], []) == [BETTER]


def test_a_new_way_to_opt_out_is_better_only_where_the_use_was_allowed_already() -> None:
    switch = clause("A switch in the settings ends such use of chats.", stance=Stance.OPT_OUT)
    assert directions([TRAINS], [TRAINS, switch]) == [BETTER]
    assert directions([], [switch]) == [WORSE]


def test_losing_the_way_to_opt_out_is_worse_where_the_use_stays() -> None:
    switch = clause("A switch in the settings ends such use of chats.", stance=Stance.OPT_OUT)
    assert directions([TRAINS, switch], [TRAINS]) == [WORSE]


def test_an_added_passage_that_repeats_what_stands_elsewhere_is_no_change() -> None:
    summary = clause("In short: prompts train our models.")
    assert compare_readings([TRAINS], [summary, TRAINS]) == ()


def test_a_passage_that_says_less_than_before_is_no_change_where_another_still_says_all() -> None:
    kinds = (DataKind.CONTENT, DataKind.USAGE)
    whole = replace(clause("Neural networks learn from whatever Acme receives."), data=kinds)
    both, one = replace(TRAINS, data=kinds), replace(TRAINS, data=(DataKind.USAGE,))
    assert compare_readings([both, whole], [one, whole]) == ()


def test_a_passage_gone_whose_like_still_stands_is_no_change() -> None:
    summary = clause("In short: prompts train our models.")
    assert compare_readings([summary, TRAINS], [TRAINS]) == ()


def test_an_added_passage_of_a_known_meaning_about_another_thing_is_a_change() -> None:
    gallery = clause("Published templates feed every neural network that Acme builds.")
    assert directions([TRAINS], [TRAINS, gallery]) == [WORSE]


def test_a_repetition_for_another_audience_is_a_change() -> None:
    narrow = replace(TRAINS, audience=Audience.CONSUMER)
    wide = replace(clause("In short: prompts train our models."), audience=Audience.BUSINESS)
    assert directions([narrow], [narrow, wide]) == [WORSE]


def test_two_meanings_in_one_sentence_are_told_apart_though_their_digests_are_equal() -> None:
    marketing = replace(IMPROVES, purpose=Purpose.MARKETING)
    assert marketing.digest == IMPROVES.digest
    assert compare_readings([IMPROVES], [IMPROVES, marketing]) == (
        ClauseChange(Family.REUSE, WORSE, None, marketing),
    )


def test_a_new_exception_weakens_a_promise_and_narrows_a_freedom() -> None:
    promise = replace(KEEPS_30, quote="We delete prompts after 30 days unless we need them longer.")
    freedom = replace(TRAINS, quote="We train our models on your prompts except deleted ones.")
    assert directions([KEEPS_30], [promise]) == [WORSE]
    assert directions([TRAINS], [freedom]) == [BETTER]


def test_a_further_party_widens_a_freedom() -> None:
    wider = replace(IMPROVES, quote="We and our affiliates use your files to improve the services.")
    assert directions([IMPROVES], [wider]) == [WORSE]


def test_each_passage_has_one_partner_at_most() -> None:
    changes = compare_readings([NEVER_TRAINS], [TRAINS, TRAINS_UNLESS])
    assert sorted(change.before is None for change in changes) == [False, True]


def test_families_are_never_paired_with_each_other() -> None:
    other = replace(TRAINS, family=Family.REUSE, purpose=Purpose.IMPROVE)
    assert {change.family for change in compare_readings([TRAINS], [other])} == {
        Family.TRAINING,
        Family.REUSE,
    }


def test_the_loss_of_a_security_measure_is_worse() -> None:
    encrypted = clause("All files are encrypted at rest.", Family.SECURITY, None)
    assert directions([encrypted], []) == [WORSE]


def test_a_statement_whose_stance_was_not_told_is_unclear() -> None:
    assert directions([], [clause("Models and prompts.", stance=None)]) == [UNCLEAR]


def test_changes_come_in_the_order_of_the_new_document_and_those_gone_last() -> None:
    late, early = replace(TRAINS, start=500), replace(IMPROVES, start=10)
    changes = compare_readings([KEEPS_30], [late, early])
    assert [change.family for change in changes] == [Family.REUSE, Family.TRAINING, Family.RETENTION]


def test_many_unlike_passages_are_compared_in_little_time() -> None:
    before = [clause(f"alpha{i} beta{i % 7} gamma{i % 11} we train models on prompts") for i in range(300)]
    after = [clause(f"delta{i} beta{i % 7} gamma{i % 13} they train models on files") for i in range(300)]
    started = time.process_time()
    compare_readings(before, after)
    assert time.process_time() - started < 5


def test_directions_of_a_family_are_joined_and_what_pulls_both_ways_is_mixed() -> None:
    changes = [
        ClauseChange(Family.TRAINING, WORSE, None, TRAINS),
        ClauseChange(Family.TRAINING, UNCLEAR, None, TRAINS),
        ClauseChange(Family.REUSE, WORSE, NEVER_TRAINS, None),
        ClauseChange(Family.REUSE, BETTER, None, NEVER_TRAINS),
        ClauseChange(Family.RETENTION, UNCLEAR, None, TRAINS),
    ]
    assert material_families(changes) == {
        Family.TRAINING: WORSE,
        Family.RETENTION: UNCLEAR,
        Family.REUSE: MIXED,
    }


@pytest.mark.parametrize(
    ("worse", "better", "prevailing"),
    [(3, 0, WORSE), (3, 2, WORSE), (2, 3, BETTER), (4, 3, MIXED), (3, 4, MIXED), (1, 1, MIXED)],
)
def test_the_side_with_half_as_many_statements_again_prevails(
    worse: int, better: int, prevailing: Direction
) -> None:
    lost, made = NEVER_TRAINS, clause("We shall not do that.", stance=Stance.PROHIBITS)
    changes = [ClauseChange(Family.TRAINING, WORSE, lost, None)] * worse
    changes += [ClauseChange(Family.TRAINING, BETTER, None, made)] * better
    assert material_families(changes) == {Family.TRAINING: prevailing}


def test_a_new_permission_on_content_is_worse_whatever_is_promised_beside_it() -> None:
    promises = [ClauseChange(Family.TRAINING, BETTER, None, NEVER_TRAINS)] * 5
    permission = ClauseChange(Family.TRAINING, WORSE, None, TRAINS)
    assert material_families([*promises, permission]) == {Family.TRAINING: WORSE}
    usage = replace(permission, after=replace(TRAINS, data=(DataKind.USAGE,)))
    assert material_families([*promises, usage]) == {Family.TRAINING: BETTER}


def test_what_may_be_done_if_the_customer_allows_it_is_more_than_nothing() -> None:
    allowed = clause("We train on it if you allow it.", stance=Stance.OPT_IN)
    assert directions([], [allowed]) == [WORSE]
    assert directions([TRAINS], [TRAINS, replace(allowed, quote="Only if you allow such use.")]) == [BETTER]


def test_a_choice_in_a_sentence_that_denies_gives_nothing_away() -> None:
    denied = replace(
        clause("We do not train on it unless you opt in.", stance=Stance.OPT_IN),
        modifiers=("negation: do not", "opt in: opt in"),
    )
    assert directions([], [denied]) == [BETTER]
    assert directions([denied], []) == [WORSE]


def test_words_are_what_a_person_reads() -> None:
    assert words_of("*   See [Our  Policy](https://a.example/?utm=1), the user’s **FAQ**!") == (
        *("see", "our", "policy", "the", "user's", "faq"),
    )
