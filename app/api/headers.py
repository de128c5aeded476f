"""What every answer of the API tells whoever stands between: keep no copy, and take it for what it is.

A key may come in a header that caches do not know for one, so none may think that what one caller was told is
for the next. A plain ASGI wrapper.
"""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
_PLACE: Final = "/v1/"


class ApiHeaders:
    """Wraps the application; what an answer says of itself already stays, and pages say their own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with the headers."""
        if scope["type"] != "http" or not scope["path"].startswith(_PLACE):
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)
