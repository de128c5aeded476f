"""Every look-up endpoint against all that can be wrong with a question: an exact problem, never an allow.

A good question stands for each endpoint; it is broken in one place at a time. What a standard has us ignore
is not broken.
"""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.lookup.body import LIMIT
from tests.app.lookup.gate import ALICE, ASKED, EVALUATION, EVALUATIONS, Gate
from tests.app.lookup_rows import HARMLESS, KEY

BATCH: Final = "/v1/evaluations"
CHAIN: Final = "/v1/evaluations:chain"
SEARCHES: Final = tuple(f"/access/v1/search/{wanted}" for wanted in ("subject", "resource", "action"))
TOOL: Final = "/v1/tools/acme/painter/approval"
JSON: Final = {"content-type": "application/json"}

_TOOL: Final = {"tool": "acme/scribe", "plan": "team", "context": dict(HARMLESS), "evidence": False}
_SCRIBE: Final = {
    "type": "tool",
    "id": "acme/scribe",
    "properties": {"plan": "team", "data_class": HARMLESS["data_class"]},
}
_PARTS: Final[Mapping[str, Any]] = {
    "subject": {**ALICE, "properties": {}},
    "action": {"name": "use", "properties": {"use_case": HARMLESS["use_case"]}},
    "resource": _SCRIBE,
    "context": {**HARMLESS, "evidence": False, "receipt": False},
}
_PAGE: Final = {"page": {"limit": 7, "token": ""}}
GOOD: Final[Mapping[str, Any]] = {
    BATCH: {"evaluations": [_TOOL, _TOOL], "context": dict(HARMLESS)},
    CHAIN: {"steps": [{"name": "write", **_TOOL}], "context": dict(HARMLESS)},
    EVALUATION: _PARTS,
    EVALUATIONS: {
        **_PARTS,
        "evaluations": [deepcopy(_PARTS), {}],
        "options": {"evaluations_semantic": "execute_all"},
    },
    SEARCHES[0]: {**_PARTS, **_PAGE},
    SEARCHES[1]: {**_PARTS, **_PAGE},
    SEARCHES[2]: {**_PARTS, **_PAGE},
}
PATHS: Final = tuple(GOOD)
_IGNORED: Final = {
    SEARCHES[0]: ("/subject/id",),
    SEARCHES[1]: ("/resource/id",),
    SEARCHES[2]: ("/action",),
}
"""What a search asks for, it does not read; nor an action that it searches for."""
TOO_LONG: Final = "x" * 600
_MUST_BE: Final[tuple[Any, ...]] = (None, True, 7, -1.5, 10**400, "x", TOO_LONG, [], ["x"], {}, {"x": "x"})


def places(value: Any, pointer: str = "") -> Iterator[str]:
    """Every place in a question, as a JSON pointer."""
    yield pointer
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places(inner, f"{pointer}/{name}")
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from places(inner, f"{pointer}/{at}")


def changed(value: Any, pointer: str, other: Any) -> Any:
    """A question with another value in one place."""
    if not pointer:
        return other
    copy = deepcopy(value)
    *steps, last = pointer[1:].split("/")
    inner = copy
    for step in steps:
        inner = inner[int(step) if isinstance(inner, list) else step]
    inner[int(last) if isinstance(inner, list) else last] = other
    return copy


def at(value: Any, pointer: str) -> Any:
    for step in pointer[1:].split("/") if pointer else ():
        value = value[int(step) if isinstance(value, list) else step]
    return value


def allows(told: Any) -> bool:
    """Whether an allow stands anywhere in an answer."""
    if isinstance(told, dict):
        return told.get("decision") is True or any(map(allows, told.values()))
    return isinstance(told, list) and any(map(allows, told))


def problem(answer: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    """The problem that an answer must be."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    told: dict[str, Any] = answer.json()
    assert (told["type"], told["status"]) == (f"/problems/{kind}", status)
    assert len(answer.content) < 3000
    assert not allows(told)
    return told


@pytest.mark.parametrize("path", PATHS)
def test_the_good_questions_are_good(path: str) -> None:
    answer = Gate().post(path, GOOD[path])
    assert answer.status_code == 200, answer.text
    assert allows(answer.json()) or answer.json()["results"] or answer.json()["context"]["any_subject"]


WRONG: Final = [
    (path, pointer)
    for path, good in GOOD.items()
    for pointer in places(good)
    if pointer and not any(pointer.startswith(one) for one in _IGNORED.get(path, ()))
]


@pytest.mark.parametrize(("path", "pointer"), WRONG, ids=str)
def test_a_value_of_another_type_is_refused_where_it_stands(path: str, pointer: str) -> None:
    gate, good = Gate(), at(GOOD[path], pointer)
    for other in _MUST_BE:
        if type(other) is type(good) and other != TOO_LONG:
            continue
        if other is None or (other == TOO_LONG and type(good) is str):
            # Nothing stands there, or a text that nobody knows: it may be left out, and then allows no more.
            assert_no_more(gate, path, pointer, other)
            continue
        answer = gate.post(path, changed(GOOD[path], pointer, other))
        if answer.status_code == 200:
            item, place = item_of(path, pointer)
            told = answer.json()["evaluations"][item]
            error = (told if path == BATCH else told["context"])["error"]
            assert (told["decision"], error["pointer"]) == (False, place), (other, answer.text)
        else:
            kind = "malformed-question"
            assert problem(answer, 400, kind)["errors"][0]["pointer"] == pointer, other


def item_of(path: str, pointer: str) -> tuple[int, str]:
    """The item of a batch that a place of its question spoils, and how its error names the place."""
    assert path in {BATCH, EVALUATIONS}
    if pointer.startswith("/evaluations/"):
        return int(pointer.split("/")[2]), pointer
    # What is said for all counts for the one that says nothing itself.
    return 1, f"/evaluations/1{pointer}"


def assert_no_more(gate: Gate, path: str, pointer: str, other: Any) -> None:
    """Assert that this is refused, or allows what the question allowed, and no other tool."""
    answer = gate.post(path, changed(GOOD[path], pointer, other))
    if answer.status_code != 200:
        problem(answer, 400, "malformed-question")
        return
    told = answer.json()
    spoilt = told["evaluations"][item_of(path, pointer)[0]] if "evaluations" in told else told
    # Whom it is for, and what a step is called, changes no answer, however long the name.
    if other is not None and "/subject/" not in pointer and not pointer.endswith("/name"):
        assert not allows(spoilt)
    assert {one for one in _plans(told) if one} <= {"acme/scribe@team"}, answer.text


def _plans(told: Any) -> Iterator[str | None]:
    if isinstance(told, dict):
        if told.get("decision") is True and "steps" not in told:
            yield told.get("plan") or told["context"]["plan"]
        for inner in told.values():
            yield from _plans(inner)
    elif isinstance(told, list):
        for inner in told:
            yield from _plans(inner)


BODIES: Final[Sequence[tuple[str, bytes, int, str]]] = (
    ("nothing", b"", 400, "the body is empty"),
    ("no JSON", b"{", 400, "no JSON"),
    ("two objects", b"{}{}", 400, "no JSON"),
    ("an array", b"[]", 400, "the body is an array"),
    ("a number", b"7", 400, "the body is a number"),
    ("NaN", b'{"context":{"x":NaN}}', 400, "NaN is no number"),
    ("no end", b'{"context":{"x":Infinity}}', 400, "Infinity is no number"),
    ("a long number", b'{"context":{"x":' + b"9" * 5000 + b"}}", 400, "thousands of digits"),
    ("deep arrays", b'{"context":' + b"[" * 200_000, 400, "nested too deep"),
    ("deep objects", b'{"context":' * 90_000, 400, "nested too deep"),
    ("a name twice", b'{"context":{"x":1,"x":2}}', 400, "'x' stands twice"),
    ("half a pair", b'{"context":{"x":"\\ud800"}}', 400, "not UTF-8"),
    ("half a pair in a name", b'{"\\udfff":1}', 400, "not UTF-8"),
    ("a NUL", b'{"context":{"x":["\\u0000"]}}', 400, "holds a NUL"),
    ("a NUL in a name", b'{"context":{"\\u0000":1}}', 400, "holds a NUL"),
    ("a bare NUL", b'{"context":{"x":"\x00"}}', 400, "no JSON"),
    ("Latin-1", '{"context":{"x":"é"}}'.encode("latin-1"), 400, "not UTF-8"),
    ("UTF-16", '{"context":{}}'.encode("utf-16"), 400, "not UTF-8"),
    ("a mark of order", b'\xef\xbb\xbf{"context":{}}', 400, "no JSON"),
    ("a megabyte", b'{"context":{"x":"' + b"x" * LIMIT + b'"}}', 413, "larger than"),
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("body", "status", "words"), [one[1:] for one in BODIES], ids=[one[0] for one in BODIES]
)
def test_a_body_that_cannot_be_read_is_refused_everywhere(
    path: str, body: bytes, status: int, words: str
) -> None:
    answer = Gate().send("POST", path, content=body, headers=JSON)
    told = problem(answer, status, "body-too-large" if status == 413 else "malformed-body")
    assert words in told["detail"]


def test_a_backslash_before_a_u_is_a_text_like_any_other() -> None:
    body = json.dumps({**ASKED, "more": "\\u0000"}).encode()
    assert Gate().send("POST", EVALUATION, content=body, headers=JSON).json()["decision"] is True


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"content-type": "text/plain"}, "Content-Type: application/json"),
        ({"content-type": "application/json-patch+json"}, "Content-Type: application/json"),
        ({}, "Content-Type: application/json"),
        ({**JSON, "content-encoding": "gzip"}, "without `Content-Encoding`"),
        ({**JSON, "content-encoding": "br"}, "without `Content-Encoding`"),
    ],
)
def test_a_body_of_another_kind_is_refused_everywhere(path: str, headers: dict[str, str], words: str) -> None:
    packed = gzip.compress(json.dumps(GOOD[path]).encode())
    for body in (packed, json.dumps(GOOD[path]).encode()):
        answer = Gate().send("POST", path, content=body, headers=headers)
        assert words in problem(answer, 400, "malformed-body")["detail"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "X"])
def test_another_method_is_refused_everywhere(path: str, method: str) -> None:
    answer = Gate().send(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    if method != "HEAD":
        problem(answer, 405, "method-not-allowed")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers", [{"authorization": ""}, {"authorization": "Bearer \xff"}, {"authorization": "x"}]
)
def test_without_a_good_key_nothing_is_answered_anywhere(path: str, headers: dict[str, str]) -> None:
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    problem(Gate().send("POST", path, json=GOOD[path], headers=sent), 401, "no-valid-key")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host", [b"evil.example", b"", b"x" * 255, b"[::1]:8080", b"gate.example:99999", b"xn--bcher-kva.example"]
)
def test_what_a_request_says_of_its_host_changes_nothing(path: str, host: bytes) -> None:
    gate = Gate()
    answer = gate.send("POST", path, json=GOOD[path], headers={"host": host, "x-forwarded-host": host})
    assert answer.status_code == 200
    usual = gate.post(path, GOOD[path])
    assert without_names(answer.json()) == without_names(usual.json())


@pytest.mark.parametrize("path", [*PATHS, TOOL, "/v1/tools", "/ui"])
@pytest.mark.parametrize(
    "host",
    [b"a b\xff", b"x" * 5000, b"[::1", b'gate.example"><script>', b"a@b", b"a/b", b"a:b", b"a,b", b"a\x00"],
)
def test_a_host_that_is_none_is_refused_whatever_is_asked(path: str, host: bytes) -> None:
    method, sent = ("POST", {"json": GOOD[path]}) if path in GOOD else ("GET", {})
    gate = Gate()
    for _ in range(2):
        refused = gate.send(method, path, headers={"host": host, "x-request-id": "7"}, **sent)
        problem(refused, 400, "malformed-question")
        gate.send("GET", TOOL)


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ([], "Host is missing"),
        ([(b"host", b"a"), (b"host", b"a")], "Host stands more than once"),
        ([(b"host", b"a"), (b"authorization", b"Bearer x")], "Authorization stands more than once"),
        ([(b"host", b"a"), (b"x-request-id", b"1"), (b"x-request-id", b"2")], "X-Request-Id stands"),
    ],
)
def test_a_head_that_can_be_read_in_two_ways_is_refused(
    headers: list[tuple[bytes, bytes]], said: str
) -> None:
    gate = Gate()
    key = (b"authorization", f"Bearer {KEY}".encode())
    for version in ("1.0", "1.1"):
        # What was answered a moment ago, and a host that was good, are no excuse.
        assert gate.send("GET", TOOL).status_code == 200
        status, body = headed(gate, [*headers, key], version)
        if headers or version == "1.1":
            assert status == 400
            assert said in body
        else:
            assert status == 200


def headed(gate: Gate, headers: list[tuple[bytes, bytes]], version: str) -> tuple[int, str]:
    """What is answered to a look-up with exactly this head."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": version,
        "method": "GET",
        "path": TOOL,
        "query_string": b"",
        "headers": headers,
    }
    asyncio.run(gate.front(scope, receive, send))
    return sent[0]["status"], sent[1]["body"].decode()


def without_names(told: Any) -> Any:
    """An answer without the names that each one has of its own."""
    if isinstance(told, dict):
        return {name: without_names(one) for name, one in told.items() if name != "evaluation_id"}
    return [without_names(one) for one in told] if isinstance(told, list) else told


@pytest.mark.parametrize("path", [*PATHS, "/v1/tools/acme/painter/approval"])
@pytest.mark.parametrize(
    "name", [b"\x00", b"a\tb", b"\xff\xfe", b"x" * 9000, b"'; DROP TABLE lookups --", b""]
)
def test_the_name_of_a_request_does_no_harm(path: str, name: bytes) -> None:
    method, sent = ("GET", {}) if path.startswith("/v1/tools") else ("POST", {"json": GOOD[path]})
    answer = Gate().send(method, path, headers={"x-request-id": name}, **sent)
    told = answer.headers.get("x-request-id")
    assert (answer.status_code, told) in {(200, name.decode("latin-1")), (400, None)}


@pytest.mark.parametrize(
    ("path", "asked", "pointer"),
    [
        (BATCH, {"evaluations": [{}] * 100_000}, "/evaluations"),
        (CHAIN, {"steps": [{}] * 100_000}, "/steps"),
        (EVALUATIONS, {**ASKED, "evaluations": [{}] * 100_000}, "/evaluations"),
    ],
)
def test_a_hundred_thousand_questions_at_once_are_refused(path: str, asked: Any, pointer: str) -> None:
    told = problem(Gate().post(path, asked), 400, "malformed-question")
    assert "100000 items; ask at most 1000" in told["detail"]
    assert told["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    "address",
    [
        "acme/scribe/approval?plan=team&" + "&".join(f"x{at}=1" for at in range(70)),
        "acme/scribe/approval?data_class=%FF",
        "acme/scribe/approval?data_class=public&data_class=public",
        "acme/scribe/approval?" + "y" * 60_000,
        "acme/scribe/approval?evidence=1",
        "acme/scribe/approval?evidence=true&evidence=false",
        "acme/scribe/approval?receipt=yes",
        "acme/scribe/approval?Data_class=public",
        "%ED%A0%80/approval",
        "acme/scribe%00/approval",
    ],
)
def test_an_address_that_cannot_be_understood_is_refused(address: str) -> None:
    problem(Gate().send("GET", f"/v1/tools/{address}"), 422, "invalid-request")


NAMES: Final = (
    *("subject", "action", "resource", "context", "properties", "type", "id", "name", "plan", "tool"),
    *("evaluations", "steps", "options", "page", "token", *HARMLESS),
)
ODD: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from(["use", "tool", "acme/scribe@team", "team", "public", *HARMLESS.values()]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(NAMES) | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PATHS), ODD)
def test_whatever_is_sent_is_answered_or_refused_and_never_allowed_by_chance(path: str, asked: Any) -> None:
    answer = GATE.post(path, asked)
    assert answer.status_code in {200, 400}
    if answer.status_code == 400:
        problem(answer, 400, answer.json()["type"].removeprefix("/problems/"))
    # Of the invented registry, nothing is allowed without the work being described in full.
    assert not allows(answer.json()) or json.dumps(asked).count('"data_class"') > 0


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_good_question_broken_anywhere_by_anything_allows_no_other_tool(data: st.DataObject) -> None:
    path, pointer = data.draw(st.sampled_from(WRONG))
    asked = changed(GOOD[path], pointer, data.draw(ODD))
    answer = GATE.post(path, asked)
    assert answer.status_code in {200, 400}
    if answer.status_code == 200:
        assert {one for one in _plans(answer.json()) if one} <= {"acme/scribe@team"}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PATHS), st.binary(max_size=60))
def test_whatever_bytes_are_sent_are_refused(path: str, body: bytes) -> None:
    answer = GATE.send("POST", path, content=body, headers=JSON)
    assert answer.status_code == 400
    assert not allows(answer.json())


GATE: Final = Gate()
"""For questions by the hundred: nothing that is asked changes it."""


def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.lookup.body.PATIENCE_S", 0.05)

    async def drips() -> AsyncIterator[bytes]:
        yield b"{"
        while True:
            await asyncio.sleep(0.01)
            yield b" "

    problem(Gate().send("POST", EVALUATION, content=drips(), headers=JSON), 408, "too-slow")


def test_a_body_without_end_is_refused_at_the_limit() -> None:
    async def pours() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 65536

    problem(Gate().send("POST", EVALUATION, content=pours(), headers=JSON), 413, "body-too-large")
