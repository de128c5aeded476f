"""The worse of two sets of facts, and what a text states against the customer."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.model import Answer, Citation, Fact, Family, Stance
from registry.announced import begins, stated_worse, worse_of
from registry.changes.ordering import direction_of_answers
from registry.model import Direction
from registry.policy_words import ANSWERS
from tests.registry.readings import clause

TRAINING = Family.TRAINING


def fact(answer: Answer, family: Family = TRAINING, days: int | None = None) -> Fact:
    return Fact(family, answer, days)


def told(answer: Answer, quote: str, stance: Stance) -> Fact:
    return Fact(TRAINING, answer, None, (Citation("terms", clause(quote, stance)),))


@pytest.mark.parametrize(
    ("former", "coming", "counts"),
    [
        (Answer.PERMITTED, Answer.PROHIBITED, Answer.PERMITTED),
        (Answer.PROHIBITED, Answer.PERMITTED, Answer.PERMITTED),
        (Answer.OPT_OUT, Answer.OPT_IN, Answer.OPT_OUT),
        (Answer.PROHIBITED, Answer.SILENT, Answer.SILENT),
        (Answer.SILENT, Answer.PROHIBITED, Answer.SILENT),
        (Answer.PROHIBITED, Answer.CONFLICTING, Answer.CONFLICTING),
        (Answer.CONFLICTING, Answer.PROHIBITED, Answer.CONFLICTING),
        (Answer.PROHIBITED, Answer.UNREAD, Answer.UNREAD),
    ],
)
def test_until_its_day_a_better_answer_does_not_count_and_a_worse_one_does(
    former: Answer, coming: Answer, counts: Answer
) -> None:
    (found,) = worse_of([fact(former)], [fact(coming)])
    assert found.answer is counts


@pytest.mark.parametrize(
    ("former", "coming", "days"), [(30, 7, 30), (7, 30, 30), (None, 30, None), (30, None, None)]
)
def test_the_longer_time_counts_and_one_without_a_number_most(
    former: int | None, coming: int | None, days: int | None
) -> None:
    kept = [fact(Answer.BOUNDED, Family.RETENTION, one) for one in (former, coming)]
    (found,) = worse_of(kept[:1], kept[1:])
    assert found.days == days


@given(st.sampled_from(sorted(ANSWERS)), st.data())
def test_what_counts_is_never_better_than_either(family: Family, data: st.DataObject) -> None:
    former, coming = (data.draw(st.sampled_from(sorted(ANSWERS[family]))) for _ in range(2))
    (found,) = worse_of([fact(former, family)], [fact(coming, family)])
    assert (
        direction_of_answers(family, former, found.answer) is not Direction.BETTER or found.answer is former
    )
    assert found.answer in {former, coming}


def test_each_family_is_weighed_by_itself() -> None:
    former = [fact(Answer.PERMITTED), fact(Answer.NONE, Family.RETENTION)]
    coming = [fact(Answer.PROHIBITED), fact(Answer.OPEN_ENDED, Family.RETENTION)]
    assert [one.answer for one in worse_of(former, coming)] == [Answer.PERMITTED, Answer.OPEN_ENDED]


def test_what_another_text_leaves_out_is_no_statement_of_its() -> None:
    assert stated_worse([fact(Answer.PROHIBITED)], [fact(Answer.SILENT)]) == ()
    assert stated_worse([fact(Answer.PROHIBITED)], [fact(Answer.UNREAD)]) == ()


def test_what_another_text_allows_is_stated() -> None:
    (change,) = stated_worse([fact(Answer.PROHIBITED)], [fact(Answer.PERMITTED)])
    assert (change.before, change.after) == (Answer.PROHIBITED, Answer.PERMITTED)


def test_a_sentence_of_the_same_answer_is_stated_where_it_is_new_and_not_where_one_is_gone() -> None:
    promise = told(Answer.PROHIBITED, "We never train on your drafts.", Stance.PROHIBITS)
    both = Fact(
        TRAINING,
        Answer.PROHIBITED,
        None,
        (*promise.citations, Citation("terms", clause("No model of ours sees a voice.", Stance.PROHIBITS))),
    )
    assert stated_worse([both], [promise]) == ()


def test_a_day_without_a_place_has_begun_everywhere_at_noon() -> None:
    assert begins(date(2026, 12, 1)) == datetime(2026, 12, 1, 12, tzinfo=UTC)
