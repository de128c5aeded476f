"""Signing in with a provider: the good way, and each way in which somebody else would come in."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.openid.model import ATTEMPT_LASTS, SKEW_S
from registry.entries import EntryError
from registry.model import Role
from registry.persons import block_person
from registry.visits import VISIT_LASTS, live_visits, make_sign_in
from tests.app.openid.browser import Browser
from tests.app.openid.invented_provider import OTHER, RSA, InventedProvider


def test_whom_the_provider_vouches_for_is_in_and_goes_on_where_they_wanted_to(browser: Browser) -> None:
    answer = browser.sign_in_there("?next=/tools?q=painter")
    assert (answer.status_code, answer.headers["location"]) == (303, "/tools?q=painter")
    assert "kim.lee@company.example <small>(reviewer)" in browser.read("/")


def test_signing_in_is_on_record_with_the_provider_and_the_subject(browser: Browser) -> None:
    browser.sign_in_there()
    (known,), (signed_in,) = browser.audited("add_person"), browser.audited("sign_in")
    assert known.detail["subject_there"] == "248289761001"
    assert (signed_in.actor, signed_in.detail) == (
        "kim.lee@company.example",
        {"role": "reviewer", "way": "provider"},
    )


def test_the_visit_is_one_like_any_other(browser: Browser) -> None:
    answer = browser.sign_in_there()
    visit = next(one for one in answer.headers.get_list("set-cookie") if "termgate_visit" in one)
    assert all(word in visit.lower() for word in ("httponly", "samesite=lax", "secure"))
    browser.office.at += VISIT_LASTS
    assert not browser.is_in


def test_a_browser_is_at_one_visit_and_the_one_before_ends(browser: Browser) -> None:
    browser.sign_in_there()
    browser.sign_in_there()
    with browser.office.sessions() as session:
        assert len(live_visits(session, browser.office.at, 5)) == 1
    assert browser.is_in


def test_the_way_back_is_the_configured_address_whatever_host_is_asked_for(browser: Browser) -> None:
    answer = browser.ask(
        "GET", "/sign-in/provider", headers={"host": "evil.example", "x-forwarded-host": "evil.example"}
    )
    sent = parse_qs(urlsplit(answer.headers["location"]).query)
    assert sent["redirect_uri"] == ["https://gate.company.example/ui/sign-in/callback"]


def test_what_is_kept_of_a_sign_in_on_its_way_is_bound_to_host_and_browser(browser: Browser) -> None:
    kept = browser.ask("GET", "/sign-in/provider").headers["set-cookie"]
    assert kept.startswith("__Host-termgate_sign_in=")
    assert all(word in kept for word in ("HttpOnly", "Secure", "SameSite=lax", "Path=/;", "Max-Age=600"))


def test_a_state_counts_once_even_where_the_provider_takes_its_code_again(
    browser: Browser, provider: InventedProvider
) -> None:
    provider.forgetful = True
    brought = browser.leave_for_provider()
    (begun,) = [one for one in browser.cookies.jar if "sign_in" in one.name]
    assert browser.come_back(brought).status_code == 303
    browser.send("/sign-out", {})
    browser.cookies.jar.set_cookie(begun)
    asked = len(provider.asked)
    browser.refused(browser.come_back(brought), 400, "has been used before")
    assert len(provider.asked) == asked


def test_coming_back_with_another_browser_opens_nothing(browser: Browser, provider: InventedProvider) -> None:
    brought = browser.leave_for_provider()
    other = Browser(browser.office, provider=provider)
    other.refused(other.come_back(brought), 400, "no sign-in was begun in this browser")


def test_an_attackers_own_sign_in_is_not_taken_up_by_a_victim(
    browser: Browser, provider: InventedProvider
) -> None:
    attacker = Browser(browser.office, provider=provider)
    planted = attacker.leave_for_provider()
    own = browser.leave_for_provider()
    browser.refused(browser.come_back(planted), 400, "another sign-in was begun")
    assert browser.come_back(own).status_code == 303


@pytest.mark.parametrize("state", ["", "made-up", "ü"])
def test_a_made_up_state_opens_nothing(browser: Browser, state: str) -> None:
    brought = browser.leave_for_provider()
    browser.refused(browser.come_back({**brought, "state": state}), 400, "Nobody was signed in")


def test_what_the_browser_keeps_cannot_be_changed(browser: Browser) -> None:
    brought = browser.leave_for_provider("?next=/tools")
    (begun,) = [one for one in browser.cookies.jar if "sign_in" in one.name]
    assert begun.value is not None
    content, _, mark = begun.value.partition(".")
    changed = {**json.loads(urlsafe_b64decode(content)), "onward": "https://evil.example"}
    begun.value = f"{urlsafe_b64encode(json.dumps(changed).encode()).decode()}.{mark}"
    browser.refused(browser.come_back(brought), 400, "no sign-in was begun")


def test_a_sign_in_that_took_too_long_begins_again(browser: Browser) -> None:
    brought = browser.leave_for_provider()
    browser.office.at += ATTEMPT_LASTS
    browser.refused(browser.come_back(brought), 400, "took too long")


def test_a_code_of_another_sign_in_is_not_redeemed(browser: Browser, provider: InventedProvider) -> None:
    stolen = Browser(browser.office, provider=provider).leave_for_provider()["code"]
    brought = browser.leave_for_provider()
    browser.refused(browser.come_back({**brought, "code": stolen}), 400, "does not take this sign-in")


def test_another_provider_cannot_answer_for_the_one_that_was_asked(browser: Browser) -> None:
    brought = browser.leave_for_provider()
    answer = browser.come_back({**brought, "iss": "https://evil.example"})
    browser.refused(answer, 400, "another provider answers")


def test_a_provider_that_always_names_itself_must_do_so(browser: Browser, provider: InventedProvider) -> None:
    provider.described["authorization_response_iss_parameter_supported"] = True
    brought = browser.leave_for_provider()
    browser.refused(browser.come_back(brought), 400, "another provider answers")
    assert browser.come_back({**brought, "iss": provider.issuer}).status_code == 303


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "/a//b", "x"]
)
def test_where_to_go_on_to_is_never_another_site(browser: Browser, onward: str) -> None:
    brought = {"next": onward}
    answer = browser.ask("GET", "/sign-in/provider", params=brought)
    back = browser.come_back(browser.provider.sign_in(answer.headers["location"]))
    assert back.headers["location"] == "/"


WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "another-client"},
    "another audience, though for us": {"aud": "another-client", "azp": "termgate-pages"},
    "no audience": {"aud": None},
    "several audiences and nobody named": {"aud": ["termgate-pages", "another-client"]},
    "made for another client": {"azp": "another-client"},
    "another nonce": {"nonce": "of another sign-in"},
    "no nonce": {"nonce": None},
    "a list of nonces": {"nonce": ["of another sign-in"]},
    "no end": {"exp": None},
    "an end that is no number": {"exp": "tomorrow"},
    "no beginning": {"iat": None},
    "another access token": {"at_hash": "of-another-token"},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject that is a number": {"sub": 7},
}


@pytest.mark.parametrize("wrong", WRONG_CLAIMS.values(), ids=WRONG_CLAIMS.keys())
def test_a_token_that_was_not_made_for_this_sign_in_is_not_believed(
    browser: Browser, provider: InventedProvider, wrong: dict[str, Any]
) -> None:
    def twist(claims: dict[str, Any]) -> None:
        claims.update(wrong)
        for name in [name for name, value in claims.items() if value is None]:
            del claims[name]

    provider.twist = twist
    browser.refused(browser.sign_in_there(), 403, "cannot be trusted")
    (refusal,) = browser.audited("refuse_sign_in")
    assert (refusal.actor, refusal.subject) == ("termgate", "person:a stranger")
    assert refusal.detail["reason"].startswith("the ID token:")


@pytest.mark.parametrize(
    ("wrong", "by", "believed"),
    [
        ("exp", -SKEW_S + 1, True),
        ("exp", -SKEW_S, False),
        ("iat", SKEW_S, True),
        ("iat", SKEW_S + 1, False),
        ("nbf", SKEW_S + 1, False),
    ],
)
def test_clocks_may_differ_by_a_minute_and_no_more(
    browser: Browser, provider: InventedProvider, wrong: str, by: int, *, believed: bool
) -> None:
    at = int(browser.office.at.timestamp())
    provider.twist = lambda claims: claims.update({wrong: at + by})
    browser.sign_in_there()
    assert browser.is_in is believed


def unsigned(token: str) -> str:
    head = urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    return f"{head}.{token.split('.')[1]}."


def signed_with_the_public_key(token: str) -> str:
    head = urlsafe_b64encode(b'{"alg":"HS256","kid":"rsa-1"}').rstrip(b"=").decode()
    said = f"{head}.{token.split('.')[1]}"
    mark = hmac.digest(RSA.as_pem(private=False), said.encode(), "sha256")
    return f"{said}.{urlsafe_b64encode(mark).rstrip(b'=').decode()}"


def changed(token: str) -> str:
    head, claims, mark = token.split(".")
    said = json.loads(urlsafe_b64decode(claims + "=="))
    said["groups"] = ["tool-admins"]
    return f"{head}.{urlsafe_b64encode(json.dumps(said).encode()).rstrip(b'=').decode()}.{mark}"


@pytest.mark.parametrize(
    "signed",
    [unsigned, signed_with_the_public_key, changed, lambda _: "a.b.c", lambda _: "", lambda t: t[:-9]],
)
def test_a_token_that_nobody_signed_rightly_is_not_believed(
    browser: Browser, provider: InventedProvider, signed: Callable[[str], str]
) -> None:
    provider.signed = signed
    browser.refused(browser.sign_in_there(), 403, "cannot be trusted")


@pytest.mark.parametrize(
    "header", [{}, {"alg": 7}, {"alg": "RS256", "crit": ["b64"]}, {"alg": "RS256", "kid": ["x"]}]
)
def test_a_strange_header_is_not_believed(
    browser: Browser, provider: InventedProvider, header: dict[str, Any]
) -> None:
    head = urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    provider.signed = lambda token: f"{head}.{token.partition('.')[2]}"
    browser.refused(browser.sign_in_there(), 403, "cannot be trusted")


def test_an_elliptic_signature_counts_too(browser: Browser, provider: InventedProvider) -> None:
    provider.header, provider.key = {"alg": "ES256", "kid": "ec-1"}, provider.listed[-1]
    browser.sign_in_there()
    assert browser.is_in


def test_keys_are_read_again_for_one_that_is_new_and_not_without_end(
    browser: Browser, provider: InventedProvider
) -> None:
    browser.sign_in_there()
    provider.header, provider.key = {"alg": "RS256", "kid": "rsa-2"}, OTHER
    looks = len(provider.asked)
    browser.cookies.clear()
    with_unknown_key = browser.sign_in_there()
    assert with_unknown_key.status_code == 403
    assert [one for one in provider.asked[looks:] if one.endswith("/keys")] == []
    browser.office.at += timedelta(minutes=1)
    provider.listed.append(OTHER)
    assert browser.sign_in_there().status_code == 303
    assert [one for one in provider.asked[looks:] if one.endswith("/keys")] == [f"{provider.issuer}/keys"]


def test_a_key_that_was_withdrawn_counts_for_an_hour_at_most(
    browser: Browser, provider: InventedProvider
) -> None:
    browser.sign_in_there()
    browser.send("/sign-out", {})
    provider.listed.remove(RSA)
    browser.office.at += timedelta(hours=1)
    browser.refused(browser.sign_in_there(), 403, "cannot be trusted")


def test_a_link_still_signs_in_beside_the_provider(browser: Browser) -> None:
    text = browser.read("/sign-in?next=/tools")
    assert 'href="/sign-in/provider?next=/tools"' in text
    assert "Sign in with Company SSO" in text
    assert "termgate sign-in YOUR-NAME" in text
    browser.sign_in("robin", Role.MANAGER)
    assert "robin" in browser.read("/")


def test_without_a_provider_there_is_no_button_and_no_way_round_it(browser: Browser) -> None:
    browser.office.furnish()
    assert "provider" not in browser.read("/sign-in")
    for path in ("/sign-in/provider", "/sign-in/callback?state=x&code=y"):
        assert browser.ask("GET", path).status_code == 404


ODD: list[object] = [None, 5, 1.5, True, "", "x" * 5000, [], ["x"], {}, {"a": []}, "\x00", "ü", 10**400]


@pytest.mark.parametrize(
    "claim", ["iss", "sub", "aud", "exp", "iat", "nbf", "nonce", "at_hash", "azp", "auth_time"]
)
def test_a_claim_of_another_kind_is_no_fault_of_ours(
    browser: Browser, provider: InventedProvider, claim: str
) -> None:
    for odd in ODD:
        provider.twist = lambda claims, odd=odd: claims.update({claim: odd})  # type: ignore[misc]
        assert browser.sign_in_there().status_code in {303, 403}, odd
    for odd in ("groups", "email", "preferred_username", "name", "email_verified", "_claim_names"):
        provider.twist = lambda claims, odd=odd: claims.update({odd: ODD})  # type: ignore[misc]
        assert browser.sign_in_there().status_code in {303, 403}, odd


@pytest.mark.parametrize(
    "head",
    [b"[" * 50_000, b"[]", b"5", b"{}", b'{"alg":5}', b'{"alg":"none"}', b'{"alg":["RS256"],"kid":{}}',
     b'{"alg":"RS256","kid":{}}', b'{"alg":"RS256","kid":["rsa-1"]}', b'{"alg":"RS256","crit":5}',
     b'{"alg":"RS256","b64":false,"crit":["b64"]}', b'{"alg":"RS256","zip":"DEF"}', b"\xff"],
)  # fmt: skip
def test_a_token_that_is_none_is_no_fault_of_ours(
    browser: Browser, provider: InventedProvider, head: bytes
) -> None:
    def signed(token: str) -> str:
        return ".".join((urlsafe_b64encode(head).rstrip(b"=").decode(), *token.split(".")[1:]))

    provider.signed = signed
    answer = browser.sign_in_there()
    assert (answer.status_code, browser.is_in) == (403, False)


def test_what_cannot_be_written_down_is_no_mail_address_and_no_name(
    browser: Browser, provider: InventedProvider
) -> None:
    unfit = {"email": "kim\x00@company.example", "preferred_username": "kim\u202elee", "name": "Kim Lee"}
    provider.twist = lambda claims: claims.update(unfit)
    assert browser.sign_in_there().status_code == 303
    (event,) = browser.audited("add_person")
    assert (event.subject, event.detail["mail"]) == ("person:kim-lee", None)


def test_another_spelling_in_a_link_means_the_same_person(browser: Browser) -> None:
    browser.sign_in_there()
    (event,) = browser.audited("add_person")
    name = event.subject.removeprefix("person:")
    with browser.office.sessions() as session:
        make_sign_in(session, name.upper(), Role.REVIEWER, "root", browser.office.at)
        block_person(session, name, "root", browser.office.at)
    assert browser.audited("make_sign_in")[-1].subject == f"person:{name}"
    with browser.office.sessions() as session, pytest.raises(EntryError, match="is kept out"):
        make_sign_in(session, name.upper(), Role.REVIEWER, "root", browser.office.at)
