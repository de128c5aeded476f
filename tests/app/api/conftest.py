"""The office that every test of the API works in; schema and routes are made once and used by all."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from app.api.application import assemble
from app.db import engine_from, sessions_of
from registry.tables import METADATA
from tests.app.api.office import Office
from tests.app.houses import house_of


@pytest.fixture(scope="session")
def empty_registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("registry") / "empty.db"
    engine = engine_from(f"sqlite:///{path}")
    METADATA.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def application() -> FastAPI:
    return assemble(house_of(is_ready=lambda: False))


@pytest.fixture
def office(tmp_path: Path, empty_registry: Path, application: FastAPI) -> Iterator[Office]:
    engine = engine_from(f"sqlite:///{shutil.copy(empty_registry, tmp_path / 'registry.db')}")
    yield Office(application, sessions_of(engine))
    engine.dispose()
