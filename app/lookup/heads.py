"""What the head of a request says, and what it must not be, whatever is asked in it. Pure.

Only this module knows which spellings are of one address, and what is refused: a head that can be read in two
ways may have been read in the other one by whoever passed it on, so it is never answered.
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from starlette.types import Scope

from app.lookup.exchange import Reply, problem
from app.problems import MALFORMED_QUESTION

MAX_REQUEST_ID: Final = 1000
"""Characters of a request's name: it is told back as it came, or not answered at all."""

Headers = Mapping[bytes, bytes]

_AS_IT_IS: Final = "/:@!$&'()*+,;="
"""What stands in a path without a percent sign before it."""
_HOST: Final = re.compile(rb"(?:[A-Za-z0-9._~%-]{0,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{0,5})?")
"""A name or an address, and a port: what may stand in a host header, as far as any client sends it."""
_ONCE: Final = (
    b"host",
    b"authorization",
    b"x-api-key",
    b"content-type",
    b"content-encoding",
    b"x-request-id",
)


def mistake_in(scope: Scope, headers: Headers) -> Reply | None:
    """Refuse a head whose host is none, or that says twice what can be said once; `None`: it is fine."""
    if len(headers) != len(scope["headers"]):
        names = [name for name, _ in scope["headers"]]
        for name in _ONCE:
            if names.count(name) > 1:
                return _TWICE[name]
    host = headers.get(b"host")
    if host is None:
        return _NO_HOST if scope.get("http_version") == "1.1" else None
    return None if _HOST.fullmatch(host) else _BAD_HOST


def can_be_told_back(request_id: bytes) -> bool:
    """Whether a request's name may stand in a header of ours: printable ASCII, and not long."""
    return (
        len(request_id) <= MAX_REQUEST_ID
        and request_id.isascii()
        and request_id.decode("ascii").isprintable()
    )


def path_of(scope: Scope) -> bytes:
    """The path as it was sent, below where the application is mounted, each character spelt in one way.

    Behind us paths are compared decoded: an address in another spelling must not be
    answered there, where nothing is recorded.
    """
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    path = raw.removeprefix(scope.get("root_path", "").encode())
    return quote(unquote_to_bytes(path), safe=_AS_IT_IS).encode() if b"%" in path else path


# Cut or cleaned it would be the name of another request.
BAD_NAME: Final = problem(
    MALFORMED_QUESTION,
    f"X-Request-ID is told back as it came: write at most {MAX_REQUEST_ID} printable ASCII characters",
)
_NO_HOST: Final = problem(MALFORMED_QUESTION, "the header Host is missing; HTTP/1.1 demands one")
_BAD_HOST: Final = problem(
    MALFORMED_QUESTION, "the header Host holds no host; write a name or an address, and a port behind a colon"
)
_TWICE: Final = {
    name: problem(
        MALFORMED_QUESTION, f"the header {name.decode().title()} stands more than once; send it once"
    )
    for name in _ONCE
}
