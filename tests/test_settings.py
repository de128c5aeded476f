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


SIGN_IN = {
    "OIDC_ISSUER": "https://login.company.example/realm",
    "OIDC_CLIENT_ID": "termgate",
    "OIDC_CLIENT_SECRET_FILE": "/run/secrets/oidc",
    "OIDC_ADMIN_GROUPS": "CN=admins,OU=it; tool admins ;",
    "OIDC_MAIL_DOMAINS": "Company.example, other.example",
    "BASE_URL": "https://gate.company.example",
}


def test_people_sign_in_with_a_provider_where_all_of_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SIGN_IN.items():
        monkeypatch.setenv(f"TERMGATE_{name}", value)
    settings = Settings()
    assert settings.oidc_admin_groups == ("CN=admins,OU=it", "tool admins")
    assert settings.oidc_mail_domains == ("company.example", "other.example")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"OIDC_ISSUER": "http://login.company.example"}, "must start with https://"),
        ({"OIDC_ISSUER": "https://login.company.example/?a=b"}, "must start with https://"),
        ({"OIDC_ISSUER": "https:///realm"}, "must start with https://"),
        ({"OIDC_ISSUER": "https://login.example/common/v2.0"}, "name your own tenant"),
        ({"OIDC_ISSUER": "https://login.example/{tenantid}/v2.0"}, "name your own tenant"),
        ({"OIDC_ISSUER": "", "LOCAL_LINKS": "false"}, "TERMGATE_LOCAL_LINKS may only be off"),
        ({"OIDC_CLIENT_ID": ""}, "TERMGATE_OIDC_CLIENT_ID must be set"),
        ({"OIDC_CLIENT_SECRET_FILE": ""}, "TERMGATE_OIDC_CLIENT_SECRET_FILE must be set"),
        ({"OIDC_ADMIN_GROUPS": " ; "}, "TERMGATE_OIDC_REVIEWER_GROUPS or that of another role"),
        ({"OIDC_SCOPE": "profile email"}, "must hold `openid`"),
        ({"OIDC_MAIL_DOMAINS": "@company.example"}, "is no domain"),
        ({"BASE_URL": "http://gate.company.example"}, "TERMGATE_BASE_URL must be"),
        ({"BASE_URL": ""}, "TERMGATE_BASE_URL must be"),
    ],
)
def test_a_provider_that_is_set_up_by_halves_refuses_to_start(
    monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str], told: str
) -> None:
    for name, value in {**SIGN_IN, **wrong}.items():
        monkeypatch.setenv(f"TERMGATE_{name}", value)
    with pytest.raises(ValidationError, match=told):
        Settings()


def test_a_pair_on_this_machine_may_speak_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    here = {"OIDC_ISSUER": "http://127.0.0.1:8081/realm", "BASE_URL": "http://localhost:8080"}
    for name, value in {**SIGN_IN, **here}.items():
        monkeypatch.setenv(f"TERMGATE_{name}", value)
    assert Settings().oidc_issuer == "http://127.0.0.1:8081/realm"


@pytest.mark.parametrize(
    "address", ["http://desk.company.example/ask", "http://127.0.0.1.evil.example/", "https:///x"]
)
def test_nobody_is_told_to_ask_for_access_in_the_clear(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("TERMGATE_REQUESTS_URL", address)
    with pytest.raises(ValidationError, match="must start with https://, but for this machine"):
        Settings()


@pytest.mark.parametrize("address", ["", "https://desk.company.example/ask", "http://127.0.0.1:9000/ask"])
def test_access_is_asked_for_over_tls_or_on_this_machine(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("TERMGATE_REQUESTS_URL", address)
    assert Settings().requests_url == address
