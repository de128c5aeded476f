"""The settings: keys and links are shown once, people are signed out, and others see little of it."""

import re
from datetime import timedelta

import pytest

from registry.keys import find_key, find_live_key
from registry.model import Role
from tests.app.ui.counting import counted_queries
from tests.app.ui.desk import Desk


@pytest.fixture
def admin(desk: Desk) -> Desk:
    desk.sign_in("ada", Role.ADMIN)
    return desk


def test_a_key_is_shown_once_and_opens_what_its_role_may(admin: Desk) -> None:
    made = admin.send("/settings/keys", {"name": "gateway", "role": "lookup"})
    assert made.status_code == 200
    found = re.search(r"tg_[\w-]{20,}", made.text)
    assert found is not None
    assert made.headers["cache-control"] == "no-store"
    assert found[0] not in admin.read("/settings")
    with admin.office.sessions() as session:
        row = find_live_key(session, found[0])
        assert row is not None
        assert (row.name, row.role) == ("gateway", "lookup")


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"name": "two words", "role": "lookup"}, "names no key"),
        ({"name": "gateway", "role": ""}, "choose what the holder may do"),
        ({"name": "admin-key", "role": "lookup"}, "a key named"),
    ],
)
def test_a_key_that_cannot_be_made_says_why_and_loses_nothing(
    admin: Desk, form: dict[str, str], told: str
) -> None:
    answer = admin.send("/settings/keys", form)
    assert answer.status_code == 422
    assert told in answer.text
    assert f'value="{form["name"]}"' in answer.text


def test_a_key_is_ended_only_after_a_question(admin: Desk) -> None:
    page = "/settings/keys/manager-key/end"
    assert "is refused from then on" in admin.read(page)
    with admin.office.sessions() as session:
        row = find_key(session, "manager-key")
        assert row is not None
        assert row.revoked_at is None
    assert admin.send(page, {}).headers["location"] == "/settings#keys"
    assert "It was ended" in admin.read(page)
    assert admin.office.ask("GET", "/v1/tools", Role.MANAGER).status_code == 401
    assert "no key is named" in admin.read("/settings/keys/nobody/end", 404)


def test_a_link_signs_a_person_in_once(admin: Desk) -> None:
    made = admin.send("/settings/links", {"name": "robin", "role": "manager"})
    found = re.search(r"sign-in\?link=([\w-]+)", made.text)
    assert found is not None
    other = Desk(admin.office)
    assert other.ask("POST", "/sign-in", data={"link": found[1]}).status_code == 303
    assert "robin <small>(manager)" in other.read("/")
    assert "robin" in admin.read("/settings")


def test_a_link_for_nobody_is_refused_in_words(admin: Desk) -> None:
    answer = admin.send("/settings/links", {"name": "", "role": "manager"})
    assert (answer.status_code, "names nobody" in answer.text) == (422, True)


def test_a_person_is_signed_out_everywhere(admin: Desk) -> None:
    other = Desk(admin.office)
    other.sign_in("robin")
    admin.send("/settings/people/end", {"name": "robin"})
    assert other.ask("GET", "/").status_code == 303
    assert "robin" not in admin.read("/settings")


def test_visits_that_are_over_are_not_listed(admin: Desk) -> None:
    Desk(admin.office).sign_in("robin")
    admin.office.at += timedelta(days=1)
    admin.sign_in("ada", Role.ADMIN)
    assert "robin" not in admin.read("/settings")


def test_who_is_no_administrator_sees_schedules_and_changes_nothing(desk: Desk) -> None:
    desk.sign_in("kim", Role.REVIEWER)
    text = desk.read("/settings")
    assert "TERMGATE_RECRAWL_CRON" in text
    assert "admin-key" not in text
    forms = {
        "/settings/keys": {"name": "x", "role": "admin"},
        "/settings/links": {"name": "x", "role": "admin"},
        "/settings/people/end": {"name": "kim"},
        "/settings/keys/admin-key/end": {},
    }
    for path, form in forms.items():
        assert desk.send(path, form).status_code == 403
    assert "needs admin" in desk.read("/settings/keys/admin-key/end", 403)


def test_a_form_from_elsewhere_makes_no_key(admin: Desk) -> None:
    form = {"token": "0" * 40, "name": "x", "role": "admin"}
    assert admin.ask("POST", "/settings/keys", data=form).status_code == 403
    with admin.office.sessions() as session:
        assert find_key(session, "x") is None


def test_schedules_tell_how_often_sources_are_looked_at(admin: Desk) -> None:
    assert "none is on the timetable" in admin.read("/settings")
    admin.office.submit()
    text = admin.read("/settings")
    assert "Every 7 days" in text
    assert "1 source<" in text


def test_the_settings_cost_few_queries(admin: Desk) -> None:
    with counted_queries() as sent:
        admin.read("/settings")
    assert len(sent) <= 9


@pytest.mark.parametrize("name", ["termgate", "Termgate", "declarations"])
def test_nobody_is_given_the_name_of_what_no_person_does(desk: Desk, name: str) -> None:
    desk.sign_in("kim", Role.ADMIN)
    for there in ("/settings/keys", "/settings/links"):
        answer = desk.send(there, {"name": name, "role": "reviewer"})
        assert answer.status_code == 422
        assert "the name of what nobody asked for" in answer.text
