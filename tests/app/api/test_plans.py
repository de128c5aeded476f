"""A plan with its facts, their sentences, its assessment and its decisions."""

from extractors.model import Answer, Citation, DocumentKind, Fact, Family, Reference, Stance
from registry.assess import assess
from registry.model import Role
from registry.reviews import record_assessment
from registry.store import find_tool, plans_of, sources_of
from tests.app.api.office import PAINTER, TERMS_URL, Office
from tests.registry.readings import MAY_TRAIN, NO_TRAINING, RULESET, clause, show

WITH_ADDENDUM = {
    **PAINTER,
    "sources": [
        *PAINTER["sources"],
        {
            "slug": "addendum",
            "type": "Data Processor Agreement",
            "urls": ["https://acme.example/dpa"],
            "plans": ["team"],
        },
    ],
}
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


def test_an_overruled_permission_stands_beside_what_overrules_it(office: Office) -> None:
    office.submit(WITH_ADDENDUM)
    with office.sessions() as session:
        tool = find_tool(session, "acme/painter")
        assert tool is not None
        terms, addendum = sources_of(session, tool.id)
        permits, promises = clause(MAY_TRAIN, Stance.PERMITS), clause(NO_TRAINING)
        show(session, terms, permits, "first", office.at)
        show(session, addendum, promises, "first", office.at)
        fact = Fact(
            Family.TRAINING,
            Answer.PROHIBITED,
            citations=(Citation(addendum.slug, promises),),
            overruled=(Citation(terms.slug, permits),),
        )
        assessment = assess([fact], office.policy, RULESET)
        record_assessment(session, plans_of(session, tool.id)[1], "first", assessment, None, office.at)
    (shown,) = office.ask("GET", TEAM).json()["assessment"]["facts"]
    assert [one["quote"] for one in shown["passages"]] == [NO_TRAINING]
    (overruled,) = shown["overruled"]
    assert (overruled["quote"], overruled["source"]) == (MAY_TRAIN, "terms")
    assert overruled["overruled_by"] == ["addendum"]


def test_a_document_that_is_incorporated_and_unread_is_an_open_question(office: Office) -> None:
    office.submit()
    office.vet()
    use = Reference("Use Policy", None, DocumentKind.ACCEPTABLE_USE_POLICY, True, 0, 2, "We")
    cookies = Reference("Cookie Policy", None, DocumentKind.OTHER, False, 0, 2, "We")
    office.name("terms", use, cookies)
    (question,) = office.ask("GET", TEAM).json()["assessment"]["open_questions"]
    assert (question["name"], question["kind"]) == ("Use Policy", "Acceptable Use Policy")
    (place,) = question["places"]
    assert (place["source"], place["quote"], place["incorporated"]) == ("terms", "We", True)
    shown = office.ask("GET", "/v1/tools/acme/painter").json()["untracked"]
    assert [one["name"] for one in shown] == ["Use Policy", "Cookie Policy"]


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
