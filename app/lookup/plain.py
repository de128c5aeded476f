"""Plain values and their bytes: texts, numbers, and lists of them, as a process keeps them for itself.

Only this module knows which bytes; what is equal has equal ones.
"""

import marshal
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any, Final

Plain = list[Any]
"""Texts, numbers, and lists of them."""

_BEGAN: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

# Of an enum the same as `value`, and several times as fast: records have many.
word_of: Final = attrgetter("_value_")


def bytes_of(value: Any) -> bytes:
    """Make a value's bytes."""
    # Without references: what is equal packs to equal bytes, whichever objects are shared within.
    return marshal.dumps(value, 2)


def value_of(packed: bytes) -> Any:
    """Give the value of such bytes."""
    # Written by this process, for itself, and kept where nobody else can write.
    return marshal.loads(packed)  # noqa: S302


def count_of(at: datetime) -> int:
    """A time as a number: microseconds since 1970."""
    return (at - _BEGAN) // _MICROSECOND


def time_of(count: int) -> datetime:
    """The time of such a number."""
    return _BEGAN + timedelta(microseconds=count)
