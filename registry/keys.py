"""API keys: made once, shown once, kept as a hash.

A key carries 256 random bits, so a plain SHA-256 keeps it safe at rest and quick to check.
"""

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from registry.entries import EntryError
from registry.journal import OURS, note, raise_revision
from registry.model import Role
from registry.tables import KeyRow

PREFIX = "tg_"
NAME = r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$"
"""How a key may be named: it stands in logs, tables and addresses."""


class KeyNameTakenError(Exception):
    """Another key has this name."""


class UnknownKeyError(Exception):
    """No key has this name."""


def key_hash(key: str) -> str:
    """What is kept of a key: its SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(key.encode()).hexdigest()


def check_name(name: str, otherwise: str) -> None:
    """Raise `EntryError` for what is no name; it says that it names `otherwise` (`no key`, `nobody`)."""
    if name.lower() in OURS:
        raise EntryError(("name",), f"{name!r} is the name of what nobody asked for; choose another one")
    if not re.fullmatch(NAME, name):
        shown = repr(name[:100])
        raise EntryError(
            ("name",), f"{shown} names {otherwise}; write 1 to 64 of a-z, 0-9, `.`, `_`, `@` and `-`"
        )


def create_key(session: Session, name: str, role: Role, actor: str, now: datetime) -> str:
    """Make a key and give it back, the only time it can be read; raises `KeyNameTakenError`, `EntryError`."""
    check_name(name, "no key")
    if find_key(session, name) is not None:
        raise KeyNameTakenError(f"a key named {name!r} exists; revoke it first or choose another name")
    key = PREFIX + secrets.token_urlsafe(32)
    session.add(KeyRow(name=name, role=role, sha256=key_hash(key), created_at=now))
    note(session, now, actor, "create_key", f"key:{name}", role=role.value)
    raise_revision(session, ())
    return key


def revoke_key(session: Session, name: str, actor: str, now: datetime) -> None:
    """End a key; it stays listed. Raises `UnknownKeyError`."""
    row = find_key(session, name)
    if row is None:
        raise UnknownKeyError(f"no key is named {name!r}; `termgate keys list` names them")
    if row.revoked_at is None:
        row.revoked_at = now
        session.add(row)
        note(session, now, actor, "revoke_key", f"key:{name}")
        raise_revision(session, ())


def find_key(session: Session, name: str) -> KeyRow | None:
    """The key of that name, revoked or not."""
    return session.exec(select(KeyRow).where(KeyRow.name == name)).first()


def find_live_key(session: Session, key: str) -> KeyRow | None:
    """The key itself, unless it is unknown or revoked."""
    query = select(KeyRow).where(KeyRow.sha256 == key_hash(key), col(KeyRow.revoked_at).is_(None))
    return session.exec(query).first()


def list_keys(session: Session) -> Sequence[KeyRow]:
    """All keys by name, the revoked ones too."""
    return session.exec(select(KeyRow).order_by(KeyRow.name)).all()
