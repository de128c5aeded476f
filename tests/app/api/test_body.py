"""The guard that looks at bodies before they are read."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.types import Message, Scope

from app.api.body import JSON_LIMIT
from registry.model import Role
from tests.app.api.office import Office


async def pieces(total: int, size: int = 65_536) -> AsyncIterator[bytes]:
    for _ in range(total // size + 1):
        yield b" " * size


def test_ten_megabytes_of_json_are_refused(office: Office) -> None:
    body = b'{"name": "' + b"x" * (10 * 1024 * 1024) + b'"}'
    answer = office.ask("POST", "/v1/tools", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert "1,048,576" in answer.json()["detail"]


def test_an_announced_body_is_refused_before_a_byte_is_read(office: Office) -> None:
    read: list[str] = []
    sent: list[Message] = []
    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/tools",
        "raw_path": b"/v1/tools",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"content-length", b"10000000")],
    }

    async def receive() -> Message:
        read.append("body")
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(office.app(scope, receive, send))
    assert (read, sent[0]["status"]) == ([], 413)


def test_a_body_that_is_not_announced_is_refused_at_the_limit(office: Office) -> None:
    answer = office.ask(
        "POST", "/v1/tools", content=pieces(JSON_LIMIT + 1), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 413
    assert answer.json()["type"] == "/problems/body-too-large"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_a_body_that_is_not_json_is_refused(office: Office, kind: str) -> None:
    headers = {"content-type": kind} if kind else {}
    answer = office.ask("POST", "/v1/tools", content=b"{}", headers=headers)
    assert answer.status_code == 415
    assert "application/json" in answer.json()["detail"]


def test_json_may_name_its_character_set(office: Office) -> None:
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    answer = office.ask(
        "POST", "/v1/keys", Role.ADMIN, content=b'{"name":"a","role":"lookup"}', headers=headers
    )
    assert answer.status_code == 201


@pytest.mark.parametrize("body", [b"{", b'{"name": }', b"\xff\xfe", b"[" * 100_000, b"nothing"])
def test_what_is_no_json_is_a_problem_that_says_so(office: Office, body: bytes) -> None:
    answer = office.ask("POST", "/v1/tools", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["type"] == "/problems/malformed-body"


@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"7", b"{}"])
def test_json_of_another_shape_is_invalid(office: Office, body: bytes) -> None:
    answer = office.ask("POST", "/v1/tools", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/invalid-request"
