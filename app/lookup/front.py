"""The hot path: an ASGI front that answers from memory and passes everything else on.

Only this module knows how questions and replies travel in HTTP: who asks is told once, a body is read whole,
a known answer is not sent again. It stands before the application, so no router, no middleware and no
database lies between a question and its answer. What is answered where is a table that it is given.
"""

import asyncio
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import count
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.clock import ticking, ticks_of
from app.lookup.answer import VARY
from app.lookup.body import BodyError, GoneError, read_body
from app.lookup.exchange import Endpoint, Question, Recorder, Reply, name_question, problem
from app.lookup.heads import BAD_NAME, Headers, can_be_told_back, mistake_in, path_of
from app.lookup.holder import IndexHolder
from app.lookup.index import LookupIndex
from app.lookup.remembered import Remembered
from app.lookup.table import Table
from app.problems import NO_VALID_KEY

MAX_REMEMBERED_BODY: Final = 4096
"""Bytes of a body that is remembered."""
DECISION_ID: Final = b"x-decision-id"
"""The header that names an answer, by which it is found in the record."""

Sent = tuple[Message, Message]
"""A reply as ASGI has it: its start and its body."""
Asked = tuple[str, str | bytes, bytes, bytes | None, bytes | None]
"""Method, path, query, and the key in the headers in which it can come."""
Key = tuple[bytes | None, bytes | None]
"""A key in the headers in which it can come."""

_BODILESS: Final = frozenset({"GET", "HEAD"})
_BEARER: Final = b"bearer "
_NOTHING: Final[Message] = {"type": "http.response.body", "body": b""}
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
        self._ticks = ticking(clock)
        self._table = Table(endpoints)
        self._record = record
        # Random once and counted from there: unique among processes, and cheaper than random each time.
        self._origin = secrets.randbits(40)
        self._numbers = count()
        # By the key too: as long as the index is the same, so are the keys that are good.
        self._given: Remembered[Asked, tuple[Reply, str, Message], int] = Remembered()
        # By path and body: to read the same again takes longer than to answer it.
        self._told: Remembered[tuple[bytes, bytes], Reply, int] = Remembered()
        self._callers: Remembered[Key, str, int] = Remembered()
        # The last that was a host: nearly always that of the next request, which need not be read again.
        self._host = b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a question, or pass on what is none."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        found: Sent | None = None
        if (
            headers.get(b"host") != self._host
            or len(headers) != len(scope["headers"])
            or b"x-request-id" in headers
        ):
            found = self._mistaken(scope, headers)
        # All that a reply depends on; where the service is mounted does not change.
        asked = (
            scope["method"],
            scope.get("raw_path") or scope["path"],
            scope["query_string"],
            headers.get(b"authorization"),
            headers.get(b"x-api-key"),
        )
        if found is None and asked[0] in _BODILESS:
            found = self._again(asked, headers)
        if found is None:
            path = path_of(scope)
            reached = self._at_once(scope, path, headers, asked)
            if reached is None:
                await self._app(scope, receive, send)
                return
            try:
                found = (
                    await self._answer_body(reached, scope, path, headers, receive)
                    if isinstance(reached, Endpoint)
                    else reached
                )
            except GoneError:
                return
        start, body = found
        await send(start)
        await send(body)

    def _mistaken(self, scope: Scope, headers: Headers) -> Sent | None:
        """Refuse a head that cannot be right, or a question under a name that cannot be told back."""
        mistake = mistake_in(scope, headers)
        if mistake is None:
            self._host = headers.get(b"host", b"")
            name = headers.get(b"x-request-id", b"")
            if not can_be_told_back(name) and self._table.find(scope["method"], path_of(scope)) is not None:
                mistake = BAD_NAME
        return None if mistake is None else _sent(mistake, "", scope["method"], {})

    def _again(self, asked: Asked, headers: Headers) -> Sent | None:
        """Give a settled reply that somebody got a moment ago with the same key, if there is one.

        This is what most requests come to, and each call and each object in it is felt.
        """
        ticks = self._ticks()
        known = self._given.recall(self._holder.newest, asked, ticks)
        if known is None:
            return None
        reply, caller, body = known
        name = name_question(ticks, next(self._numbers), self._origin)
        if self._record is not None:
            self._record(name, caller, reply)
        if b"if-none-match" in headers or b"x-request-id" in headers:
            return _sent(reply, name, asked[0], headers)
        start = {
            "type": "http.response.start",
            "status": reply[0],
            "headers": (*reply[1], (DECISION_ID, name.encode())),
        }
        return start, body

    def _at_once(self, scope: Scope, path: bytes, headers: Headers, asked: Asked) -> Sent | Endpoint | None:
        """Reply to what has no body: else the endpoint that reads it, or `None` for no address of ours."""
        method = scope["method"]
        found = self._table.find(method, path)
        if found is None:
            return None
        if isinstance(found, Reply):
            return _sent(found, "", method, headers)
        if found.reads:
            return found
        if found.passes_on and b"&" + found.passes_on in b"&" + scope["query_string"]:
            return None
        now = self._clock()
        index = self._holder.current(now)
        caller = "" if found.is_open else _caller(index, headers)
        if isinstance(caller, Reply):
            return _sent(caller, "", method, headers)
        question = self._question(caller, path, scope, b"", now)
        reply = found.answer(index, question, now)
        until = self._until(index, reply)
        if until:
            again = (reply, caller, _body_of(reply, "", method))
            self._given.keep(index, asked, again, until)
        return self._answered(found, question, reply, method, headers)

    def _question(self, caller: str, path: bytes, scope: Scope, body: bytes, now: datetime) -> Question:
        name = name_question(ticks_of(now), next(self._numbers), self._origin)
        return Question(name, caller, path, scope["query_string"], body, now)

    async def _answer_body(
        self, endpoint: Endpoint, scope: Scope, path: bytes, headers: Headers, receive: Receive
    ) -> Sent:
        method = scope["method"]
        caller = self._caller(headers)
        if isinstance(caller, Reply):
            return _sent(caller, "", method, headers)
        try:
            body = await read_body(headers, receive)
        except BodyError as error:
            return _sent(problem(error.kind, str(error)), "", method, headers)
        # The body may have taken its time: what is true now counts.
        ticks = self._ticks()
        known = self._told.recall(self._holder.newest, (path, body), ticks)
        if known is not None:
            name = name_question(ticks, next(self._numbers), self._origin)
            if self._record is not None:
                self._record(name, caller, known)
            return _sent(known, name, method, headers)
        now = self._clock()
        question = self._question(caller, path, scope, body, now)
        index = self._holder.current(now)
        if endpoint.is_long:
            reply = await asyncio.to_thread(endpoint.answer, index, question, now)
        else:
            reply = endpoint.answer(index, question, now)
        until = self._until(index, reply)
        if until and reply.around is not None and len(body) <= MAX_REMEMBERED_BODY:
            self._told.keep(index, (path, body), reply, until)
        return self._answered(endpoint, question, reply, method, headers)

    def _caller(self, headers: Headers) -> str | Reply:
        """Name of the key that a question came with, or the refusal."""
        index = self._holder.newest
        key = headers.get(b"authorization"), headers.get(b"x-api-key")
        known = self._callers.recall(index, key, self._ticks())
        if known is not None:
            return known
        found = _caller(index, headers)
        if isinstance(found, str):
            self._callers.keep(index, key, found, ticks_of(self._holder.good_until))
        return found

    def _until(self, index: LookupIndex, reply: Reply) -> int:
        """Until when a reply may be given again, in microseconds since 1970; 0 where it may not."""
        if reply.settled_until is None or index is not self._holder.newest:
            return 0
        return ticks_of(min(reply.settled_until, self._holder.good_until))

    def _answered(
        self, endpoint: Endpoint, question: Question, reply: Reply, method: str, headers: Headers
    ) -> Sent:
        if self._record is not None and not endpoint.is_open:
            self._record(question.id, question.caller, reply)
        return _sent(reply, question.id, method, headers)


def _caller(index: LookupIndex, headers: Headers) -> str | Reply:
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


def _sent(reply: Reply, name: str, method: str, headers: Headers) -> Sent:
    """What is sent of a reply to the question of that name.

    An answer is named in a header: its body and its ETag stay those of the last.
    """
    status, sent, etag = reply.status, reply.headers, reply.etag
    body = _body_of(reply, name, method)
    if reply.given:
        sent = (*sent, (DECISION_ID, name.encode()))
    if etag is not None and _is_known(etag, headers):
        status, body = 304, _NOTHING
        sent = tuple(one for one in sent if one[0] not in _OF_A_BODY)
    request_id = headers.get(b"x-request-id")
    if request_id is not None:
        sent = (*sent, (b"x-request-id", request_id))
    return (
        {"type": "http.response.start", "status": status, "headers": sent},
        body,
    )


def _body_of(reply: Reply, name: str, method: str) -> Message:
    return _NOTHING if method == "HEAD" else {"type": "http.response.body", "body": reply.content(name)}


def _is_known(etag: bytes, headers: Headers) -> bool:
    named = headers.get(b"if-none-match")
    if named is None:
        return False
    asked = [one.strip().removeprefix(b"W/") for one in named.split(b",")]
    return etag in asked or b"*" in asked


def _refused(message: str) -> Reply:
    how = "send one as `Authorization: Bearer KEY` or `X-API-Key: KEY`; an administrator makes them"
    return problem(NO_VALID_KEY, f"{message}: {how}", vary=VARY)


_NO_KEY: Final = _refused("this needs an API key")
_WRONG_KEY: Final = _refused("the API key is unknown or revoked")
