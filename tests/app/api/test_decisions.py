"""Recording verdicts, and refusing those that cannot be recorded."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest

from registry.model import Role
from tests.app.api.office import Office
from tests.registry.readings import MAY_TRAIN, NO_TRAINING, clause

TEAM = "/v1/tools/acme/painter/plans/team"


def in_review(office: Office) -> None:
    office.submit()
    office.vet()


def decide(office: Office, **other: Any) -> httpx.Response:
    return office.ask("POST", f"{TEAM}/decisions", Role.REVIEWER, json=office.approval(**other))


def test_an_approval_is_recorded_and_the_plan_moves(office: Office) -> None:
    in_review(office)
    answer = decide(office)
    assert answer.status_code == 201
    shown = answer.json()
    assert shown["status"] == "approved"
    assert shown["decision"]["decided_by"] == "reviewer-key"
    assert shown["decision"]["clauses"] == [clause(NO_TRAINING).digest]


def test_an_approval_with_conditions_keeps_them_and_its_scope(office: Office) -> None:
    in_review(office)
    shown = decide(
        office,
        verdict="approve_with_conditions",
        conditions=["Single sign-on is on."],
        scope={"data_class": ["internal", "public"]},
    ).json()
    assert shown["decision"]["conditions"] == ["Single sign-on is on."]
    assert shown["decision"]["scope"] == {"data_class": ["internal", "public"]}


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"scope": {"colour": ["red"]}}, "data_class"),
        ({"scope": {"data_class": ["secret"]}}, "sensitive"),
        ({"scope": {"data_class": ["unsure"]}}, "unsure"),
        ({"scope": {"data_class": []}}, "leave the field out"),
        ({"verdict": "approve_with_conditions"}, "at least one condition"),
        ({"conditions": ["Single sign-on is on."]}, "approve_with_conditions"),
        ({"clauses": ["0" * 64]}, "decides no fact"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "lies in the past"),
        ({"expires_at": "2999-12-31T00:00:00Z"}, "two years"),
    ],
)
def test_a_verdict_that_cannot_hold_is_refused_with_a_way_out(
    office: Office, other: Mapping[str, Any], says: str
) -> None:
    in_review(office)
    answer = decide(office, **other)
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/decision-refused"
    assert says in answer.json()["detail"]
    assert office.ask("GET", TEAM).json()["status"] == "in_review"


@pytest.mark.parametrize(
    ("other", "pointer"),
    [
        ({"reason": "   "}, "#/reason"),
        ({"reason": "hidden\u0000"}, "#/reason"),
        ({"expires_at": 1900000000}, "#/expires_at"),
        ({"expires_at": "1900000000"}, "#/expires_at"),
        ({"expires_at": "2027-06-30T00:00:00"}, "#/expires_at"),
        ({"verdict": "APPROVE"}, "#/verdict"),
        ({"conditions": "none"}, "#/conditions"),
        ({"clauses": ["nonsense"]}, "#/clauses/0"),
        ({"decided_by": "somebody else"}, "#/decided_by"),
    ],
)
def test_nothing_in_a_verdict_is_guessed(office: Office, other: Mapping[str, Any], pointer: str) -> None:
    in_review(office)
    answer = decide(office, **other)
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


def test_a_plan_that_was_never_assessed_cannot_be_approved(office: Office) -> None:
    office.submit()
    answer = decide(office)
    assert answer.status_code == 422
    assert "request a vetting first" in answer.json()["detail"]


def test_a_move_that_the_table_does_not_have_is_refused_with_those_it_has(office: Office) -> None:
    in_review(office)
    answer = decide(office, verdict="suspend")
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/illegal-move"
    assert "approve, assess, reject" in answer.json()["detail"]


def test_a_verdict_on_an_older_assessment_is_refused(office: Office) -> None:
    in_review(office)
    seen = office.ask("GET", TEAM).json()["assessment"]["digest"]
    office.vet(found=clause(MAY_TRAIN), key="second")
    assert decide(office, assessment=seen).status_code == 409
    newest = office.ask("GET", TEAM).json()["assessment"]["digest"]
    assert decide(office, assessment=newest).status_code == 201


def test_a_manager_does_not_decide(office: Office) -> None:
    in_review(office)
    answer = office.ask("POST", f"{TEAM}/decisions", Role.MANAGER, json=office.approval())
    assert answer.status_code == 403
    assert "reviewer" in answer.json()["detail"]
    assert office.ask("GET", f"{TEAM}/decisions").json() == []


def test_a_decided_plan_is_reopened_with_a_reason(office: Office) -> None:
    in_review(office)
    decide(office)
    answer = office.ask("POST", f"{TEAM}/reopen", Role.REVIEWER, json={"reason": "New terms."})
    assert answer.json()["status"] == "in_review"


def test_a_plan_in_review_is_not_reopened(office: Office) -> None:
    in_review(office)
    answer = office.ask("POST", f"{TEAM}/reopen", Role.REVIEWER, json={"reason": "New terms."})
    assert answer.status_code == 409


def test_a_decision_on_one_plan_leaves_the_other(office: Office) -> None:
    in_review(office)
    decide(office)
    assert office.ask("GET", "/v1/tools/acme/painter/plans/free").json()["status"] == "in_review"


def test_an_approval_may_last_two_years(office: Office) -> None:
    in_review(office)
    assert decide(office, expires_at=(office.at + timedelta(days=730)).isoformat()).status_code == 201
