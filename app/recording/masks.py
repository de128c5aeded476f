"""What of a question is kept as it is, as a keyed hash, or not at all.

Only this module knows how a value is masked. A hash is keyed: whoever reads the record cannot find out a
name by hashing all they can think of, and whoever holds the key can still look for one.
"""

import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from registry.lookups import MASKED

SUBJECT = "subject"
"""Whom a question is asked for; every other name is a field of the policy's context."""
_DIGITS = 24


class MaskError(ValueError):
    """A rule masks what no question has: a misspelt one would leave in the record what was to stay out."""


@dataclass(frozen=True, slots=True)
class Masks:
    """The rules, with the key of the hashes."""

    hashed: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    key: bytes = b""

    def context(self, given: Mapping[str, str]) -> dict[str, str]:
        """The work, masked."""
        return {
            name: self.hash(value) if name in self.hashed else value
            for name, value in given.items()
            if name not in self.dropped
        }

    def subject(self, name: str | None) -> str | None:
        """Whom it is asked for, masked."""
        if name is None or SUBJECT in self.dropped:
            return None
        return self.hash(name) if SUBJECT in self.hashed else name

    def hash(self, value: str) -> str:
        """What stands in the record for a value."""
        digest = hmac.digest(self.key, value.encode(errors="replace"), hashlib.sha256)
        return f"{MASKED}{digest.hex()[:_DIGITS]}"


def masks_from(
    hashed: Collection[str], dropped: Collection[str], fields: Collection[str], key: bytes
) -> Masks:
    """Rules from settings; raises `MaskError` for a name that is neither `subject` nor one of `fields`."""
    known = {SUBJECT, *fields}
    for name in (*hashed, *dropped):
        if name not in known:
            raise MaskError(f"{name!r} is nothing that look-ups say; known are {', '.join(sorted(known))}")
    return Masks(frozenset(hashed), frozenset(dropped), key)
