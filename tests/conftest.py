"""The two databases that the registry's tests run on: a file of SQLite, and a PostgreSQL of our own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from app.db import engine_from
from registry import tables
from tests.live.postgres import Server, binaries, postgres
from tests.registries import new_registry

DATABASES = ("sqlite", "postgresql")

# How long an example takes says more of what else the machine does than of us.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that start real processes come first: begun last, one of them would be waited for alone."""
    waiting = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in waiting)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """One server for all tests of this process; each takes a database of its own."""
    if binaries() is None:
        pytest.skip("NOT TESTED: no PostgreSQL here that may be started")
    with postgres() as server:
        yield server


@pytest.fixture(scope="session")
def bare_registry(postgres_server: Server) -> str:
    """URL of a registry without rows, which is only copied."""
    url = postgres_server.database()
    engine = engine_from(url)
    tables.METADATA.create_all(engine)
    engine.dispose()
    return url


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'database.db'}"
        return
    server: Server = request.getfixturevalue("postgres_server")
    url = server.database()
    yield url
    server.drop(url)


@pytest.fixture(params=DATABASES)
def registry_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a registry without rows."""
    if request.param == "sqlite":
        yield new_registry(tmp_path_factory.mktemp("registry"))
        return
    server: Server = request.getfixturevalue("postgres_server")
    url = server.database(request.getfixturevalue("bare_registry"))
    yield url
    server.drop(url)
