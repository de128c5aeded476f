"""When the provider is down, speaks strangely or turns somebody back: a page says so, nobody is in."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from app.openid.model import ProviderError, Reply, Trouble
from app.openid.provider import AT_ONCE, FAILURE_RESTS, Provider
from registry.tables import VisitRow
from tests.app.openid.browser import Browser
from tests.app.openid.conftest import CLIENT
from tests.app.openid.invented_provider import ISSUER, InventedProvider


def test_a_provider_that_does_not_answer_is_told_without_what_stands_inside(
    browser: Browser, provider: InventedProvider
) -> None:
    provider.down = True
    answer = browser.ask("GET", "/sign-in/provider")
    browser.refused(answer, 503, "does not answer")
    assert "10.1.2.3" not in answer.text
    assert "termgate sign-in YOUR-NAME" in answer.text


def test_a_provider_that_goes_down_meanwhile_lets_nobody_in(
    browser: Browser, provider: InventedProvider
) -> None:
    brought = browser.leave_for_provider()
    provider.down = True
    browser.refused(browser.come_back(brought), 503, "does not answer")


def test_a_provider_that_is_down_is_not_asked_for_each_visitor(
    browser: Browser, provider: InventedProvider
) -> None:
    provider.down = True
    for _ in range(3):
        assert browser.ask("GET", "/sign-in/provider").status_code == 503
    assert len(provider.asked) == 1
    provider.down = False
    browser.office.at += FAILURE_RESTS
    assert browser.sign_in_there().status_code == 303


def test_its_description_is_believed_for_an_hour_and_no_longer(
    browser: Browser, provider: InventedProvider
) -> None:
    browser.sign_in_there()
    provider.down = True
    browser.office.at += timedelta(minutes=59)
    assert browser.ask("GET", "/sign-in/provider").status_code == 303
    browser.office.at += timedelta(minutes=1)
    assert browser.ask("GET", "/sign-in/provider").status_code == 503


MISFITS: dict[str, dict[str, Any]] = {
    "another issuer": {"issuer": "https://evil.example"},
    "its own name with a slash more": {"issuer": f"{ISSUER}/"},
    "no issuer": {"issuer": None},
    "a token address in the clear": {"token_endpoint": "http://login.company.example/token"},
    "keys that are a file": {"jwks_uri": "file:///etc/passwd"},
    "a sign-in that is a script": {"authorization_endpoint": "javascript:alert(1)"},
    "a sign-out that is a script": {"end_session_endpoint": "javascript:alert(1)"},
    "no keys": {"jwks_uri": None},
    "no secret taken": {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
    "no PKCE": {"code_challenge_methods_supported": ["plain"]},
    "a number of challenges": {"code_challenge_methods_supported": 5},
    "a text of methods": {"token_endpoint_auth_methods_supported": "client_secret_basic"},
}


@pytest.mark.parametrize("said", MISFITS.values(), ids=MISFITS.keys())
def test_a_description_that_does_not_fit_sends_nobody_anywhere(
    browser: Browser, provider: InventedProvider, said: dict[str, Any]
) -> None:
    provider.described = said
    browser.refused(browser.ask("GET", "/sign-in/provider"), 502, "does not fit how this service is set up")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"x"', b"\xff", b"[" * 100_000])
def test_an_answer_that_is_no_json_object_is_told_as_such(body: bytes, browser: Browser) -> None:
    provider = Provider(CLIENT, lambda _url, _headers, _form: Reply(200, body))
    with pytest.raises(ProviderError) as told:
        provider.endpoints(browser.office.at)
    assert told.value.trouble is Trouble.UNUSABLE


def test_a_wrong_secret_is_a_matter_of_the_set_up(browser: Browser, provider: InventedProvider) -> None:
    provider.described["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    browser.refused(browser.sign_in_there(), 502, "does not fit")


@pytest.mark.parametrize("keys", [[], [7], [{"kty": "oct", "k": "c2VjcmV0"}], [{"kty": "RSA", "n": "?"}]])
def test_keys_that_cannot_have_signed_are_no_keys(browser: Browser, keys: list[object]) -> None:
    browser.provider.listed = [_Said(one) for one in keys]
    browser.refused(browser.sign_in_there(), 502, "does not fit")


class _Said:
    """A key as it is listed, whatever it is."""

    def __init__(self, said: object) -> None:
        self._said = said

    def as_dict(self, **_: object) -> object:
        return self._said


@pytest.mark.parametrize(
    ("error", "told"), [("access_denied", "access_denied"), ("<b>made-up</b>", "without a sign-in. Nothing")]
)
def test_somebody_who_is_turned_back_is_told_so_in_words_of_ours(
    browser: Browser, error: str, told: str
) -> None:
    brought = browser.leave_for_provider()
    answer = browser.come_back({"state": brought["state"], "error": error, "error_description": "made-up"})
    browser.refused(answer, 403, told)
    assert "made-up" not in answer.text


def test_an_error_counts_only_for_a_sign_in_of_this_browser(browser: Browser) -> None:
    browser.refused(browser.come_back({"state": "x", "error": "access_denied"}), 400, "no sign-in was begun")


def test_sign_ins_that_wait_leave_threads_for_others(browser: Browser) -> None:
    waiting, released = threading.Semaphore(0), threading.Event()

    def ask(_url: str, _headers: object, _form: object) -> Reply:
        waiting.release()
        released.wait(5)
        return Reply(503, b"")

    provider = Provider(CLIENT, ask)

    def visit() -> None:
        with pytest.raises(ProviderError):
            provider.endpoints(browser.office.at)

    threads = [threading.Thread(target=visit) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert waiting.acquire(timeout=5)
    with pytest.raises(ProviderError) as told:
        provider.endpoints(browser.office.at)
    released.set()
    for thread in threads:
        thread.join()
    assert told.value.trouble is Trouble.BUSY


def test_signing_out_ends_the_visit_here_and_then_the_session_there(browser: Browser) -> None:
    browser.sign_in_there()
    answer = browser.send("/sign-out", {})
    assert answer.status_code == 200
    assert f'content="0; url={ISSUER}/logout?id_token_hint=' in answer.text
    assert "post_logout_redirect_uri=https%3A%2F%2Fgate.company.example%2Fui%2Fsign-in" in answer.text
    assert not browser.is_in


def test_without_a_place_to_sign_out_there_the_page_says_so(
    browser: Browser, provider: InventedProvider
) -> None:
    provider.described["end_session_endpoint"] = None
    browser.sign_in_there()
    answer = browser.send("/sign-out", {})
    assert "may still be signed in" in answer.text
    assert "http-equiv" not in answer.text
    assert not browser.is_in


def test_a_visit_by_a_link_has_nothing_to_sign_out_of_elsewhere(browser: Browser) -> None:
    browser.sign_in("robin")
    assert browser.send("/sign-out", {}).headers["location"] == "/sign-in"


def test_the_providers_word_is_kept_no_longer_than_the_visit(browser: Browser) -> None:
    browser.sign_in_there()
    kept = select(VisitRow).where(col(VisitRow.id_token).is_not(None))
    with browser.office.sessions() as session:
        assert len(session.exec(kept).all()) == 1
    browser.office.at += timedelta(hours=12)
    browser.sign_in("robin")
    with browser.office.sessions() as session:
        assert session.exec(kept).all() == []
