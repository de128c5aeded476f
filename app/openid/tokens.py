"""Whether a provider's word can be believed: signature and claims of an ID token. Pure.

Only asymmetric signatures count: with `none` nobody has signed, and with HS256 whoever has a public key.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, InvalidKeyIdError, JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey
from joserfc.jws import JWSRegistry

from app.openid.model import SKEW_S, TokenError, Tokens

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
_KINDS: Final[Mapping[str, type[RSAKey] | type[ECKey]]] = {"RSA": RSAKey, "EC": ECKey}
_MOST_KEYS: Final = 50


class UnknownKeyError(Exception):
    """A token names a key that is not among those that were read."""


def keys_of(listed: Sequence[Any]) -> KeySet:
    """The keys of a set that can have signed; those of other kinds and for other uses are passed over."""
    return KeySet([key for one in listed[:_MOST_KEYS] if (key := _key(one)) is not None])


def claims_of(tokens: Tokens, keys: KeySet, expected: Mapping[str, str], now: datetime) -> Mapping[str, Any]:
    """What a token says that is to be believed. `expected`: issuer, client and nonce.

    Raises `UnknownKeyError`, and `TokenError` for whatever makes it another token than the one awaited.
    """
    try:
        token = jwt.decode(
            tokens.id_token, keys, registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        )
    except InvalidKeyIdError as error:
        raise UnknownKeyError(str(error)) from error
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise TokenError(f"its signature does not hold ({error})") from error
    options = {
        "iss": {"essential": True, "value": expected["issuer"]},
        # The library asks for `azp` where the audience is another, and not for the audience itself.
        "aud": {"essential": True, "value": expected["client"]},
    }
    if not isinstance(token.claims.get("at_hash", ""), str):
        raise TokenError("its claim at_hash is no text")
    params = {
        "client_id": expected["client"],
        "nonce": expected["nonce"],
        "access_token": tokens.access_token,
    }
    try:
        claims = CodeIDToken(token.claims, token.header, options, params)
        claims.validate(now=int(now.timestamp()), leeway=SKEW_S)
    except ClaimError as error:
        raise TokenError(f"its claim {error.claim} is not the one awaited ({error})") from error
    subject = token.claims["sub"]
    # OpenID Connect Core 2: at most 255 characters, all of them ASCII.
    if not isinstance(subject, str) or not (
        0 < len(subject) <= 255 and subject.isascii() and subject.isprintable()
    ):
        raise TokenError("its claim sub names nobody")
    return token.claims


def _key(one: Any) -> RSAKey | ECKey | None:
    if not isinstance(one, dict) or one.get("use", "sig") != "sig":
        return None
    kind = _KINDS.get(str(one.get("kty")))
    if kind is None:
        return None
    try:
        return kind.import_key(one)
    except (JoseError, ValueError, TypeError, KeyError):
        # One key that cannot be read says nothing of the others.
        return None
