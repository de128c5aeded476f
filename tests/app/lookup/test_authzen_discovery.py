"""OpenID AuthZEN, level Discovery: the service's description of itself, from the configured address alone."""

import pytest

from app.lookup.authzen import Published
from tests.app.lookup.gate import ASKED, Gate
from tests.app.lookup_rows import HARMLESS

WELL_KNOWN = "/.well-known/authzen-configuration"
OPEN = {"authorization": ""}


def test_the_endpoints_are_published_under_the_configured_address_and_need_no_key() -> None:
    answer = Gate(published=Published("https://gate.example")).send("GET", WELL_KNOWN, headers=OPEN)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert answer.json() == {
        "policy_decision_point": "https://gate.example",
        "access_evaluation_endpoint": "https://gate.example/access/v1/evaluation",
        "access_evaluations_endpoint": "https://gate.example/access/v1/evaluations",
        "search_subject_endpoint": "https://gate.example/access/v1/search/subject",
        "search_resource_endpoint": "https://gate.example/access/v1/search/resource",
        "search_action_endpoint": "https://gate.example/access/v1/search/action",
        "supported_obligations": ["custom"],
    }


def test_every_published_address_answers() -> None:
    gate = Gate(published=Published("https://gate.example"))
    document = gate.send("GET", WELL_KNOWN).json()
    asked = {**ASKED, "context": HARMLESS}
    for name, address in document.items():
        if name.endswith("_endpoint"):
            path = address.removeprefix("https://gate.example")
            assert gate.post(path, asked).status_code == 200, name


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"x-forwarded-host": "evil.example", "x-forwarded-proto": "http"},
        {"forwarded": "host=evil.example;proto=http"},
    ],
)
def test_what_a_request_says_of_the_host_is_never_published(headers: dict[str, str]) -> None:
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    for published in (Published("https://gate.example"), Published("")):
        answer = Gate(published=published).send("GET", WELL_KNOWN, headers=raw)
        assert "evil" not in answer.text
        assert "evil" not in str(answer.headers)


def test_without_a_configured_address_nothing_is_published_and_the_answer_says_why() -> None:
    answer = Gate().send("GET", WELL_KNOWN)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "TERMGATE_BASE_URL" in answer.json()["detail"]


def test_an_address_with_a_path_is_described_where_the_standard_puts_it() -> None:
    gate = Gate(published=Published("https://gate.example/tenant1"))
    answer = gate.send("GET", f"{WELL_KNOWN}/tenant1")
    assert answer.json()["policy_decision_point"] == "https://gate.example/tenant1"
    assert answer.json() == gate.send("GET", WELL_KNOWN).json()


def test_who_takes_requests_for_access_is_published() -> None:
    published = Published("https://gate.example", "https://desk.example/requests")
    document = Gate(published=published).send("GET", WELL_KNOWN).json()
    assert document["access_request_endpoint"] == "https://desk.example/requests"
    assert document["capabilities"] == ["urn:openid:authzen:capability:access-request"]


def test_a_known_description_is_not_sent_again() -> None:
    gate = Gate(published=Published("https://gate.example"))
    etag = gate.send("GET", WELL_KNOWN).headers["etag"]
    assert gate.send("GET", WELL_KNOWN, headers={"if-none-match": etag}).status_code == 304
