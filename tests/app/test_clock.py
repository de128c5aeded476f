"""Times from elsewhere → times in UTC."""

from datetime import UTC, datetime

import pytest

from app.clock import in_utc


def test_a_time_is_the_same_in_utc() -> None:
    assert (
        in_utc(datetime.fromisoformat("2026-11-22T10:30:00+01:30")).isoformat() == "2026-11-22T09:00:00+00:00"
    )
    assert in_utc(datetime.max.replace(tzinfo=UTC)) == datetime.max.replace(tzinfo=UTC)


@pytest.mark.parametrize("beyond", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_time_that_utc_has_not_is_refused(beyond: str) -> None:
    with pytest.raises(ValueError, match="beyond the calendar"):
        in_utc(datetime.fromisoformat(beyond))


def test_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        in_utc(datetime.fromisoformat("2026-11-22"))
