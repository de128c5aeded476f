"""The way to the provider: the one place where the web process reaches the network, by the fetcher."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from app.fetch.model import FetchError
from app.fetch.services import Service
from app.openid.door import OpenId, Shown
from app.openid.model import Ask, Client, Grants, ProviderError, Reply, Trouble
from app.secret_files import read_given
from app.settings import PAGES, Settings
from registry.model import Role

_AGENT: Final = "termgate"


def openid_from(settings: Settings) -> OpenId | None:
    """Signing in with a provider, as a deployment is set up; `None` where none is named.

    Nothing is asked yet. Raises `SecretFileError`.
    """
    if not settings.oidc_issuer:
        return None
    pages = f"{settings.base_url}{PAGES}"
    client = Client(
        issuer=settings.oidc_issuer,
        id=settings.oidc_client_id,
        secret=read_given(Path(settings.oidc_client_secret_file)),
        scope=settings.oidc_scope,
        redirect_uri=f"{pages}/sign-in/callback",
        signed_out_uri=f"{pages}/sign-in",
    )
    shown = Shown(settings.oidc_name, settings.oidc_contact)
    return OpenId(client, _grants(settings), shown, asking(settings))


def asking(settings: Settings) -> Ask:
    """How the provider is asked."""
    service = Service(settings.oidc_issuer, _AGENT, settings.allowed_networks)

    def ask(url: str, headers: Mapping[str, str], form: bytes | None) -> Reply:
        try:
            reply = service.ask(url, headers, form)
        except FetchError as error:
            raise ProviderError(Trouble.UNREACHABLE, f"{error.url}: {error.detail}") from error
        return Reply(reply.status, reply.body)

    return ask


def _grants(settings: Settings) -> Grants:
    return Grants(
        groups_claim=settings.oidc_groups_claim,
        roles={
            Role.ADMIN: frozenset(settings.oidc_admin_groups),
            Role.REVIEWER: frozenset(settings.oidc_reviewer_groups),
            Role.MANAGER: frozenset(settings.oidc_manager_groups),
            Role.LOOKUP: frozenset(settings.oidc_lookup_groups),
        },
        name_claim=settings.oidc_name_claim,
        mail_domains=frozenset(settings.oidc_mail_domains),
    )
