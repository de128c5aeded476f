"""The door: from a button to the provider, and from coming back to somebody who is vouched for."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from app.openid.attempts import Seal, new_attempt
from app.openid.granting import vouched
from app.openid.model import (
    ATTEMPT_LASTS,
    Ask,
    Attempt,
    AttemptError,
    Client,
    DeclinedError,
    Grants,
    ProviderError,
)
from app.openid.protocol import authorization_url, sign_out_url
from app.openid.provider import Provider
from registry.persons import Return, Vouched

_LONGEST_KEPT: Final = 6000
"""Of an ID token, to end the provider's session with: in an address, more is not taken everywhere."""
_DECLINED: Final = frozenset(
    {
        "access_denied",
        "account_selection_required",
        "consent_required",
        "interaction_required",
        "login_required",
        "temporarily_unavailable",
        "server_error",
    }
)
"""What a provider may say instead of a code that is nobody's mistake; anything else is not repeated."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What pages say of the provider."""

    name: str
    contact: str
    """Whom to ask for a role; empty where that was not set."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in on its way."""

    url: str
    cookie: str


@dataclass(frozen=True, slots=True)
class Returned:
    """What a browser brings along that comes back from the provider."""

    state: str
    code: str
    error: str
    issuer: str


@dataclass(frozen=True, slots=True)
class Came:
    """Somebody who came back, and where they wanted to go."""

    who: Vouched
    came: Return
    onward: str


class OpenId:
    """Signing in with one provider. Built once."""

    def __init__(self, client: Client, grants: Grants, shown: Shown, ask: Ask) -> None:
        self.shown = shown
        self.issuer = client.issuer
        self.is_secure = client.redirect_uri.startswith("https://")
        """Whether browsers come over TLS, as the configured address says."""
        self._client = client
        self._grants = grants
        self._provider = Provider(client, ask)
        self._seal = Seal(client.secret)

    def begin(self, onward: str, now: datetime, *, choose: bool = False) -> Begun:
        """Send a browser to the provider. `onward` is a page of ours, checked. Raises `ProviderError`."""
        attempt = new_attempt(onward, now)
        url = authorization_url(self._client, self._provider.endpoints(now), attempt, choose=choose)
        return Begun(url, self._seal.close(attempt))

    def open(self, returned: Returned, cookie: str, now: datetime) -> Attempt:
        """The sign-in that somebody comes back from.

        Raises `AttemptError` for one that this browser did not begin, or that another provider answers;
        `DeclinedError`, `ProviderError`.
        """
        attempt = self._seal.open(cookie, returned.state, now)
        names_itself = self._provider.endpoints(now).names_itself
        if returned.issuer != self.issuer and (returned.issuer or names_itself):
            raise AttemptError("another provider answers than the one that was asked; begin again")
        if returned.error or not returned.code:
            raise DeclinedError(returned.error if returned.error in _DECLINED else "")
        return attempt

    def finish(self, returned: Returned, attempt: Attempt, now: datetime) -> Came:
        """Who came back. Raises `AttemptError`, `ProviderError`, `TokenError`."""
        tokens = self._provider.redeem(returned.code, attempt, now)
        who = vouched(self._provider.believed(tokens, attempt, now), self._grants)
        until = datetime.fromtimestamp(attempt.began, UTC) + ATTEMPT_LASTS
        kept = tokens.id_token if len(tokens.id_token) <= _LONGEST_KEPT else ""
        return Came(who, Return(attempt.state, until, kept), attempt.onward)

    def sign_out_url(self, id_token: str, now: datetime) -> str | None:
        """Where a browser ends the provider's session; `None` where there is no such place, or no answer."""
        try:
            end_session = self._provider.endpoints(now).end_session
        except ProviderError:
            return None
        return None if end_session is None else sign_out_url(self._client, end_session, id_token)
