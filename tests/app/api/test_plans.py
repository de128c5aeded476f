"""A plan with its facts, their sentences, its assessment and its decisions."""

from extractors.model import Stance
from registry.model import Role
from tests.app.api.office import TERMS_URL, Office
from tests.registry.readings import MAY_TRAIN, NO_TRAINING, clause

TEAM = "/v1/tools/acme/painter/plans/team"


def test_a_plan_that_was_never_assessed_says_so(office: Office) -> None:
    office.submit()
    shown = office.ask("GET", TEAM).json()
    assert (shown["status"], shown["assessment"], shown["decision"]) == ("submitted", None, None)


def test_a_fact_shows_its_sentence_its_page_and_its_day(office: Office) -> None:
    office.submit()
    office.vet()
    shown = office.ask("GET", TEAM).json()
    assert shown["status"] == "in_review"
    (fact,) = shown["assessment"]["facts"]
    assert (fact["family"], fact["answer"]) == ("training", "prohibited")
    (passage,) = fact["passages"]
    assert passage["quote"] == NO_TRAINING
    assert passage["pages"] == [TERMS_URL]
    assert passage["seen_at"] == "2027-03-01T09:00:00Z"
    assert passage["type"] == "Terms of Service"


def test_a_violation_shows_how_grave_it_is_and_what_can_be_done(office: Office) -> None:
    office.submit()
    office.vet(found=clause(MAY_TRAIN, Stance.PERMITS))
    assessment = office.ask("GET", TEAM).json()["assessment"]
    assert assessment["recommendation"] == "reject"
    (violation,) = assessment["violations"]
    assert (violation["severity"], violation["remedy"]) == (
        "block",
        "choose a plan whose terms forbid it",
    )


def test_decisions_are_kept_and_listed_newest_first(office: Office) -> None:
    office.submit()
    office.vet()
    office.approved()
    rejection = office.approval(verdict="reject", reason="The vendor was sold.")
    office.ask("POST", f"{TEAM}/decisions", Role.REVIEWER, json=rejection)
    listed = office.ask("GET", f"{TEAM}/decisions").json()
    assert [decision["verdict"] for decision in listed] == ["reject", "approve"]
    assert listed[0]["decided_by"] == "reviewer-key"
    assert office.ask("GET", TEAM).json()["decision"]["id"] == listed[0]["id"]


def test_an_unknown_plan_names_the_known_ones(office: Office) -> None:
    office.submit()
    answer = office.ask("GET", "/v1/tools/acme/painter/plans/enterprise")
    assert answer.status_code == 404
    assert "free, team" in answer.json()["detail"]
