"""Is this receipt genuine? Needs the public keys and nothing else: no registry, no network, no settings.

It imports none of our other modules, so the file can be taken elsewhere as it is; it needs `joserfc` alone.
Only Ed25519 is accepted, and the algorithm is ours to say, not the receipt's: `none`, or a public key that is
taken for a shared secret, leads nowhere.
"""

import binascii
import json
from collections.abc import Iterable, Mapping
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


_OF_OBLIGATIONS: Final = ("obligation", "attested_by", "evidence", "renew_after_days", "before_use", "state")


class ReceiptError(ValueError):
    """The receipt proves nothing; the message says why."""


def verify_receipt(
    receipt: str,
    keys: Mapping[str, Any],
    now: datetime,
    *,
    as_proof: bool = False,
    beside: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Give what a receipt says; raises `ReceiptError`.

    `keys` is a JWK set, as `/.well-known/jwks.json` has it. One whose answer holds no longer is refused,
    unless it is to prove what was told at its time (`as_proof`). `beside` is the answer that it came with:
    whatever that says of what is signed must be as signed.
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
    if beside is not None:
        _compare(beside, claims)
    found: dict[str, Any] = claims
    return found


def receipt_in(answer: Mapping[str, Any]) -> str | None:
    """The receipt that an answer brings along: a look-up's at its end, an evaluation's in its context."""
    found = _said(answer).get("receipt")
    return found if isinstance(found, str) else None


def _said(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an answer says, one name each, in whichever form it was asked for."""
    context = answer.get("context")
    return {**context, **answer} if isinstance(context, dict) else answer


def _compare(answer: Mapping[str, Any], claims: Mapping[str, Any]) -> None:
    """Hold an answer against what was signed of it; what only one of them has is no contradiction."""
    signed = claims.get("answer")
    if not isinstance(signed, dict):
        raise ReceiptError("what is signed is no answer")
    said = _said(answer)
    if "evaluation_id" in said:
        signed = {**signed, "evaluation_id": claims.get("jti"), "obligations": _told(signed["obligations"])}
        said = {**said, "obligations": [_properties(one) for one in said.get("obligations", ())]}
    for name in signed.keys() & said.keys():
        if said[name] != signed[name]:
            raise ReceiptError(f"the answer was changed: its `{name}` is not what the receipt signs")


def _told(obligations: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Obligations, as far as an evaluation tells them in the same words."""
    return [{name: one.get(name) for name in _OF_OBLIGATIONS} for one in obligations]


def _properties(one: Any) -> dict[str, Any]:
    """What an evaluation's obligation says; a condition in words has them as its statement alone."""
    said = one.get("properties") if isinstance(one, dict) else None
    found = said if isinstance(said, dict) else {}
    words = found.get("obligation", found.get("statement"))
    return {**{name: found.get(name) for name in _OF_OBLIGATIONS}, "obligation": words}


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
