"""What one document states: promises hold for all content and unasked, permissions always count."""

import pytest

from extractors.model import Answer, Clause, DataKind, Family, Purpose, Stance
from extractors.statements import SAFE
from tests.extractors.saying import PERSONAL, answer, says

DAYS = says(Family.RETENTION, Stance.BOUNDED, days=30, start=1)
AT_THE_END = says(Family.RETENTION, Stance.BOUNDED, days=30, told=("ending: following termination",), start=1)
AS_LONG_AS_WE_NEED = says(Family.RETENTION, Stance.OPEN_ENDED, told=("at large: as long as we need",))
WHILE_SERVING = says(Family.RETENTION, Stance.OPEN_ENDED, told=("serving: provide the services",))
FOR_THE_LAW = says(Family.RETENTION, Stance.OPEN_ENDED, told=("reserve: required by law",))
STORED = says(Family.RETENTION, Stance.OPEN_ENDED, told=("storing: stored",))
CONTROLS = says(Family.RETENTION, Stance.USER_CONTROL, start=9)
NOTHING = says(Family.RETENTION, Stance.NONE)


@pytest.mark.parametrize("ends", [DAYS, AT_THE_END])
def test_a_period_does_not_bound_what_is_kept_for_as_long_as_the_vendor_needs_it(ends: Clause) -> None:
    assert answer(Family.RETENTION, ends, AS_LONG_AS_WE_NEED) is Answer.OPEN_ENDED


@pytest.mark.parametrize("kept", [WHILE_SERVING, FOR_THE_LAW, STORED])
def test_a_period_at_the_end_bounds_what_is_kept_for_serving_for_the_law_or_without_a_period(
    kept: Clause,
) -> None:
    assert answer(Family.RETENTION, AT_THE_END, kept) is Answer.BOUNDED


def test_an_open_end_that_says_nothing_of_its_reach_counts_in_full() -> None:
    bare = says(Family.RETENTION, Stance.OPEN_ENDED)
    assert answer(Family.RETENTION, AT_THE_END, bare) is Answer.OPEN_ENDED


def test_what_is_kept_for_the_law_and_for_the_business_is_no_exception() -> None:
    both = says(
        Family.RETENTION, Stance.OPEN_ENDED, told=("reserve: required by law", "at large: business purposes")
    )
    assert answer(Family.RETENTION, DAYS, both) is Answer.OPEN_ENDED


def test_keeping_for_the_law_alone_is_no_answer() -> None:
    personal = says(Family.RETENTION, Stance.OPEN_ENDED, PERSONAL, told=("reserve: required by law",))
    assert answer(Family.RETENTION, personal) is Answer.SILENT


def test_content_kept_with_feedback_is_kept_by_the_customers_choice() -> None:
    rated = says(Family.RETENTION, Stance.OPEN_ENDED, (DataKind.CONTENT, DataKind.FEEDBACK))
    assert answer(Family.RETENTION, AT_THE_END, rated) is Answer.BOUNDED


def test_a_period_that_runs_from_the_customers_request_is_the_customers_choice() -> None:
    asked = says(Family.RETENTION, Stance.BOUNDED, days=30, told=("ask: upon request",))
    assert answer(Family.RETENTION, asked) is Answer.USER_CONTROL


def test_a_period_in_the_sentence_that_lets_the_customer_delete_runs_from_that_choice() -> None:
    deletes = says(Family.RETENTION, Stance.USER_CONTROL, start=1)
    assert answer(Family.RETENTION, DAYS, deletes) is Answer.USER_CONTROL


def test_deletion_at_the_end_on_instruction_is_an_end() -> None:
    told = ("ending: following termination", "ask: at customer 's instruction")
    assert answer(Family.RETENTION, says(Family.RETENTION, Stance.BOUNDED, told=told)) is Answer.BOUNDED


@pytest.mark.parametrize("told", ["ask: eligible customers", "condition: if you enable"])
def test_zero_retention_for_who_asks_for_it_is_not_zero_retention(told: str) -> None:
    asked = says(Family.RETENTION, Stance.NONE, told=(told,))
    assert answer(Family.RETENTION, asked) is Answer.USER_CONTROL
    assert answer(Family.RETENTION, asked, AT_THE_END) is Answer.BOUNDED


def test_what_is_not_stored_and_yet_kept_for_days_is_kept_for_days() -> None:
    assert answer(Family.RETENTION, NOTHING, DAYS) is Answer.BOUNDED


def test_zero_retention_does_not_undo_that_content_is_stored() -> None:
    assert answer(Family.RETENTION, NOTHING, STORED) is Answer.OPEN_ENDED


def test_not_to_train_for_who_asks_is_a_way_to_opt_out() -> None:
    asked = says(Family.TRAINING, Stance.PROHIBITS, told=("ask: eligible customers",))
    assert answer(Family.TRAINING, asked) is Answer.OPT_OUT


def test_a_choice_about_data_in_general_limits_a_permission_on_content() -> None:
    permits = says(Family.TRAINING, Stance.PERMITS)
    choice = says(Family.TRAINING, Stance.OPT_OUT, PERSONAL)
    assert answer(Family.TRAINING, permits, choice) is Answer.OPT_OUT


LIMITED = says(Family.REUSE, Stance.PROHIBITS, purpose=Purpose.SERVICE_ONLY)
PROMISES = (
    says(Family.TRAINING, Stance.PROHIBITS),
    says(Family.TRAINING, Stance.OPT_IN),
    NOTHING,
    DAYS,
    CONTROLS,
    LIMITED,
)


@pytest.mark.parametrize("promise", PROMISES)
def test_a_promise_about_a_part_of_content_is_none_about_content(promise: Clause) -> None:
    told = says(
        promise.family,
        promise.stance or Stance.PROHIBITS,
        purpose=promise.purpose,
        days=promise.period_days,
        told=("part: payment data",),
    )
    assert answer(promise.family, told) is Answer.SILENT


@pytest.mark.parametrize("promise", PROMISES)
def test_a_promise_about_personal_data_alone_makes_no_safe_answer(promise: Clause) -> None:
    told = says(
        promise.family, promise.stance or Stance.PROHIBITS, PERSONAL, purpose=promise.purpose, days=30
    )
    assert answer(promise.family, told) not in SAFE


def test_a_limit_under_a_setting_is_no_limit() -> None:
    limit = says(
        Family.REUSE, Stance.OPT_IN, purpose=Purpose.SERVICE_ONLY, told=("condition: if you enable",)
    )
    assert answer(Family.REUSE, limit) is Answer.SILENT


def test_a_licence_that_says_what_it_is_for_is_no_wider() -> None:
    licence = says(Family.REUSE, Stance.PERMITS, purpose=Purpose.LICENCE)
    assert answer(Family.REUSE, LIMITED, licence) is Answer.SERVICE_ONLY


def test_a_licence_for_the_permitted_uses_is_as_wide_as_they_are() -> None:
    told = ("confined: necessary for the permitted uses",)
    licence = says(Family.REUSE, Stance.PERMITS, purpose=Purpose.LICENCE, start=5, told=told)
    assert answer(Family.REUSE, LIMITED, licence) is Answer.SERVICE_ONLY
    assert answer(Family.REUSE, licence) is Answer.BROAD


def test_a_limit_and_marketing_in_one_sentence_are_broad() -> None:
    marketing = says(Family.REUSE, Stance.PERMITS, purpose=Purpose.MARKETING)
    assert answer(Family.REUSE, LIMITED, marketing) is Answer.BROAD


def test_messages_to_the_customer_are_no_marketing_with_content() -> None:
    told = ("contact: marketing messages",)
    messages = says(Family.REUSE, Stance.OPT_OUT, purpose=Purpose.MARKETING, start=5, told=told)
    assert answer(Family.REUSE, LIMITED, messages) is Answer.IMPROVE


def test_sharing_that_serves_the_customer_is_not_broad_and_never_safe() -> None:
    told = ("serving: enable functionality",)
    shared = says(Family.REUSE, Stance.PERMITS, purpose=Purpose.THIRD_PARTY, start=5, told=told)
    assert answer(Family.REUSE, LIMITED, shared) is Answer.IMPROVE


UNNAMED = (
    (says(Family.TRAINING, Stance.PERMITS, ()), Answer.PERMITTED),
    (says(Family.RETENTION, Stance.OPEN_ENDED, ()), Answer.OPEN_ENDED),
    (says(Family.REUSE, Stance.PERMITS, (), purpose=Purpose.THIRD_PARTY), Answer.BROAD),
    (says(Family.REUSE, Stance.PERMITS, (), purpose=Purpose.AGGREGATE), Answer.IMPROVE),
)


@pytest.mark.parametrize(("unnamed", "expected"), UNNAMED)
def test_what_is_permitted_with_unnamed_data_may_be_permitted_with_content(
    unnamed: Clause, expected: Answer
) -> None:
    assert answer(unnamed.family, unnamed) is expected


@pytest.mark.parametrize("promise", PROMISES)
def test_what_is_promised_of_unnamed_data_makes_no_safe_answer(promise: Clause) -> None:
    told = says(promise.family, promise.stance or Stance.PROHIBITS, (), purpose=promise.purpose, days=30)
    assert answer(promise.family, told) not in SAFE
