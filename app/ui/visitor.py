"""Who is at a page, and whether a form that comes back is theirs.

A visit is told by a cookie that scripts cannot read. A form carries a token that is made from the cookie's
secret, so another site can neither read it nor guess it; a form without it changes nothing.
"""

import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from app.api.house import Here, House
from app.auth import Caller, RoleTooSmallError
from registry.model import Role
from registry.visits import visit_of

COOKIE: Final = "termgate_visit"
FIELD: Final = "token"
HEADER: Final = "x-form-token"
_DIGITS: Final = 40


class SignInNeededError(Exception):
    """Nobody is signed in; the message is the address that was asked for."""


class ForeignFormError(Exception):
    """A form that does not come from a page of this visit."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person at the pages."""

    caller: Caller
    token: str
    """Of every form on this visit's pages."""

    @property
    def name(self) -> str:
        """As the audit log has it."""
        return self.caller.name

    def may(self, role: str) -> bool:
        """Whether the person may do what that role may."""
        return self.caller.may(Role(role))


@dataclass(frozen=True, slots=True)
class Posted:
    """A form that was sent from a page of the visit."""

    visitor: Visitor
    fields: FormData

    def text(self, name: str) -> str:
        """A field's text without blanks around; empty where there is none."""
        value = self.fields.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """All that was said for a field, without what is empty."""
        values = (value.strip() for value in self.fields.getlist(name) if isinstance(value, str))
        return tuple(value for value in values if value)

    def file(self, name: str) -> UploadFile | None:
        """A file, if one was chosen."""
        value = self.fields.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None


def visitor(request: Request, house: Here) -> Visitor:
    """Who is at the page; raises `SignInNeededError`."""
    found = visitor_of(request, house)
    if found is None:
        raise SignInNeededError(_asked_for(request))
    return found


def visitor_of(request: Request, house: House) -> Visitor | None:
    """Who is signed in, if anybody is."""
    secret = request.cookies.get(COOKIE, "")
    if not secret:
        return None
    with house.readings() as session:
        row = visit_of(session, secret, house.now())
        return None if row is None else Visitor(Caller(row.name, Role(row.role)), token_of(secret))


async def posted(request: Request, at: Annotated[Visitor, Depends(visitor)]) -> AsyncIterator[Posted]:
    """A form from a page of this visit, its files open until it is answered.

    Raises `SignInNeededError`, `ForeignFormError`.
    """
    async with request.form(max_files=4, max_fields=500) as fields:
        given = request.headers.get(HEADER) or fields.get(FIELD, "")
        if not isinstance(given, str) or not hmac.compare_digest(given.encode(), at.token.encode()):
            raise ForeignFormError("this form is from another visit or another site; open the page again")
        yield Posted(at, fields)


def token_of(secret: str) -> str:
    """The forms' token of the visit with this secret."""
    return hmac.digest(secret.encode(), b"forms", hashlib.sha256).hex()[:_DIGITS]


def require(at: Visitor, role: Role) -> None:
    """Raise `RoleTooSmallError` where the person may not do what that role may."""
    if not at.caller.may(role):
        has = at.caller.role.value
        raise RoleTooSmallError(f"{at.name} has the role {has}; this needs {role.value} or above")


def _asked_for(request: Request) -> str:
    """Where to go on after signing in: the page, not the form that was sent to it."""
    if request.method != "GET":
        return ""
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(f"{request.url.path}{query}", safe="/?=&%@:")


At = Annotated[Visitor, Depends(visitor)]
Sent = Annotated[Posted, Depends(posted)]
