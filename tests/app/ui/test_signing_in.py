"""Who gets to the pages, for how long, and whose forms count."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from structlog.testing import capture_logs

from registry.model import Role
from registry.store import audit_events
from registry.visits import LINK_LASTS, VISIT_LASTS
from tests.app.ui.desk import Desk


def test_nobody_sees_a_page_without_signing_in_and_goes_on_where_they_wanted_to(desk: Desk) -> None:
    answer = desk.ask("GET", "/?all=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/%3Fall%3D1")
    entered = desk.ask("POST", "/sign-in", data={"link": desk.link(), "next": "/?all=1"})
    assert entered.headers["location"] == "/?all=1"
    assert "kim" in desk.read("/")


def test_a_link_works_once(desk: Desk) -> None:
    link = desk.link()
    assert desk.ask("POST", "/sign-in", data={"link": link}).status_code == 303
    again = desk.ask("POST", "/sign-in", data={"link": link})
    assert again.status_code == 403
    assert "was used before" in again.text


def test_looking_at_a_link_does_not_use_it_up(desk: Desk) -> None:
    link = desk.link()
    for _ in range(2):
        assert "Sign in as kim" in desk.read(f"/sign-in?link={link}")
    assert desk.ask("POST", "/sign-in", data={"link": link}).status_code == 303


def test_a_link_that_is_too_old_or_made_up_opens_nothing(desk: Desk) -> None:
    link = desk.link()
    desk.office.at += LINK_LASTS
    assert "has expired" in desk.read(f"/sign-in?link={link}", 403)
    assert "is not known" in desk.read("/sign-in?link=made-up", 403)
    assert not desk.cookies


def test_a_visit_ends_by_itself(desk: Desk) -> None:
    desk.sign_in()
    desk.office.at += VISIT_LASTS - timedelta(seconds=1)
    desk.read("/")
    desk.office.at += timedelta(seconds=1)
    assert desk.ask("GET", "/").status_code == 303


def test_signing_out_ends_the_visit_for_the_cookie_too(desk: Desk) -> None:
    desk.sign_in()
    (cookie,) = desk.cookies.jar
    assert desk.send("/sign-out", {}).headers["location"] == "/sign-in"
    desk.cookies.jar.set_cookie(cookie)
    assert desk.ask("GET", "/").status_code == 303


def test_signing_in_anew_ends_the_visit_that_the_browser_was_at(desk: Desk) -> None:
    desk.sign_in("kim", Role.ADMIN)
    former = httpx.Cookies(desk.cookies)
    link = desk.link("robin")
    assert desk.ask("POST", "/sign-in", data={"link": link}).status_code == 303
    now = desk.cookies
    desk.cookies = former
    assert desk.ask("GET", "/").status_code == 303
    desk.cookies = now
    assert "robin" in desk.read("/")
    with desk.office.sessions() as session:
        ended = next(one for one in audit_events(session, "person:kim") if one.action == "sign_out")
    assert ended.detail == {"reason": "Somebody signed in anew in the same browser."}


def test_a_link_that_opens_nothing_ends_no_visit_and_is_told_in_the_log(desk: Desk) -> None:
    desk.sign_in("kim")
    with capture_logs() as said:
        assert desk.ask("POST", "/sign-in", data={"link": "made-up"}).status_code == 403
    assert "kim" in desk.read("/")
    (line,) = said
    assert line["event"] == "sign_in_by_link_refused"
    assert "made-up" not in str(line)


def test_a_form_from_another_visit_or_site_changes_nothing(desk: Desk) -> None:
    desk.sign_in("kim")
    foreign = desk.token()
    desk.sign_in("robin")
    forms: tuple[dict[str, str], ...] = ({}, {"token": ""}, {"token": foreign})
    for form in forms:
        assert desk.ask("POST", "/sign-out", data=form).status_code == 403
    assert "robin" in desk.read("/")


@pytest.mark.parametrize(
    ("how", "written"),
    [("utf-8", b"a\x00b"), ("utf-8", b"a\x1b[2Jb"), ("utf-8", b"a\xc2\x85b"), ("utf-7", b"+2AA-")],
)
def test_what_is_no_text_is_not_taken_by_any_form(desk: Desk, how: str, written: bytes) -> None:
    desk.sign_in(role=Role.ADMIN)
    part = b'--x\r\ncontent-disposition: form-data; name="%b"\r\n\r\n%b\r\n'
    body = part % (b"token", desk.token().encode()) + part % (b"reason", written) + b"--x--\r\n"
    kind = {"content-type": f"multipart/form-data; boundary=x; charset={how}"}
    answer = desk.ask("POST", "/settings/people/end", content=body, headers=kind)
    assert answer.status_code == 422
    assert "reason: holds a control character or half a character" in answer.text


def test_a_reason_may_have_several_lines(desk: Desk) -> None:
    desk.office.submit()
    desk.office.vet()
    desk.sign_in()
    asked = {"clock": "routine", "reason": "For the campaign.\r\nFrom May on."}
    assert desk.send("/tools/acme/painter/plans/team/requests", asked).status_code == 303
    told = [one["reason"] for one in desk.office.ask("GET", "/v1/requests").json()]
    assert "For the campaign.\nFrom May on." in told


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(desk: Desk) -> None:
    answer = desk.ask("POST", "/sign-in", data={"link": desk.link()})
    sent = answer.headers["set-cookie"].lower()
    assert all(word in sent for word in ("httponly", "samesite=lax", "secure"))


def test_over_tls_no_neighbouring_site_can_plant_the_cookie(desk: Desk) -> None:
    sent = desk.ask("POST", "/sign-in", data={"link": desk.link()}).headers["set-cookie"]
    assert sent.startswith("__Host-")
    assert "Path=/;" in sent
    assert "Domain" not in sent
    (cookie,) = desk.cookies.jar
    desk.cookies = httpx.Cookies({"termgate_visit": cookie.value or ""})
    assert desk.ask("GET", "/").status_code == 303


@pytest.mark.parametrize(
    "told",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "https://desk.example.evil.example"},
        {"origin": "null"},
    ],
)
def test_no_other_site_signs_somebody_in_under_a_name_of_its_choice(desk: Desk, told: dict[str, str]) -> None:
    link = desk.link()
    refused = desk.ask("POST", "/sign-in", data={"link": link}, headers=told)
    assert refused.status_code == 403
    assert "another site" in refused.text
    assert not desk.cookies
    ours = {"sec-fetch-site": "same-origin", "origin": "https://desk.example"}
    assert desk.ask("POST", "/sign-in", data={"link": link}, headers=ours).status_code == 303


def test_all_that_was_asked_for_is_asked_for_again_after_signing_in(desk: Desk) -> None:
    asked = "/changes?state=closed&direction=worse&link=planted&q=50%25"
    there = desk.ask("GET", asked).headers["location"]
    told = dict(parse_qsl(urlsplit(there).query))
    assert told == {"next": asked}
    assert desk.ask("POST", "/sign-in", data={"link": desk.link(), **told}).headers["location"] == asked


def test_where_to_go_on_to_is_never_another_site(desk: Desk) -> None:
    elsewhere = ("https://evil.example/", "//evil.example", "/\\evil.example", "/x//evil.example", "data:1")
    for onward in elsewhere:
        answer = desk.ask("POST", "/sign-in", data={"link": desk.link(), "next": onward})
        assert answer.headers["location"] == "/", onward


def test_pages_load_nothing_from_elsewhere_and_are_framed_by_nobody(desk: Desk) -> None:
    for path in ("/sign-in", "/nothing", "/static/termgate.css"):
        answer = desk.ask("GET", path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_a_person_did_is_on_record_under_their_name(desk: Desk) -> None:
    desk.sign_in("kim", Role.MANAGER)
    events = desk.office.ask("GET", "/v1/audit?limit=5", Role.ADMIN).json()
    (event,) = [one for one in events["items"] if one["action"] == "sign_in"]
    assert (event["actor"], event["detail"]) == ("kim", {"role": "manager"})


def test_the_overview_of_an_empty_registry_says_how_to_begin(desk: Desk) -> None:
    desk.sign_in()
    assert "Submit the first tool" in desk.read("/")
