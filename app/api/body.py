"""Looks at every body before it is read: not too large, and of a kind that is read here.

A plain ASGI wrapper. The limit holds for what is announced (refused before a byte is read) and for what
arrives (refused at the first byte too many).
"""

import re
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import BodyTooLargeError, MediaTypeError, problem_of
from app.media import LARGEST
from app.settings import PAGES

JSON_LIMIT: Final = 1024 * 1024
UPLOAD_LIMIT: Final = LARGEST
FORM_LIMIT: Final = LARGEST + 64 * 1024
"""A form with such a document: its other fields come on top."""

_MULTIPART = "multipart/form-data"
_FILES = {
    "PUT": re.compile(r"/sources/[^/]+/content\Z"),
    "POST": re.compile(r"/sources/[^/]+/captures\Z"),
}
"""Addresses that take a document as it is, by method."""


class BodyGuard:
    """Wraps an application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = _limit(scope, headers)
        refused = _refused(scope, headers, limit)
        if refused is not None:
            await problem_of(refused)(scope, receive, send)
            return
        await self._app(scope, _counting(receive, limit), send)


def _limit(scope: Scope, headers: Headers) -> int:
    if _media_type(headers) == _MULTIPART:
        return FORM_LIMIT
    return UPLOAD_LIMIT if _is_content(scope) else JSON_LIMIT


def _refused(scope: Scope, headers: Headers, limit: int) -> Exception | None:
    announced = headers.get("content-length", "")
    # A page says it as a page: there, the first byte too many is refused while the form is read.
    if announced.isdecimal() and int(announced[:20]) > limit and not scope["path"].startswith(f"{PAGES}/"):
        return BodyTooLargeError(limit)
    has_body = "transfer-encoding" in headers or announced not in {"", "0"}
    if has_body and scope["path"].startswith("/v1/") and not _is_content(scope):
        return _not_json(headers)
    return None


def _not_json(headers: Headers) -> Exception | None:
    if _media_type(headers) == "application/json":
        return None
    return MediaTypeError("send JSON, with the header `Content-Type: application/json`")


def _is_content(scope: Scope) -> bool:
    """Whether the address takes a document as it is."""
    pattern = _FILES.get(scope["method"])
    return pattern is not None and pattern.search(scope["path"]) is not None


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _counting(receive: Receive, limit: int) -> Receive:
    """Hand the messages on until they hold more than the limit."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise BodyTooLargeError(limit)
        return message

    return counted
