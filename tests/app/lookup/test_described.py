"""What OpenAPI says of the hot path against what it does: every example is asked, each answer compared."""

import re
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import BaseModel

from app.api.authzen import DESCRIBED, describe_hot_path
from app.api.authzen.access import Configuration
from app.lookup.authzen import Published
from app.lookup.authzen.discovery import WELL_KNOWN
from app.lookup.endpoints import hot_endpoints
from tests.app.lookup.gate import ASKED, NOWHERE, Gate
from tests.app.lookup_rows import HARMLESS, POLICY

PATHS = sorted(DESCRIBED)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    described = FastAPI().openapi()
    describe_hot_path(described, POLICY)
    return described


def assert_described(told: Any, model: type[BaseModel]) -> None:
    """Assert that an answer is of a form, and has no field that the form does not name."""
    shown = model.model_validate(told).model_dump(mode="json", exclude_unset=True)
    assert named(shown) == named(told)


def named(told: Any) -> Any:
    """The names in an answer, without what stands under them."""
    if isinstance(told, dict):
        return {name: named(one) for name, one in told.items()}
    return [named(one) for one in told] if isinstance(told, list) else None


def test_every_address_of_the_hot_path_that_takes_a_body_is_described() -> None:
    assert set(PATHS) == {one.path.decode() for one in hot_endpoints(NOWHERE) if one.method == "POST"}


@pytest.mark.parametrize("path", PATHS)
def test_an_example_is_answered_as_it_is_described(path: str) -> None:
    one = DESCRIBED[path]
    one.asked.model_validate(one.example, strict=True)
    answer = Gate().post(path, one.example)
    assert answer.status_code == 200, answer.text
    assert_described(answer.json(), one.answered)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("work", [HARMLESS, {**HARMLESS, "data_class": "sensitive"}, {}])
def test_every_kind_of_answer_is_described(path: str, work: dict[str, str]) -> None:
    items = [{"tool": tool, "evidence": True} for tool in ("acme/scribe@team", "scribe", "nobody")]
    asked = {
        "/v1/evaluations": {"evaluations": [*items, {}], "context": work},
        "/v1/evaluations:chain": {"steps": items, "context": work},
    }.get(path, {**ASKED, "context": {**work, "evidence": True}})
    if path == "/access/v1/evaluations":
        asked = {**asked, "evaluations": [{}, 7, {"resource": {"type": "tool", "id": "scribe"}}]}
    answer = Gate().post(path, asked)
    assert answer.status_code == 200, answer.text
    assert_described(answer.json(), DESCRIBED[path].answered)


@pytest.mark.parametrize("path", PATHS)
def test_every_refusal_is_described(path: str, document: dict[str, Any]) -> None:
    responses = document["paths"][path]["post"]["responses"]
    refusals = [
        Gate().post(path, []),
        Gate().post(path, {"evaluations": 7}),
        Gate().post(path, {}, authorization=""),
        Gate().send("POST", path, content=b" " * 2_000_000, headers={"content-type": "application/json"}),
    ]
    for answer in refusals:
        assert answer.status_code >= 400
        told = responses[str(answer.status_code)]
        assert answer.json()["title"] in told["description"]
        assert answer.headers["content-type"] in told["content"]


def test_every_form_that_is_named_is_there(document: dict[str, Any]) -> None:
    forms = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert forms - {"Problem"} <= set(document["components"]["schemas"])


def test_the_fields_of_the_policy_are_named(document: dict[str, Any]) -> None:
    told = document["paths"]["/access/v1/evaluation"]["post"]["description"]
    assert all(f"`{name}`" in told for name in POLICY.fields)


@pytest.mark.parametrize("requests_url", ["", "https://ask.example"])
def test_what_the_service_says_of_itself_is_described(document: dict[str, Any], requests_url: str) -> None:
    answer = Gate(published=Published("https://gate.example", requests_url)).send("GET", WELL_KNOWN)
    assert_described(answer.json(), Configuration)
    assert WELL_KNOWN in document["paths"]


def test_headers_of_every_answer_are_described(document: dict[str, Any]) -> None:
    for path in PATHS:
        described = document["paths"][path]["post"]["responses"]["200"]["headers"]
        asked = {**DESCRIBED[path].example}
        told = Gate().post(path, asked, x_request_id="7").headers
        assert {name.lower() for name in described} == {"x-decision-id", "x-request-id"}
        assert {name.lower() for name in described} <= set(told)
