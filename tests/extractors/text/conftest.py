"""What the tests of reading share: snapshots of a body, and invented terms of a plausible length."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from extractors.model import Snapshot

TERMS = (
    "<h1>Terms of Service</h1><p>These terms govern your use of the services of Example Lantern.</p>"
    "<h2>Your content</h2><p>You keep all rights in the content that you give to us. We will not use it to"
    " train our models, and we delete it within thirty days after you close your account with us.</p>"
)


@pytest.fixture
def page() -> Callable[..., Snapshot]:
    """Makes a snapshot of a body; `media_type` and `charset` as a server would declare them."""

    def made(body: str | bytes, media_type: str = "text/html", charset: str | None = "utf-8") -> Snapshot:
        octets = body.encode() if isinstance(body, str) else body
        sha256 = hashlib.sha256(octets).hexdigest()
        return Snapshot(
            octets, sha256, media_type, charset, "https://example.com/t", datetime(2026, 1, 1, tzinfo=UTC)
        )

    return made


@pytest.fixture
def terms() -> str:
    """A short body of invented terms."""
    return TERMS
