"""How questions with a body travel: who asks, what is refused of a body, and what is told to the recorder."""

import asyncio
import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from app.lookup.body import LIMIT
from app.lookup.exchange import Endpoint, Question, reply_once
from app.lookup.index import KeyHash, build_index
from registry.model import Role
from tests.app.lookup.gate import ASKED, EVALUATION, EVALUATIONS, Gate, in_minutes
from tests.app.lookup_rows import KEY, POLICY, ROWS

SENT = json.dumps(ASKED).encode()
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "the body is empty"),
        (b" \n", "the body is empty"),
        (b"{", "no JSON"),
        (SENT + b"}", "no JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (json.dumps(ASKED).encode("utf-16"), "not UTF-8"),
        (b"\xef\xbb\xbf" + SENT, "no JSON"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"subject":' * 90_000, "nested too deep"),
        (b'{"context":{"n":NaN}}', "NaN is no number"),
        (b'{"context":{"n":-Infinity}}', "-Infinity is no number"),
        (b'{"n":' + b"9" * 5000 + b"}", "no JSON"),
        (b"[]", "the body is an array"),
        (b"null", "the body is null"),
        (b'"use"', "the body is a string"),
        (b"true", "the body is a truth value"),
        (b"7", "the body is a number"),
        (b'{"subject":{"type":"user","id":"\\ud800"}}', "not UTF-8"),
        (b'{"context":{"data_class":"sensitive","data_class":"public"}}', "'data_class' stands twice"),
    ],
)
def test_a_body_that_is_no_single_json_object_is_refused(body: bytes, words: str) -> None:
    for path in (EVALUATION, EVALUATIONS, "/access/v1/search/resource"):
        answer = Gate().send("POST", path, content=body, headers=JSON)
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert words in answer.json()["detail"]


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_that_is_not_said_to_be_json_is_refused(kind: str | None) -> None:
    headers = {} if kind is None else {"content-type": kind}
    answer = Gate().send("POST", EVALUATION, content=SENT, headers=headers)
    assert answer.status_code == 400
    assert "Content-Type: application/json" in answer.json()["detail"]


def test_the_media_type_may_have_parameters() -> None:
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    assert Gate().send("POST", EVALUATION, content=SENT, headers=headers).json()["decision"] is True


def asked_in(pieces: Iterable[bytes | None], **headers: str) -> tuple[list[dict[str, Any]], int]:
    """What is sent in answer to a body in pieces, and how many of them were taken; `None` breaks it off."""
    sent: list[dict[str, Any]] = []
    left = list(pieces)
    taken = 0

    async def receive() -> dict[str, Any]:
        nonlocal taken
        piece = left[taken]
        taken += 1
        if piece is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": taken < len(left)}

    async def send(message: Any) -> None:
        sent.append(message)

    named = {"x-api-key": KEY, "content-type": "application/json", **headers}
    scope = {
        "type": "http",
        "method": "POST",
        "path": EVALUATION,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
    }
    asyncio.run(Gate().front(scope, receive, send))
    return sent, taken


def test_a_body_may_come_in_pieces() -> None:
    (start, body), taken = asked_in([SENT[:10], b"", SENT[10:]])
    assert (start["status"], taken) == (200, 3)
    assert json.loads(body["body"])["decision"] is True


def test_what_announces_itself_as_too_large_is_refused_unread() -> None:
    for announced in (str(LIMIT + 1), "9" * 400):
        (start, body), taken = asked_in([SENT], **{"content-length": announced})
        assert (start["status"], taken) == (413, 0)
        assert json.loads(body["body"])["type"] == "/problems/body-too-large"


def test_what_grows_too_large_is_refused_at_the_first_piece_too_many() -> None:
    half = b" " * (LIMIT // 2)
    for pieces in ([half, half, b"x", b"x"], [half * 3, b"x"], [half * 3]):
        (start, _), taken = asked_in(pieces)
        assert start["status"] == 413
        assert taken == min(3, len(pieces))


def test_a_body_of_just_the_limit_is_read() -> None:
    (start, _), _ = asked_in([SENT + b" " * (LIMIT - len(SENT))])
    assert start["status"] == 200


@pytest.mark.parametrize("pieces", [[None], [SENT[:5], None]])
def test_who_leaves_before_the_question_is_whole_gets_nothing(pieces: list[bytes | None]) -> None:
    assert asked_in([*pieces, b""])[0] == []


def test_without_a_good_key_no_body_is_read() -> None:
    for key in ("", "tg_no"):
        (start, _), taken = asked_in([SENT], **{"x-api-key": key})
        assert (start["status"], taken) == (401, 0)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "HEAD"])
def test_another_method_is_told_which_there_are(method: str) -> None:
    answer = Gate().send(method, EVALUATION)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert Gate().send("POST", "/.well-known/authzen-configuration").headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path", ["/access/v1/evaluation/", "/access/v1", "/access/v1/evaluationx", "//access"]
)
def test_only_the_whole_address_is_answered(path: str) -> None:
    assert Gate().send("POST", path, json=ASKED).status_code == 418


NAMED = [EVALUATION, EVALUATIONS, "/v1/tools/acme/painter/approval"]


@pytest.mark.parametrize("path", NAMED)
@pytest.mark.parametrize("given", ["bfe9eb29-ab87-4ca3-be83-a1d5d8305716", "a  b", "x" * 1000, ""])
def test_the_name_of_a_request_is_told_back_as_it_came(path: str, given: str) -> None:
    method = "GET" if path.startswith("/v1") else "POST"
    sent = {} if method == "GET" else {"json": ASKED}
    gate = Gate()
    for _ in range(2):
        answer = gate.send(method, path, headers={"x-request-id": given}, **sent)
        assert (answer.status_code, answer.headers["x-request-id"]) == (200, given)


@pytest.mark.parametrize("path", NAMED)
@pytest.mark.parametrize("given", [b"x" * 1001, b"a\tb", b"\xc3\xbc", b"\x7f"])
def test_a_name_that_cannot_be_told_back_is_not_answered_under_another(path: str, given: bytes) -> None:
    method = "GET" if path.startswith("/v1") else "POST"
    sent = {} if method == "GET" else {"json": ASKED}
    gate = Gate()
    gate.send(method, path, **sent)
    before = len(gate.recorded)
    answer = gate.send(method, path, headers={"x-request-id": given}, **sent)
    assert answer.status_code == 400
    assert "at most 1000 printable ASCII characters" in answer.json()["detail"]
    assert "x-request-id" not in answer.headers
    assert len(gate.recorded) == before


def test_a_refusal_carries_the_name_of_the_request_too() -> None:
    headers = {"x-request-id": "7", **JSON}
    assert Gate().send("POST", EVALUATION, content=b"{", headers=headers).headers["x-request-id"] == "7"
    headers["authorization"] = ""
    assert Gate().send("POST", EVALUATION, content=SENT, headers=headers).headers["x-request-id"] == "7"
    assert "x-request-id" not in Gate().post(EVALUATION, ASKED).headers


def test_the_recorder_is_told_who_asked_what_and_what_was_answered() -> None:
    gate = Gate()
    answer = gate.post(EVALUATION, ASKED)
    gate.send("GET", "/v1/tools/acme/painter/approval?data_class=public")
    (first, caller, reply), (second, other, given) = gate.recorded
    assert (caller, other) == ("gateway", "gateway")
    assert reply.content(first) == answer.content
    assert first == answer.json()["context"]["evaluation_id"]
    assert reply.subjects == ("user:alice@studio.example",)
    (asked,) = given.given
    assert asked is not None
    assert (given.subjects, asked.tool, asked.context) == ((), "acme/painter", {"data_class": "public"})
    assert first != second


def test_a_question_asked_again_is_answered_alike_under_a_name_of_its_own() -> None:
    gate = Gate()
    first, second = (gate.post(EVALUATION, ASKED) for _ in range(2))
    names = [name for name, _, _ in gate.recorded]
    assert names == [one.json()["context"]["evaluation_id"] for one in (first, second)]
    assert names == [one.headers["x-decision-id"] for one in (first, second)]
    assert names[0] != names[1]
    assert second.text.replace(names[1], names[0]) == first.text
    assert second.headers["content-length"] == str(len(second.content))


def test_who_asks_again_what_somebody_else_asked_is_recorded_and_still_needs_a_key() -> None:
    keys = (*ROWS.keys, KeyHash(hashlib.sha256(b"tg_other").hexdigest(), "pipeline", Role.LOOKUP))
    gate = Gate(build_index(replace(ROWS, keys=keys), POLICY))
    gate.post(EVALUATION, ASKED)
    assert gate.post(EVALUATION, ASKED, authorization="Bearer tg_other").status_code == 200
    assert [caller for _, caller, _ in gate.recorded] == ["gateway", "pipeline"]
    for key in ("Bearer tg_no", "", "Basic tg_other"):
        assert gate.post(EVALUATION, ASKED, authorization=key).status_code == 401


def test_a_key_that_is_revoked_is_refused_from_the_moment_of_the_swap() -> None:
    gate = Gate()
    assert gate.post(EVALUATION, ASKED).status_code == 200
    gate.holder.swap(build_index(replace(ROWS, keys=()), POLICY), gate.now)
    assert gate.post(EVALUATION, ASKED).status_code == 401


def test_a_question_asked_again_out_of_sight_of_the_registry_is_not_allowed() -> None:
    gate = Gate()
    assert gate.evaluate()["decision"] is True
    gate.now = in_minutes(5)
    assert gate.evaluate()["decision"] is False


def test_what_nobody_with_a_key_asked_is_not_recorded() -> None:
    gate = Gate()
    gate.post(EVALUATION, ASKED, authorization="Bearer tg_no")
    gate.send("GET", "/.well-known/authzen-configuration")
    assert gate.recorded == []


def test_a_further_endpoint_is_a_value_in_the_table() -> None:
    def answer(index: Any, question: Question, now: Any) -> Any:
        return reply_once(b'{"caller":"%s"}' % question.caller.encode())

    gate = Gate(more=[Endpoint("POST", b"/v1/evaluations:chain", answer, reads=True, is_long=True)])
    assert gate.post("/v1/evaluations:chain", {}).json() == {"caller": "gateway"}
