"""What becomes of every passage between two versions, and what the texts themselves tell about it."""

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from extractors.model import Audience, Clause, DataKind, Family, Party, Purpose, Stance
from registry.changes import align_readings, compare_readings, words_of
from registry.model import Alignment, ClauseChange, Direction

WORSE, BETTER = Direction.WORSE, Direction.BETTER
SAME, MOVED, REWORDED = Alignment.SAME, Alignment.MOVED, Alignment.REWORDED
CHANGED, ADDED, GONE = Alignment.CHANGED, Alignment.ADDED, Alignment.GONE


def clause(
    quote: str, stance: Stance = Stance.PERMITS, *, family: Family = Family.TRAINING, at: int = 0
) -> Clause:
    return Clause(
        family=family,
        stance=stance,
        party=Party.VENDOR,
        data=(DataKind.CONTENT,),
        purpose=None,
        period_days=None,
        audience=Audience.ALL,
        start=at,
        end=at + len(quote),
        quote=quote,
        heading="Terms › 3. Content",
        rule="invented",
        modifiers=(),
        digest=quote,
    )


def inside(text: str, *clauses: Clause) -> list[Clause]:
    """Put clauses where they stand in a text."""
    return [
        replace(one, start=text.index(one.quote), end=text.index(one.quote) + len(one.quote))
        for one in clauses
    ]


def kinds(before: Sequence[Clause], after: Sequence[Clause]) -> list[Alignment]:
    return [one.kind for one in align_readings(before, after)]


TRAINS = clause("We train our models on your prompts.")
NEVER = clause("We never train our models on your prompts.", Stance.PROHIBITS)
KEEPS = clause("We delete prompts within weeks.", Stance.BOUNDED, family=Family.RETENTION)
OWNS = clause("You own whatever you make here.", Stance.CUSTOMER, family=Family.OWNERSHIP)


def at(one: Clause, start: int) -> Clause:
    return replace(one, start=start)


# The alignment


def test_each_passage_of_both_versions_is_told_once() -> None:
    before = [at(KEEPS, 10), at(TRAINS, 20), at(OWNS, 30)]
    after = [at(NEVER, 15), at(KEEPS, 25)]
    aligned = align_readings(before, after)
    assert sorted(one.before.start for one in aligned if one.before) == [10, 20, 30]
    assert sorted(one.after.start for one in aligned if one.after) == [15, 25]


def test_what_stands_unchanged_is_the_same_and_has_no_direction() -> None:
    (one,) = align_readings([TRAINS], [TRAINS])
    assert (one.kind, one.direction) == (SAME, None)


def test_a_passage_in_another_order_or_under_another_heading_has_moved() -> None:
    before = [at(TRAINS, 10), at(KEEPS, 20), at(OWNS, 30)]
    assert kinds(before, [at(KEEPS, 10), at(OWNS, 20), at(TRAINS, 30)]) == [SAME, SAME, MOVED]
    assert kinds([TRAINS], [replace(TRAINS, heading="Terms › Privacy")]) == [MOVED]


def test_a_new_chapter_above_moves_nothing() -> None:
    assert kinds([TRAINS], [replace(TRAINS, heading="Terms › 4. Content", start=90)]) == [SAME]


def test_other_words_for_the_same_are_a_rewording() -> None:
    (one,) = align_readings([TRAINS], [clause("We may train all of our own models on your prompts.")])
    assert (one.kind, one.direction) == (REWORDED, None)


def test_another_stance_is_a_change_with_its_direction_and_both_sentences() -> None:
    (one,) = align_readings([NEVER], [TRAINS])
    assert (one.kind, one.direction, one.before, one.after) == (CHANGED, WORSE, NEVER, TRAINS)


def test_what_is_new_or_gone_says_so() -> None:
    assert [(one.kind, one.direction) for one in align_readings([KEEPS], [TRAINS])] == [
        (GONE, WORSE),
        (ADDED, WORSE),
    ]


def test_an_added_repetition_is_told_without_a_direction() -> None:
    summary = clause("In short: prompts train our models.", at=50)
    assert [(one.kind, one.direction) for one in align_readings([TRAINS], [TRAINS, summary])] == [
        (SAME, None),
        (ADDED, None),
    ]


def test_what_is_gone_stands_after_the_passage_that_it_followed() -> None:
    before = [at(KEEPS, 10), at(TRAINS, 20), at(OWNS, 30)]
    aligned = align_readings(before, [at(KEEPS, 15), at(OWNS, 45)])
    assert [one.kind for one in aligned] == [SAME, GONE, SAME]


def test_changes_in_substance_tell_their_kind() -> None:
    assert ClauseChange(Family.TRAINING, WORSE, None, TRAINS).kind is ADDED
    assert ClauseChange(Family.TRAINING, BETTER, TRAINS, None).kind is GONE
    assert ClauseChange(Family.TRAINING, WORSE, NEVER, TRAINS).kind is CHANGED


# What the texts tell


TEXT = f"# Content\n\nWelcome. {TRAINS.quote} Write to help@acme.example.\n"


def test_a_sentence_that_was_there_unread_is_not_new() -> None:
    after = inside(TEXT, TRAINS)
    assert [one.kind for one in compare_readings([], after)] == [ADDED]
    assert compare_readings([], after, (TEXT, TEXT)) == ()
    assert compare_readings(after, [], (TEXT, TEXT)) == ()


def test_a_sentence_that_is_new_in_the_text_too_is_new() -> None:
    was = "# Content\n\nWelcome. Write to help@acme.example.\n"
    assert [one.kind for one in compare_readings([], inside(TEXT, TRAINS), (was, TEXT))] == [ADDED]


@pytest.mark.parametrize(
    ("was", "now", "new"),
    [
        ("Content is publically shown.", "Content is publicly shown.", False),
        ("Ask at a@acme.example to delete it.", "Ask at [email protected] to delete it.", False),
        ("We keep it, such as in logs.", "We keep it, like in logs.", False),
        ("We use it to provide the service.", "We use it to improve the service.", True),
        ("We do use it.", "We do not use it.", True),
    ],
)
def test_misspelling_and_small_words_make_no_new_sentence(was: str, now: str, new: bool) -> None:
    assert bool(compare_readings([], inside(now, clause(now)), (was, now))) is new


def test_a_list_item_is_new_under_another_line_though_its_words_stood_there() -> None:
    was = "We will not use your prompts\n\n* to train our models on your prompts.\n"
    now = was.replace("will not", "may")
    item = clause("to train our models on your prompts.")
    assert [one.kind for one in compare_readings([], inside(now, item), (was, now))] == [ADDED]


def test_a_whole_sentence_under_the_same_heading_means_what_it_meant() -> None:
    wide = replace(TRAINS, data=(DataKind.CONTENT, DataKind.USAGE), audience=Audience.BUSINESS)
    before, after = inside(TEXT, TRAINS), inside(TEXT, wide)
    assert [one.kind for one in compare_readings(before, after)] == [CHANGED]
    assert compare_readings(before, after, (TEXT, TEXT)) == ()
    elsewhere = [replace(after[0], heading="Terms › For companies")]
    assert [one.kind for one in compare_readings(before, elsewhere, (TEXT, TEXT))] == [CHANGED]


# Words, lists of names, and own acts


def test_british_and_american_spelling_are_one() -> None:
    assert words_of("We personalise, analyse and license your favourite colours.") == words_of(
        "We personalize, analyze and licence your favorite colors."
    )
    assert words_of("your hours") == ("your", "hours")


def test_addresses_of_mail_are_not_read() -> None:
    assert words_of("Ask legal@acme.example, or \\[email protected\\].") == ("ask", "or")


LISTED = "Data of Acme Business and Acme Edu is not used to train models."


@pytest.mark.parametrize(
    ("now", "direction"),
    [
        ("Data of Acme Business, Acme Clinic and Acme Edu is not used to train models.", [BETTER]),
        ("Data of Acme Business and Acme Edu is never ever used to train models.", []),
        ("Data of Acme Company and Acme Edu is not used to train models.", []),
    ],
)
def test_a_promise_that_lists_one_product_more_is_better(now: str, direction: list[Direction]) -> None:
    before, after = clause(LISTED, Stance.PROHIBITS), clause(now, Stance.PROHIBITS)
    assert [one.direction for one in compare_readings([before], [after])] == direction


def test_a_product_that_leaves_a_promise_is_worse_unless_it_is_named_nowhere_any_more() -> None:
    now = "Data of Acme Business and Acme Edu is not used to train models."
    was = now.replace(" and", ", Acme Team and")
    before, after = inside(was, clause(was, Stance.PROHIBITS)), inside(now, clause(now, Stance.PROHIBITS))
    assert [one.direction for one in compare_readings(before, after, (was, f"{now} Acme Team is new."))] == [
        WORSE
    ]
    assert compare_readings(before, after, (was, now)) == ()


def test_what_customers_publish_by_an_own_act_is_no_change() -> None:
    shared = replace(clause("You may share a chat by a link.", Stance.OPT_IN), purpose=Purpose.PUBLISH)
    assert compare_readings([], [replace(shared, family=Family.REUSE)]) == ()


def test_what_is_kept_of_people_who_are_no_users_is_no_change() -> None:
    notice = replace(TRAINS, data=(DataKind.PERSONAL,), heading="Non-User Notice › Training")
    assert compare_readings([], [notice]) == compare_readings([notice], []) == ()
    assert [one.direction for one in compare_readings([], [replace(TRAINS, heading=notice.heading)])] == [
        WORSE
    ]


def test_a_sentence_turned_round_is_a_change_though_both_stand_elsewhere() -> None:
    sentence = "We never train our models on data of {} that you connect."
    before = [
        clause(sentence.format("drives"), Stance.PROHIBITS),
        clause(f"By default, {TRAINS.quote}", Stance.OPT_IN),
    ]
    after = [
        clause(f"By default, {sentence.format('drives')}", Stance.OPT_IN),
        clause(f"By default, {TRAINS.quote}", Stance.OPT_IN),
        clause("Mailboxes teach no machine of ours anything.", Stance.PROHIBITS),
    ]
    assert WORSE in [one.direction for one in compare_readings(before, after)]


def test_a_page_that_is_made_to_be_slow_is_cut_into_words_in_no_time() -> None:
    began = time.process_time()
    for sign in ("a", "a.", "](", "[a](", "a@"):
        words_of(sign * (200_000 // len(sign)))
    assert time.process_time() - began < 5
