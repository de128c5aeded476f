"""Announcements: from which day to come a text says that terms apply, on invented sentences."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.announcements import upcoming_terms
from extractors.model import Announcement

TODAY = date(2027, 2, 1)
MARCH_1 = date(2027, 3, 1)


def found(text: str, today: date = TODAY) -> tuple[Announcement, ...]:
    announced = upcoming_terms(text, today)
    assert all(text[one.start : one.end] == one.quote for one in announced)
    return announced


def days(text: str, today: date = TODAY) -> list[date]:
    return [one.effective for one in found(text, today)]


@pytest.mark.parametrize(
    "sentence",
    [
        "These terms take effect on 1 March 2027.",
        "These Terms will come into force as of March 1, 2027.",
        "This policy goes into effect on Monday, 1 March 2027.",
        "This Agreement is effective as of March 1st, 2027.",
        "This Privacy Notice will become effective for existing users on March 1, 2027.",
        "Effective March 1, 2027: we will begin to use chats for training.",
        "Effective March 1, 2027",
        "Effective: 2027-03-01",
        "**Effective Date:** March 1, 2027",
        "Effective date\n\nMarch 1, 2027",
        "| Effective date | March 1, 2027 |",
        "Last updated: January 20, 2027 | Effective: March 1, 2027",
        "Last updated January 20, 2027, effective from 1 March 2027.",
        "The effective date of these Terms is March 1, 2027.",
        "Effective Date of this Policy: March 1, 2027",
        "The updated terms will apply from 1 March 2027.",
        "Our revised Privacy Policy will apply to all existing users starting on March 1, 2027.",
        "The changes below take effect on March 1, 2027 unless you object.",
        "The new version replaces the current one on 1 March 2027.",
        "From 1 March 2027, our new [Terms of Use](https://acme.example/terms/2027) apply.",
        "Starting March 1, 2027, we may train our models on your chats.",
        "On March 1, 2027, we will update our Terms of Service.",
        "We are updating our Terms of Service on March 1, 2027.",
        "We're changing our privacy policy, effective March 1, 2027.",
        "These terms do not take effect until March 1, 2027.",
        "Valid from: 01.03.2027",
        "Version in force from 1 March 2027",
        "> **Note:** the amendments become binding on 1 March 2027.",
    ],
)
def test_a_day_to_come_is_told_from_the_sentence_that_sets_it(sentence: str) -> None:
    assert days(f"Welcome to Acme.\n\n{sentence}\n\nWe like the sea.") == [MARCH_1]


@pytest.mark.parametrize(
    "written",
    [
        "March 1, 2027",
        "March 1 2027",
        "MARCH 1st, 2027",
        "Mar. 1, 2027",
        "Mar 1, 2027",
        "1 March 2027",
        "1st of March 2027",
        "1 March, 2027",
        "01-Mar-2027",
        "2027-03-01",
        "2027/03/01",
        "2027-03-01T00:00:00Z",
        "1.3.2027",
        "March 2027",
        "March 1",
        "1 March",
    ],
)
def test_a_date_is_read_in_each_of_its_spellings(written: str) -> None:
    assert days(f"These terms take effect on {written}.") == [MARCH_1]


@pytest.mark.parametrize(
    "sentence",
    [
        "Last updated: March 1, 2027.",
        "Prices rise with effect from March 1, 2027.",
        "Effective March 1, 2027, the price of the Pro plan rises.",
        "Your cancellation takes effect on March 1, 2027.",
        "The Data Act, which takes effect on March 1, 2027, does not change these terms.",
        "Starting March 1, 2027, fees are billed once a month under these terms.",
        "The previous terms are effective until March 1, 2027.",
        "The previous policy will no longer apply from March 1, 2027.",
        "The 2025 terms cease to be effective on March 1, 2027.",
        "On March 1, 2027, we will hold a conference.",
        "Orders placed before March 1, 2027 fall under the old terms.",
        "These terms take effect in 30 days.",
        "These terms take effect 30 days after we post them.",
        "These terms took effect on January 1, 2027.",
        "These terms take effect on 2027-02-30.",
        "Version 1.3.2 of these terms is effective.",
    ],
)
def test_what_sets_no_day_for_terms_is_no_announcement(sentence: str) -> None:
    assert days(sentence) == []


@pytest.mark.parametrize(
    ("written", "expected"),
    [("03/15/2027", [date(2027, 3, 15)]), ("15/03/2027", [date(2027, 3, 15)]),
     ("05/03/2027", [date(2027, 3, 5)]), ("01/03/2027", [])],
)  # fmt: skip
def test_of_two_readings_of_a_date_the_sooner_counts_and_none_may_have_passed(
    written: str, expected: list[date]
) -> None:
    assert days(f"Effective: {written}") == expected


def test_a_date_without_a_year_is_the_nearest_one() -> None:
    assert days("These terms take effect on January 10.", date(2026, 12, 20)) == [date(2027, 1, 10)]
    assert days("These terms take effect on December 20.", date(2027, 1, 10)) == []


def test_a_day_that_has_come_is_no_announcement() -> None:
    sentence = "These terms take effect on March 1, 2027."
    assert days(sentence, date(2027, 2, 28)) == [MARCH_1]
    assert days(sentence, MARCH_1) == []


def test_a_day_years_ahead_is_a_slip_of_the_pen() -> None:
    assert days("These terms take effect on March 1, 2031.") == []


def test_several_days_come_soonest_first_each_with_its_sentence() -> None:
    text = "The API terms apply from 1 May 2027. These terms take effect on 1 March 2027."
    assert [(one.effective, one.quote) for one in found(text)] == [
        (MARCH_1, "These terms take effect on 1 March 2027."),
        (date(2027, 5, 1), "The API terms apply from 1 May 2027."),
    ]


def test_a_sentence_may_set_one_day_for_new_and_another_for_known_customers() -> None:
    text = "These terms take effect on March 1, 2027 for new users and April 1, 2027 for all others."
    assert days(text) == [MARCH_1, date(2027, 4, 1)]


@pytest.mark.parametrize(
    ("sentence", "own"),
    [
        ("These updated Terms of Service take effect on March 1, 2027.", True),
        ("Effective Date: March 1, 2027", True),
        ("**Effective: March 1, 2027** ([previous version](https://acme.example/2025))", True),
        ("This version of our policy is effective from March 1, 2027.", True),
        ("Our new [Terms](https://acme.example/new) take effect on March 1, 2027.", False),
        ("These changes take effect on March 1, 2027.", False),
        ("On March 1, 2027, we will update our Terms.", False),
    ],
)
def test_it_is_told_whether_the_sentence_speaks_of_this_very_text(sentence: str, own: bool) -> None:
    (one,) = found(sentence)
    assert one.own is own


def test_what_is_plainly_said_of_this_text_goes_before_what_may_be_said_of_another() -> None:
    text = "Our new terms take effect on March 1, 2027.\n\nEffective Date: March 1, 2027"
    assert [one.own for one in found(text)] == [True]


@given(st.text(max_size=300), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_any_text_is_read_without_error(text: str, today: date) -> None:
    found(f"Effective {text} take effect on {text} 1 March 2027", today)


def test_time_grows_with_the_text() -> None:
    text = "These terms apply to you from the start effective date " * 4000 + "1/2/2027 " * 4000
    started = time.process_time()
    found(text)
    assert time.process_time() - started < 5
