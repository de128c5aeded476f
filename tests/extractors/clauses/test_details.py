"""The periods that sentences state, in figures and in words."""

import pytest

from extractors.clauses.details import period_days


@pytest.mark.parametrize(
    ("sentence", "days"),
    [
        ("for up to thirty (30) days", 30),
        ("for one hundred and eighty days", 180),
        ("for three hundred sixty five days", 365),
        ("for a hundred days", 100),
        ("within ten (10) business days", 10),
        ("a 14 day history", 14),
        ("for 35 more days", 35),
        ("for eighteen months", 540),
        ("for a year", 365),
        ("for half a year", 182),
        ("a couple of weeks", 14),
        ("within a fortnight", 14),
    ],
)
def test_a_period_is_read_in_figures_and_in_words(sentence: str, days: int) -> None:
    assert period_days(sentence) == days


@pytest.mark.parametrize("sentence", ["between 30 and 90 days", "30 days, or 90 days in backups"])
def test_of_several_periods_the_longest_counts(sentence: str) -> None:
    assert period_days(sentence) == 90


@pytest.mark.parametrize("sentence", ["within 24 hours", "after 15 minutes"])
def test_less_than_a_day_counts_as_one(sentence: str) -> None:
    assert period_days(sentence) == 1


@pytest.mark.parametrize("sentence", ["these days", "at once", "and days", "for some years"])
def test_a_unit_without_a_number_is_no_period(sentence: str) -> None:
    assert period_days(sentence) is None
