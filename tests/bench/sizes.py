"""How much a registry has that grew for years, and when it came. Nothing is measured here."""

from collections.abc import Mapping
from typing import Final

SIZES: Final[Mapping[str, int]] = {
    "vendors": 4_000,
    "tools": 10_000,
    "plans": 25_000,
    "sources": 25_000,
    "documents": 100_000,
    "assessments": 75_000,
    "audit_events": 1_000_000,
}
"""Rows of the tables that the others hang on."""

_AGO: Final = "strftime('%Y-%m-%d %H:%M:%f000', 'now', printf('%+d minutes', -({minutes})))"
"""As SQLAlchemy writes a time for SQLite."""


def ago(minutes: str) -> str:
    """A time as an expression: so many minutes before now."""
    return _AGO.format(minutes=minutes)
