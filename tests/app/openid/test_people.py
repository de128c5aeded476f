"""Who somebody is to us, what their groups give them, and who stays out."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.openid.model import Grants
from registry.keys import create_key
from registry.model import Role
from registry.persons import list_persons
from tests.app.openid.browser import Browser
from tests.app.openid.conftest import GRANTS
from tests.app.openid.invented_provider import InventedProvider
from tests.app.ui.desk import Desk

KIM = "kim.lee@company.example"


def names(browser: Browser) -> list[str]:
    with browser.office.sessions() as session:
        return [row.name for row in list_persons(session, 10)]


def test_a_person_is_known_by_the_subject_whatever_they_are_called_later(
    browser: Browser, provider: InventedProvider
) -> None:
    browser.sign_in_there()
    provider.person |= {"preferred_username": "kim.park", "email": "kim.park@company.example"}
    browser.sign_in_there()
    assert names(browser) == [KIM]
    assert f"{KIM} <small>" in browser.read("/")


def test_somebody_else_of_the_same_name_and_mail_is_another_person(
    browser: Browser, provider: InventedProvider
) -> None:
    browser.sign_in_there()
    provider.person["sub"] = "another"
    browser.sign_in_there()
    second, first = names(browser)
    assert first == KIM
    assert second.startswith(f"{KIM}-")


@pytest.mark.parametrize("kind", ["link", "key", "admin-key"])
def test_nobody_takes_a_name_under_which_somebody_else_acts(
    browser: Browser, provider: InventedProvider, kind: str
) -> None:
    name = kind if kind == "admin-key" else "kim"
    if kind == "link":
        Desk(browser.office).sign_in("Kim")
    if kind == "key":
        with browser.office.sessions() as session:
            create_key(session, "kim", Role.REVIEWER, "ada", browser.office.at)
    provider.person["preferred_username"] = name
    browser.sign_in_there()
    (taken,) = names(browser)
    assert taken.startswith(f"{name}-")


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("Zoë Müller", "zoe-muller"),
        ("CORP\\kim", "corp-kim"),
        ("termgate", "termgate-"),
        ("<script>", "script"),
        ("王", KIM),
        ("a" * 90, "a" * 64),
        (["kim"], KIM),
    ],
)
def test_a_name_is_one_that_tables_logs_and_addresses_can_hold(
    browser: Browser, provider: InventedProvider, called: object, name: str
) -> None:
    provider.person["preferred_username"] = called
    browser.sign_in_there()
    (kept,) = names(browser)
    assert kept.startswith(name)
    assert len(kept) <= 64


def test_the_highest_role_of_all_groups_counts(browser: Browser, provider: InventedProvider) -> None:
    provider.person["groups"] = ["tool-reviewers", "tool-admins"]
    browser.sign_in_there()
    assert "(admin)" in browser.read("/")


def test_a_lost_group_loses_its_role_at_once_in_every_browser(
    browser: Browser, provider: InventedProvider
) -> None:
    provider.person["groups"] = ["tool-admins"]
    elsewhere = Browser(browser.office, provider=provider)
    elsewhere.sign_in_there()
    provider.person["groups"] = ["tool-reviewers"]
    browser.sign_in_there()
    assert "(reviewer)" in browser.read("/")
    assert not elsewhere.is_in


@pytest.mark.parametrize(
    "groups", [["everybody"], [], None, "tool-reviewers-2", {"tool-reviewers": 1}, [["tool-admins"]]]
)
def test_who_is_in_no_group_that_gives_a_role_is_turned_away_and_told_whom_to_ask(
    browser: Browser, provider: InventedProvider, groups: object
) -> None:
    elsewhere = Browser(browser.office, provider=provider)
    elsewhere.sign_in_there()
    provider.person["groups"] = groups
    answer = browser.sign_in_there()
    browser.refused(answer, 403, "it-desk@company.example")
    assert not elsewhere.is_in
    (event,) = browser.audited("refuse_sign_in")
    assert (event.actor, event.subject) == ("termgate", f"person:{KIM}")


def test_a_stranger_without_a_group_gets_no_name_here(browser: Browser, provider: InventedProvider) -> None:
    provider.person["groups"] = []
    browser.refused(browser.sign_in_there(), 403, "none of your groups")
    assert names(browser) == []


def test_groups_that_the_provider_left_out_are_told_as_such_in_the_audit_log(
    browser: Browser, provider: InventedProvider
) -> None:
    del provider.person["groups"]
    provider.person["_claim_names"] = {"groups": "src1"}
    browser.refused(browser.sign_in_there(), 403, "none of your groups")
    (event,) = browser.audited("refuse_sign_in")
    assert "too many" in event.detail["reason"]


def test_groups_may_stand_inside_an_object_or_under_a_name_with_dots(
    browser: Browser, provider: InventedProvider, furnish: Callable[[Grants], None]
) -> None:
    provider.person |= {"groups": [], "realm_access": {"roles": ["tool-reviewers"]}}
    furnish(replace(GRANTS, groups_claim="realm_access.roles"))
    assert browser.sign_in_there().status_code == 303
    provider.person |= {"https://company.example/groups": ["tool-admins"]}
    furnish(replace(GRANTS, groups_claim="https://company.example/groups"))
    assert browser.sign_in_there().status_code == 303


@pytest.mark.parametrize(
    ("mail", "verified", "comes_in"),
    [
        ("kim@company.example", True, True),
        ("kim@COMPANY.example", "true", True),
        ("kim@company.example", False, False),
        ("kim@company.example", None, False),
        ("kim@evil-company.example", True, False),
        ("kim@company.example.evil", True, False),
        (None, True, False),
    ],
)
def test_where_domains_are_named_only_verified_addresses_in_them_come_in(
    browser: Browser,
    provider: InventedProvider,
    furnish: Callable[[Grants], None],
    mail: object,
    verified: object,
    *,
    comes_in: bool,
) -> None:
    furnish(replace(GRANTS, mail_domains=frozenset({"company.example"})))
    provider.person |= {"email": mail, "email_verified": verified}
    browser.sign_in_there()
    assert browser.is_in is comes_in


@pytest.fixture
def admin(browser: Browser) -> Desk:
    desk = Desk(browser.office)
    desk.sign_in("ada", Role.ADMIN)
    return desk


def test_who_is_kept_out_is_signed_out_and_stays_out_whatever_their_groups(
    browser: Browser, admin: Desk, provider: InventedProvider
) -> None:
    browser.sign_in_there()
    assert KIM in admin.read("/settings")
    assert admin.send("/settings/people/block", {"name": KIM}).status_code == 303
    assert not browser.is_in
    provider.person["groups"] = ["tool-admins"]
    browser.refused_here(browser.sign_in_there(), "kept out")
    link = admin.send("/settings/links", {"name": KIM, "role": "admin"})
    assert (link.status_code, "kept out" in link.text) == (422, True)
    admin.send("/settings/people/admit", {"name": KIM})
    assert browser.sign_in_there().status_code == 303


def test_only_administrators_keep_people_out(browser: Browser) -> None:
    browser.sign_in_there()
    for act in ("block", "admit"):
        assert browser.send(f"/settings/people/{act}", {"name": KIM}).status_code == 403
    assert browser.is_in


def test_nobody_is_kept_out_who_never_came(browser: Browser, admin: Desk) -> None:
    assert admin.send("/settings/people/block", {"name": "robin"}).status_code == 404


def test_a_link_under_the_same_name_is_the_same_person_to_four_eyes(browser: Browser) -> None:
    browser.sign_in_there()
    local = Desk(browser.office)
    local.sign_in(KIM, Role.REVIEWER)
    assert f"{KIM} <small>(reviewer)" in local.read("/")
    assert names(browser) == [KIM]


def test_links_are_made_on_no_page_where_that_is_switched_off(browser: Browser, admin: Desk) -> None:
    openid = browser.office.app.state.house.openid
    browser.office.furnish(openid=openid, local_links=False)
    text = admin.read("/settings")
    assert "A sign-in link for" not in text
    assert "--reason" in text
    answer = admin.send("/settings/links", {"name": "robin", "role": "admin"})
    assert answer.status_code == 403
    assert "with a link" not in browser.read("/sign-in")
    assert "Sign in with Company SSO" in browser.read("/sign-in")
