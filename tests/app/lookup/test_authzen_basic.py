"""OpenID AuthZEN, level Basic: `POST /access/v1/evaluation`, after the standard and its certification.

The scenario's users and records stand here for the two that there are: a plan that is approved,
and one that is not. Its `write` is the context that asks for more than was approved.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.lookup.authzen import Published
from registry.model import Attestation, DecidedObligation, Obligation, Status
from registry.obligations import obligation_told
from tests.app.lookup.gate import (
    ALICE,
    ASKED,
    EVALUATION,
    REJECTED,
    SCRIBE,
    USE,
    Gate,
    decided,
    in_minutes,
    index_of,
)
from tests.app.lookup_rows import HARMLESS, NOW, POLICY, RULESET, standing


def test_a_permit_and_a_deny_are_both_200_with_a_decision() -> None:
    gate = Gate()
    for resource, decision in ((SCRIBE, True), (REJECTED, False)):
        answer = gate.post(EVALUATION, {**ASKED, "resource": resource})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json()["decision"] is decision
        assert isinstance(answer.json()["context"], dict)


def test_the_context_of_a_permit_says_all_that_is_known_of_it() -> None:
    context = Gate().evaluate()["context"]
    assert len(context.pop("evaluation_id")) == 32
    assert context == {
        "status": "approved",
        "reason": "decision.approved",
        "reasons": [
            {
                "rule": "decision.approved",
                "principle": None,
                "message": "Approved on 2026-11-13 until 2027-02-20: The terms are fine.",
                "remedy": None,
            }
        ],
        "obligations": [],
        "attestations": [],
        "emergency": False,
        "tool": "acme/scribe",
        "plan": "acme/scribe@team",
        "evidence_at": "2026-11-21T12:34:56Z",
        "valid_until": "2026-11-22T13:30:00Z",
        "revision": 7,
        "policy": POLICY.version,
        "ruleset": RULESET,
        "contact": POLICY.contact,
        "candidates": [],
    }


def test_every_answer_has_an_id_of_its_own_and_is_otherwise_the_same() -> None:
    gate = Gate()
    answers = [gate.evaluate() for _ in range(3)]
    ids = {one["context"].pop("evaluation_id") for one in answers}
    assert len(ids) == 3
    assert answers[0] == answers[1] == answers[2]


def test_a_denial_has_reasons_for_a_user_and_for_an_administrator() -> None:
    context = Gate().evaluate(context={**HARMLESS, "data_class": "sensitive"})["context"]
    assert context["status"] in {"escalate", "denied"}
    assert context["reasons"][0]["message"] in context["reason_user"]["en"]
    assert "Contact: " in context["reason_user"]["en"]
    assert all(one["rule"] in context["reason_admin"]["en"] for one in context["reasons"])


@pytest.mark.parametrize(
    ("name", "plan"),
    [
        ("acme/painter", "acme/painter@api"),
        ("acme/scribe@team", "acme/scribe@team"),
        ("eu.scribe.acme.co.uk", None),
        ("pkg:pypi/Acme_Painter", "acme/painter@api"),
        ("brush-9", "acme/painter@api"),
        ("bolt.coder", "bolt/coder@solo"),
    ],
)
def test_a_resource_goes_by_any_name_that_the_index_finds(name: str, plan: str | None) -> None:
    context = Gate().evaluate(resource={"type": "tool", "id": name})["context"]
    assert context["plan"] == plan
    assert context["candidates"] == ([] if plan else ["acme/scribe@free", "acme/scribe@team"])


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        ({"resource": {"type": "tool", "id": "nobody/nothing"}}, "tool.unknown"),
        ({"resource": {"type": "record", "id": "acme/scribe@team"}}, "resource.unknown"),
        ({"action": {"name": "can_read"}}, "action.unknown"),
    ],
)
def test_what_nobody_knows_is_a_no_and_not_an_error(part: dict[str, Any], rule: str) -> None:
    answer = Gate().evaluate(**part)
    assert answer["decision"] is False
    assert (answer["context"]["status"], answer["context"]["reason"]) == ("unknown", rule)


@pytest.mark.parametrize("subject", [ALICE, {"type": "system", "id": "render-farm", "properties": {"x": 1}}])
def test_who_asks_changes_no_answer(subject: dict[str, Any]) -> None:
    assert Gate().evaluate(subject=subject)["decision"] is True


def test_unknown_fields_are_ignored_and_allow_nothing() -> None:
    more = {"time": "2025-06-27T18:03-07:00", "ip": ["192.168.1.1"], "data_clas": "public"}
    gate = Gate()
    assert gate.evaluate(context={**HARMLESS, **more}, foo="bar", futureField={"nested": True})["decision"]
    misspelt = {name: value for name, value in HARMLESS.items() if name != "data_class"}
    assert gate.evaluate(context={**misspelt, **more})["decision"] is False


@pytest.mark.parametrize("context", [None, {}, {"time": "now"}])
def test_without_a_description_of_the_work_the_answer_is_no(context: dict[str, Any] | None) -> None:
    answer = Gate().evaluate(context=context)
    assert (answer["decision"], answer["context"]["status"]) == (False, "escalate")


def test_the_work_may_stand_in_the_properties_of_action_and_resource() -> None:
    work = dict(HARMLESS)
    stage, environment = work.pop("output_stage"), work.pop("environment")
    gate = Gate()
    parts = {
        "context": work,
        "action": {**USE, "properties": {"output_stage": stage, "method": "GET"}},
        "resource": {**SCRIBE, "properties": {"plan": "team", "environment": environment, "owner": "bob"}},
    }
    assert gate.evaluate(**parts)["decision"] is True
    assert gate.evaluate(**{**parts, "action": USE})["decision"] is False


def test_a_field_that_is_said_twice_and_differently_is_refused_and_not_chosen() -> None:
    asked = {**ASKED, "action": {**USE, "properties": {"data_class": "sensitive"}}}
    answer = Gate().post(EVALUATION, asked)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/action/properties/data_class"
    asked["action"] = {**USE, "properties": {"data_class": HARMLESS["data_class"]}}
    assert Gate().post(EVALUATION, asked).json()["decision"] is True


def without(*path: str) -> dict[str, Any]:
    """The question, less what stands at this path."""
    asked: dict[str, Any] = {name: dict(part) for name, part in ASKED.items()}
    within = asked
    for step in path[:-1]:
        within = within[step]
    del within[path[-1]]
    return asked


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        (without("subject"), "/subject"),
        (without("action"), "/action"),
        (without("resource"), "/resource"),
        (without("subject", "type"), "/subject/type"),
        (without("subject", "id"), "/subject/id"),
        (without("action", "name"), "/action/name"),
        (without("resource", "type"), "/resource/type"),
        (without("resource", "id"), "/resource/id"),
        ({**ASKED, "subject": "alice"}, "/subject"),
        ({**ASKED, "action": {"name": 123}}, "/action/name"),
        ({**ASKED, "resource": {"type": "tool", "id": None}}, "/resource/id"),
        ({**ASKED, "context": "public"}, "/context"),
        ({**ASKED, "context": {**HARMLESS, "data_class": ["public"]}}, "/context/data_class"),
        ({**ASKED, "context": {**HARMLESS, "evidence": "yes"}}, "/context/evidence"),
        ({**ASKED, "resource": {**SCRIBE, "properties": []}}, "/resource/properties"),
        ({**ASKED, "resource": {**SCRIBE, "properties": {"plan": 7}}}, "/resource/properties/plan"),
        ({**ASKED, "resource": {**SCRIBE, "properties": {"plan": "x" * 999}}}, "/resource/properties/plan"),
        ({**ASKED, "action": {**USE, "properties": 1}}, "/action/properties"),
        ({**ASKED, "subject": {**ALICE, "properties": []}}, "/subject/properties"),
    ],
)
def test_what_is_missing_or_of_the_wrong_type_is_told_where_it_stands(
    asked: dict[str, Any], pointer: str
) -> None:
    answer = Gate().post(EVALUATION, asked)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/malformed-question"
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_evidence_comes_on_request() -> None:
    gate = Gate()
    (quote,) = gate.evaluate(context={**HARMLESS, "evidence": True})["context"]["evidence"]
    assert quote["quote"] == "We never train on “your” content."
    assert "evidence" not in gate.evaluate(context={**HARMLESS, "evidence": False})["context"]


def test_an_obligation_has_the_shape_of_the_obligations_profile() -> None:
    conditions = ("The training switch is off.", "No final material.")
    gate = Gate(index_of(decided("acme/scribe@team", conditions=conditions)))
    answer = gate.evaluate()
    assert (answer["decision"], answer["context"]["status"]) == (True, "approved_with_obligations")
    assert answer["context"]["obligations"] == [
        {
            "id": f"obligation-{at}",
            "type": "custom",
            "properties": {"vendor": "termgate", "statement": statement},
        }
        for at, statement in enumerate(conditions, 1)
    ]


def test_an_obligation_that_is_attested_says_by_whom_until_when_and_with_what() -> None:
    asked = Obligation("Sharing is off.", "the administrator", "a screenshot", renew_after_days=30)
    word = Attestation("mia", "Ticket 4711.", NOW, None)
    owed = DecidedObligation("obl_1", asked, word)
    gate = Gate(index_of(decided("acme/scribe@team", obligations=(owed,))))
    (told,) = gate.evaluate()["context"]["obligations"]
    until = (NOW + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (told["id"], told["type"]) == ("obl_1", "custom")
    assert told["properties"] == {
        "vendor": "termgate",
        "statement": obligation_told(asked),
        "obligation": "Sharing is off.",
        "attested_by": "the administrator",
        "evidence": "a screenshot",
        "renew_after_days": 30,
        "before_use": False,
        "state": "attested",
        "until": until,
    }


def test_sentences_that_were_overruled_stand_apart_from_those_that_decide() -> None:
    plan = standing("acme/scribe@team")
    other = replace(plan.evidence[0], quote="We may train.", overruled=True)
    gate = Gate(index_of(replace(plan, evidence=(*plan.evidence, other))))
    context = gate.evaluate(context={**HARMLESS, "evidence": True})["context"]
    assert [one["quote"] for one in context["overruled"]] == ["We may train."]
    assert [one["quote"] for one in context["evidence"]] == [plan.evidence[0].quote]


DESK = Published("https://gate.example", "https://desk.example/requests")


def test_a_denial_that_people_can_lift_says_where_to_ask_and_until_when() -> None:
    context = Gate(published=DESK).evaluate(context={})["context"]
    asked = context["access_request"]
    assert asked["endpoint"] == "https://desk.example/requests"
    assert asked["template"] == "written_approval"
    assert asked["expires_at"] == context["valid_until"]
    assert asked["display"]["contact"] in context["reason_user"]["en"]
    assert {name for one in POLICY.triggers for name in one.attach} >= set(asked["display"]["attach"]) > set()
    assert context["reasons"][0]["remedy"] in asked["display"]["description"]
    # Without an id a request could not be bound to the denial.
    assert context["evaluation_id"]


@pytest.mark.parametrize(
    ("resource", "template"), [("bolt/scribe", "vetting"), ("nobody/nothing", "vetting")]
)
def test_a_tool_that_nobody_has_vetted_can_be_asked_for(resource: str, template: str) -> None:
    context = Gate(published=DESK).evaluate(resource={"type": "tool", "id": resource})["context"]
    assert context["access_request"]["template"] == template


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"resource": REJECTED},
        {"resource": {"type": "tool", "id": "bolt/coder"}},
        {"resource": {"type": "tool", "id": "acme/scribe"}},
        {"resource": {"type": "record", "id": "1"}},
        {"action": {"name": "read"}},
    ],
)
def test_what_is_allowed_or_no_person_could_lift_is_not_requestable(parts: dict[str, Any]) -> None:
    assert "access_request" not in Gate(published=DESK).evaluate(**parts)["context"]


def test_no_denial_is_requestable_where_nobody_takes_requests_or_the_registry_is_out_of_sight() -> None:
    assert "access_request" not in Gate().evaluate(context={})["context"]
    gate = Gate(published=DESK)
    gate.now = in_minutes(1)
    context = gate.evaluate()["context"]
    assert context["reason"] == "registry.in_doubt"
    assert "access_request" not in context


def test_a_remembered_decision_ends_with_the_approval() -> None:
    gate = Gate(index_of(decided("acme/scribe@team", expires_at=in_minutes(20))))
    for minute in range(40):
        gate.now = in_minutes(minute)
        gate.holder.confirm(gate.now)
        assert gate.evaluate()["decision"] is (minute < 20)


def test_a_suspension_is_answered_from_the_moment_of_the_swap() -> None:
    gate = Gate()
    assert gate.evaluate()["decision"] is True
    gate.holder.swap(index_of(standing("acme/scribe@team", Status.SUSPENDED)), gate.now)
    assert gate.evaluate()["decision"] is False


def test_a_long_question_is_answered_as_any_other() -> None:
    long = {**HARMLESS, "x": "x" * 500_000}
    context = Gate().evaluate(context=long, subject={"type": "user", "id": "y" * 100_000})["context"]
    assert context["status"] == "approved"
    assert len(str(context)) < 20_000
    unknown = Gate().evaluate(resource={"type": "tool", "id": "z" * 900_000})
    assert len(unknown["context"]["tool"]) == 200
