"""Deciding at the page: what a person sees first, what the form says, and what becomes of a refusal."""

import re
from dataclasses import replace
from typing import Any

import pytest

from registry.model import Role
from tests.app.api.office import POLICY
from tests.app.ui.desk import Desk
from tests.app.ui.test_changes import changed

PAGE = "/tools/acme/painter/plans/team/decide"


def vetted(desk: Desk, role: Role = Role.REVIEWER) -> None:
    desk.office.submit()
    desk.office.vet()
    desk.sign_in("kim", role)


def plan(desk: Desk) -> Any:
    return desk.office.ask("GET", "/v1/tools/acme/painter/plans/team").json()


def verdict(desk: Desk, **other: Any) -> dict[str, Any]:
    digest = plan(desk)["assessment"]["digest"]
    usual = {"verdict": "approve", "reason": "Never trains.", "expiry": "90", "assessment": digest}
    return {**usual, **other}


def test_the_page_shows_the_sentences_that_a_decision_rests_on(desk: Desk) -> None:
    vetted(desk)
    text = desk.read(PAGE)
    assert "does not train on it" in text
    assert plan(desk)["assessment"]["facts"][0]["passages"][0]["quote"] in text


def test_a_person_decides_under_their_own_name(desk: Desk) -> None:
    vetted(desk)
    answer = desk.send(PAGE, verdict(desk))
    assert (answer.status_code, answer.headers["location"]) == (303, "/tools/acme/painter?plan=team")
    found = plan(desk)
    assert (found["status"], found["decision"]["decided_by"]) == ("approved", "kim")


def test_scope_conditions_and_obligations_are_what_was_typed(desk: Desk) -> None:
    vetted(desk)
    form = verdict(
        desk, verdict="approve_with_conditions", conditions="Single sign-on is on.\n\n No uploads."
    )
    form |= {"scope.data_class": ["public", "internal"], "expiry": "date", "expires_on": "2027-12-24"}
    form |= {
        "obligation.0.text": "Training is off.",
        "obligation.0.by": "IT",
        "obligation.0.evidence": "shot",
    }
    form |= {"obligation.0.renew": "90", "obligation.0.before_use": "yes"}
    assert desk.send(PAGE, form).status_code == 303
    decision = plan(desk)["decision"]
    assert decision["scope"] == {"data_class": ["internal", "public"]}
    assert decision["conditions"] == ["Single sign-on is on.", "No uploads."]
    assert decision["expires_at"] == "2027-12-24T00:00:00Z"
    asked = [one for one in decision["obligations"] if one["obligation"] == "Training is off."]
    assert [(one["renew_after_days"], one["before_use"]) for one in asked] == [(90, True)]


def test_what_is_refused_is_told_and_nothing_that_was_typed_is_lost(desk: Desk) -> None:
    vetted(desk)
    answer = desk.send(PAGE, verdict(desk, verdict="approve_with_conditions", reason="Fine <b>so far</b>"))
    assert answer.status_code == 409
    assert "write a condition or an obligation" in answer.text
    assert "Fine &lt;b&gt;so far&lt;/b&gt;" in answer.text
    assert plan(desk)["decision"] is None


def test_mistakes_in_the_form_are_told_in_words(desk: Desk) -> None:
    vetted(desk)
    for wrong, told in (
        ({"verdict": ""}, "choose a verdict"),
        ({"expiry": ""}, "choose until when"),
        ({"expiry": "-5"}, "choose until when"),
        ({"expiry": "date", "expires_on": "tomorrow"}, "2027-06-30"),
        ({"reason": "  "}, "give a reason"),
        ({"obligation.1.text": "Only half"}, "obligation 2"),
        ({"scope.data_class": "everything"}, "knows no value"),
    ):
        answer = desk.send(PAGE, verdict(desk, **wrong))
        assert answer.status_code == 409, wrong
        assert told in answer.text, wrong


def test_an_assessment_that_was_not_read_is_not_approved(desk: Desk) -> None:
    vetted(desk)
    answer = desk.send(PAGE, verdict(desk, assessment="0" * 64))
    assert answer.status_code == 409
    assert "assessed again since" in answer.text


def test_who_may_not_decide_reads_and_is_told_so(desk: Desk) -> None:
    vetted(desk, Role.MANAGER)
    assert "sign in as a reviewer" in desk.read(PAGE)
    assert desk.send(PAGE, verdict(desk)).status_code == 403
    assert plan(desk)["decision"] is None


def test_a_decided_plan_is_put_back_into_review_with_a_reason(desk: Desk) -> None:
    vetted(desk)
    desk.send(PAGE, verdict(desk))
    path = "/tools/acme/painter/plans/team/reopen"
    assert desk.send(path, {"reason": "New terms are out."}).status_code == 303
    assert plan(desk)["status"] == "in_review"


def test_open_questions_become_a_letter_to_the_vendor(desk: Desk) -> None:
    vetted(desk)
    text = desk.read(PAGE)
    assert "A letter to the vendor" in text
    assert "How many days are our inputs and outputs kept" in text


def test_a_plan_that_nobody_has_read_cannot_be_decided_on(desk: Desk) -> None:
    desk.office.submit()
    desk.sign_in()
    text = desk.read(PAGE)
    assert "Nothing has been read yet" in text
    assert 'name="verdict"' not in text


def test_a_plan_is_decided_on_again_with_what_was_approved_filled_in(desk: Desk) -> None:
    vetted(desk)
    own = {"obligation.3.text": "Training is off.", "obligation.3.by": "IT", "obligation.3.evidence": "shot"}
    form = verdict(desk, verdict="approve_with_conditions", conditions="No uploads.")
    assert desk.send(PAGE, form | own | {"scope.data_class": ["public"]}).status_code == 303
    text = desk.read(PAGE)
    assert "Filled in as kim approved it" in text
    assert ">No uploads.</textarea>" in text
    assert 'value="Training is off."' in text
    assert re.search(r'name="scope.data_class" value="public" checked', text)
    assert not re.search(r'name="verdict"[^>]*checked', text)


def test_a_verdict_that_leads_nowhere_is_not_offered(desk: Desk) -> None:
    vetted(desk)
    assert 'value="suspend"' not in desk.read(PAGE)
    desk.send(PAGE, verdict(desk))
    assert 'value="suspend"' in desk.read(PAGE)


def test_sentences_lead_to_their_place_in_the_document(desk: Desk) -> None:
    vetted(desk)
    assert re.search(r"/sources/terms\?document=\w{64}&amp;at=\d+-\d+#c-\w{64}", desk.read(PAGE))


def test_who_waits_is_told_and_takes_a_request_back_with_a_reason(desk: Desk) -> None:
    vetted(desk)
    there = "/tools/acme/painter/plans/team/requests"
    assert desk.send(there, {"reason": "The pilot.", "clock": "emergency"}).status_code == 303
    text = desk.read(PAGE)
    assert "asks for an approval in an emergency" in text
    assert "The pilot." in text
    (mine,) = [one for one in desk.office.ask("GET", "/v1/requests").json() if one["reason"] == "The pilot."]
    assert desk.send(f"{there}/{mine['id']}/withdrawal", {"reason": ""}).status_code == 422
    assert desk.send(f"{there}/{mine['id']}/withdrawal", {"reason": "Not needed."}).status_code == 303
    assert "The pilot." not in desk.read(PAGE)


def test_what_waits_for_a_second_person_comes_before_a_verdict_of_ones_own(desk: Desk) -> None:
    desk.office.furnish(policy=replace(POLICY, approvals=replace(POLICY.approvals, approvers=2)))
    vetted(desk)
    assert desk.send(PAGE, verdict(desk)).status_code == 303
    assert "You proposed it" in desk.read(PAGE)
    assert "kim would approve it: a second person has to confirm" in desk.read("/")
    desk.sign_in("robin")
    text = desk.read(PAGE)
    assert text.index("Confirm it as robin") < text.index("Decide otherwise")
    form = verdict(desk, verdict="reject", reason="They were bought.")
    assert desk.send(PAGE, form).status_code == 303
    assert "Waits for a second person" not in desk.read(PAGE)


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"conditions": "Drafts alone"}, "choose “approve with conditions”"),
        ({"verdict": "approve_with_conditions"}, "or choose “approve”"),
    ],
)
def test_conditions_and_the_verdict_that_takes_them_are_told_in_the_forms_words(
    desk: Desk, form: dict[str, str], told: str
) -> None:
    vetted(desk)
    answer = desk.send(PAGE, verdict(desk, **form))
    assert answer.status_code == 409
    assert told in answer.text


def test_each_change_is_settled_or_left_by_a_choice_of_its_own(desk: Desk) -> None:
    name = changed(desk)
    text = desk.read(PAGE)
    assert re.search(rf'name="change.{name}" value="settle" checked', text)
    form = verdict(desk, verdict="suspend", reason="We wait.", **{f"change.{name}": "leave"})
    assert desk.send(PAGE, form).status_code == 303
    assert f'href="/changes/{name}"' in desk.read("/changes")
    form = verdict(desk, verdict="suspend", reason="We wait on.", **{f"change.{name}": "settle"})
    assert desk.send(PAGE, form).status_code == 303
    assert "No change waits" in desk.read("/changes")
