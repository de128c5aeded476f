"""Secrets of webhooks and signatures by them, as the Standard Webhooks specification has them.

A secret is derived from one key of the deployment, so that neither the registry nor a copy of it holds any;
whoever knows one secret learns nothing of the others. The only module that knows `standardwebhooks`.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from standardwebhooks import Webhook

from app.secret_files import read_secret
from app.settings import Settings

FILE: Final = "webhooks.secret"
_KEY_BYTES: Final = 32
_PREFIX: Final = "whsec_"


class SigningKey:
    """The key that every webhook's secrets come from."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def secret_of(self, webhook: str, number: int) -> str:
        """The secret of a webhook with this number: `whsec_` and 32 bytes in Base64, the same each time."""
        derived = hmac.digest(self._key, f"{webhook}:{number}".encode(), hashlib.sha256)
        return _PREFIX + base64.b64encode(derived).decode()


def signing_key_of(settings: Settings) -> SigningKey:
    """A deployment's key; made where there is none. Raises `SecretFileError`."""
    given = settings.webhooks_secret.get_secret_value()
    return SigningKey(
        given.encode()
        or read_secret(settings.data_dir / FILE, lambda: secrets.token_hex(_KEY_BYTES).encode())
    )


def signed_headers(message_id: str, body: str, signing: Sequence[str], now: datetime) -> dict[str, str]:
    """The three headers of an attempt made `now` (aware UTC), with a signature by each secret."""
    signatures = [Webhook(secret).sign(message_id, now, body) for secret in signing]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
