"""OpenID AuthZEN, level Search: `POST /access/v1/search/...`, after the standard and its certification."""

from typing import Any

import pytest

from app.lookup.authzen import search
from tests.app.lookup.gate import ALICE, REJECTED, SCRIBE, USE, Gate, decided, in_minutes, index_of
from tests.app.lookup_rows import HARMLESS, standing

SUBJECT, RESOURCE, ACTION = (f"/access/v1/search/{one}" for one in ("subject", "resource", "action"))
BY_SUBJECT = {"subject": {"type": "system"}, "action": USE, "resource": SCRIBE, "context": HARMLESS}
BY_RESOURCE = {"subject": ALICE, "action": USE, "resource": {"type": "tool"}, "context": HARMLESS}
BY_ACTION = {"subject": ALICE, "resource": SCRIBE, "context": HARMLESS}
MANY = index_of(*(standing(f"acme/tool-{at:02}@team") for at in range(25)))


def found(path: str, asked: dict[str, Any], gate: Gate | None = None) -> dict[str, Any]:
    answer = (gate or Gate()).post(path, asked)
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    assert content["page"]["count"] == len(content["results"])
    assert isinstance(content["page"]["next_token"], str)
    return content


def test_actions_are_those_that_an_evaluation_permits() -> None:
    assert found(ACTION, BY_ACTION)["results"] == [{"name": "use"}]
    assert found(ACTION, {**BY_ACTION, "resource": REJECTED})["results"] == []
    assert found(ACTION, {**BY_ACTION, "context": {}})["results"] == []
    assert found(ACTION, {**BY_ACTION, "action": {"name": 7}})["results"] == [{"name": "use"}]


def test_a_search_for_subjects_names_the_system_that_asks_and_says_whether_any_may() -> None:
    content = found(SUBJECT, BY_SUBJECT)
    assert content["results"] == [{"type": "system", "id": "gateway"}]
    assert content["context"]["any_subject"] is True
    content = found(SUBJECT, {**BY_SUBJECT, "resource": REJECTED})
    assert (content["results"], content["context"]["any_subject"]) == ([], False)


@pytest.mark.parametrize("kind", ["user", "spaceship"])
def test_subjects_that_the_registry_cannot_name_are_no_results(kind: str) -> None:
    content = found(SUBJECT, {**BY_SUBJECT, "subject": {"type": kind, "id": "is ignored"}})
    assert (content["results"], content["context"]["any_subject"]) == ([], True)


def test_resources_are_the_plans_that_an_evaluation_permits() -> None:
    gate = Gate()
    results = found(RESOURCE, BY_RESOURCE, gate)["results"]
    assert results == [{"type": "tool", "id": "acme/painter@api"}, {"type": "tool", "id": "acme/scribe@team"}]
    assert all(gate.evaluate(resource=one)["decision"] for one in results)


def test_resources_can_be_searched_by_the_name_of_the_plan() -> None:
    asked = {**BY_RESOURCE, "resource": {"type": "tool", "id": "ignored", "properties": {"plan": "team"}}}
    assert [one["id"] for one in found(RESOURCE, asked)["results"]] == ["acme/scribe@team"]


@pytest.mark.parametrize(
    "part",
    [
        {"context": {}},
        {"context": {**HARMLESS, "data_class": "sensitive"}},
        {"resource": {"type": "spaceship"}},
        {"action": {"name": "can_read"}},
    ],
)
def test_where_nothing_is_permitted_there_are_no_results_and_no_error(part: dict[str, Any]) -> None:
    content = found(RESOURCE, {**BY_RESOURCE, **part})
    assert (content["results"], content["page"]["next_token"]) == ([], "")


def test_an_index_out_of_sight_of_the_registry_finds_nothing() -> None:
    gate = Gate()
    gate.now = in_minutes(1)
    assert found(RESOURCE, BY_RESOURCE, gate)["results"] == []
    assert found(ACTION, BY_ACTION, gate)["results"] == []
    assert found(SUBJECT, BY_SUBJECT, gate)["results"] == []


def test_a_result_with_an_obligation_carries_it() -> None:
    gate = Gate(index_of(decided("acme/scribe@team", conditions=("Training is off.",))))
    (result,) = found(RESOURCE, BY_RESOURCE, gate)["results"]
    assert result["obligations"][0]["properties"]["statement"] == "Training is off."


def walked(gate: Gate, limit: int | None) -> list[list[str]]:
    """All pages of a search, by the names on them."""
    pages: list[list[str]] = []
    page: dict[str, Any] = {} if limit is None else {"limit": limit}
    while True:
        content = found(RESOURCE, {**BY_RESOURCE, "page": page}, gate)
        pages.append([one["id"] for one in content["results"]])
        token = content["page"]["next_token"]
        if not token:
            return pages
        page = {**page, "token": token}


@pytest.mark.parametrize(("limit", "lengths"), [(10, [10, 10, 5]), (25, [25]), (1, [1] * 25), (None, [25])])
def test_pages_follow_each_other_without_gap_or_repetition(limit: int | None, lengths: list[int]) -> None:
    pages = walked(Gate(MANY), limit)
    assert [len(page) for page in pages] == lengths
    assert [name for page in pages for name in page] == [f"acme/tool-{at:02}@team" for at in range(25)]


def test_a_page_ends_after_so_many_plans_were_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MAX_JUDGED", 10)
    assert [len(page) for page in walked(Gate(MANY), None)] == [10, 10, 5]


def test_a_page_of_nothing_holds_nothing_and_leads_on() -> None:
    content = found(RESOURCE, {**BY_RESOURCE, "page": {"limit": 0}}, Gate(MANY))
    assert content["results"] == []
    assert content["page"]["next_token"]


def test_a_token_survives_a_change_of_the_registry_between_two_pages() -> None:
    gate = Gate(MANY)
    first = found(RESOURCE, {**BY_RESOURCE, "page": {"limit": 10}}, gate)
    gate.holder.swap(index_of(*(standing(f"acme/tool-{at:02}@team") for at in range(5, 25))), gate.now)
    page = {"limit": 10, "token": first["page"]["next_token"]}
    second = found(RESOURCE, {**BY_RESOURCE, "page": page}, gate)
    assert second["results"][0]["id"] == "acme/tool-10@team"


def test_a_request_may_name_the_token_as_a_response_does() -> None:
    gate = Gate(MANY)
    token = found(RESOURCE, {**BY_RESOURCE, "page": {"limit": 20}}, gate)["page"]["next_token"]
    content = found(RESOURCE, {**BY_RESOURCE, "page": {"next_token": token}}, gate)
    assert len(content["results"]) == 5


@pytest.mark.parametrize("token", ["none", "!!", "é", "AAAA", "x" * 5000])
def test_a_token_of_another_search_is_refused(token: str) -> None:
    gate = Gate(MANY)
    mine = found(RESOURCE, {**BY_RESOURCE, "page": {"limit": 5}}, gate)["page"]["next_token"]
    other = {**BY_RESOURCE, "context": {**HARMLESS, "use_case": "ideation"}, "page": {"token": mine}}
    assert gate.post(RESOURCE, other).status_code == 400
    answer = gate.post(RESOURCE, {**BY_RESOURCE, "page": {"token": token}})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/page/token"


@pytest.mark.parametrize(
    ("path", "asked", "pointer"),
    [
        (SUBJECT, {"subject": {"type": "user"}, "resource": SCRIBE}, "/action"),
        (SUBJECT, {**BY_SUBJECT, "resource": {"type": "tool"}}, "/resource/id"),
        (SUBJECT, {**BY_SUBJECT, "subject": {"id": "alice"}}, "/subject/type"),
        (RESOURCE, {"action": USE, "resource": {"type": "tool"}}, "/subject"),
        (RESOURCE, {**BY_RESOURCE, "subject": {"type": "user"}}, "/subject/id"),
        (RESOURCE, {**BY_RESOURCE, "resource": {}}, "/resource/type"),
        (RESOURCE, {**BY_RESOURCE, "page": 1}, "/page"),
        (RESOURCE, {**BY_RESOURCE, "page": {"limit": -1}}, "/page/limit"),
        (RESOURCE, {**BY_RESOURCE, "page": {"limit": True}}, "/page/limit"),
        (RESOURCE, {**BY_RESOURCE, "page": {"token": 7}}, "/page/token"),
        (ACTION, {"subject": ALICE}, "/resource"),
        (ACTION, {**BY_ACTION, "context": 7}, "/context"),
    ],
)
def test_what_is_missing_or_wrong_is_told_where_it_stands(path: str, asked: Any, pointer: str) -> None:
    answer = Gate().post(path, asked)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer
