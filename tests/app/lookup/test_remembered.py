"""Answers given again: only from the same index, only in their time, and never more than so many."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.lookup.remembered import REMEMBERED, Remembered
from tests.app.lookup_rows import NOW, index

LATER = NOW + timedelta(minutes=1)


def test_an_answer_is_given_again_until_its_time() -> None:
    current, answers = index(), Remembered[str, str, datetime]()
    answers.keep(current, "asked", "given", LATER)
    assert answers.recall(current, "asked", NOW) == "given"
    assert answers.recall(current, "asked", LATER) is None
    assert answers.recall(current, "other", NOW) is None


def test_an_answer_is_never_given_from_another_index() -> None:
    current, answers = index(), Remembered[str, str, datetime]()
    answers.keep(current, "asked", "given", LATER)
    doubted = replace(current, confirmed=False)
    assert answers.recall(doubted, "asked", NOW) is None
    answers.keep(doubted, "asked", "doubted", LATER)
    assert answers.recall(doubted, "asked", NOW) == "doubted"
    assert answers.recall(current, "asked", NOW) is None


def test_the_oldest_answers_make_room() -> None:
    current, answers = index(), Remembered[int, int, datetime]()
    for at in range(REMEMBERED + 10):
        answers.keep(current, at, at, LATER)
    kept = [at for at in range(REMEMBERED + 10) if answers.recall(current, at, NOW) is not None]
    assert kept == list(range(10, REMEMBERED + 10))


def test_answers_of_an_index_that_is_gone_go_too() -> None:
    first, second, answers = index(), index(8), Remembered[int, int, datetime]()
    for at in range(100):
        answers.keep(first, at, at, LATER)
    for at in range(100, 200):
        answers.keep(second, at, at, LATER)
    assert len(answers._answers) == 100
