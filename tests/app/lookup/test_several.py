"""Batches of questions and chains of tools, asked over HTTP."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.lookup.several import MAX_ITEMS, WEAKEST_FIRST
from registry.model import EvaluationStatus, Status
from tests.app.lookup.gate import Gate, decided, in_minutes, index_of
from tests.app.lookup_rows import HARMLESS, standing

BATCH, CHAIN = "/v1/evaluations", "/v1/evaluations:chain"
SCRIBE = {"tool": "acme/scribe", "plan": "team"}
PAINTER = {"tool": "pkg:pypi/acme-painter@2.1"}
REJECTED = {"tool": "acme/scribe@free"}
LISTED = {"tool": "bolt/scribe"}
NOBODYS = {"tool": "nobody/nothing"}
GATE = Gate()


def ask(path: str, asked: dict[str, Any], gate: Gate = GATE) -> dict[str, Any]:
    answer = gate.post(path, asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_each_question_of_a_batch_is_answered_as_if_asked_alone() -> None:
    items = [{**one, "context": HARMLESS} for one in (SCRIBE, REJECTED, PAINTER, NOBODYS)]
    answers = ask(BATCH, {"evaluations": items})["evaluations"]
    assert [one["decision"] for one in answers] == [True, False, True, False]
    alone = GATE.send("GET", "/v1/tools/acme/scribe/approval", params={"plan": "team", **HARMLESS}).json()
    assert answers[0] == alone


def test_what_is_said_of_the_work_may_be_said_once_and_corrected_by_an_item() -> None:
    sensitive = {**SCRIBE, "context": {"data_class": "sensitive"}}
    answers = ask(BATCH, {"context": HARMLESS, "evaluations": [SCRIBE, sensitive]})["evaluations"]
    assert [one["decision"] for one in answers] == [True, False]


def test_an_item_that_cannot_be_understood_is_denied_and_spoils_no_other() -> None:
    wrong: list[Any] = [
        17,
        {},
        {"tool": ""},
        {**SCRIBE, "context": {"dataclass": "public"}},
        {**SCRIBE, "plan": 3},
    ]
    answers = ask(BATCH, {"context": HARMLESS, "evaluations": [*wrong, SCRIBE]})["evaluations"]
    assert [one["decision"] for one in answers] == [False] * len(wrong) + [True]
    assert answers[3]["error"]["pointer"] == "/evaluations/3/context/dataclass"
    assert "data_class" in answers[3]["error"]["detail"]


def test_a_batch_has_room_for_a_thousand_and_no_more() -> None:
    full = ask(BATCH, {"context": HARMLESS, "evaluations": [SCRIBE] * MAX_ITEMS})
    assert len(full["evaluations"]) == MAX_ITEMS
    refused = GATE.post(BATCH, {"evaluations": [None] * 100_000})
    assert refused.status_code == 400
    assert "at most 1000" in refused.json()["detail"]


def test_a_chain_of_approved_tools_is_allowed_for_as_long_as_its_first_to_end() -> None:
    soon = decided("acme/painter@api", expires_at=in_minutes(5), conditions=("Say so.",))
    gate = Gate(index_of(standing("acme/scribe@team"), soon))
    answer = ask(CHAIN, {"context": HARMLESS, "steps": [SCRIBE, {**PAINTER, "name": "paint"}]}, gate)
    assert answer["decision"] is True
    assert answer["status"] == EvaluationStatus.APPROVED_WITH_OBLIGATIONS
    assert [one["obligation"] for one in answer["obligations"]] == ["Say so."]
    assert answer["valid_until"] == answer["steps"][1]["valid_until"] < answer["steps"][0]["valid_until"]
    assert (answer["weakest"], answer["failing"]) == (None, [])


def test_a_chain_is_as_good_as_its_weakest_step_and_names_all_that_fail() -> None:
    steps = [SCRIBE, {**LISTED, "name": "draft"}, {**REJECTED, "name": "polish"}, PAINTER]
    answer = ask(CHAIN, {"context": HARMLESS, "steps": steps})
    assert answer["decision"] is False
    assert answer["status"] == answer["steps"][2]["status"] == EvaluationStatus.DENIED
    assert answer["weakest"] == {"step": 2, "name": "polish", "tool": "acme/scribe@free", "status": "denied"}
    assert [one["step"] for one in answer["failing"]] == [1, 2]
    assert answer["obligations"] == []


def test_a_chain_that_is_refused_owes_nothing() -> None:
    duty = decided("acme/painter@api", conditions=("Say so.",))
    gate = Gate(index_of(standing("acme/scribe@free", Status.REJECTED), duty))
    answer = ask(CHAIN, {"context": HARMLESS, "steps": [PAINTER, REJECTED]}, gate)
    assert [bool(one["obligations"]) for one in answer["steps"]] == [True, False]
    assert (answer["decision"], answer["obligations"]) == (False, [])


def test_work_that_only_one_step_does_is_judged_there() -> None:
    steps = [SCRIBE, {**PAINTER, "context": {"output_stage": "final"}}]
    answer = ask(CHAIN, {"context": HARMLESS, "steps": steps})
    assert [one["decision"] for one in answer["steps"]] == [True, False]
    assert answer["decision"] is False


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({}, "/steps"),
        ({"steps": []}, "/steps"),
        ({"steps": {}}, "/steps"),
        ({"steps": [SCRIBE, 5]}, "/steps/1"),
        ({"steps": [{"plan": "team"}]}, "/steps/0/tool"),
        ({"steps": [{**SCRIBE, "evidence": "yes"}]}, "/steps/0/evidence"),
        ({"steps": [{**SCRIBE, "tools": 1}]}, "/steps/0/tools"),
        ({"steps": [SCRIBE], "context": {"use_case": 1}}, "/context/use_case"),
        ({"steps": [SCRIBE], "context": []}, "/context"),
        ({"steps": [SCRIBE], "contxt": {}}, "/contxt"),
        ({"steps": [SCRIBE] * (MAX_ITEMS + 1)}, "/steps"),
    ],
)
def test_a_chain_that_cannot_be_understood_is_refused_with_the_place(asked: Any, pointer: str) -> None:
    answer = GATE.post(CHAIN, asked)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_every_status_has_a_place_in_the_order_of_weakness() -> None:
    assert set(WEAKEST_FIRST) == set(EvaluationStatus)


NAMES = st.sampled_from([SCRIBE, PAINTER, REJECTED, LISTED, NOBODYS, {"tool": "acme/scribe"}])
WORK = st.fixed_dictionaries(
    {},
    optional={
        field: st.sampled_from([value, "unsure", "never heard of"]) for field, value in HARMLESS.items()
    },
)


@settings(max_examples=60, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=4), WORK)
def test_a_chain_allows_only_what_each_look_up_alone_allows(
    steps: list[dict[str, str]], work: dict[str, str]
) -> None:
    alone = ask(BATCH, {"context": work, "evaluations": steps})["evaluations"]
    assert ask(CHAIN, {"context": work, "steps": steps})["decision"] is all(one["decision"] for one in alone)
