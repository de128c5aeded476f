"""Headers that stand on every answer, whoever gives it; those of the API's.

A key may come in a header that caches do not know for one, so none may think that what one caller was told is
for the next. A plain ASGI wrapper.
"""

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
PLACE: Final = "/v1/"
"""What the API's addresses begin with; others say their own."""


class WithHeaders:
    """Wraps an application; what an answer says of itself already stays."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str], below: str = "") -> None:
        """`below`: what the path begins with of answers that get the headers."""
        self._app = app
        self._headers = headers
        self._below = below

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with the headers."""
        if scope["type"] != "http" or not scope["path"].startswith(self._below):
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)
