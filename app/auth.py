"""Who is asking, and may they: API keys to callers, and what each role may do.

A key comes as `Authorization: Bearer KEY` or as `X-API-Key: KEY`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, cast

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from app.db import Session, Sessions
from registry.journal import SYSTEM
from registry.keys import create_key, find_live_key, list_keys
from registry.model import Role

FIRST_KEY: Final = "first-admin"

_HOW = "send one as `Authorization: Bearer KEY` or `X-API-Key: KEY`; an administrator makes them"
_BEARER = HTTPBearer(auto_error=False, description="An API key: `Authorization: Bearer KEY`.")
_HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, description="The same key in another header.")


class KeyRefusedError(Exception):
    """Nobody can be told from this request: it has no key, or one that is unknown or revoked."""


class RoleTooSmallError(Exception):
    """The key is good, but its role may not do this."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever holds a key: the key's name is the actor in the audit log."""

    name: str
    role: Role

    def may(self, needed: Role) -> bool:
        """Whether this role may do all that the needed one may."""
        return self.role.includes(needed)


class Keyring:
    """Tells callers by their keys; built once, put in `app.state.keyring`."""

    def __init__(self, readings: Sessions) -> None:
        self._readings = readings

    def caller(self, key: str | None) -> Caller:
        """The holder of a key; raises `KeyRefusedError`."""
        if not key:
            raise KeyRefusedError(f"this needs an API key: {_HOW}")
        with self._readings() as session:
            row = find_live_key(session, key)
        if row is None:
            raise KeyRefusedError(f"the API key is unknown or revoked: {_HOW}")
        return Caller(name=row.name, role=Role(row.role))


def first_key(session: Session, now: datetime) -> str | None:
    """Make the first administrator's key and give it, where no key was ever made; otherwise `None`."""
    if list_keys(session):
        return None
    return create_key(session, FIRST_KEY, Role.ADMIN, SYSTEM, now)


def needs(role: Role) -> Callable[..., Caller]:
    """A dependency that gives the caller; raises `KeyRefusedError`, `RoleTooSmallError`.

    It opens and closes a reading transaction of its own: nobody without a key can wait for the write lock.
    """

    def caller(
        request: Request,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
        header: Annotated[str | None, Security(_HEADER)],
    ) -> Caller:
        keyring = cast(Keyring, request.app.state.keyring)
        asking = keyring.caller(bearer.credentials if bearer is not None else header)
        if not asking.may(role):
            raise RoleTooSmallError(
                f"the key {asking.name!r} has the role {asking.role}; this needs {role} or above"
            )
        return asking

    return caller


as_lookup = needs(Role.LOOKUP)
as_manager = needs(Role.MANAGER)
as_reviewer = needs(Role.REVIEWER)
as_admin = needs(Role.ADMIN)

Manager = Annotated[Caller, Depends(as_manager)]
"""A caller who may submit, vet and read."""
Reviewer = Annotated[Caller, Depends(as_reviewer)]
"""A caller who may decide."""
Admin = Annotated[Caller, Depends(as_admin)]
"""A caller who may make keys and read the audit log."""
