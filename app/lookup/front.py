"""The hot path: an ASGI front that answers look-ups from memory and passes everything else on.

Only this module knows how a look-up is asked for and answered in HTTP. It stands before the application, so
no router, no middleware and no database lies between a question and its answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, quote, unquote_to_bytes

from starlette.types import ASGIApp, Receive, Scope, Send

from app.lookup.answer import VARY, LookupAnswer, QueryError, refuse, settle_lookup
from app.lookup.holder import IndexHolder
from app.lookup.index import LookupIndex
from app.problems import NO_VALID_KEY, tell

PREFIX: Final = b"/v1/tools/"
SUFFIX: Final = b"/approval"
MAX_PARAMETERS: Final = 64
REMEMBERED: Final = 4096
"""Answers that are kept to be given again; a few KB each."""

_BEARER: Final = b"bearer "


@dataclass(frozen=True, slots=True)
class _Reply:
    """An answer as ASGI sends it."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    etag: bytes | None
    settled_until: datetime | None


class LookupFront:
    """Answers `GET` and `HEAD /v1/tools/{tool}/approval`; `clock` gives the time with its zone."""

    def __init__(self, app: ASGIApp, holder: IndexHolder, clock: Callable[[], datetime]) -> None:
        self._app = app
        self._holder = holder
        self._clock = clock
        self._answers: dict[tuple[bytes, bytes], _Reply] = {}
        self._answers_of: LookupIndex | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a look-up, or pass on what is none."""
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            path = _path(scope)
            if path.startswith(PREFIX) and path.endswith(SUFFIX) and len(path) > len(PREFIX) + len(SUFFIX):
                await _send(self._reply(scope, path), scope, send)
                return
        await self._app(scope, receive, send)

    def _reply(self, scope: Scope, path: bytes) -> _Reply:
        now = self._clock()
        index = self._holder.current(now)
        key = _key(scope)
        if key is None or index.authenticate(key) is None:
            return _NO_KEY if key is None else _WRONG_KEY
        if index is not self._answers_of:
            # An answer lives no longer than the index it was given from.
            self._answers, self._answers_of = {}, index
        question = (path, scope["query_string"])
        known = self._answers.get(question)
        if known is not None and known.settled_until is not None and now < known.settled_until:
            return known
        reply = _answer(index, *question, now)
        if reply.settled_until is not None and now < reply.settled_until:
            if len(self._answers) >= REMEMBERED:
                self._answers.clear()
            self._answers[question] = reply
        return reply


def _answer(index: LookupIndex, path: bytes, query_string: bytes, now: datetime) -> _Reply:
    try:
        tool = unquote_to_bytes(path[len(PREFIX) : -len(SUFFIX)]).decode()
        query = parse_qsl(
            query_string.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_PARAMETERS,
        )
    except ValueError as error:
        message = "the address cannot be read; encode it as UTF-8, percent-encoded, with few parameters"
        return _made(*refuse(QueryError(f"{message} ({type(error).__name__})", "query")))
    answer: LookupAnswer = settle_lookup(index, tool, query, now)
    return _made(answer.status, answer.headers, answer.body, answer.settled_until)


def _path(scope: Scope) -> bytes:
    """The path as it was sent, below where the application is mounted."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    return raw.removeprefix(scope.get("root_path", "").encode())


def _key(scope: Scope) -> str | None:
    found = None
    for name, value in scope["headers"]:
        if name == b"authorization" and value[: len(_BEARER)].lower() == _BEARER:
            return str(value[len(_BEARER) :].strip(), "latin-1")
        if name == b"x-api-key":
            found = str(value.strip(), "latin-1")
    return found or None


def _etag_matches(scope: Scope, etag: bytes) -> bool:
    for name, value in scope["headers"]:
        if name == b"if-none-match":
            asked = [one.strip().removeprefix(b"W/") for one in value.split(b",")]
            if etag in asked or b"*" in asked:
                return True
    return False


async def _send(reply: _Reply, scope: Scope, send: Send) -> None:
    if reply.etag is not None and _etag_matches(scope, reply.etag):
        kept = [one for one in reply.headers if one[0] not in {b"content-length", b"content-type"}]
        await send({"type": "http.response.start", "status": 304, "headers": kept})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else reply.body})


def _made(
    status: int, headers: Mapping[str, str], body: bytes, settled_until: datetime | None = None
) -> _Reply:
    sent = {**headers, "content-length": str(len(body)), "vary": VARY}
    return _Reply(
        status=status,
        headers=tuple((name.encode(), value.encode()) for name, value in sent.items()),
        body=body,
        etag=headers["etag"].encode() if "etag" in headers else None,
        settled_until=settled_until,
    )


def _refused(message: str) -> _Reply:
    how = "send one as `Authorization: Bearer KEY` or `X-API-Key: KEY`; an administrator makes them"
    told = tell(NO_VALID_KEY, f"{message}: {how}")
    return _made(told.status, told.headers, told.body)


_NO_KEY: Final = _refused("this needs an API key")
_WRONG_KEY: Final = _refused("the API key is unknown or revoked")
