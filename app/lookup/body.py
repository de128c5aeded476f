"""A question's body, from the wire to a JSON object: bounded, strict, and read one way only.

Only this module knows what is refused of a body. A name that stands twice in one object is refused: the
caller may have meant the first, and we would read the last.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn

from starlette.types import Receive

from app.problems import BODY_TOO_LARGE, MALFORMED, TOO_SLOW, Kind

LIMIT: Final = 1024 * 1024
"""Bytes."""

PATIENCE_S: Final = 30.0
"""How long the rest of a body may take."""

_JSON: Final = b"application/json"
_PLAIN: Final = b"identity"


class BodyError(ValueError):
    """The body is not read; the message says why."""

    def __init__(self, kind: Kind, message: str) -> None:
        self.kind = kind
        super().__init__(message)


class GoneError(Exception):
    """Whoever asked left before the question was whole."""


async def read_body(headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
    """Read a JSON body of at most `LIMIT` bytes; raises `BodyError`, `GoneError`.

    What announces itself as too large is refused before a byte of it is read.
    """
    if headers.get(b"content-type", b"").partition(b";")[0].strip().lower() != _JSON:
        raise BodyError(MALFORMED, "send JSON, with the header `Content-Type: application/json`")
    if headers.get(b"content-encoding", _PLAIN).strip().lower() != _PLAIN:
        raise BodyError(MALFORMED, "send the body as it is, without `Content-Encoding`")
    announced = headers.get(b"content-length", b"")
    if announced.isdigit() and int(announced[:20]) > LIMIT:
        raise _too_large()
    message = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body"):
        body = await _in_time(body, receive)
    elif message["type"] == "http.disconnect":
        raise GoneError
    if len(body) > LIMIT:
        raise _too_large()
    return body


def parse_object(body: bytes) -> dict[str, Any]:
    """Read a JSON object; raises `BodyError`."""
    try:
        found = _DECODER.decode(body.decode())
        if b"\\u" in body:
            # Half a surrogate pair is a string to the parser, but no text that could be sent or looked up.
            json.dumps(found, ensure_ascii=False).encode()
            if b"\\u0000" in body and _has_nul(found):
                raise ValueError("a text in it holds a NUL")
    except RecursionError:
        raise BodyError(MALFORMED, "the body is nested too deep") from None
    except ValueError as error:
        what = "the body is empty" if not body.strip() else f"the body is no JSON ({_told(error)})"
        raise BodyError(MALFORMED, f"{what}; send one JSON object, in UTF-8") from None
    if not isinstance(found, dict):
        raise BodyError(MALFORMED, f"the body is {_named(found)}; send one JSON object")
    return found


async def _in_time(first: bytes, receive: Receive) -> bytes:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await _rest(first, receive)
    except TimeoutError:
        message = f"the body was not whole after {PATIENCE_S:.0f} seconds; send it at once"
        raise BodyError(TOO_SLOW, message) from None


async def _rest(first: bytes, receive: Receive) -> bytes:
    body = bytearray(first)
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise GoneError
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LIMIT:
            raise _too_large()
    return bytes(body)


def _too_large() -> BodyError:
    return BodyError(BODY_TOO_LARGE, f"the body is larger than {LIMIT} bytes; ask in several requests")


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:100]!r} stands twice in one object")
    return found


def _has_nul(found: Any) -> bool:
    """Whether a text holds the one character that no database would keep."""
    if isinstance(found, dict):
        return any("\0" in name or _has_nul(value) for name, value in found.items())
    if isinstance(found, list):
        return any(map(_has_nul, found))
    return isinstance(found, str) and "\0" in found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")


def _told(error: ValueError) -> str:
    if isinstance(error, UnicodeError):
        return "it is not UTF-8"
    if str(error).startswith("Exceeds the limit"):
        # The interpreter's own words tell whoever runs it what to set.
        return "a number in it has thousands of digits"
    return str(error)[:200]


def _named(found: object) -> str:
    return {list: "an array", str: "a string", bool: "a truth value", type(None): "null"}.get(
        type(found), "a number"
    )


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number)
