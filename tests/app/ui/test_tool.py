"""What a vendor manager sees of a tool."""

from datetime import timedelta
from typing import Any

import pytest

from extractors.model import DocumentKind, Failure, Reference, Stance
from registry.evidence import Seen, record_sighting
from registry.model import Role
from registry.notices import NoticeKind, Opening, open_notice
from registry.store import sources_of
from tests.app.api.office import NARRATOR, the_tool
from tests.app.ui.counting import counted_queries
from tests.app.ui.desk import Desk
from tests.registry.readings import MAY_TRAIN, NO_TRAINING, clause

PAGE = "/tools/acme/painter"
DPA = Reference(
    "Data Addendum",
    "https://acme.example/dpa",
    DocumentKind.DATA_PROCESSOR_AGREEMENT,
    True,
    0,
    len(NO_TRAINING),
    NO_TRAINING,
)


@pytest.fixture
def painter(desk: Desk) -> Desk:
    desk.office.submit()
    desk.office.vet()
    desk.sign_in()
    return desk


def decide(desk: Desk, **other: Any) -> None:
    form = desk.office.approval(verdict="approve_with_conditions", **other)
    there = "/v1/tools/acme/painter/plans/team/decisions"
    answer = desk.office.ask("POST", there, Role.REVIEWER, json=form)
    assert answer.status_code == 201, answer.text


def test_a_fact_stands_with_its_sentence_its_source_and_its_date(painter: Desk) -> None:
    shown = painter.read(PAGE)
    assert "does not train on it" in shown
    assert f"<bdi>{NO_TRAINING}</bdi>" in shown
    assert "/tools/acme/painter/sources/terms?document=" in shown
    assert "seen <time" in shown
    assert "1 March 2027" in shown


def test_the_plan_that_was_asked_for_comes_first_and_says_so(painter: Desk) -> None:
    shown = painter.read(f"{PAGE}?plan=team")
    assert shown.index('id="plan-team"') < shown.index('id="plan-free"')
    assert shown.count("the one you asked for") == 1


def test_a_failed_requirement_says_what_helps(desk: Desk) -> None:
    desk.office.submit()
    desk.office.vet(found=clause(MAY_TRAIN, Stance.PERMITS))
    desk.sign_in()
    shown = desk.read(PAGE)
    assert "the vendor may train on content" in shown
    assert "What helps: choose a plan whose terms forbid it" in shown


def test_a_decision_shows_who_why_and_until_when(painter: Desk) -> None:
    decide(painter, conditions=["No source code."], scope={"data_class": ["public"]})
    shown = painter.read(PAGE)
    for word in ("by reviewer-key", "Never trains.", "No source code.", "Ends 30 May 2027"):
        assert word in shown
    painter.office.at += timedelta(days=91)
    painter.sign_in()
    assert "ended" in painter.read(PAGE)


def test_an_obligation_is_attested_on_the_page(painter: Desk) -> None:
    owed = {"obligation": "Training is off.", "attested_by": "IT", "evidence": "a screenshot"}
    decide(painter, obligations=[owed])
    shown = painter.read(PAGE)
    assert "not attested yet" in shown
    there = shown.split('action="')[-1].split('"')[0]
    assert "/obligations/obl_" in there
    answer = painter.send(there, {"evidence": "Ticket 4711."})
    assert answer.status_code == 303
    shown = painter.read(PAGE)
    assert "Ticket 4711." in shown
    assert "not attested yet" not in shown


def test_an_incorporated_document_that_nobody_reads_is_an_open_question(painter: Desk) -> None:
    painter.office.name("terms", DPA)
    shown = painter.read(PAGE)
    assert "Nobody has read <strong><bdi>Data Addendum</bdi></strong>" in shown
    assert '<a href="https://acme.example/dpa" rel="noreferrer noopener"' in shown


def test_a_source_that_failed_says_what_happened_and_what_to_do(painter: Desk) -> None:
    with painter.office.sessions() as session:
        (source,) = sources_of(session, the_tool(session).id)
        record_sighting(session, source.id, "second", Seen(None, painter.office.at, Failure.LOGIN_FORM))
    shown = painter.read(PAGE)
    assert "login form" in shown
    assert "Save the page in a browser" in shown


def test_what_waits_for_a_person_about_its_pages_is_told(painter: Desk) -> None:
    with painter.office.sessions() as session:
        (source,) = sources_of(session, the_tool(session).id)
        opening = Opening(NoticeKind.SWAPPED, source.tool_id, source.id, "The page shows a blog.")
        open_notice(session, opening, painter.office.at)
    assert "The page shows a blog." in painter.read(PAGE)


def test_a_look_is_asked_for_by_who_may(painter: Desk) -> None:
    painter.office.end_pass(painter.office.tickets[-1].key)
    answer = painter.send(f"{PAGE}/look", {"kind": "recrawl"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}/progress")
    assert painter.office.tickets[-1].kind == "recrawl"
    assert "A look waits for its turn" in painter.read(PAGE)
    painter.sign_in("robin", Role.MANAGER)
    shown = painter.read(PAGE)
    assert ">Decide</a>" not in shown


def test_what_happened_is_told_newest_first(desk: Desk) -> None:
    for step in (desk.office.submit, desk.office.vet, desk.office.approved):
        step()
        desk.office.at += timedelta(hours=1)
    desk.sign_in()
    shown = desk.read(PAGE).split('id="past"')[1]
    assert shown.index("reviewer-key approved") < shown.index("First assessment")
    assert shown.index("First assessment") < shown.index("manager-key submitted the tool")


def test_a_tool_that_waits_for_its_uploads_says_so(desk: Desk) -> None:
    desk.office.submit(NARRATOR)
    desk.sign_in()
    shown = desk.read("/tools/acme/narrator")
    assert "Nobody has uploaded contract, addendum yet" in shown
    assert "Nobody has looked at its terms yet" in shown


def test_an_unknown_tool_names_what_there_is(painter: Desk) -> None:
    assert "acme/painter" in painter.read("/tools/acme/printer", 404)


def test_the_number_of_queries_does_not_grow_with_plans_and_sentences(painter: Desk) -> None:
    with counted_queries() as before:
        painter.read(PAGE)
    for number in range(4):
        plan = {"name": f"Plan {number}", "audience": "business", "sources": ["terms"]}
        answer = painter.office.ask("PUT", f"/v1/tools/acme/painter/plans/plan-{number}", json=plan)
        assert answer.status_code in (200, 201, 202), answer.text
    painter.office.vet(found=clause(MAY_TRAIN, Stance.PERMITS), key="second")
    painter.office.approved()
    with counted_queries() as after:
        painter.read(PAGE)
    assert len(after) - len(before) <= 2
    assert len(after) < 40
