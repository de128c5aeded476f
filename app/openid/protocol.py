"""What is said to a provider and where: the door of the protocol's library. No connection is made here."""

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote_plus, urlsplit

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.discovery import get_well_known_url

from app.openid.model import (
    Attempt,
    AttemptError,
    Client,
    Endpoints,
    ProviderError,
    Reply,
    Tokens,
    Trouble,
)

_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_STALE_CODE: Final = "invalid_grant"
_IN_FORM, _IN_HEADER, _S256 = "client_secret_post", "client_secret_basic", "S256"


def description_url(issuer: str) -> str:
    """Where a provider describes itself."""
    return str(get_well_known_url(issuer, external=True))


def endpoints_of(reply: Reply, issuer: str) -> Endpoints:
    """What a provider's description of itself says; raises `ProviderError`."""
    told = document_of(reply, "its description")
    if told.get("issuer") != issuer:
        raise unusable(
            f"the provider at {issuer} calls itself {told.get('issuer')!r}; if it is yours, write that in "
            "TERMGATE_OIDC_ISSUER, letter for letter"
        )
    methods = told.get("token_endpoint_auth_methods_supported", [_IN_HEADER])
    if not isinstance(methods, list) or not {_IN_FORM, _IN_HEADER} & {str(one) for one in methods}:
        raise unusable(f"the provider takes no client secret, only {methods!r}")
    challenges = told.get("code_challenge_methods_supported")
    if challenges is not None and not (isinstance(challenges, list) and _S256 in challenges):
        raise unusable(f"the provider knows no PKCE with S256, only {challenges!r}")
    end_session = told.get("end_session_endpoint")
    return Endpoints(
        authorization=_address(told, "authorization_endpoint"),
        token=_address(told, "token_endpoint"),
        keys=_address(told, "jwks_uri"),
        end_session=None if end_session is None else _address(told, "end_session_endpoint"),
        takes_secret_in_form=_IN_FORM in methods,
        names_itself=told.get("authorization_response_iss_parameter_supported") is True,
    )


def authorization_url(client: Client, endpoints: Endpoints, attempt: Attempt, *, choose: bool) -> str:
    """Where a browser is sent to sign in; `choose`: as somebody else than the last time."""
    further = {"prompt": "select_account"} if choose else {}
    url = prepare_grant_uri(
        endpoints.authorization,
        client_id=client.id,
        response_type="code",
        redirect_uri=client.redirect_uri,
        scope=client.scope,
        state=attempt.state,
        nonce=attempt.nonce,
        code_challenge=create_s256_code_challenge(attempt.verifier),
        code_challenge_method=_S256,
        **further,
    )
    return str(url)


def token_request(
    client: Client, endpoints: Endpoints, code: str, verifier: str
) -> tuple[Mapping[str, str], bytes]:
    """Headers and form that redeem a code."""
    form = prepare_token_request(
        "authorization_code", redirect_uri=client.redirect_uri, code=code, code_verifier=verifier
    )
    if endpoints.takes_secret_in_form:
        auth = ClientAuth(client.id, client.secret, _IN_FORM)
    else:
        # RFC 6749 wants both encoded before they are joined; the library joins them as they are.
        auth = ClientAuth(quote_plus(client.id), quote_plus(client.secret), _IN_HEADER)
    _, headers, form = auth.prepare("POST", endpoints.token, {}, form)
    return headers, str(form).encode()


def tokens_of(reply: Reply) -> Tokens:
    """What was given for a code. Raises `AttemptError` for one that is not taken, and `ProviderError`."""
    if reply.status in {400, 401}:
        error = _error_of(reply)
        if error == _STALE_CODE:
            raise AttemptError("the provider does not take this sign-in any more; begin again")
        raise unusable(
            f"the provider refused us as its client ({reply.status}, {error!r}): check "
            "TERMGATE_OIDC_CLIENT_ID, the client's secret and the redirect address that is registered there"
        )
    told = document_of(reply, "a token")
    id_token, access_token = told.get("id_token"), told.get("access_token")
    if not isinstance(id_token, str):
        raise unusable("the provider sent no ID token")
    return Tokens(id_token, access_token if isinstance(access_token, str) else None)


def sign_out_url(client: Client, end_session: str, id_token: str) -> str:
    """Where a browser is sent to end the provider's own session."""
    hint = {"id_token_hint": id_token} if id_token else {}
    asked = {**hint, "client_id": client.id, "post_logout_redirect_uri": client.signed_out_uri}
    return str(add_params_to_uri(end_session, list(asked.items())))


def document_of(reply: Reply, what: str) -> Mapping[str, Any]:
    """The JSON object of a good answer; raises `ProviderError`."""
    if reply.status != 200:
        trouble = Trouble.UNREACHABLE if reply.status >= 500 else Trouble.UNUSABLE
        raise ProviderError(trouble, f"the provider answered {reply.status} where {what} was asked for")
    try:
        document = json.loads(reply.body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise unusable(f"the provider sent no JSON object as {what}")
    return document


def unusable(detail: str) -> ProviderError:
    """The error of an answer that cannot be used."""
    return ProviderError(Trouble.UNUSABLE, detail)


def _error_of(reply: Reply) -> str:
    try:
        told = json.loads(reply.body)
    except (ValueError, RecursionError):
        return ""
    return str(told.get("error", ""))[:100] if isinstance(told, dict) else ""


def _address(told: Mapping[str, Any], name: str) -> str:
    url = told.get(name)
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _THIS_MACHINE)
    except ValueError:
        safe = False
    if not isinstance(url, str) or not safe or not url.isprintable() or "#" in url:
        raise unusable(f"the provider names no usable {name}: {url!r:.200}")
    return url
