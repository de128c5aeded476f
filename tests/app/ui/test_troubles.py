"""Pages that tell what went wrong: in words, with what to do next, and without losing who is signed in."""

import asyncio
import re

import httpx
import pytest

from app.openid.door import OpenId, Shown
from app.ui import console
from registry.model import Role
from tests.app.openid.conftest import CLIENT, GRANTS
from tests.app.openid.invented_provider import InventedProvider
from tests.app.ui.desk import Desk


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/nothing", 404, "Look for the tool in the registry"),
        ("/tools/acme/ghost", 404, "Look for the tool in the registry"),
        ("/tools?status=fine", 422, "change what is named here"),
        ("/policy/try", 405, "takes a form"),
    ],
)
def test_a_problem_says_what_to_do_and_keeps_who_is_signed_in(
    desk: Desk, path: str, status: int, told: str
) -> None:
    desk.sign_in()
    text = desk.read(path, status)
    assert told in text
    assert "/v1/" not in text
    assert "Sign out" in text
    assert 'aria-label="Main"' in text


def test_who_is_not_signed_in_learns_no_more_than_that_there_is_nothing(desk: Desk) -> None:
    text = desk.read("/nothing", 404)
    assert "Sign out" not in text


def test_a_role_that_is_too_small_is_told_whom_to_ask(desk: Desk) -> None:
    desk.sign_in("gateway", Role.LOOKUP)
    text = desk.read("/tools", 403)
    assert "Ask an administrator" in text
    assert 'href="/audit"' not in text


def test_a_role_that_is_too_small_is_told_what_it_and_the_others_may_do(desk: Desk) -> None:
    desk.sign_in("lou", Role.LOOKUP)
    text = desk.read("/", 403)
    assert "lookup <strong>(you)</strong>" in text
    assert "submits tools" in text
    ways = text.partition("<main")[2]
    assert re.findall(r'href="(/[a-z]*)"', ways) == ["/ask", "/policy", "/settings"]


def test_the_providers_contact_is_whom_one_asks_for_a_role(desk: Desk) -> None:
    shown = Shown("Company SSO", "it-desk@company.example")
    provider = InventedProvider(lambda: desk.office.at)
    desk.office.furnish(openid=OpenId(CLIENT, GRANTS, shown, provider.ask))
    desk.sign_in("lou", Role.LOOKUP)
    assert "Ask it-desk@company.example" in desk.read("/tools", 403)


def test_a_form_that_is_refused_leads_back_to_its_page(desk: Desk) -> None:
    desk.sign_in()
    sent_from = {"referer": "https://desk.example/submit/new?x=1"}
    answer = desk.ask("POST", "/submit/new", data={"token": "wrong"}, headers=sent_from)
    assert answer.status_code == 403
    assert 'href="/submit/new?x=1"' not in answer.text
    answer = desk.ask("POST", "/submit/listed", data={"token": "wrong"}, headers=sent_from)
    assert 'href="/submit/new?x=1"' in answer.text
    elsewhere = {"referer": "https://evil.example/submit"}
    answer = desk.ask("POST", "/submit/listed", data={"token": "wrong"}, headers=elsewhere)
    assert "evil.example" not in answer.text


def test_a_script_gets_trouble_as_a_part_that_does_not_replace_its_place(desk: Desk) -> None:
    desk.sign_in()
    answer = desk.ask(
        "GET", "/tools?status=fine", headers={"hx-request": "true", "hx-request-type": "partial"}
    )
    assert answer.status_code == 422
    assert answer.headers["hx-reswap"] == "innerHTML"
    assert "<html" not in answer.text


def test_a_fault_of_ours_is_a_page_that_gives_nothing_away(desk: Desk) -> None:
    pages = console(desk.office.app.state.house)

    @pages.get("/broken")
    def broken() -> None:
        raise RuntimeError("a secret of the house")

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(pages, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="https://desk.example") as browser:
            return await browser.get("/broken")

    answer = asyncio.run(ask())
    assert answer.status_code == 500
    assert "It was logged" in answer.text
    assert f"{desk.office.at:%H:%M:%S} UTC" in answer.text
    assert "secret" not in answer.text
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
