"""Looking a tool up at a page: the answer that systems get, for whoever may ask and no more."""

import pytest

from registry.model import Role
from tests.app.ui.desk import Desk

WORK = (
    "data_class=public&use_case=ideation&output_stage=temporary&talent_involved=no"
    "&union_work=no&third_party_ip=no&personal_data=no&environment=enterprise"
)


@pytest.fixture
def lou(desk: Desk) -> Desk:
    desk.office.submit()
    desk.office.vet()
    desk.office.approved()
    desk.sign_in("lou", Role.LOOKUP)
    return desk


def test_the_work_is_asked_for_in_the_policys_words(lou: Desk) -> None:
    shown = lou.read("/ask")
    assert 'name="data_class"' in shown
    assert "May we use it?" in shown
    assert 'id="answer"' not in shown


def test_an_approved_plan_is_allowed_under_what_the_policy_asks(lou: Desk) -> None:
    shown = lou.read(f"/ask?tool=acme/painter&plan=team&{WORK}")
    assert "Yes, if" in shown
    assert "told of the use" in shown
    assert '<option value="ideation" selected>' in shown


def test_work_that_is_not_described_is_told_to_need_a_person(lou: Desk) -> None:
    shown = lou.read("/ask?tool=acme/painter&plan=team")
    assert "Not without a person" in shown
    assert "Whom to ask" in shown


def test_a_tool_of_several_plans_offers_each_of_them(lou: Desk) -> None:
    shown = lou.read("/ask?tool=painter.acme.example&data_class=public")
    assert "Which plan?" in shown
    assert 'href="/ask?data_class=public&amp;tool=acme%2Fpainter&amp;plan=free"' in shown


def test_what_nobody_knows_is_no(lou: Desk) -> None:
    assert "No: it is not known" in lou.read("/ask?tool=%3Cb%3Eghost")


def test_who_may_only_ask_finds_the_page_and_sees_no_evidence(lou: Desk) -> None:
    assert 'href="/ask"' in lou.read("/", 403)
    assert "We do not train" not in lou.read("/ask?tool=acme/painter&plan=team")


def test_where_no_answer_can_be_made_the_page_says_so(lou: Desk) -> None:
    lou.office.furnish(look_up=lambda _tool, _query: (503, {}, b""))
    answer = lou.ask("GET", "/ask?tool=acme/painter")
    assert answer.status_code == 503
    assert "No answer could be made" in answer.text
