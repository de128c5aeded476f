"""Dates as English terms write them → calendar days. Pure.

Only this module knows the spellings of a date, and that some have two readings: `03/04/2027` is in March or
in April, and `March 4` is in some year. All readings are given; whoever asks decides which of them is the
careful one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

_NAMES: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS: Final = {name: number for number, name in enumerate(_NAMES, 1)}
_SHORT: Final = {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}

_MONTH: Final = rf"(?P<month>{'|'.join(_NAMES)}|(?:{'|'.join(sorted(_SHORT, reverse=True))})\b\.?)"
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<year>20\d\d)"
_FORMS: Final = tuple(
    re.compile(rf"(?<![\w/.-]){form}(?![\w/-])", re.IGNORECASE)
    for form in (
        rf"{_YEAR}[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?:T[\d:.]+Z?)?",
        rf"{_MONTH}\s+{_DAY}(?:,\s*|\s+){_YEAR}",
        rf"{_DAY}(?:\s+of)?\s+{_MONTH}(?:,\s*|\s+){_YEAR}",
        rf"{_DAY}[-\s]{_MONTH}[-\s]{_YEAR}",
        rf"{_MONTH},?\s+{_YEAR}",
        rf"(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?{_YEAR}",
        rf"(?P<first>\d{{1,2}})[/-](?P<second>\d{{1,2}})[/-]{_YEAR}",
        rf"{_MONTH}\s+{_DAY}(?!,?\s*\d)",
        rf"{_DAY}(?:\s+of)?\s+{_MONTH}(?!,?\s*\d)",
    )
)
"""Longer forms before the shorter ones that they hold."""


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date in a text, and the days that it may mean."""

    start: int
    end: int
    days: tuple[date, ...]
    """Earliest first; a month without a day is its first day."""


def find_dates(text: str, today: date) -> list[WrittenDate]:
    """Return the dates in a text, in order; one without a year is the one nearest to `today`.

    What looks like a date and is on no calendar (`2027-02-30`) is left out.
    """
    found: list[WrittenDate] = []
    taken: set[int] = set()
    for form in _FORMS:
        for match in form.finditer(text):
            places = range(*match.span())
            if not taken.isdisjoint(places):
                continue
            taken.update(places)
            days = tuple(sorted(set(_days(match, today))))
            if days:
                found.append(WrittenDate(*match.span(), days))
    return sorted(found, key=lambda one: one.start)


def _days(match: re.Match[str], today: date) -> Iterator[date]:
    """Give what a match may mean."""
    parts = match.groupdict()
    if "first" in parts:
        one, other, year = int(parts["first"]), int(parts["second"]), int(parts["year"])
        yield from (*_day(year, one, other), *_day(year, other, one))
        return
    month = _month(parts["month"])
    number = int(parts.get("day") or 1)
    if parts.get("year"):
        yield from _day(int(parts["year"]), month, number)
        return
    years = (today.year - 1, today.year, today.year + 1)
    near = [day for year in years for day in _day(year, month, number)]
    yield from sorted(near, key=lambda day: abs((day - today).days))[:1]


def _month(written: str) -> int:
    """Return a month's number from its name, its abbreviation or its digits."""
    if written.isdigit():
        return int(written)
    name = written.casefold().rstrip(".")
    return _MONTHS.get(name) or _SHORT[name]


def _day(year: int, month: int, number: int) -> list[date]:
    """Return the day if the calendar has it."""
    try:
        return [date(year, month, number)]
    except ValueError:
        return []
