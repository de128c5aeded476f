"""The hot path: an ASGI front that answers from memory and passes everything else on.

Only this module knows how questions and replies travel in HTTP: who asks is told once, a body is read whole,
a known answer is not sent again. It stands before the application, so no router, no middleware and no
database lies between a question and its answer. What is answered where is a table that it is given.
"""

import asyncio
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import count
from typing import Final
from urllib.parse import quote

from starlette.types import ASGIApp, Receive, Scope, Send

from app.lookup.answer import VARY
from app.lookup.body import BodyError, GoneError, read_body
from app.lookup.exchange import Endpoint, Question, Recorder, Reply, name_question, problem
from app.lookup.holder import IndexHolder
from app.lookup.index import LookupIndex
from app.lookup.remembered import Remembered
from app.lookup.table import Table
from app.problems import NO_VALID_KEY

MAX_REQUEST_ID: Final = 200
DECISION_ID: Final = b"x-decision-id"
"""The header that names an answer, by which it is found in the record."""

_BODILESS: Final = frozenset({"GET", "HEAD"})
_KEYS: Final = (b"authorization", b"x-api-key")
_BEARER: Final = b"bearer "
_OF_A_BODY: Final = frozenset({b"content-length", b"content-type"})


class LookupFront:
    """Answers the endpoints; `clock` gives the time with its zone, `record` is told what was answered."""

    def __init__(
        self,
        app: ASGIApp,
        holder: IndexHolder,
        clock: Callable[[], datetime],
        endpoints: Iterable[Endpoint],
        record: Recorder | None = None,
    ) -> None:
        self._app = app
        self._holder = holder
        self._clock = clock
        self._table = Table(endpoints)
        self._record = record
        # Random once and counted from there: unique among processes, and cheaper than random each time.
        self._origin = secrets.token_hex(5)
        self._numbers = count()
        # By the key too: as long as the index is the same, so are the keys that are good.
        self._given: Remembered[tuple[str | bytes | None, ...], tuple[Reply, str]] = Remembered()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a question, or pass on what is none."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = _path(scope)
        # Where a header stands twice the last one counts.
        headers = dict(scope["headers"])
        known = self._again(scope, path, headers) if scope["method"] in _BODILESS else None
        found = known or self._at_once(scope, path, headers)
        if found is None:
            await self._app(scope, receive, send)
            return
        try:
            reply = (
                found
                if isinstance(found, Reply)
                else await self._answer_body(found, scope, path, headers, receive)
            )
        except GoneError:
            return
        await _send(reply, scope["method"], headers, send)

    def _again(self, scope: Scope, path: bytes, headers: Mapping[bytes, bytes]) -> Reply | None:
        """Give a settled reply that somebody got a moment ago with the same key, if there is one."""
        now = self._clock()
        asked = (scope["method"], path, scope["query_string"], *map(headers.get, _KEYS))
        known = self._given.recall(self._holder.current(now), asked, now)
        if known is None:
            return None
        reply, caller = known
        return self._recorded(self._question(caller, path, scope, b"", now), reply)

    def _at_once(self, scope: Scope, path: bytes, headers: Mapping[bytes, bytes]) -> Reply | Endpoint | None:
        """Reply to what has no body: else the endpoint that reads it, or `None` for no address of ours."""
        found = self._table.find(scope["method"], path)
        if not isinstance(found, Endpoint) or found.reads:
            return found
        if found.passes_on and found.passes_on in scope["query_string"]:
            return None
        now = self._clock()
        index = self._holder.current(now)
        caller = "" if found.is_open else _caller(index, headers)
        if isinstance(caller, Reply):
            return caller
        question = self._question(caller, path, scope, b"", now)
        reply = found.answer(index, question, now)
        if reply.settled_until is not None and now < reply.settled_until:
            asked = (scope["method"], path, scope["query_string"], *map(headers.get, _KEYS))
            self._given.keep(index, asked, (reply, caller), reply.settled_until)
        return reply if found.is_open else self._recorded(question, reply)

    def _question(self, caller: str, path: bytes, scope: Scope, body: bytes, now: datetime) -> Question:
        name = name_question(now, next(self._numbers), self._origin)
        return Question(name, caller, path, scope["query_string"], body, now)

    async def _answer_body(
        self, endpoint: Endpoint, scope: Scope, path: bytes, headers: Mapping[bytes, bytes], receive: Receive
    ) -> Reply:
        caller = _caller(self._holder.current(self._clock()), headers)
        if isinstance(caller, Reply):
            return caller
        try:
            body = await read_body(headers, receive)
        except BodyError as error:
            return problem(error.kind, str(error))
        # The body may have taken its time: what is true now counts.
        now = self._clock()
        question = self._question(caller, path, scope, body, now)
        index = self._holder.current(now)
        if endpoint.is_long:
            reply = await asyncio.to_thread(endpoint.answer, index, question, now)
        else:
            reply = endpoint.answer(index, question, now)
        return reply if endpoint.is_open else self._recorded(question, reply)

    def _recorded(self, question: Question, reply: Reply) -> Reply:
        """Tell the recorder, and name an answer in a header: its body and its ETag stay those of the last."""
        if self._record is not None:
            self._record(question, reply)
        if not reply.given:
            return reply
        return reply._replace(headers=(*reply.headers, (DECISION_ID, question.id.encode())))


def _path(scope: Scope) -> bytes:
    """The path as it was sent, below where the application is mounted."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    return raw.removeprefix(scope.get("root_path", "").encode())


def _caller(index: LookupIndex, headers: Mapping[bytes, bytes]) -> str | Reply:
    """Name of the key that a question came with, or the refusal."""
    bearer = headers.get(b"authorization", b"")
    if bearer[: len(_BEARER)].lower() == _BEARER:
        key = bearer[len(_BEARER) :].strip()
    else:
        key = headers.get(b"x-api-key", b"").strip()
    if not key:
        return _NO_KEY
    known = index.authenticate(str(key, "latin-1"))
    return _WRONG_KEY if known is None else known[0]


async def _send(reply: Reply, method: str, headers: Mapping[bytes, bytes], send: Send) -> None:
    status, sent, body = reply.status, reply.headers, reply.body
    if reply.etag is not None and _is_known(reply.etag, headers):
        status, body = 304, b""
        sent = tuple(one for one in sent if one[0] not in _OF_A_BODY)
    elif method == "HEAD":
        body = b""
    request_id = headers.get(b"x-request-id")
    if request_id is not None:
        sent = (*sent, (b"x-request-id", _plain(request_id)))
    await send({"type": "http.response.start", "status": status, "headers": sent})
    await send({"type": "http.response.body", "body": body})


def _is_known(etag: bytes, headers: Mapping[bytes, bytes]) -> bool:
    named = headers.get(b"if-none-match")
    if named is None:
        return False
    asked = [one.strip().removeprefix(b"W/") for one in named.split(b",")]
    return etag in asked or b"*" in asked


def _plain(request_id: bytes) -> bytes:
    """A request's name as it may stand in a header of ours: printable ASCII, and not long."""
    text = request_id[:MAX_REQUEST_ID].decode("latin-1")
    return "".join(sign for sign in text if sign.isascii() and sign.isprintable()).encode()


def _refused(message: str) -> Reply:
    how = "send one as `Authorization: Bearer KEY` or `X-API-Key: KEY`; an administrator makes them"
    return problem(NO_VALID_KEY, f"{message}: {how}", vary=VARY)


_NO_KEY: Final = _refused("this needs an API key")
_WRONG_KEY: Final = _refused("the API key is unknown or revoked")
