"""The office that every test of the API works in; routes are made once and used by all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from app.api.application import assemble
from app.db import engine_from, sessions_of
from tests.app.api.office import Office
from tests.app.houses import house_of
from tests.registries import new_registry


@pytest.fixture(scope="session")
def application() -> FastAPI:
    return assemble(house_of(is_ready=lambda: False))


@pytest.fixture
def office(tmp_path: Path, application: FastAPI) -> Iterator[Office]:
    engine = engine_from(new_registry(tmp_path))
    yield Office(application, sessions_of(engine))
    engine.dispose()
