"""What else a clause says: the period in days, and whom it is for.

Periods are read from words ("thirty (30) days", "one hundred and eighty days", "24 hours"); months count 30
days, years 365, and hours round up to a day.
"""

import re

from extractors.clauses.stance import Mark
from extractors.model import Audience
from extractors.ruleset import Effect

_SMALL = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = (
    {word: number for number, word in enumerate(_SMALL, start=1)}
    | {word: 10 * number for number, word in enumerate(_TENS, start=2)}
    | {"a": 1, "an": 1, "a couple of": 2, "half a": 0.5, "and": 0}
)
_UNITS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "fortnight": 14, "month": 30, "year": 365}
_VALUE = "|".join(sorted((*_VALUES, "hundred"), key=len, reverse=True))
_PERIOD = re.compile(
    rf"\b(\d{{1,4}}|(?:(?:{_VALUE}) )*(?:{_VALUE}))(?: ?\( ?(\d{{1,4}}) ?\))?"
    r"[- ]"
    r"(?:(?:calendar|business|working|consecutive|additional|more|further|full) )?"
    r"(minute|hour|day|week|fortnight|month|year)s?\b"
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
        days = _number(match[2] or match[1]) * _UNITS[match[3]]
        if days:
            found.append(max(1, round(days)))
    return max(found, default=None)


def _number(figure: str) -> float:
    """Return what a figure or words such as "one hundred and eighty" count."""
    if figure.isdigit():
        return int(figure)
    total = 0.0
    for word in re.findall(rf"\b(?:{_VALUE})\b", figure):
        total = max(1, total) * 100 if word == "hundred" else total + _VALUES[word]
    return total


def audience_of(marks: list[Mark]) -> Audience | None:
    """Return the one audience that marks name; of business and its API, business; else `None`."""
    named = {_AUDIENCES[mark.effect] for mark in marks if mark.effect in _AUDIENCES}
    if named == {Audience.BUSINESS, Audience.API}:
        return Audience.BUSINESS
    return named.pop() if len(named) == 1 else None
