"""What is asked beside the hot path (receipts, the record) against all that can be wrong with it."""

import json
from typing import Any

import pytest

from registry.model import Role
from tests.app.api.office import Office

VERIFY = "/v1/receipts:verify"
JSON = {"content-type": "application/json"}
GOOD = {"receipt": "a.b.c", "as_proof": False}


def refused(office: Office, status: int, method: str, path: str, **sent: Any) -> Any:
    """The problem that an answer must be."""
    answer = office.ask(method, path, Role.ADMIN, **sent)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert told["detail"]
    return told


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"[]", 422),
        (b"7", 422),
        (b"\xff", 400),
        (b'{"receipt":NaN}', 422),
        (b'{"receipt":"\\ud800"}', 422),
        (b'{"receipt":' + b"[" * 200_000, 400),
        (b'{"receipt":"' + b"x" * 1024 * 1024 + b'"}', 413),
        (b'{"receipt":' + b"9" * 5000 + b"}", 400),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem(office: Office, body: bytes, status: int) -> None:
    refused(office, status, "POST", VERIFY, content=body, headers=JSON)


@pytest.mark.parametrize("field", sorted(GOOD))
@pytest.mark.parametrize("other", [None, 7, -1.5, [], {}, ""])
def test_a_field_of_another_type_is_told_where_it_stands(office: Office, field: str, other: Any) -> None:
    told = refused(office, 422, "POST", VERIFY, json={**GOOD, field: other})
    assert told["errors"][0]["pointer"] == f"#/{field}"


@pytest.mark.parametrize("receipt", ["\x00", "..", "a.b.c.d", "é.é.é", "eyJhbGciOiJub25lIn0.e30.", " "])
def test_what_is_no_receipt_is_not_genuine(office: Office, receipt: str) -> None:
    answer = office.ask("POST", VERIFY, Role.LOOKUP, json={"receipt": receipt})
    assert (answer.status_code, answer.json()["valid"]) == (200, False)


@pytest.mark.parametrize(
    "query",
    [
        "tool=%00",
        "tool=" + "x" * 201,
        "decision=maybe",
        "since=yesterday",
        "since=2026-11-01T09:00:00",
        "before=x",
        "limit=0",
        "limit=999999999999999999999",
        "limit=NaN",
        "unknown=1",
    ],
)
def test_a_question_on_the_record_that_does_not_fit_is_a_problem(office: Office, query: str) -> None:
    refused(office, 422, "GET", f"/v1/lookups?{query}")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00%2B23:59", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize(
    "path", ["/v1/lookups?since", "/v1/lookups?until", "/v1/noise?since", "/v1/digest?until"]
)
def test_a_moment_from_which_nothing_can_be_reckoned_is_a_problem(
    office: Office, path: str, moment: str
) -> None:
    refused(office, 422, "GET", f"{path}={moment}")


@pytest.mark.parametrize("name", ["x", "0" * 31, "0" * 32 + "-12345", "%00", "..%2f"])
def test_a_name_that_no_answer_has_is_a_problem(office: Office, name: str) -> None:
    answer = office.ask("GET", f"/v1/lookups/{name}", Role.ADMIN)
    assert answer.status_code in {404, 422}
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("announced", ["9" * 5000, "9" * 19, "-1", "x"])
def test_an_announced_length_that_cannot_be_does_no_harm(office: Office, announced: str) -> None:
    sent = json.dumps(GOOD).encode()
    answer = office.ask(
        "POST", VERIFY, Role.LOOKUP, content=sent, headers={**JSON, "content-length": announced}
    )
    assert answer.status_code in {200, 413}
    assert answer.status_code == (413 if announced.isdecimal() else 200)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", [VERIFY, "/v1/lookups", "/v1/tools/acme/painter/approval"])
def test_another_method_is_a_problem(office: Office, method: str, path: str) -> None:
    refused(office, 405, method, path)
