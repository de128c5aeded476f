"""Every route at once: who may, what it says of itself, and how it refuses."""

import re
from importlib.metadata import version
from typing import Any

import pytest

from app.api.authzen import DESCRIBED
from app.lookup.authzen.discovery import WELL_KNOWN
from registry.model import Role
from tests.app.api.office import Office

OPEN = {"/", "/.well-known/jwks.json", "/healthz", "/readyz", "/problems", "/problems/{name}"}
LEAST = {
    ("POST", "/v1/tools/{vendor}/{tool}/sources/{source}/captures"): Role.REVIEWER,
    ("POST", "/v1/policy"): Role.ADMIN,
    ("GET", "/v1/tools/{tool}/approval"): Role.LOOKUP,
    ("POST", "/v1/tools/{vendor}/{tool}/plans/{plan}/decisions"): Role.REVIEWER,
    ("POST", "/v1/tools/{vendor}/{tool}/plans/{plan}/reopen"): Role.REVIEWER,
    ("POST", "/v1/tools/{vendor}/{tool}/plans/{plan}/confirmations"): Role.REVIEWER,
    ("POST", "/v1/tools/{vendor}/{tool}/sources/{source}/documents/{digest}/corrections"): Role.REVIEWER,
    ("POST", "/v1/corrections/{correction}/withdrawal"): Role.REVIEWER,
    ("POST", "/v1/notices/{notice}/answer"): Role.REVIEWER,
    ("GET", "/v1/keys"): Role.ADMIN,
    ("POST", "/v1/keys"): Role.ADMIN,
    ("DELETE", "/v1/keys/{name}"): Role.ADMIN,
    ("GET", "/v1/webhooks"): Role.ADMIN,
    ("POST", "/v1/webhooks"): Role.ADMIN,
    ("DELETE", "/v1/webhooks/{webhook}"): Role.ADMIN,
    ("POST", "/v1/webhooks/{webhook}/secret"): Role.ADMIN,
    ("PUT", "/v1/webhooks/{webhook}/on"): Role.ADMIN,
    ("POST", "/v1/webhooks/{webhook}/test"): Role.ADMIN,
    ("GET", "/v1/webhooks/{webhook}/deliveries"): Role.ADMIN,
    ("GET", "/v1/audit"): Role.ADMIN,
    ("GET", "/v1/audit/head"): Role.ADMIN,
    ("POST", "/v1/receipts:verify"): Role.LOOKUP,
    ("GET", "/v1/lookups"): Role.ADMIN,
    ("GET", "/v1/lookups/{id}"): Role.ADMIN,
}
"""All others: manager."""


def routes(office: Office) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path, described)
        for path, methods in office.app.openapi()["paths"].items()
        # Answered before any route, and tried where they are answered: tests/app/lookup/test_described.py.
        if path not in DESCRIBED and path != WELL_KNOWN
        for method, described in methods.items()
    ]


def keyed(office: Office) -> list[tuple[str, str]]:
    return [(method, path) for method, path, _ in routes(office) if path not in OPEN]


def address(path: str) -> str:
    return re.sub(r"\{\w+\}", "a", path)


def test_the_sweeps_below_meet_every_route(office: Office) -> None:
    assert len(keyed(office)) > 20
    assert set(LEAST) < set(keyed(office))


def test_no_route_answers_without_a_key(office: Office) -> None:
    for method, path in keyed(office):
        answer = office.ask(method, address(path), None)
        assert answer.status_code == 401, (method, path)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_no_route_answers_a_key_whose_role_is_too_small(office: Office) -> None:
    for method, path in keyed(office):
        needed = LEAST.get((method, path), Role.MANAGER)
        for role in list(Role)[: list(Role).index(needed)]:
            answer = office.ask(method, address(path), role)
            assert answer.status_code == 403, (method, path, role)
            assert needed in answer.json()["detail"]


def test_every_route_lets_the_role_in_that_it_needs(office: Office) -> None:
    for method, path in keyed(office):
        answer = office.ask(method, address(path), LEAST.get((method, path), Role.MANAGER))
        assert answer.status_code not in {401, 403, 500}, (method, path)


def test_no_answer_is_kept_for_somebody_else_or_taken_for_another_kind(office: Office) -> None:
    for method, path in keyed(office):
        for role in (None, Role.ADMIN):
            answer = office.ask(method, address(path), role)
            kept = answer.headers["cache-control"]
            assert kept == "no-store" or kept.startswith("private"), (method, path, kept)
            assert answer.headers["x-content-type-options"] == "nosniff", (method, path)


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/problems", "/openapi.json"])
def test_these_need_no_key(office: Office, path: str) -> None:
    assert office.ask("GET", path, None).status_code == 200


def test_the_bare_address_says_what_this_is_and_where_to_go_on(office: Office) -> None:
    told = office.ask("GET", "/", None).json()
    assert (told["name"], told["version"]) == ("Termgate", version("termgate"))
    assert office.ask("GET", told["description"], None).json()["info"]["version"] == told["version"]
    assert office.ask("GET", told["health"], None).json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/docs/oauth2-redirect"])
def test_no_page_is_served_that_loads_scripts_from_elsewhere(office: Office, path: str) -> None:
    assert office.ask("GET", path, None).status_code == 404


def test_a_slash_too_many_redirects_to_no_host_that_the_request_names(office: Office) -> None:
    answer = office.ask("GET", "/v1/tools/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 404
    assert "elsewhere" not in f"{answer.headers}{answer.text}"


def test_what_is_there_can_be_asked_for_without_its_body(office: Office) -> None:
    full, head = office.ask("GET", "/v1/tools"), office.ask("HEAD", "/v1/tools")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == full.headers["content-length"]
    assert office.ask("HEAD", "/v1/tools", None).status_code == 401
    assert office.ask("HEAD", "/nowhere", None).status_code == 404


def test_a_refused_method_is_told_all_that_are_taken(office: Office) -> None:
    answer = office.ask("DELETE", "/v1/tools")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, POST"


def test_a_service_that_cannot_answer_is_not_ready(office: Office) -> None:
    office.is_ready = False
    answer = office.ask("GET", "/readyz", None)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"


def test_every_body_has_an_example_that_is_taken(office: Office) -> None:
    for method, path, described in routes(office):
        for media_type, content in described.get("requestBody", {}).get("content", {}).items():
            examples = content.get("examples", {}) or {"only": {"value": content["example"]}}
            assert examples, (method, path)
            if media_type != "application/json":
                continue
            for example in examples.values():
                answer = office.ask(method, address(path), Role.ADMIN, json=example["value"])
                assert answer.status_code in {200, 201, 202, 404, 409}, (method, path, answer.text)


def test_every_address_part_has_a_description_and_an_example(office: Office) -> None:
    for method, path, described in routes(office):
        for parameter in described.get("parameters", []):
            if parameter["in"] == "path":
                assert parameter["description"], (method, path)
                assert parameter["schema"]["examples"], (method, path)


def test_every_refusal_is_described_as_a_problem(office: Office) -> None:
    for method, path, described in routes(office):
        assert described["tags"], (method, path)
        for status, answer in described["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], (method, path, status)
                assert answer["description"], (method, path, status)


def test_every_form_that_the_description_names_is_in_it(office: Office) -> None:
    description = office.app.openapi()
    named = set(re.findall(r"#/components/schemas/(\w+)", str(description)))
    assert named <= set(description["components"]["schemas"])
    assert "Problem" in named


def test_every_problem_leads_to_its_description(office: Office) -> None:
    problem = office.ask("GET", "/v1/tools", None).json()
    described = office.ask("GET", problem["type"], None).json()
    assert (described["title"], described["status"]) == (problem["title"], 401)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/nothing", 404), ("PATCH", "/v1/tools", 405), ("GET", "/problems/none", 404)],
)
def test_an_address_that_is_none_is_a_problem_too(
    office: Office, method: str, path: str, status: int
) -> None:
    answer = office.ask(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_method_that_is_not_taken_names_those_that_are(office: Office) -> None:
    assert office.ask("PATCH", "/v1/policy").headers["allow"] == "GET, HEAD, POST"
