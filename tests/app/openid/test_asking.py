"""The way to a real provider: settings to door, over real connections."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.openid.asking import openid_from
from app.openid.door import Returned
from app.openid.model import ProviderError, Trouble
from app.secret_files import SecretFileError
from app.settings import Settings
from registry.model import Role
from tests.app.openid.invented_provider import CLIENT_ID, SECRET, InventedProvider, served

AT = datetime(2027, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def provider() -> Iterator[InventedProvider]:
    made = InventedProvider(lambda: AT)
    with served(made):
        yield made


@pytest.fixture
def settings(tmp_path: Path, provider: InventedProvider) -> Settings:
    file = tmp_path / "client-secret"
    file.write_text(f"{SECRET}\n")
    file.chmod(0o640)
    return Settings(
        base_url="https://gate.company.example",
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret_file=str(file),
        oidc_manager_groups=("artists", "everybody"),
    )


def test_somebody_signs_in_over_real_connections(settings: Settings, provider: InventedProvider) -> None:
    openid = openid_from(settings)
    assert openid is not None
    begun = openid.begin("/ui/tools", AT)
    brought = provider.sign_in(begun.url)
    returned = Returned(brought["state"], brought["code"], "", "")
    came = openid.finish(returned, openid.open(returned, begun.cookie, AT), AT + timedelta(seconds=30))
    assert came.who.role is Role.MANAGER
    assert came.onward == "/ui/tools"
    assert came.came.until == AT + timedelta(minutes=10)


def test_a_provider_that_nobody_listens_for_is_out_of_reach(settings: Settings) -> None:
    openid = openid_from(settings.model_copy(update={"oidc_issuer": "http://127.0.0.1:9"}))
    assert openid is not None
    with pytest.raises(ProviderError) as told:
        openid.begin("/ui/", AT)
    assert told.value.trouble is Trouble.UNREACHABLE


def test_without_an_issuer_there_is_no_signing_in_with_it() -> None:
    assert openid_from(Settings()) is None


@pytest.mark.parametrize(
    ("content", "mode", "told"),
    [
        ("word", 0o644, "chmod o="),
        ("", 0o600, "one line"),
        ("a\nb", 0o600, "one line"),
        (None, 0, "cannot be read"),
    ],
)
def test_a_secret_that_cannot_be_used_refuses_to_start(
    settings: Settings, tmp_path: Path, content: str | None, mode: int, told: str
) -> None:
    file = tmp_path / "given"
    if content is not None:
        file.write_text(content)
        file.chmod(mode)
    with pytest.raises(SecretFileError, match=told):
        openid_from(settings.model_copy(update={"oidc_client_secret_file": str(file)}))
