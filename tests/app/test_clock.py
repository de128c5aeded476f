"""Times from elsewhere → times in UTC."""

from datetime import datetime

import pytest

from app.clock import in_utc


def test_a_time_is_the_same_in_utc() -> None:
    assert (
        in_utc(datetime.fromisoformat("2026-11-22T10:30:00+01:30")).isoformat() == "2026-11-22T09:00:00+00:00"
    )


@pytest.mark.parametrize(
    "beyond",
    [
        "0001-01-01T00:00:00+23:59",
        "1969-12-31T23:59:59+00:00",
        "3000-01-01T00:00:00+00:00",
        "9999-12-31T23:59:59-23:59",
    ],
)
def test_a_time_from_which_nothing_can_be_reckoned_is_refused(beyond: str) -> None:
    with pytest.raises(ValueError, match="between 1970 and 2999"):
        in_utc(datetime.fromisoformat(beyond))


def test_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        in_utc(datetime.fromisoformat("2026-11-22"))
