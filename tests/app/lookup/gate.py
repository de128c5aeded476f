"""The whole hot path on the invented registry, asked over HTTP without a network in between."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
from starlette.types import Receive, Scope, Send

from app.lookup.authzen import Published
from app.lookup.endpoints import hot_endpoints
from app.lookup.exchange import Endpoint, Recorder, Reply
from app.lookup.front import LookupFront
from app.lookup.holder import IndexHolder
from app.lookup.index import LookupIndex, build_index
from registry.model import Decision, Standing
from tests.app.lookup_rows import HARMLESS, KEY, NOW, POLICY, ROWS, index, standing

ALICE: Mapping[str, Any] = {"type": "user", "id": "alice@studio.example"}
USE: Mapping[str, Any] = {"name": "use"}
SCRIBE: Mapping[str, Any] = {"type": "tool", "id": "acme/scribe", "properties": {"plan": "team"}}
PAINTER: Mapping[str, Any] = {"type": "tool", "id": "pkg:pypi/acme-painter@2.1"}
REJECTED: Mapping[str, Any] = {"type": "tool", "id": "acme/scribe@free"}
ASKED: Mapping[str, Any] = {"subject": ALICE, "action": USE, "resource": SCRIBE, "context": HARMLESS}
"""A question that is answered with a yes."""

NOWHERE = Published("")
EVALUATION = "/access/v1/evaluation"
EVALUATIONS = "/access/v1/evaluations"


async def inner(scope: Scope, receive: Receive, send: Send) -> None:
    """What stands behind the front: says that it was reached."""
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"inner"})


class Gate:
    """The front with all endpoints, at a time that a test can change."""

    def __init__(
        self,
        first: LookupIndex | None = None,
        published: Published = NOWHERE,
        more: Sequence[Endpoint] = (),
    ) -> None:
        self.now: datetime = NOW
        self.recorded: list[tuple[str, str, Reply]] = []
        self.holder = IndexHolder(first or index(), NOW)
        self.endpoints = (*hot_endpoints(published), *more)
        self.front = self.front_with(lambda *told: self.recorded.append(told))

    def front_with(self, record: Recorder) -> LookupFront:
        """The same front with another recorder."""
        return LookupFront(inner, self.holder, lambda: self.now, self.endpoints, record)

    def send(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """Send a request with the key, unless it has headers that say otherwise."""
        headers = {"authorization": f"Bearer {KEY}"} | dict(sent.pop("headers", {}))

        async def run() -> httpx.Response:
            transport = httpx.ASGITransport(self.front)
            async with httpx.AsyncClient(transport=transport, base_url="http://gate.example") as client:
                return await client.request(method, path, headers=headers, **sent)

        return asyncio.run(run())

    def post(self, path: str, asked: Any, **headers: str) -> httpx.Response:
        """Send a question in JSON."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send("POST", path, json=asked, headers=named)

    def evaluate(self, **parts: Any) -> dict[str, Any]:
        """Ask one question, which is `ASKED` but for these parts; gives the answer."""
        answer = self.post(EVALUATION, {**ASKED, **parts})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


def decided(plan: str, **changed: Any) -> Standing:
    """An approved plan whose decision differs in this."""
    approved = standing(plan)
    assert isinstance(approved.decision, Decision)
    return replace(approved, decision=replace(approved.decision, **changed))


def index_of(*standings: Standing) -> LookupIndex:
    """An index of these plans, with the names and the key of the invented registry."""
    return build_index(replace(ROWS, standings=standings), POLICY)


def in_minutes(minutes: float) -> datetime:
    """A time so long after the tests' now."""
    return NOW + timedelta(minutes=minutes)
