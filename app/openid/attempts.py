"""Sign-ins on their way: made, sealed into a cookie of the browser that began them, and opened again.

What is kept is no secret from that browser, but it can neither be made nor changed by anybody else: the seal
is made with a key that follows from the client's secret, so that every web process has the same one. The
cookie's name binds it to this host where TLS is used (`__Host-`): no neighbouring site can plant one.
"""

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Final

from app.openid.model import ATTEMPT_LASTS, SKEW_S, Attempt, AttemptError

_PURPOSE: Final = b"termgate: sign-ins on their way"
_AGAIN: Final = "begin again"


class Seal:
    """Seals attempts under one key; built once."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), _PURPOSE, hashlib.sha256)

    def close(self, attempt: Attempt) -> str:
        """An attempt as a cookie's value."""
        content = urlsafe_b64encode(json.dumps(asdict(attempt)).encode()).decode()
        return f"{content}.{self._mark(content)}"

    def open(self, cookie: str, state: str, now: datetime) -> Attempt:
        """The attempt that a state belongs to; raises `AttemptError`."""
        content, _, mark = cookie.partition(".")
        if not hmac.compare_digest(mark.encode(), self._mark(content).encode()):
            raise AttemptError(f"no sign-in was begun in this browser, or cookies are kept from us; {_AGAIN}")
        attempt = Attempt(**json.loads(urlsafe_b64decode(content)))
        if not hmac.compare_digest(attempt.state.encode(), state.encode()):
            raise AttemptError(f"another sign-in was begun in this browser meanwhile; {_AGAIN}")
        age = now - datetime.fromtimestamp(attempt.began, UTC)
        if not timedelta(seconds=-SKEW_S) <= age < ATTEMPT_LASTS:
            raise AttemptError(f"signing in took too long; {_AGAIN}")
        return attempt

    def _mark(self, content: str) -> str:
        return hmac.digest(self._key, content.encode(), hashlib.sha256).hex()


def new_attempt(onward: str, now: datetime) -> Attempt:
    """An attempt that nobody can foresee."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Attempt(state, nonce, verifier, onward, int(now.timestamp()))
