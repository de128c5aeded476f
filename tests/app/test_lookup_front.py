"""Look-ups over HTTP, through the front as it stands before the application."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from app.lookup.answer import answer_lookup
from app.lookup.approval import approval_endpoint
from app.lookup.front import LookupFront
from app.lookup.holder import PATIENCE, IndexHolder
from app.lookup.index import LookupIndex, build_index
from registry.model import Status
from tests.app.lookup_rows import HARMLESS, KEY, NOW, POLICY, ROWS, RULESET, index, standing

TEAM = {"plan": "team", **HARMLESS}


async def inner(scope: Scope, receive: Receive, send: Send) -> None:
    """What stands behind the front: says that it was reached."""
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"inner"})


class Service:
    """The front with a clock that a test can turn."""

    def __init__(self, first: LookupIndex | None = None) -> None:
        self.now = NOW
        self.holder = IndexHolder(first or index(), NOW)
        self.front = LookupFront(inner, self.holder, lambda: self.now, [approval_endpoint()])

    def wait(self, time: timedelta) -> None:
        self.now += time
        self.holder.confirm(self.now)

    def ask(
        self,
        path: str = "/v1/tools/acme/scribe/approval",
        query: Mapping[str, str] | str = TEAM,
        *,
        method: str = "GET",
        **headers: str,
    ) -> httpx.Response:
        sent = {"authorization": f"Bearer {KEY}"} | {k.replace("_", "-"): v for k, v in headers.items()}

        async def run() -> httpx.Response:
            transport = httpx.ASGITransport(self.front)
            async with httpx.AsyncClient(transport=transport, base_url="http://gate.example") as client:
                url = httpx.URL(path, params=query) if not isinstance(query, str) else f"{path}?{query}"
                return await client.request(method, url, headers=sent)

        return asyncio.run(run())


def test_an_approved_plan_is_answered_with_everything_a_caller_needs() -> None:
    answer = Service().ask()
    assert answer.status_code == 200
    assert answer.json() == {
        "decision": True,
        "status": "approved",
        "tool": "acme/scribe",
        "plan": "acme/scribe@team",
        "reasons": [
            {
                "rule": "decision.approved",
                "principle": None,
                "message": "Approved on 2026-11-13 until 2027-02-20: The terms are fine.",
                "remedy": None,
            }
        ],
        "obligations": [],
        "attestations": [],
        "emergency": False,
        "evidence_at": "2026-11-21T12:34:56Z",
        "valid_until": "2026-11-22T13:30:00Z",
        "revision": 7,
        "policy": POLICY.version,
        "ruleset": RULESET,
        "contact": POLICY.contact,
        "candidates": [],
    }


def test_evidence_comes_on_request() -> None:
    (quote,) = Service().ask(query={**TEAM, "evidence": "true"}).json()["evidence"]
    assert quote["quote"] == "We never train on “your” content."
    assert quote["stance"] == "prohibits"
    assert "evidence" not in Service().ask(query={**TEAM, "evidence": "false"}).json()


@pytest.mark.parametrize(
    "path",
    [
        "/v1/tools/acme/scribe/approval",
        "/v1/tools/acme%2Fscribe/approval",
        "/v1/tools/scribe.acme.co.uk/approval",
        "/v1/tools/eu.scribe.acme.co.uk/approval",
    ],
)
def test_a_tool_is_asked_for_by_slug_or_by_another_name(path: str) -> None:
    assert Service().ask(path).json()["plan"] == "acme/scribe@team"


def test_an_unknown_tool_is_a_no_and_not_an_error() -> None:
    answer = Service().ask("/v1/tools/nobody/nothing/approval")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["decision"], body["status"], body["tool"], body["plan"]) == (
        False,
        "unknown",
        "nobody/nothing",
        None,
    )


def test_an_ambiguous_name_is_unknown_with_candidates() -> None:
    body = Service().ask(query=HARMLESS).json()
    assert (body["decision"], body["status"]) == (False, "unknown")
    assert body["candidates"] == ["acme/scribe@free", "acme/scribe@team"]
    assert "name one of the candidates" in body["reasons"][0]["message"]


def test_without_a_description_of_the_work_the_answer_escalates() -> None:
    body = Service().ask(query={"plan": "team"}).json()
    assert (body["decision"], body["status"]) == (False, "escalate")


def test_a_key_may_come_in_either_header() -> None:
    service = Service()
    assert service.ask(authorization="bearer " + KEY).status_code == 200
    assert service.ask(authorization="Basic abc", x_api_key=KEY).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"authorization": ""}, {"authorization": "Bearer tg_no"}, {"authorization": "x", "x_api_key": "tg_no"}],
)
def test_without_a_good_key_nothing_is_told(headers: dict[str, str]) -> None:
    answer = Service().ask(**headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["status"] == 401


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("plan=team&plan=free", "given twice"),
        ("data_clas=public", "unknown parameter `data_clas`; known are plan, evidence, receipt, data_class"),
        ("evidence=yes", "true or false"),
        ("plan=%ff", "cannot be read"),
        ("&".join(f"x{at}=1" for at in range(100)), "cannot be read"),
    ],
)
def test_a_question_that_cannot_be_understood_is_a_problem(query: str, words: str) -> None:
    answer = Service().ask(query=query)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"]
    assert answer.json()["errors"][0]["parameter"]


def test_a_tool_name_that_is_no_utf_8_is_a_problem() -> None:
    assert Service().ask("/v1/tools/%ff/approval").status_code == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/tools/acme/scribe/approval"),
        ("DELETE", "/v1/tools/acme/scribe/approval"),
        ("GET", "/v1/tools/acme/scribe"),
        ("GET", "/v1/tools//approval"),
        ("GET", "/v1/tools/approval"),
        ("GET", "/v1/tools"),
        ("GET", "/"),
    ],
)
def test_everything_else_goes_to_the_application(method: str, path: str) -> None:
    assert Service().ask(path, method=method).status_code == 418


def test_head_has_the_headers_of_get() -> None:
    service = Service()
    get, head = service.ask(), service.ask(method="HEAD")
    assert head.headers.pop("x-decision-id") != get.headers.pop("x-decision-id")
    assert head.headers == get.headers
    assert int(head.headers["content-length"]) == len(get.content)


@pytest.mark.parametrize("prefix", ["", "W/", '"other", '])
def test_a_known_answer_is_not_sent_again(prefix: str) -> None:
    service = Service()
    etag = service.ask().headers["etag"]
    again = service.ask(if_none_match=prefix + etag)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert service.ask(if_none_match='"other"').status_code == 200


def test_an_answer_may_be_kept_privately_for_a_minute_and_never_longer_than_it_holds() -> None:
    service = Service()
    assert service.ask().headers["cache-control"] == "private, max-age=60"
    assert "Authorization" in service.ask().headers["vary"]
    short = standing("acme/scribe@team")
    assert short.decision is not None
    ending = replace(short, decision=replace(short.decision, expires_at=NOW + timedelta(seconds=90)))
    service = Service(build_index(replace(ROWS, standings=(ending,)), POLICY))
    assert service.ask().headers["cache-control"] == "private, max-age=60"
    service.wait(timedelta(seconds=40.5))
    assert service.ask().headers["cache-control"] == "private, max-age=49"
    service.wait(timedelta(seconds=50))
    assert service.ask().json()["status"] == "escalate"


@pytest.mark.parametrize("left", [timedelta(minutes=25, seconds=7), timedelta(days=90)])
def test_remembered_answers_are_those_that_would_be_given_at_any_moment(left: timedelta) -> None:
    short = standing("acme/scribe@team")
    assert short.decision is not None
    ending = replace(short, decision=replace(short.decision, expires_at=NOW + left))
    first = build_index(replace(ROWS, standings=(ending,)), POLICY)
    service = Service(first)
    for _ in range(150):
        service.wait(timedelta(seconds=13))
        answer = service.ask()
        _, headers, body = answer_lookup(first, "acme/scribe", list(TEAM.items()), service.now)
        assert (answer.content, answer.headers["cache-control"]) == (body, headers["cache-control"])


def test_a_suspension_is_answered_from_the_moment_of_the_swap() -> None:
    service = Service()
    before = service.ask()
    suspended = replace(
        standing("acme/scribe@team", Status.SUSPENDED), suspended_because="Training was added."
    )
    rows = replace(ROWS, revision=8, standings=(suspended,))
    service.holder.swap(build_index(rows, POLICY), service.now)
    after = service.ask(if_none_match=before.headers["etag"])
    assert after.status_code == 200
    assert (after.json()["decision"], after.json()["status"], after.json()["revision"]) == (
        False,
        "denied",
        8,
    )
    assert "Training was added." in after.json()["reasons"][0]["message"]


def test_an_index_that_is_out_of_sight_of_the_registry_allows_nothing() -> None:
    service = Service()
    assert service.ask().json()["decision"]
    service.now = NOW + PATIENCE
    answer = service.ask()
    assert (answer.json()["decision"], answer.json()["status"]) == (False, "escalate")
    assert answer.json()["reasons"][0]["rule"] == "registry.in_doubt"
    assert answer.headers["cache-control"] == "private, max-age=0"
    service.holder.confirm(service.now)
    assert service.ask().json()["decision"]


def bodies(scope: dict[str, Any]) -> list[bytes]:
    """What the front sends in answer to a bare ASGI question, without a client in between."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("a look-up has no body")

    asked = {"type": "http", "query_string": b"", "headers": [(b"x-api-key", KEY.encode())]}
    asyncio.run(Service().front({**asked, **scope}, receive, send))
    return [message["body"] for message in sent if "body" in message]


def test_head_sends_no_body() -> None:
    assert bodies({"method": "HEAD", "path": "/v1/tools/acme/painter/approval"}) == [b""]


def test_the_tool_may_be_asked_for_where_the_service_is_mounted_below_a_path() -> None:
    path = "/gate/v1/tools/acme/painter/approval"
    (body,) = bodies({"method": "GET", "path": path, "root_path": "/gate"})
    assert json.loads(body)["plan"] == "acme/painter@api"


def test_what_is_asked_with_odd_names_is_told_back_whole_and_safe() -> None:
    body = Service().ask("/v1/tools/%22%3Cb%3E%0A%E2%80%A8/approval").json()
    assert body["tool"] == '"<b>\n\u2028'
    assert body["status"] == "unknown"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/tools/acme%2fscribe%2Fapproval",
        "/v1/tools/acme/scribe/%61pproval",
        "/v1%2ftools/acme/scribe/approval",
        "/%761/tools/acme/%73cribe%40team/approval",
    ],
)
def test_no_spelling_of_the_address_leads_past_the_front(path: str) -> None:
    answer = Service().ask(path)
    assert answer.status_code == 200
    assert answer.json()["plan"] == "acme/scribe@team"
    assert "x-decision-id" in answer.headers


def test_only_the_parameter_makes_it_a_question_of_the_past() -> None:
    past = "as_of=2026-11-01T09:00:00Z"
    for query in (past, f"plan=team&{past}"):
        assert Service().ask(query=query).text == "inner"
    answer = Service().ask(query={**TEAM, "production": "as_of=1"})
    assert (answer.status_code, answer.json()["decision"]) == (200, True)
    assert Service().ask(query="plan=team&production=as_of=1").json()["plan"] == "acme/scribe@team"
