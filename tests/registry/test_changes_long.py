"""Terms as long as somebody likes, written anew sentence by sentence, must not keep a look from its end."""

import random
import time
from collections.abc import Callable, Sequence

import pytest

from extractors.model import Clause, Stance
from registry.changes import compare_readings
from registry.changes.likeness import MOST_COMPARED, WordSets
from registry.model import Direction
from tests.registry.test_changes_alignment import clause

MANY = 4_000
SENTENCE = "we may use content that you submit to our services and all they make for you to train models"
COMMON = SENTENCE.split()
WORSE = Direction.WORSE


def read(sentences: Sequence[str], stance: Stance = Stance.PERMITS) -> tuple[list[Clause], str]:
    """Clauses of these sentences, and the text that they stand in, one a line."""
    found: list[Clause] = []
    at = 0
    for sentence in sentences:
        found.append(clause(sentence, stance, at=at))
        at += len(sentence) + 1
    return found, "\n".join(sentences)


def in_any_order(draw: random.Random, many: int = MANY) -> list[str]:
    """Sentences that differ in nothing but the order of their words."""
    return [" ".join(draw.sample(COMMON, len(COMMON))) for _ in range(many)]


def of_few_words(draw: random.Random) -> list[str]:
    """Sentences that share their short words, and some of a few long ones."""
    long = [f"wording{number}" for number in range(40)]
    return [f"we may train on it for {' '.join(draw.sample(long, 6))}" for _ in range(MANY)]


def with_a_word_of_its_own(draw: random.Random) -> list[str]:
    """Sentences that each have a word in common with one of the other version."""
    return [f"we train {' '.join(draw.sample(COMMON, 9))} matter{number}" for number in range(MANY)]


@pytest.mark.slow
@pytest.mark.parametrize("sentences", [in_any_order, of_few_words, with_a_word_of_its_own])
@pytest.mark.parametrize("stance", [Stance.PERMITS, Stance.PROHIBITS])
def test_terms_written_anew_are_compared_in_little_time(
    sentences: Callable[[random.Random], list[str]], stance: Stance
) -> None:
    draw = random.Random(7)
    (before, was), (after, now) = (read(sentences(draw), stance) for _ in range(2))
    started = time.process_time()
    compare_readings(before, after, (was, now))
    assert time.process_time() - started < 10


@pytest.mark.slow
@pytest.mark.parametrize("stance", [Stance.PERMITS, Stance.PROHIBITS])
def test_what_could_not_be_looked_for_is_a_change_for_the_worse(stance: Stance) -> None:
    draw = random.Random(7)
    (before, was), (after, now) = (read(in_any_order(draw), stance) for _ in range(2))
    changes = compare_readings(before, after, (was, now))
    assert WORSE in {change.direction for change in changes}
    assert len(changes) == 2 * MANY


@pytest.mark.slow
def test_a_sentence_is_found_among_very_many_by_a_word_of_its_own() -> None:
    was = with_a_word_of_its_own(random.Random(7))
    now = [f"{one} indeed" for one in was]
    now[7] += " with our partners"
    (before, _), (after, _) = read(was), read(now)
    (change,) = compare_readings(before, after)
    assert (change.direction, change.before, change.after) == (WORSE, before[7], after[7])


def test_a_statement_that_stands_elsewhere_is_no_news_among_very_many_either() -> None:
    before = read(with_a_word_of_its_own(random.Random(1)))[0]
    again = clause("We train, for matter1 to matter5, models.", at=9**9)
    assert compare_readings(before, [*before, again]) == ()


def test_a_name_that_very_many_promises_lose_is_looked_for_once() -> None:
    was = [
        f"We never train on data of Acme Chat, Acme Draw and Acme Team in matter m{n}." for n in range(MANY)
    ]
    now = [one.replace(" and Acme Team", "").replace("Chat,", "Chat and") for one in was]
    (before, text), (after, other) = read(was, Stance.PROHIBITS), read(now, Stance.PROHIBITS)
    other = "\n".join([other, *(f"Team {n} of Acme has moved." for n in range(MANY))])
    started = time.process_time()
    assert compare_readings(before, after, (text, other)) == ()
    assert time.process_time() - started < 10


def test_few_sets_are_all_near_and_of_many_those_that_share_rare_words() -> None:
    few = WordSets([frozenset({"a"})] * MOST_COMPARED)
    assert len(few.near(frozenset({"b"})).numbers) == MOST_COMPARED
    many = WordSets([frozenset({"common", f"rare{number}"}) for number in range(3_000)])
    assert many.near(frozenset({"rare7"})).numbers == [7]
    assert many.near(frozenset({"rare7"})).is_all
    near = many.near(frozenset({"common", "rare7"}))
    assert (near.numbers, near.is_all) == ([7], False)
