"""What a vendor manager sees of a tool."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from extractors.model import (
    Answer,
    Audience,
    Citation,
    DocumentKind,
    Fact,
    Failure,
    Family,
    Reference,
    Stance,
    TermsType,
)
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.evidence import Seen, good_sighting, record_sighting
from registry.judgements import last_assessment
from registry.model import Assessment, Cause, Recommendation, Role
from registry.notices import NoticeKind, Opening, open_notice
from registry.reviews import record_assessment
from registry.store import plans_of, sources_of
from registry.submissions import list_catalogue
from registry.tables import FlagRow, PendingApprovalRow
from tests.app.api.office import NARRATOR, POLICY, the_tool
from tests.app.ui.counting import counted_queries
from tests.app.ui.desk import Desk
from tests.app.ui.papers import put
from tests.registry.readings import MAY_TRAIN, NO_TRAINING, RULESET, clause

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
    there = next(one for one in re.findall(r'action="([^"]+)"', shown) if "/obligations/obl_" in one)
    answer = painter.send(there, {"evidence": "Ticket 4711."})
    assert answer.status_code == 303
    shown = painter.read(PAGE)
    assert "Ticket 4711." in shown
    assert "not attested yet" not in shown


def test_an_incorporated_document_that_nobody_reads_is_an_open_question(painter: Desk) -> None:
    painter.office.name("terms", DPA)
    shown = painter.read(PAGE)
    assert 'a part of these terms: <a href="#unread"><bdi>Data Addendum</bdi></a>' in shown
    assert '<a href="https://acme.example/dpa" rel="noreferrer noopener"' in shown


def test_a_source_that_failed_says_what_happened_and_what_to_do(painter: Desk) -> None:
    with painter.office.sessions() as session:
        (source,) = sources_of(session, the_tool(session).id)
        record_sighting(session, source.id, "second", Seen(None, painter.office.at, Failure.LOGIN_FORM))
    shown = painter.read(PAGE)
    assert "login form" in shown
    assert "It waits for a person who brings the page" in shown
    assert 'action="/tools/acme/painter/sources/terms/capture"' in shown


def test_what_waits_for_a_person_about_its_pages_is_told(painter: Desk) -> None:
    with painter.office.sessions() as session:
        (source,) = sources_of(session, the_tool(session).id)
        opening = Opening(NoticeKind.SWAPPED, source.tool_id, source.id, "The page shows a blog.")
        open_notice(session, opening, painter.office.at)
    assert "The page shows a blog." in painter.read(PAGE)


def test_what_is_overruled_missing_and_sought_in_vain_is_told(painter: Desk) -> None:
    free, promise = clause(MAY_TRAIN, Stance.PERMITS), clause(NO_TRAINING)
    put(painter, f"{NO_TRAINING} {MAY_TRAIN}", (promise, free))
    facts = (
        Fact(
            Family.TRAINING,
            Answer.UNREAD,
            citations=(Citation("terms", promise),),
            searched=("terms",),
            missing=("addendum",),
            overruled=(Citation("terms", free),),
        ),
        Fact(Family.RETENTION, Answer.SILENT, searched=("terms",)),
    )
    assessment = Assessment(facts, (), Recommendation.ESCALATE, POLICY.version, RULESET, "0" * 64)
    with painter.office.sessions() as session:
        (_, team) = plans_of(session, the_tool(session).id)
        record_assessment(session, team, "second", assessment, Cause.TERMS, painter.office.at)
    shown = painter.read(f"{PAGE}?plan=team").split('id="plan-free"')[0]
    assert "not read yet" in shown
    assert "Could not be read: addendum." in shown
    assert "1 overruled" in shown
    assert "Looked in vain in terms." in shown
    assert "have a person look closely" in shown


def test_terms_of_a_later_day_say_what_will_hold(painter: Desk) -> None:
    painter.office.approved()
    with painter.office.sessions() as session:
        (source,) = sources_of(session, the_tool(session).id)
        good = good_sighting(session, source.id)
        assert good is not None
        former = good.document_id
    put(painter, MAY_TRAIN, (clause(MAY_TRAIN, Stance.PERMITS),))
    with painter.office.sessions() as session:
        coming = Opening(
            NoticeKind.ANNOUNCED,
            source.tool_id,
            source.id,
            "New terms hold from 1 May 2027.",
            former_id=former,
            effective_on=date(2027, 5, 1),
        )
        open_notice(session, coming, painter.office.at)
    shown = painter.read(PAGE)
    assert "Other terms are announced</strong>, from 1 May 2027" in shown
    assert "From 1 May 2027 other terms hold: training becomes “may train on it”" in shown
    assert "Unless somebody decides, the plan will be suspended" in shown


def test_an_approval_that_waits_for_a_second_person_says_so(painter: Desk) -> None:
    with painter.office.sessions() as session:
        (_, team) = plans_of(session, the_tool(session).id)
        row = PendingApprovalRow(
            public_id="app_1",
            plan_id=team.id,
            ruling={},
            proposed_by="robin",
            proposed_at=painter.office.at,
        )
        session.add(row)
    assert "robin would approve it" in painter.read(PAGE)


def test_a_change_that_waits_leads_to_its_page(painter: Desk) -> None:
    with painter.office.sessions() as session:
        (_, team) = plans_of(session, the_tool(session).id)
        newest = last_assessment(session, team.id)
        assert newest is not None
        flag = FlagRow(
            plan_id=team.id,
            family="training",
            direction="worse",
            cause="terms",
            before_answer="prohibited",
            after_answer="permitted",
            before_assessment_id=newest.id,
            after_assessment_id=newest.id,
            opened_at=painter.office.at,
        )
        session.add(flag)
        session.flush()
        name = f"flag_{flag.id}"
    shown = painter.read(PAGE)
    assert "training: does not train on it → may train on it" in shown
    assert f'href="/changes/{name}"' in shown


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
    assert "to be uploaded" in shown


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


def test_a_plan_is_retired_at_its_tool_and_brought_back_there(painter: Desk) -> None:
    decide(painter, conditions=["Only drafts."])
    answer = painter.send(f"{PAGE}/plans/team/retirement", {"reason": "Sold under another name."})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}#retired")
    shown = painter.read(PAGE)
    assert 'id="plan-team"' not in shown
    assert "Retired plans" in shown
    assert "kim retired the plan" in shown
    assert "Sold under another name." in shown
    answer = painter.send(f"{PAGE}/plans/team/return", {})
    assert answer.status_code == 303
    assert 'id="plan-team"' in painter.read(PAGE)
    assert "Retired plans" not in painter.read(PAGE)


def test_a_retired_plan_comes_back_with_the_document_that_was_its_own(desk: Desk) -> None:
    desk.office.submit(NARRATOR)
    desk.sign_in()
    page = "/tools/acme/narrator"
    desk.send(f"{page}/plans/enterprise/retirement", {"reason": "Dropped."})
    shown = desk.read(page)
    assert "It has no plan in use." in shown
    assert 'name="source" value="contract" checked' in shown
    desk.send(f"{page}/plans/enterprise/return", {"source": ["contract", "addendum"]})
    assert "Nobody has uploaded contract, addendum yet" in desk.read(page)


def test_a_plan_is_retired_with_a_reason_and_by_whoever_may(painter: Desk) -> None:
    decide(painter, conditions=["Only drafts."])
    answer = painter.send(f"{PAGE}/plans/team/retirement", {"reason": ""})
    assert (answer.status_code, "say why the plan is retired" in answer.text) == (409, True)
    painter.sign_in("ann", Role.MANAGER)
    assert "/retirement" not in painter.read(PAGE)
    assert painter.send(f"{PAGE}/plans/team/retirement", {"reason": "Dropped."}).status_code == 403


def test_a_retired_source_is_listed_apart_and_says_that_it_counts_no_longer(painter: Desk) -> None:
    privacy = {"type": "Privacy Policy", "urls": ["https://acme.example/privacy"], "plans": ["team"]}
    there = "/v1/tools/acme/painter/sources/privacy"
    assert painter.office.ask("PUT", there, json=privacy).status_code == 201
    assert painter.office.ask("DELETE", there).is_success
    shown = painter.read(PAGE)
    assert "1 retired" in shown
    assert "retired before anything could be read" in painter.read(f"{PAGE}/sources/privacy")


def test_nobody_is_asked_to_decide_on_a_retired_plan(painter: Desk) -> None:
    painter.send(f"{PAGE}/plans/team/retirement", {"reason": "Dropped."})
    shown = painter.read(f"{PAGE}/plans/team/decide")
    assert "The plan is retired" in shown
    assert 'name="verdict"' not in shown


def test_a_listed_tool_is_submitted_from_its_own_page(desk: Desk) -> None:
    plans = (PlanEntry("team", "Team", Audience.BUSINESS),)
    terms = SourceEntry("terms", TermsType.TERMS_OF_SERVICE, ("https://beta.example/",), (), (), ("team",))
    beta = VendorEntry("beta", "Beta", (ToolEntry("narrator", "Beta Narrator", plans, (), (terms,)),))
    with desk.office.sessions() as session:
        list_catalogue(session, [beta], desk.office.at)
    desk.sign_in("sam", Role.MANAGER)
    shown = desk.read("/tools/beta/narrator")
    assert "submitted by" not in shown
    assert "Look at the terms again" not in shown
    assert "Submit it as listed" in shown
    assert desk.send("/submit/listed", {"tool": "beta/narrator"}).status_code == 303
    assert "Look at the terms again" in desk.read("/tools/beta/narrator")
