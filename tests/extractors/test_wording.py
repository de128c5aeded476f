"""What a clause's own words keep it from reaching, and how that moves an answer."""

import pytest

from extractors import wording
from extractors.model import Answer, Clause, DataKind, Family, Purpose, Stance, TermsType
from tests.extractors.saying import PERSONAL, answer, fact, governing, says

TRAINS = says(Family.TRAINING, Stance.PERMITS)
LIMITED = says(Family.REUSE, Stance.PROHIBITS, purpose=Purpose.SERVICE_ONLY)
IMPROVES = says(Family.REUSE, Stance.PERMITS, purpose=Purpose.IMPROVE, start=5)


def improves(quote: str, start: int = 5) -> Clause:
    return says(Family.REUSE, Stance.PERMITS, purpose=Purpose.IMPROVE, start=start, quote=quote)


def test_a_choice_for_one_regions_residents_is_no_choice_for_all() -> None:
    choice = says(
        Family.TRAINING, Stance.OPT_OUT, start=3, quote="Users located in the EU may object to training."
    )
    assert answer(Family.TRAINING, TRAINS, choice) is Answer.PERMITTED
    everyone = says(Family.TRAINING, Stance.OPT_OUT, start=9, quote="You can opt out of training.")
    assert answer(Family.TRAINING, TRAINS, choice, everyone) is Answer.OPT_OUT


@pytest.mark.parametrize(
    ("stance", "quote"),
    [
        (Stance.PROHIBITS, "We do not train on content of users who reside in California."),
        (Stance.PROHIBITS, "Where possible, we do not train on your content."),
        (Stance.OPT_IN, "We aim to train on your content only with your consent."),
    ],
)
def test_a_promise_to_some_or_to_try_makes_no_safe_answer(stance: Stance, quote: str) -> None:
    assert answer(Family.TRAINING, says(Family.TRAINING, stance, quote=quote)) is Answer.SILENT


def test_who_promises_to_develop_and_improve_nothing_with_content_promises_not_to_train() -> None:
    quote = "We will not use your content to develop or improve our services, unless you agree."
    denial = says(Family.REUSE, Stance.OPT_IN, purpose=Purpose.IMPROVE, quote=quote)
    assert answer(Family.TRAINING, denial) is Answer.OPT_IN
    assert answer(Family.TRAINING, denial, TRAINS) is Answer.PERMITTED


def test_who_promises_to_improve_nothing_may_still_train() -> None:
    denial = says(
        Family.REUSE, Stance.PROHIBITS, purpose=Purpose.IMPROVE, quote="We never improve it with content."
    )
    assert answer(Family.TRAINING, denial) is Answer.SILENT


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("We may run your content through automated safety tools.", Answer.SERVICE_ONLY),
        ("Staff may use it solely for quality assurance.", Answer.SERVICE_ONLY),
        ("We use your content for debugging and to improve our services.", Answer.IMPROVE),
        ("We use your content to improve our services.", Answer.IMPROVE),
    ],
)
def test_debugging_and_safety_stay_within_a_limit_and_betterment_does_not(
    quote: str, expected: Answer
) -> None:
    assert answer(Family.REUSE, LIMITED, improves(quote)) is expected
    assert answer(Family.REUSE, improves(quote)) is Answer.IMPROVE


def test_a_sentence_about_a_limited_licence_widens_nothing() -> None:
    limited = says(Family.REUSE, Stance.PERMITS, purpose=Purpose.LICENCE)
    ends = says(
        Family.REUSE,
        Stance.PERMITS,
        purpose=Purpose.LICENCE,
        start=5,
        quote="The licence ends with the account.",
    )
    grants = says(
        Family.REUSE,
        Stance.PERMITS,
        purpose=Purpose.LICENCE,
        start=5,
        quote="You grant us the licence to sell it.",
    )
    assert answer(Family.REUSE, LIMITED, limited, ends) is Answer.SERVICE_ONLY
    assert answer(Family.REUSE, LIMITED, limited, grants) is Answer.BROAD


def business(quote: str) -> Clause:
    return says(Family.REUSE, Stance.PERMITS, PERSONAL, purpose=Purpose.LICENCE, start=5, quote=quote)


def test_in_a_processing_agreement_personal_data_is_content_unless_it_is_the_accounts() -> None:
    def told(quote: str) -> Answer:
        document = governing(TermsType.DATA_PROCESSOR_AGREEMENT, LIMITED, business(quote))
        return fact(Family.REUSE, document).answer

    assert told("Acme may use Personal Data as it likes.") is Answer.BROAD
    assert told("Acme may use Personal Data for billing and account management.") is Answer.SERVICE_ONLY
    assert told("Acme may use Personal Data and inputs for billing.") is Answer.BROAD


def test_in_a_processing_agreement_data_without_a_name_is_what_is_processed() -> None:
    ends = says(Family.RETENTION, Stance.BOUNDED, (), told=("ending: upon termination",))
    assert (
        fact(Family.RETENTION, governing(TermsType.DATA_PROCESSOR_AGREEMENT, ends)).answer is Answer.BOUNDED
    )
    assert answer(Family.RETENTION, ends) is Answer.SILENT


WIDE = [
    (Purpose.MARKETING, "We use your information for advertising.", Answer.BROAD),
    (Purpose.THIRD_PARTY, "We share your information with partners.", Answer.BROAD),
    (Purpose.MARKETING, "We use your information for marketing our new features.", Answer.SILENT),
    (Purpose.THIRD_PARTY, "In a merger your information goes to the buyer.", Answer.SILENT),
]


@pytest.mark.parametrize(("purpose", "quote", "expected"), WIDE)
def test_where_nothing_is_said_of_content_wide_use_of_personal_data_is_wide_use_of_it(
    purpose: Purpose, quote: str, expected: Answer
) -> None:
    wide = says(Family.REUSE, Stance.PERMITS, PERSONAL, purpose=purpose, start=9, quote=quote)
    assert answer(Family.REUSE, wide) is expected
    assert answer(Family.REUSE, wide, IMPROVES) is Answer.IMPROVE


def test_a_right_to_object_to_sale_does_not_tell_that_anything_is_sold() -> None:
    right = says(
        Family.REUSE, Stance.OPT_OUT, PERSONAL, purpose=Purpose.THIRD_PARTY, quote="the right to opt out"
    )
    assert answer(Family.REUSE, right) is Answer.SILENT


def test_content_without_names_goes_wherever_data_without_names_goes() -> None:
    nameless = (DataKind.CONTENT, DataKind.DEIDENTIFIED)
    stripped = says(Family.REUSE, Stance.PERMITS, nameless, purpose=Purpose.AGGREGATE)
    shared = says(
        Family.REUSE, Stance.PERMITS, (DataKind.DEIDENTIFIED,), purpose=Purpose.THIRD_PARTY, start=5
    )
    assert answer(Family.REUSE, stripped) is Answer.IMPROVE
    assert answer(Family.REUSE, stripped, shared) is Answer.BROAD
    assert answer(Family.REUSE, IMPROVES, shared) is Answer.IMPROVE


DAYS = says(Family.RETENTION, Stance.BOUNDED, days=30, start=1)


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("We retain the files that you give us.", Answer.BOUNDED),
        ("This includes what you upload.", Answer.BOUNDED),
        ("We may retain copies of the files.", Answer.OPEN_ENDED),
        ("We retain files after you close the account.", Answer.OPEN_ENDED),
        ("We retain files for as long as necessary.", Answer.OPEN_ENDED),
        ("If memory is on, we remember your chats.", Answer.USER_CONTROL),
        ("Admins decide how long chats are kept: from a day to forever.", Answer.USER_CONTROL),
        ("The period for which data will be retained: see Annex 1.", Answer.BOUNDED),
    ],
)
def test_a_period_bounds_what_is_kept_without_a_word_on_time(quote: str, expected: Answer) -> None:
    kept = says(Family.RETENTION, Stance.OPEN_ENDED, start=9, quote=quote)
    assert answer(Family.RETENTION, DAYS, kept) is expected


def test_what_is_stored_somewhere_is_not_kept_from_being_stored_whatever_the_customer_may_delete() -> None:
    kept = says(Family.RETENTION, Stance.OPEN_ENDED, quote="We store your files.")
    never = says(Family.RETENTION, Stance.NONE, start=3)
    controls = says(Family.RETENTION, Stance.USER_CONTROL, start=6)
    assert answer(Family.RETENTION, kept, never, controls) is Answer.USER_CONTROL


def test_where_a_link_leads_says_nothing() -> None:
    linked = says(
        Family.RETENTION, Stance.OPEN_ENDED, quote="We [retain](https://acme.example/as-long) files."
    )
    assert wording.tells_no_time(linked)


SETTINGS = [
    "If you enable quiet mode, it is so.",
    "When the shield is switched on, it is so.",
    "In quiet mode, it is so.",
]


@pytest.mark.parametrize("quote", SETTINGS)
def test_a_promise_under_a_setting_is_for_who_chooses_it(quote: str) -> None:
    never_trains = says(Family.TRAINING, Stance.PROHIBITS, quote=quote)
    never_keeps = says(Family.RETENTION, Stance.NONE, quote=quote)
    deletes = says(Family.RETENTION, Stance.BOUNDED, days=1, quote=quote)
    limit = says(Family.REUSE, Stance.PROHIBITS, purpose=Purpose.SERVICE_ONLY, quote=quote)
    assert answer(Family.TRAINING, never_trains) is Answer.OPT_OUT
    assert answer(Family.RETENTION, never_keeps) is Answer.USER_CONTROL
    assert answer(Family.RETENTION, deletes) is Answer.USER_CONTROL
    assert answer(Family.REUSE, limit) is Answer.SILENT


def test_a_promise_under_the_heading_of_a_mode_is_one_under_a_setting() -> None:
    never = says(Family.TRAINING, Stance.PROHIBITS, heading="Terms › Quiet mode")
    assert answer(Family.TRAINING, never) is Answer.OPT_OUT


def test_training_under_a_setting_is_training_by_consent() -> None:
    trains = says(Family.TRAINING, Stance.OPT_IN, quote="If sharing is enabled, we train on your content.")
    assert answer(Family.TRAINING, trains) is Answer.OPT_IN


@pytest.mark.parametrize("stance", [Stance.PROHIBITS, Stance.OPT_IN])
def test_a_promise_that_names_a_way_out_spares_who_takes_it(stance: Stance) -> None:
    out = says(Family.TRAINING, stance, quote="We do not train on your content once you have opted out.")
    both = says(Family.TRAINING, Stance.OPT_IN, quote="Unless they opt in, customers are opted out.")
    assert answer(Family.TRAINING, out) is Answer.OPT_OUT
    assert answer(Family.TRAINING, both) is Answer.OPT_IN


@pytest.mark.parametrize(
    "quote",
    [
        "We may also delete your files.",
        "We delete files at our discretion.",
        "Kept for as long as necessary.",
    ],
)
def test_an_end_at_the_vendors_will_is_none(quote: str) -> None:
    assert answer(Family.RETENTION, says(Family.RETENTION, Stance.BOUNDED, quote=quote)) is Answer.SILENT
    numbered = says(Family.RETENTION, Stance.BOUNDED, days=30, quote=quote)
    assert answer(Family.RETENTION, numbered) is Answer.BOUNDED
