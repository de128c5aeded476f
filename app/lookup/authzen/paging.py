"""Which part of a search's results is asked for.

Only this module knows what a page token is: the name after which to go on, bound to the search it came from,
so that another search with it is refused and not answered with the wrong half.
"""

import base64
import binascii
import hashlib
import json
from typing import Final, NamedTuple

from app.lookup.authzen.form import Ask, Fields, FormError, optional_object

PAGE: Final = 100
"""Results on a page where nothing else is asked for."""
MAX_PAGE: Final = 1000
"""Results on a page at most; who asks for more gets these."""

_DIGEST: Final = 16
_MAX_TOKEN: Final = 4096


class Page(NamedTuple):
    """A part of the results."""

    limit: int
    after: str
    """The last name of the page before; empty for the first page."""


def read_page(asked: Fields, wanted: str, ask: Ask) -> Page:
    """Read `page` of a search; raises `FormError`."""
    page = optional_object(asked, "page")
    limit = page.get("limit")
    if limit is not None and (type(limit) is not int or limit < 0):
        raise FormError("`page.limit` must be a whole number, 0 or more", "/page/limit")
    # Before the standard was final, a request named the token as a response does.
    token = page.get("token", page.get("next_token"))
    if token is not None and (type(token) is not str or len(token) > _MAX_TOKEN):
        raise FormError("`page.token` must be a token that a page before gave", "/page/token")
    after = _name_in(token, wanted, ask) if token else ""
    return Page(PAGE if limit is None else min(limit, MAX_PAGE), after)


def token_after(wanted: str, ask: Ask, name: str) -> str:
    """The token of the page that begins after a name."""
    return base64.urlsafe_b64encode(f"{_digest(wanted, ask)}{name}".encode()).decode()


def _name_in(token: str, wanted: str, ask: Ask) -> str:
    try:
        known = base64.b64decode(token, b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        known = ""
    if known[:_DIGEST] != _digest(wanted, ask):
        raise FormError("`page.token` is of another search; begin without one", "/page/token")
    return known[_DIGEST:]


def _digest(wanted: str, ask: Ask) -> str:
    return hashlib.sha256(json.dumps([wanted, *ask]).encode()).hexdigest()[:_DIGEST]
