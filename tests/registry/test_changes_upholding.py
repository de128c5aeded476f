"""Which of the statements that somebody relied on still stand, however many there are."""

import random
import time

import pytest

from extractors.model import Stance
from registry.changes import upheld
from tests.registry.test_changes_alignment import clause
from tests.registry.test_changes_long import MANY, in_any_order, read, with_a_word_of_its_own

NEVER = clause("We never train our models on your prompts.", Stance.PROHIBITS)
WEAKER = clause("We never train our models on your prompts, except for drafts.", Stance.PROHIBITS)


def test_a_statement_is_upheld_by_the_same_words_and_by_others_that_mean_the_same() -> None:
    other = clause("We do never train our own models on your prompts.", Stance.PROHIBITS)
    assert upheld([NEVER], [WEAKER, NEVER]) == upheld([NEVER], [other]) == (True,)


def test_a_weaker_statement_upholds_nothing_and_neither_does_an_empty_text() -> None:
    assert upheld([NEVER, WEAKER], [WEAKER]) == (False, True)
    assert upheld([NEVER], []) == (False,)


@pytest.mark.slow
def test_promises_of_endless_terms_are_held_against_endless_terms_in_little_time() -> None:
    was = with_a_word_of_its_own(random.Random(7))
    relied, standing = (read(one, Stance.PROHIBITS)[0] for one in (was, [f"{text} indeed" for text in was]))
    started = time.process_time()
    assert all(upheld(relied, standing))
    assert time.process_time() - started < 10


@pytest.mark.slow
def test_what_cannot_be_looked_for_in_bounded_time_is_not_upheld() -> None:
    draw = random.Random(7)
    relied, standing = (read(in_any_order(draw, many), Stance.PROHIBITS)[0] for many in (MANY, 300))
    started = time.process_time()
    assert not all(upheld(relied, standing))
    assert time.process_time() - started < 20
    relied, standing = (read(in_any_order(draw), Stance.PROHIBITS)[0] for _ in range(2))
    assert not any(upheld(relied, standing))
