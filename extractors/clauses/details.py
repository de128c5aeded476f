"""What else a clause says: the period in days, and whom it is for.

Periods are read from words ("thirty (30) days", "two years", "24 hours"); months count 30 days, years 365,
and hours round up to a day.
"""

import re

from extractors.clauses.stance import Mark
from extractors.model import Audience
from extractors.ruleset import Effect

_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "fourteen": 14, "fifteen": 15, "eighteen": 18, "twenty": 20,
    "twenty four": 24, "thirty": 30, "thirty six": 36, "forty five": 45, "sixty": 60, "ninety": 90,
    "one hundred twenty": 120, "one hundred eighty": 180, "one hundred and eighty": 180,
}  # fmt: skip
_UNITS = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30, "year": 365}
_PERIOD = re.compile(
    r"\b(\d{1,4}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r")(?: ?\( ?(\d{1,4}) ?\))? "
    r"(?:(?:calendar|business|consecutive|additional) )?(hour|day|week|month|year)s?\b"
)
_AUDIENCES = {
    Effect.CONSUMER: Audience.CONSUMER,
    Effect.BUSINESS: Audience.BUSINESS,
    Effect.API: Audience.API,
}


def period_days(plain: str) -> int | None:
    """Return the longest period that a sentence states, in days."""
    found: list[int] = []
    for match in _PERIOD.finditer(plain.lower()):
        figure = match[2] or match[1]
        number = int(figure) if figure.isdigit() else _NUMBERS[figure]
        days = number * _UNITS[match[3]]
        if days:
            found.append(max(1, round(days)))
    return max(found, default=None)


def audience_of(own: list[Mark], heading: list[Mark]) -> Audience:
    """Return whom a sentence is for: its own words first, then its headings'; several or none: all."""
    for marks in (own, heading):
        named = {_AUDIENCES[mark.effect] for mark in marks if mark.effect in _AUDIENCES}
        if named == {Audience.BUSINESS, Audience.API}:
            return Audience.BUSINESS
        if len(named) == 1:
            return named.pop()
    return Audience.ALL
