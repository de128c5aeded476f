"""OpenID AuthZEN, level Batch: `POST /access/v1/evaluations`, after the standard and its certification."""

from typing import Any

import pytest

from app.lookup.authzen.evaluation import MAX_ITEMS
from tests.app.lookup.gate import ALICE, ASKED, EVALUATIONS, PAINTER, REJECTED, SCRIBE, USE, Gate
from tests.app.lookup_rows import HARMLESS

SENSITIVE = {**HARMLESS, "data_class": "sensitive"}


def decisions(asked: dict[str, Any]) -> list[bool]:
    answer = Gate().post(EVALUATIONS, asked)
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"evaluations"}
    return [one["decision"] for one in answer.json()["evaluations"]]


def test_items_without_defaults_are_answered_in_their_order() -> None:
    items = [ASKED, {**ASKED, "resource": REJECTED}, {**ASKED, "resource": PAINTER}]
    assert decisions({"evaluations": items}) == [True, False, True]


def test_subject_action_and_context_may_be_given_once_for_all() -> None:
    items = [{"resource": SCRIBE}, {"resource": REJECTED}]
    asked = {"subject": ALICE, "action": USE, "context": HARMLESS, "evaluations": items}
    assert decisions(asked) == [True, False]


def test_an_item_overrides_a_default_whole() -> None:
    items = [{}, {"action": {"name": "can_edit"}}, {"context": SENSITIVE}, {"context": {"time": "now"}}]
    assert decisions({**ASKED, "evaluations": items}) == [True, False, False, False]


def test_an_item_takes_only_what_must_not_be_missing_from_a_default_of_the_same_part() -> None:
    items: list[dict[str, Any]] = [
        {"resource": {"id": "acme/scribe", "properties": {"plan": "team"}}},
        {"resource": {"type": "tool", "id": "acme/scribe", "properties": {"plan": "free"}}},
        {"resource": {"properties": {"plan": "team"}}},
        # The default's plan is not taken along: whoever names another resource names its plan too.
        {"resource": {"id": "acme/scribe"}},
    ]
    assert decisions({**ASKED, "evaluations": items}) == [True, False, True, False]


@pytest.mark.parametrize("null", ["subject", "action", "resource", "context"])
def test_a_part_that_is_null_is_a_part_left_out(null: str) -> None:
    assert decisions({**ASKED, "evaluations": [{null: None}]}) == [True]


ITEMS = [{"resource": SCRIBE}, {"resource": REJECTED}, {"resource": PAINTER}]


@pytest.mark.parametrize(
    ("semantic", "expected"),
    [
        ("execute_all", [True, False, True]),
        ("deny_on_first_deny", [True, False]),
        ("permit_on_first_permit", [True]),
        (None, [True, False, True]),
    ],
)
def test_each_semantic_ends_a_batch_where_it_should(semantic: str | None, expected: list[bool]) -> None:
    options = {"evaluations_semantic": semantic, "another_option": "value"}
    assert decisions({**ASKED, "options": options, "evaluations": ITEMS}) == expected


def test_permit_on_first_permit_goes_on_after_a_denial() -> None:
    options = {"evaluations_semantic": "permit_on_first_permit"}
    items = [ITEMS[1], "no item", ITEMS[0], ITEMS[2]]
    assert decisions({**ASKED, "options": options, "evaluations": items}) == [False, False, True]


def test_an_error_in_an_item_is_a_denial_to_every_semantic() -> None:
    options = {"evaluations_semantic": "deny_on_first_deny"}
    items = [ITEMS[0], {"resource": 7}, ITEMS[0]]
    assert decisions({**ASKED, "options": options, "evaluations": items}) == [True, False]


@pytest.mark.parametrize(
    ("item", "pointer"),
    [
        ({}, "/evaluations/1/resource"),
        ({"resource": {"type": "tool"}}, "/evaluations/1/resource/id"),
        ({"resource": SCRIBE, "context": "none"}, "/evaluations/1/context"),
        ({"resource": SCRIBE, "context": {"data_class": 1}}, "/evaluations/1/context/data_class"),
        ({"resource": SCRIBE, "subject": {"id": 1}}, "/evaluations/1/subject/id"),
        ("acme/scribe", "/evaluations/1"),
        (None, "/evaluations/1"),
        ([], "/evaluations/1"),
    ],
)
def test_an_item_that_cannot_be_understood_is_denied_and_spoils_no_other(item: Any, pointer: str) -> None:
    asked = {"subject": ALICE, "action": USE, "context": HARMLESS, "evaluations": [ITEMS[0], item, ITEMS[2]]}
    answer = Gate().post(EVALUATIONS, asked)
    assert answer.status_code == 200
    first, wrong, last = answer.json()["evaluations"]
    assert first["decision"] is last["decision"] is True
    assert wrong["decision"] is False
    assert wrong["context"]["error"]["status"] == 400
    assert wrong["context"]["error"]["pointer"] == pointer
    assert wrong["context"]["reason"] == "question.malformed"


@pytest.mark.parametrize("more", [{}, {"evaluations": []}, {"evaluations": None}])
def test_without_items_it_is_a_single_evaluation(more: dict[str, Any]) -> None:
    answer = Gate().post(EVALUATIONS, {**ASKED, **more})
    assert (answer.status_code, answer.json()["decision"]) == (200, True)
    assert answer.json()["context"]["plan"] == "acme/scribe@team"


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"evaluations": {}}, "/evaluations"),
        ({"evaluations": "all"}, "/evaluations"),
        ({"options": {"evaluations_semantic": "deny"}}, "/options/evaluations_semantic"),
        ({"options": {"evaluations_semantic": []}}, "/options/evaluations_semantic"),
        ({"options": "execute_all"}, "/options"),
        ({"subject": "alice"}, "/subject"),
        ({"context": []}, "/context"),
    ],
)
def test_a_mistake_outside_the_items_refuses_the_batch(more: dict[str, Any], pointer: str) -> None:
    answer = Gate().post(EVALUATIONS, {**ASKED, "evaluations": ITEMS, **more})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_thousand_items_are_answered() -> None:
    answer = Gate().post(EVALUATIONS, {**ASKED, "evaluations": [{"resource": SCRIBE}] * MAX_ITEMS})
    found = answer.json()["evaluations"]
    assert [one["decision"] for one in found] == [True] * MAX_ITEMS
    assert len({one["context"]["evaluation_id"] for one in found}) == MAX_ITEMS


def test_a_hundred_thousand_items_are_refused() -> None:
    answer = Gate().post(EVALUATIONS, {**ASKED, "evaluations": [{}] * 100_000})
    assert answer.status_code == 400
    assert answer.json()["detail"] == "`evaluations` has 100000 items; ask at most 1000 at once"
