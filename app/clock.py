"""The time of day: asked at the edge and handed inward, so that nothing inside looks at a clock."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)
