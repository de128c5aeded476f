"""Webhooks as pages: added with a secret that is shown once, tried, switched, told where one has failed."""

import re
from datetime import timedelta

import pytest

from registry.model import Role
from registry.webhooks import find_webhook, switch_off_because
from tests.app.ui.counting import counted_queries
from tests.app.ui.desk import Desk

URL = "https://gateway.company.example/hook"
FORM = {"url": URL, "event": ["plan.suspended", "plan.resumed"]}


@pytest.fixture
def admin(desk: Desk) -> Desk:
    desk.sign_in("ada", Role.ADMIN)
    return desk


@pytest.fixture
def name(admin: Desk) -> str:
    """A webhook that was added by its form."""
    made = admin.send("/settings/webhooks", FORM)
    assert made.status_code == 200
    found = re.search(r"hook_[0-9a-f]+", made.text)
    assert found is not None
    return found[0]


def test_a_webhook_is_added_and_its_secret_shown_once(admin: Desk) -> None:
    made = admin.send("/settings/webhooks", FORM)
    found = re.search(r"whsec_[A-Za-z0-9+/=]{44}", made.text)
    name = re.search(r"hook_[0-9a-f]+", made.text)
    assert found is not None
    assert name is not None
    assert made.headers["cache-control"] == "no-store"
    assert "whsec_" not in admin.read(f"/settings/webhooks/{name[0]}")
    assert URL in admin.read("/settings/webhooks")


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"url": "http://gateway.example/hook", "event": ["plan.suspended"]}, "must begin with https://"),
        ({"url": "https://kim:word@gateway.example/", "event": ["plan.suspended"]}, "user name or password"),
        ({"url": URL, "event": []}, "name at least one of"),
        ({"url": URL, "event": ["plan.vanished"]}, "is no event"),
    ],
)
def test_a_form_that_cannot_be_taken_says_why_and_loses_nothing(
    admin: Desk, form: dict[str, str | list[str]], told: str
) -> None:
    answer = admin.send("/settings/webhooks", form)
    assert answer.status_code == 422
    assert told in answer.text
    assert f'value="{form["url"]}"' in answer.text


def test_a_test_waits_to_be_sent_and_is_listed(admin: Desk, name: str) -> None:
    assert "It was told nothing yet" in admin.read(f"/settings/webhooks/{name}")
    sent = admin.send(f"/settings/webhooks/{name}/test", {})
    assert sent.headers["location"] == f"/settings/webhooks/{name}#messages"
    assert "webhook.test" in admin.read(f"/settings/webhooks/{name}")


def test_a_webhook_is_switched_off_and_on_again(admin: Desk, name: str) -> None:
    admin.send(f"/settings/webhooks/{name}/off", {})
    assert "Switch it on" in admin.read(f"/settings/webhooks/{name}")
    refused = admin.send(f"/settings/webhooks/{name}/test", {})
    assert (refused.status_code, "is switched off" in refused.text) == (409, True)
    admin.send(f"/settings/webhooks/{name}/on", {})
    assert "Switch it off" in admin.read(f"/settings/webhooks/{name}")


def test_a_new_secret_is_shown_once_and_the_former_one_goes_on_for_a_day(admin: Desk, name: str) -> None:
    assert "whsec_" in admin.send(f"/settings/webhooks/{name}/secret", {}).text
    assert "signs too" in admin.read(f"/settings/webhooks/{name}")
    admin.office.at += timedelta(hours=11)
    assert "signs too" in admin.read(f"/settings/webhooks/{name}")


def test_a_deleted_webhook_is_gone(admin: Desk, name: str) -> None:
    assert admin.send(f"/settings/webhooks/{name}/end", {}).headers["location"] == "/settings/webhooks"
    assert "there is no webhook" in admin.read(f"/settings/webhooks/{name}", 404)


def test_where_one_has_failed_the_first_page_and_the_settings_say_so(admin: Desk, name: str) -> None:
    assert "was switched off" not in admin.read("/")
    with admin.office.sessions() as session:
        switch_off_because(session, find_webhook(session, name), "It answered 410.", admin.office.at)
    for page in ("/", "/settings", f"/settings/webhooks/{name}"):
        assert "It answered 410." in admin.read(page), page
    admin.sign_in("kim", Role.REVIEWER)
    assert "It answered 410." not in admin.read("/")


def test_only_an_administrator_comes_to_webhooks(desk: Desk) -> None:
    desk.sign_in("kim", Role.REVIEWER)
    assert "needs admin" in desk.read("/settings/webhooks", 403)
    assert "needs admin" in desk.read("/settings/webhooks/hook_1", 403)
    for act in ("", "/hook_1/secret", "/hook_1/test", "/hook_1/on", "/hook_1/off", "/hook_1/end"):
        assert desk.send(f"/settings/webhooks{act}", FORM).status_code == 403, act


def test_a_form_from_elsewhere_changes_nothing(admin: Desk, name: str) -> None:
    path = f"/settings/webhooks/{name}/end"
    assert admin.ask("POST", path, data={"token": "0" * 40}).status_code == 403
    assert URL in admin.read("/settings/webhooks")


def test_what_is_done_reads_as_a_sentence_in_the_audit_log(admin: Desk, name: str) -> None:
    text = re.sub(r"<[^>]+>", "", admin.read("/audit"))
    assert f"added the webhook {name}" in " ".join(text.split())


def test_pages_of_webhooks_cost_few_queries(admin: Desk, name: str) -> None:
    for page in ("/settings/webhooks", f"/settings/webhooks/{name}"):
        with counted_queries() as sent:
            admin.read(page)
        assert len(sent) <= 8
