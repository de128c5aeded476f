"""Who is at a page, and whether a form that comes back is theirs.

A visit is told by a cookie that scripts cannot read. A form carries a token that is made from the cookie's
secret, so another site can neither read it nor guess it; a form without it changes nothing.
"""

import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from app.api.forms import UNFIT, is_fit
from app.api.house import Here, House
from app.auth import Caller, RoleTooSmallError
from registry.entries import EntryError
from registry.model import Role
from registry.visits import visit_of

COOKIE: Final = "termgate_visit"
"""The cookie's name in the clear; `cookie_of` gives the one that holds."""
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
        return _written(value) if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """All that was said for a field, without what is empty."""
        values = (_written(value) for value in self.fields.getlist(name) if isinstance(value, str))
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
    secret = secret_in(request, house)
    if not secret:
        return None
    with house.readings() as session:
        row = visit_of(session, secret, house.now())
        return None if row is None else Visitor(Caller(row.name, Role(row.role)), token_of(secret))


def is_secure(request: Request, house: House) -> bool:
    """Whether browsers come over TLS."""
    return request.url.scheme == "https" or house.address.startswith("https://")


def cookie_of(request: Request, house: House) -> str:
    """The cookie's name: over TLS with the prefix that keeps neighbouring sites from planting one."""
    return f"__Host-{COOKIE}" if is_secure(request, house) else COOKIE


def secret_in(request: Request, house: House) -> str:
    """The secret of the visit that a browser tells of; empty where it tells of none."""
    return request.cookies.get(cookie_of(request, house), "")


def not_from_elsewhere(request: Request, house: Here) -> None:
    """Raise `ForeignFormError` for a form that a browser says another site sent.

    For the form that begins a visit: it has no token yet, and another site could sign somebody in under a
    name of its own choice. Whoever tells nothing is no browser of today, and has nobody to lead astray.
    """
    site = request.headers.get("sec-fetch-site")
    # Over TLS browsers judge themselves, whatever a proxy makes of our name; otherwise we compare.
    ours = {None, f"{request.url.scheme}://{request.url.netloc}", _origin_of(house.address)}
    is_ours = request.headers.get("origin") in ours if site is None else site in {"none", "same-origin"}
    if not is_ours:
        raise ForeignFormError("this form was sent by another site; open the link itself")


async def posted(request: Request, at: Annotated[Visitor, Depends(visitor)]) -> AsyncIterator[Posted]:
    """A form from a page of this visit, its files open until it is answered.

    Raises `SignInNeededError`, `ForeignFormError`, and `EntryError` for what is no text.
    """
    async with request.form(max_files=4, max_fields=500) as fields:
        given = request.headers.get(HEADER) or fields.get(FIELD, "")
        if not isinstance(given, str) or not hmac.compare_digest(given.encode(), at.token.encode()):
            raise ForeignFormError("this form is from another visit or another site; open the page again")
        for name, value in fields.multi_items():
            if isinstance(value, str) and not is_fit(_written(value)):
                raise EntryError((name if is_fit(name) else "form",), UNFIT)
        yield Posted(at, fields)


def token_of(secret: str) -> str:
    """The forms' token of the visit with this secret."""
    return hmac.digest(secret.encode(), b"forms", hashlib.sha256).hex()[:_DIGITS]


def require(at: Visitor, role: Role) -> None:
    """Raise `RoleTooSmallError` where the person may not do what that role may."""
    if not at.caller.may(role):
        has = at.caller.role.value
        raise RoleTooSmallError(f"{at.name} has the role {has}; this needs {role.value} or above")


def _written(value: str) -> str:
    """What was typed, with the ends of lines that the rest of us writes: browsers send others."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def _origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _asked_for(request: Request) -> str:
    """Where to go on after signing in: the page, not the form that was sent to it."""
    if request.method != "GET":
        return ""
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(f"{request.url.path}{query}")


At = Annotated[Visitor, Depends(visitor)]
Sent = Annotated[Posted, Depends(posted)]
