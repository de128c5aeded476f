"""The keys that receipts are signed with: one that signs, and the public halves of those that did.

Only this module knows how they are kept: as a JWK set, the signing key first, in a file for its owner alone,
or in a setting. A key that no longer signs loses its private half at once; its public half stays for good,
so that old receipts can be verified.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from app.receipts.verifying import ALGORITHM
from app.secret_files import SecretFileError, read_secret, write_secret
from app.settings import Settings

FILE: Final = "receipt-keys.json"
_PUBLIC: Final = ("kty", "crv", "x", "kid", "use", "alg", "iat")


class ReceiptKeyError(Exception):
    """The keys cannot be used; the message says what to do, and never holds one."""


@dataclass(frozen=True, slots=True)
class KeySet:
    """The signing key, its name, and all public keys."""

    name: str
    signing: OKPKey
    public: Sequence[Mapping[str, Any]]

    @property
    def shown(self) -> dict[str, Any]:
        """The JWK set for everybody."""
        return {"keys": [dict(key) for key in self.public]}


class KeyStore:
    """The keys of a deployment, read anew when their file has changed."""

    def __init__(self, settings: Settings, now: datetime) -> None:
        """Read the keys, and make the first one where there is none; raises `ReceiptKeyError`."""
        self._given = settings.receipt_keys.get_secret_value()
        self._path = settings.data_dir / FILE
        self._now = now
        self._read: tuple[tuple[int, int], KeySet] | None = None
        self.current()

    def current(self) -> KeySet:
        """The keys as they are now."""
        if self._given:
            if self._read is None:
                self._read = ((0, 0), _parsed(self._given, "TERMGATE_RECEIPT_KEYS"))
            return self._read[1]
        try:
            state = self._path.stat()
            stamp = (state.st_mtime_ns, state.st_ino)
        except OSError:
            stamp = (0, 0)
        if self._read is None or self._read[0] != stamp:
            try:
                content = read_secret(self._path, lambda: _written([_made(self._now)]))
            except SecretFileError as error:
                raise ReceiptKeyError(str(error)) from error
            keys = _parsed(content.decode(errors="replace"), str(self._path))
            state = self._path.stat()
            self._read = ((state.st_mtime_ns, state.st_ino), keys)
        return self._read[1]


def rotate(settings: Settings, now: datetime) -> str:
    """Let a new key sign from now on; gives its name. Raises `ReceiptKeyError`."""
    if settings.receipt_keys.get_secret_value():
        raise ReceiptKeyError("the keys stand in TERMGATE_RECEIPT_KEYS; put a new one first in it there")
    path: Path = settings.data_dir / FILE
    fresh = _made(now)
    before = KeyStore(settings, now).current().public
    try:
        write_secret(path, _written([fresh, *before]), replace=True)
    except OSError as error:
        raise ReceiptKeyError(f"{path} cannot be written ({error.strerror})") from error
    name: str = fresh["kid"]
    return name


def _made(now: datetime) -> dict[str, Any]:
    key = OKPKey.generate_key("Ed25519")
    made: dict[str, Any] = dict(key.as_dict(private=True))
    return {**made, "kid": key.thumbprint(), "use": "sig", "alg": ALGORITHM, "iat": int(now.timestamp())}


def _written(keys: Sequence[Mapping[str, Any]]) -> bytes:
    return json.dumps({"keys": [dict(key) for key in keys]}, indent=1).encode()


def _parsed(content: str, place: str) -> KeySet:
    # What is wrong is told without what was read: it is secret. No cause either, since a traceback shows it.
    try:
        keys = json.loads(content)["keys"]
        first = OKPKey.import_key({name: keys[0][name] for name in ("kty", "crv", "x", "d")})
        name = str(keys[0].get("kid") or first.thumbprint())
        listed = [{"kid": name, "use": "sig", "alg": ALGORITHM, **keys[0]}, *keys[1:]]
        public = [{field: key[field] for field in _PUBLIC if field in key} for key in listed]
        known = all((key["kty"], key["crv"]) == ("OKP", "Ed25519") and key["kid"] for key in public)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, JoseError):
        known = False
    if not known:
        raise ReceiptKeyError(
            f"{place} holds no JWK set of Ed25519 keys with `kid`, the first of them with its private half"
        )
    return KeySet(name, first, public)
