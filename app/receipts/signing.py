"""Signs what was asked and answered. It knows the form of a signature, not what a look-up is."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from joserfc import jws

from app.receipts.keys import KeyStore
from app.receipts.verifying import ALGORITHM, TYPE

Sign = Callable[[Mapping[str, Any]], str]
"""Claims to a receipt."""


def signer_from(store: KeyStore) -> Sign:
    """Sign with whatever key is to sign at that moment."""

    def sign(claims: Mapping[str, Any]) -> str:
        keys = store.current()
        header = {"alg": ALGORITHM, "kid": keys.name, "typ": TYPE}
        content = json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()
        return jws.serialize_compact(header, content, keys.signing, algorithms=[ALGORITHM])

    return sign
