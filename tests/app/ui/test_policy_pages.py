"""The policy at its page: in words, an edit tried on the registry, and what putting one in force takes."""

from registry.model import Role
from registry.policy import policy_text
from tests.app.ui.desk import Desk

STRICTER = policy_text("strict")[0]


def approved(desk: Desk, role: Role) -> None:
    desk.office.submit()
    desk.office.vet()
    plan = "/v1/tools/acme/painter/plans/team"
    digest = desk.office.ask("GET", plan).json()["assessment"]["digest"]
    form = desk.office.approval(assessment=digest)
    assert desk.office.ask("POST", f"{plan}/decisions", Role.REVIEWER, json=form).status_code == 201
    desk.sign_in("kim", role)


def test_the_policy_is_shown_in_words(desk: Desk) -> None:
    desk.sign_in()
    text = desk.read("/policy")
    assert desk.office.policy.title in text
    for principle in desk.office.policy.principles:
        assert principle.title.replace("'", "&#39;") in text


def test_an_edit_is_tried_and_changes_nothing(desk: Desk) -> None:
    approved(desk, Role.MANAGER)
    answer = desk.send("/policy/try", {"content": STRICTER})
    assert answer.status_code == 200
    assert 'Approvals that would end <small class="count">1</small>' in answer.text
    assert "an administrator signs in" in answer.text
    plan = desk.office.ask("GET", "/v1/tools/acme/painter/plans/team").json()
    assert plan["status"] == "approved"


def test_a_text_that_is_no_policy_is_told_where_it_is_wrong_and_kept(desk: Desk) -> None:
    desk.sign_in()
    answer = desk.send("/policy/try", {"content": "id: small\ncolour: <blue>"})
    assert answer.status_code == 422
    assert "colour" in answer.text
    assert "&lt;blue&gt;" in answer.text


def test_putting_one_in_force_takes_an_administrator_and_a_reason(desk: Desk) -> None:
    approved(desk, Role.REVIEWER)
    form = {"content": STRICTER, "reason": "The board wants it."}
    assert desk.send("/policy/adopt", form).status_code == 403
    desk.sign_in("robin", Role.ADMIN)
    assert desk.send("/policy/adopt", {**form, "reason": " "}).status_code == 422
    assert desk.send("/policy/adopt", form).headers["location"] == "/policy"
    plan = desk.office.ask("GET", "/v1/tools/acme/painter/plans/team").json()
    assert plan["status"] == "suspended"
    assert "robin: The board wants it." in desk.read("/policy")
