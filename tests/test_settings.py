"""Settings: what the environment says, and what holds where it says nothing."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import Settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"TERMGATE_{name.upper()}", raising=False)


def test_without_an_environment_everything_stands_in_the_data_folder() -> None:
    settings = Settings()
    assert settings.registry_url == "sqlite:///var/termgate.db"
    assert settings.queue_url == "sqlite:///var/jobs.db"


def test_another_data_folder_takes_both_databases_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERMGATE_DATA_DIR", "/srv/termgate")
    settings = Settings()
    assert settings.data_dir == Path("/srv/termgate")
    assert settings.registry_url == "sqlite:////srv/termgate/termgate.db"
    assert settings.queue_url == "sqlite:////srv/termgate/jobs.db"


def test_a_named_database_goes_before_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERMGATE_DATABASE_URL", "postgresql+psycopg://db/termgate")
    monkeypatch.setenv("TERMGATE_JOBS_URL", "postgresql+psycopg://db/jobs")
    settings = Settings()
    assert settings.registry_url == "postgresql+psycopg://db/termgate"
    assert settings.queue_url == "postgresql+psycopg://db/jobs"


def test_out_of_the_box_only_this_machine_can_ask() -> None:
    assert Settings().address == "http://127.0.0.1:8080"


def test_a_public_address_is_told_as_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERMGATE_BASE_URL", "https://gate.company.example")
    assert Settings().address == "https://gate.company.example"


def test_a_public_address_needs_no_slash_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERMGATE_BASE_URL", "https://gate.company.example/")
    assert Settings().address == "https://gate.company.example"


def test_no_private_network_may_be_fetched_unless_listed() -> None:
    assert Settings().allowed_networks == ()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("", ()),
        ("127.0.0.1", ("127.0.0.1",)),
        ("10.0.0.0/8, fd00::/8", ("10.0.0.0/8", "fd00::/8")),
        (" , 10.0.0.0/8,, ", ("10.0.0.0/8",)),
    ],
)
def test_networks_are_listed_with_commas(
    written: str, meant: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERMGATE_ALLOWED_NETWORKS", written)
    assert Settings().allowed_networks == meant


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("CONNECT_TIMEOUT_S", "0"),
        ("READ_TIMEOUT_S", "-1"),
        ("TOTAL_TIMEOUT_S", "soon"),
        ("ALLOWED_NETWORKS", "10.0.0.0/8,nowhere"),
        ("ALLOWED_NETWORKS", "127.0.0.1/8"),
        ("BASE_URL", "gate.company.example"),
        ("CONTACT", " "),
        ("CONTACT", "a\nb"),
        ("LOG_LEVEL", "loud"),
        ("WORKER_ID", "a/b"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_by_name(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"TERMGATE_{name}", value)
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert refused.value.errors()[0]["loc"] == (name.lower(),)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_settings_cannot_be_changed_once_read(name: str) -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        setattr(settings, name, getattr(settings, name))
