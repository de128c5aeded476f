"""Signs what was asked and answered. It knows the form of a signature, not what a look-up is.

What is signed says of which kind it is, so that none passes for another: a denial's proof is no receipt.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from joserfc import jws

from app.receipts.keys import KeyStore
from app.receipts.verifying import ALGORITHM, TYPE

Sign = Callable[[Mapping[str, Any]], str]
"""Claims to what is signed."""

DENIAL: Final = "termgate-denial+jwt"


def signer_from(store: KeyStore, kind: str = TYPE) -> Sign:
    """Sign with whatever key is to sign at that moment; `kind` is its header `typ`."""

    def sign(claims: Mapping[str, Any]) -> str:
        keys = store.current()
        header = {"alg": ALGORITHM, "kid": keys.name, "typ": kind}
        content = json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()
        return jws.serialize_compact(header, content, keys.signing, algorithms=[ALGORITHM])

    return sign
