"""The words of signing in with a provider. No work is done here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from registry.model import Role

ATTEMPT_LASTS: Final = timedelta(minutes=10)
"""From the button to coming back: a password, a second factor, and a telephone that lies in another room."""
SKEW_S: Final = 60
"""Seconds that two clocks may differ."""


class Trouble(StrEnum):
    """Why nobody can be signed in now, whoever they are."""

    UNREACHABLE = "unreachable"
    """The provider does not answer."""
    UNUSABLE = "unusable"
    """It answers what cannot be used: it, or we, are set up wrongly."""
    BUSY = "busy"
    """Too many sign-ins at the same time."""


class ProviderError(Exception):
    """The provider is no help now; the message is for the log and may name addresses of the inside."""

    def __init__(self, trouble: Trouble, detail: str) -> None:
        super().__init__(detail)
        self.trouble = trouble


class AttemptError(Exception):
    """What came back does not belong to a sign-in that was begun in this browser; the message says why."""


class DeclinedError(Exception):
    """The provider says that there was no sign-in; the message is its own word for why."""


class TokenError(Exception):
    """The provider's word cannot be believed; the message says why."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the provider answered to a request."""

    status: int
    body: bytes


Ask = Callable[[str, Mapping[str, str], bytes | None], Reply]
"""Asks the provider: address, headers, and a form where it is a POST. Raises `ProviderError`."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are to the provider, and which one it is."""

    issuer: str
    """Letter for letter as it calls itself."""
    id: str
    secret: str = field(repr=False)
    scope: str
    redirect_uri: str
    signed_out_uri: str
    """Where it may send a browser after its own sign-out."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a provider is asked for what, as it says itself."""

    authorization: str
    token: str
    keys: str
    end_session: str | None
    takes_secret_in_form: bool
    """Otherwise in a header."""
    names_itself: bool
    """Whether whoever comes back always brings its name along (RFC 9207)."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a provider gives for a code; believed by nobody yet."""

    id_token: str = field(repr=False)
    access_token: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Grants:
    """What is read from claims."""

    groups_claim: str
    roles: Mapping[Role, frozenset[str]]
    """Groups that give a role."""
    name_claim: str
    mail_domains: frozenset[str]
    """Where there are any, nobody else comes in."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in on its way, as the browser that began it keeps it."""

    state: str
    nonce: str
    verifier: str
    """What proves to the provider that who comes back is who was sent (PKCE)."""
    onward: str
    """The page to go on to; ours, and checked before it is kept."""
    began: int
    """Seconds since 1970."""
