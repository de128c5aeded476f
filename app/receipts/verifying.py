"""Is this receipt genuine? Needs the public keys and nothing else: no registry, no network, no settings.

It imports none of our other modules, so the file can be taken elsewhere as it is; it needs `joserfc` alone.
Only Ed25519 is accepted, and the algorithm is ours to say, not the receipt's: `none`, or a public key that is
taken for a shared secret, leads nowhere.
"""

import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.util import to_bytes, urlsafe_b64decode

ALGORITHM: Final = "Ed25519"
TYPE: Final = "termgate-receipt+jws"
MAX_RECEIPT: Final = 256 * 1024
"""Characters."""
LEEWAY: Final = timedelta(minutes=1)
"""How far clocks may be apart."""


class ReceiptError(ValueError):
    """The receipt proves nothing; the message says why."""


def verify_receipt(
    receipt: str, keys: Mapping[str, Any], now: datetime, *, as_proof: bool = False
) -> dict[str, Any]:
    """Give what a receipt says; raises `ReceiptError`.

    `keys` is a JWK set, as `/.well-known/jwks.json` has it. One whose answer holds no longer is refused,
    unless it is to prove what was told at its time (`as_proof`).
    """
    header = _header(receipt)
    signature = _checked(receipt, _key(header, keys))
    try:
        claims = json.loads(signature.payload)
        issued, expires = (datetime.fromtimestamp(claims[name], UTC) for name in ("iat", "exp"))
    except (ValueError, KeyError, TypeError, OverflowError, OSError) as error:
        raise ReceiptError("what is signed is no receipt") from error
    if issued > now + LEEWAY:
        raise ReceiptError(f"the receipt is from the future ({issued:%Y-%m-%dT%H:%M:%SZ}); check the clocks")
    if expires <= now and not as_proof:
        raise ReceiptError(
            f"the receipt has expired: its answer held until {expires:%Y-%m-%dT%H:%M:%SZ}; it still proves "
            "what was told at its time, where that is what you ask"
        )
    found: dict[str, Any] = claims
    return found


def _header(receipt: str) -> dict[str, Any]:
    parts = receipt.split(".")
    if len(parts) != 3 or len(receipt) > MAX_RECEIPT:
        raise ReceiptError("this is no receipt: a receipt is three parts with dots between")
    try:
        header = json.loads(urlsafe_b64decode(to_bytes(parts[0])))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise ReceiptError("this is no receipt: its header cannot be read") from error
    if not isinstance(header, dict):
        raise ReceiptError("this is no receipt: its header is no object")
    if header.get("alg") != ALGORITHM:
        raise ReceiptError(f"signed with {str(header.get('alg'))[:40]!r}; only {ALGORITHM} is accepted")
    if header.get("typ") != TYPE:
        raise ReceiptError(f"signed as {str(header.get('typ'))[:40]!r}, not as a receipt ({TYPE})")
    return header


def _key(header: Mapping[str, Any], keys: Mapping[str, Any]) -> OKPKey:
    named = header.get("kid")
    for key in keys.get("keys", ()):
        if named is not None and key.get("kid") == named:
            if (key.get("kty"), key.get("crv")) != ("OKP", "Ed25519"):
                raise ReceiptError(f"the key {str(named)[:80]!r} is no key for {ALGORITHM}")
            return OKPKey.import_key({name: key[name] for name in ("kty", "crv", "x")})
    raise ReceiptError(f"signed by a key that is not known, {str(named)[:80]!r}; fetch the key set anew")


def _checked(receipt: str, key: OKPKey) -> jws.CompactSignature:
    try:
        return jws.deserialize_compact(receipt, key, algorithms=[ALGORITHM])
    except (JoseError, ValueError) as error:
        raise ReceiptError(
            "the signature does not fit: the receipt was changed, or somebody else made it"
        ) from error
