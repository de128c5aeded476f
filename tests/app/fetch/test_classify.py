import ssl
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fetch.classify import PAGE_STATUSES, advice, network_failure, retry_after, status_failure
from extractors.model import Failure

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (200, None),
        (203, None),
        (401, Failure.REFUSED),
        (403, Failure.REFUSED),
        (407, Failure.REFUSED),
        (451, Failure.REFUSED),
        (404, Failure.NOT_FOUND),
        (410, Failure.NOT_FOUND),
        (429, Failure.RATE_LIMITED),
        (500, Failure.SERVER_ERROR),
        (503, Failure.SERVER_ERROR),
        (526, Failure.SERVER_ERROR),
        (202, Failure.UNEXPECTED_STATUS),
        (206, Failure.UNEXPECTED_STATUS),
        (300, Failure.UNEXPECTED_STATUS),
        (304, Failure.UNEXPECTED_STATUS),
        (400, Failure.UNEXPECTED_STATUS),
        (418, Failure.UNEXPECTED_STATUS),
        (999, Failure.UNEXPECTED_STATUS),
    ],
)
def test_each_status_means_one_failure(status: int, failure: Failure | None) -> None:
    assert status_failure(status, {}, b"<p>Sorry.</p>") is failure


@given(st.integers(100, 999).filter(lambda status: status not in PAGE_STATUSES), st.binary())
def test_no_other_status_is_a_page_and_each_failure_has_advice(status: int, start: bytes) -> None:
    failure = status_failure(status, {}, start)
    assert failure is not None
    assert advice(failure)


@pytest.mark.parametrize(
    "start",
    [
        b"<title>Just a moment...</title>",
        b"<title>Attention Required! | Cloudflare</title>",
        b"<script src=https://www.google.com/recaptcha/api.js>",
        b"<p>Pardon Our Interruption",
        b"Reference #18.2f https://errors.edgesuite.net/18.2f",
        b"<script src='https://ct.captcha-delivery.com/c.js'>",
        b"Access to this page has been denied because we believe you are using automation",
    ],
)
@pytest.mark.parametrize("status", [401, 403, 429, 503])
def test_a_bot_wall_is_known_by_its_words(status: int, start: bytes) -> None:
    assert status_failure(status, {}, start) is Failure.BOT_WALL


@pytest.mark.parametrize("status", [200, 202, 403, 429, 503])
def test_a_challenge_header_is_a_wall_whatever_the_status(status: int) -> None:
    assert status_failure(status, {"cf-mitigated": "challenge"}, b"") is Failure.BOT_WALL


def test_headers_of_a_wall_that_let_us_pass_are_no_wall() -> None:
    assert status_failure(200, {"x-datadome": "protected"}, b"") is None
    assert status_failure(403, {"x-datadome": "protected"}, b"") is Failure.BOT_WALL


def test_words_of_a_wall_prove_nothing_on_a_missing_page() -> None:
    assert status_failure(404, {}, b"<form>captcha") is Failure.NOT_FOUND


def test_a_limit_that_names_its_end_is_a_limit_and_no_wall() -> None:
    assert status_failure(429, {"retry-after": "60"}, b"captcha") is Failure.RATE_LIMITED


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Sun, 01 Mar 2026 12:01:30 GMT", 90),
        ("Sun, 01 Mar 2026 12:01:30 -0000", 90),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("9" * 5000, None),
    ],
)
def test_waiting_times_are_read_as_seconds(header: str, seconds: int | None) -> None:
    assert retry_after(header, NOW) == seconds


@pytest.mark.parametrize(
    "header",
    [
        "Fri, 99999999999999999999 Dec 2027 00:00:00 GMT",
        "Fri, 31 Dec 2027 00:00:00 +99999999999999",
        "Fri, 31 Dec 2027 99999999999:00:00 GMT",
        "Fri, 31 Dec 2027 00:00:00 +9999",
    ],
)
def test_a_waiting_time_that_no_calendar_holds_says_nothing(header: str) -> None:
    assert retry_after(header, NOW) is None


@given(st.text(max_size=60) | st.from_regex(r"Fri, \d{1,20} Dec \d{1,6} \d\d:\d\d:\d\d [+-]\d{1,12}"))
def test_no_waiting_time_is_longer_than_a_moment_can_take(header: str) -> None:
    found = retry_after(header, NOW)
    assert found is None or NOW + timedelta(seconds=found)


def caused(by: Exception) -> httpx.ConnectError:
    error = httpx.ConnectError("handshake")
    error.__cause__ = by
    return error


@pytest.mark.parametrize(
    ("error", "answered", "failure"),
    [
        (httpx.ConnectError("refused"), False, Failure.UNREACHABLE),
        (httpx.ConnectTimeout("slow"), False, Failure.TIMED_OUT),
        (httpx.ReadTimeout("slow"), False, Failure.TIMED_OUT),
        (httpx.ReadTimeout("slow"), True, Failure.TIMED_OUT),
        (httpx.ReadError("reset"), False, Failure.UNREACHABLE),
        (httpx.ReadError("reset"), True, Failure.TRUNCATED),
        (httpx.RemoteProtocolError("no HTTP"), False, Failure.UNREACHABLE),
        (httpx.RemoteProtocolError("incomplete"), True, Failure.TRUNCATED),
        (caused(ssl.SSLError(1, "wrong version")), False, Failure.TLS_FAILED),
        (caused(ConnectionResetError()), False, Failure.UNREACHABLE),
    ],
)
def test_each_error_of_a_connection_means_one_failure(
    error: httpx.RequestError, answered: bool, failure: Failure
) -> None:
    assert network_failure(error, answered=answered)[0] is failure
