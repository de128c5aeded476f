"""One provider, asked: how it describes itself and what keys it signs with, kept for a while; and for tokens.

Nothing old is believed: what cannot be asked again when it is due ends in an error. A provider that fails, or
a token that names a key nobody knows, cannot be used to make us ask without end.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from joserfc.jwk import KeySet

from app.openid.model import Ask, Attempt, Client, Endpoints, ProviderError, TokenError, Tokens, Trouble
from app.openid.protocol import (
    description_url,
    document_of,
    endpoints_of,
    token_request,
    tokens_of,
    unusable,
)
from app.openid.tokens import UnknownKeyError, claims_of, keys_of

KEPT: Final = timedelta(hours=1)
"""How long description and keys are believed: a key that is withdrawn counts no longer than that."""
KEYS_REST: Final = timedelta(minutes=1)
"""The least time between two looks at the keys because of a key that is not among them."""
FAILURE_RESTS: Final = timedelta(seconds=5)
"""How long after a failure nobody asks for the description again."""
AT_ONCE: Final = 4
"""Sign-ins that may wait for the provider at the same time: the threads they wait in answer others too."""


class Provider:
    """Built once, shared by threads. What is kept is replaced as a whole."""

    def __init__(self, client: Client, ask: Ask) -> None:
        self.client = client
        self._ask = ask
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._endpoints: tuple[datetime, Endpoints] | None = None
        self._keys: tuple[datetime, KeySet] | None = None
        self._failed: tuple[datetime, ProviderError] | None = None

    def endpoints(self, now: datetime) -> Endpoints:
        """Where to ask for what. Raises `ProviderError`."""
        kept = self._endpoints
        if kept is not None and now - kept[0] < KEPT:
            return kept[1]
        failed = self._failed
        if failed is not None and now - failed[0] < FAILURE_RESTS:
            raise ProviderError(failed[1].trouble, str(failed[1]))
        try:
            with self._turn():
                reply = self._ask(description_url(self.client.issuer), {}, None)
            found = endpoints_of(reply, self.client.issuer)
        except ProviderError as error:
            self._failed = (now, error)
            raise
        self._endpoints = (now, found)
        return found

    def redeem(self, code: str, attempt: Attempt, now: datetime) -> Tokens:
        """The tokens that a code stands for. Raises `ProviderError`, `AttemptError`."""
        endpoints = self.endpoints(now)
        headers, form = token_request(self.client, endpoints, code, attempt.verifier)
        with self._turn():
            return tokens_of(self._ask(endpoints.token, headers, form))

    def believed(self, tokens: Tokens, attempt: Attempt, now: datetime) -> Mapping[str, Any]:
        """The claims of an ID token that was made for this attempt. Raises `ProviderError`, `TokenError`."""
        expected = {"issuer": self.client.issuer, "client": self.client.id, "nonce": attempt.nonce}
        try:
            return claims_of(tokens, self._known_keys(now, KEPT), expected, now)
        except UnknownKeyError:
            # Providers change their keys; whoever made the key's name up cannot make us ask more often.
            try:
                return claims_of(tokens, self._known_keys(now, KEYS_REST), expected, now)
            except UnknownKeyError as error:
                raise TokenError(
                    f"it is signed with a key that the provider does not name ({error})"
                ) from error

    def _known_keys(self, now: datetime, no_older: timedelta) -> KeySet:
        kept = self._keys
        if kept is not None and now - kept[0] < no_older:
            return kept[1]
        place = self.endpoints(now).keys
        with self._turn():
            listed = document_of(self._ask(place, {}, None), "its keys").get("keys")
        keys = keys_of(listed if isinstance(listed, list) else ())
        if not keys:
            raise unusable("the provider names no key that an ID token could be signed with")
        self._keys = (now, keys)
        return keys

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(blocking=False):
            raise ProviderError(Trouble.BUSY, f"{AT_ONCE} sign-ins wait for the provider already")
        try:
            yield
        finally:
            self._turns.release()
