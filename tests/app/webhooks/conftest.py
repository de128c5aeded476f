"""The registry's scene, for those who carry its messages."""

from collections.abc import Iterator

import pytest

from app.db import engine_from, sessions_of
from tests.registry.hooked import Scene


@pytest.fixture
def scene(registry_url: str) -> Iterator[Scene]:
    engine = engine_from(registry_url)
    yield Scene(sessions_of(engine))
    engine.dispose()
