"""A desk at pages where people sign in with an invented provider."""

from collections.abc import Callable

import pytest

from app.openid.door import OpenId, Shown
from app.openid.model import Client, Grants
from registry.model import Role
from tests.app.api.conftest import application, office
from tests.app.api.office import Office
from tests.app.openid.browser import Browser
from tests.app.openid.invented_provider import CLIENT_ID, ISSUER, SECRET, InventedProvider

__all__ = ["application", "office"]

BASE = "https://gate.company.example/ui"
CLIENT = Client(
    issuer=ISSUER,
    id=CLIENT_ID,
    secret=SECRET,
    scope="openid profile email",
    redirect_uri=f"{BASE}/sign-in/callback",
    signed_out_uri=f"{BASE}/sign-in",
)
GRANTS = Grants(
    groups_claim="groups",
    roles={Role.ADMIN: frozenset({"tool-admins"}), Role.REVIEWER: frozenset({"tool-reviewers"})},
    name_claim="preferred_username",
    mail_domains=frozenset(),
)


@pytest.fixture
def provider(office: Office) -> InventedProvider:
    return InventedProvider(lambda: office.at)


@pytest.fixture
def furnish(office: Office, provider: InventedProvider) -> Callable[[Grants], None]:
    """Lets the pages sign people in with the provider, under other grants than usual."""

    def put(grants: Grants) -> None:
        shown = Shown("Company SSO", "it-desk@company.example")
        office.furnish(openid=OpenId(CLIENT, grants, shown, provider.ask))

    return put


@pytest.fixture
def browser(office: Office, provider: InventedProvider, furnish: Callable[[Grants], None]) -> Browser:
    furnish(GRANTS)
    return Browser(office, provider=provider)
