"""From a status, or from a connection's error, to the failure it is. Pure; knows bot walls by their marks.

Only answers with an error status are searched for a wall's words: a wall that says 200 is found by the
reader, who must judge pages by their text anyhow.
"""

import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import ceil

import httpx

from extractors.model import Failure

PAGE_STATUSES = frozenset({200, 203})
NO_BODY_STATUSES = frozenset({204, 205})
REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
_LONGEST_WAIT_S = 999_999_999
"""What a site may ask us to wait: some 30 years, which any sum of times still holds."""

_FAILURES = {
    401: Failure.REFUSED,
    403: Failure.REFUSED,
    407: Failure.REFUSED,
    451: Failure.REFUSED,
    404: Failure.NOT_FOUND,
    410: Failure.NOT_FOUND,
    429: Failure.RATE_LIMITED,
}
_WALLED_STATUSES = frozenset({401, 403, 405, 407, 429, 451, 503})
"""Statuses that bot walls answer with; elsewhere their words prove nothing."""
_CHALLENGE_HEADERS = {"cf-mitigated", "x-vercel-mitigated", "x-amzn-waf-action"}
"""Sent with a challenge only, whatever the status."""
_WALL_HEADERS = {"x-datadome", "x-px-captcha", "x-kpsdk-ct", "x-sucuri-block"}
"""Sent by a wall with good answers too."""
_WALL_WORDS = (
    b"attention required! | cloudflare",
    b"access to this page has been denied",
    b"are you a robot",
    b"awswaf",
    b"captcha",
    b"cf-chl",
    b"cf-error-details",
    b"challenge-platform",
    b"checking your browser",
    b"checking if the site connection is secure",
    b"datadome",
    b"edgesuite.net",
    b"enable javascript and cookies to continue",
    b"incapsula",
    b"just a moment",
    b"kpsdk",
    b"pardon our interruption",
    b"perimeterx",
    b"security checkpoint",
    b"unusual traffic",
    b"verify you are human",
    b"verify you are a human",
)
_ADVICE = {
    Failure.REFUSED: "Open it in a browser; if it is public, upload the page instead.",
    Failure.BOT_WALL: "It lets only browsers pass: open it in one, and upload the page instead.",
    Failure.NOT_FOUND: "The page has moved or gone: find its new address and correct the source.",
    Failure.RATE_LIMITED: "It asks for fewer requests: the page will be tried again later.",
    Failure.SERVER_ERROR: "The fault is the site's: the page will be tried again later.",
    Failure.UNEXPECTED_STATUS: "Open it in a browser to see what it answers, and correct the source.",
}


def status_failure(status: int, headers: Mapping[str, str], start: bytes) -> Failure | None:
    """What an answer's status means, with its headers (names in lower case) and the start of its body.

    None where it is a page, as far as the status tells.
    """
    if _is_wall(status, headers, start.lower()):
        return Failure.BOT_WALL
    if status in PAGE_STATUSES:
        return None
    if 500 <= status < 600:
        return Failure.SERVER_ERROR
    return _FAILURES.get(status, Failure.UNEXPECTED_STATUS)


def advice(failure: Failure) -> str:
    """What a person can do about a failure that `status_failure` names."""
    return _ADVICE[failure]


def retry_after(header: str, now: datetime) -> int | None:
    """Whole seconds that a Retry-After header asks to wait; None where it says nothing usable."""
    header = header.strip()
    if header.isascii() and header.isdigit() and len(header) <= len(str(_LONGEST_WAIT_S)):
        return int(header)
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        # A day, an hour or a zone that no calendar holds.
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0, min(ceil((moment - now).total_seconds()), _LONGEST_WAIT_S))


def network_failure(error: httpx.RequestError, *, answered: bool) -> tuple[Failure, str]:
    """What ended a connection, and in words; `answered`: the head of an answer had come by then."""
    if isinstance(error, httpx.TimeoutException):
        return Failure.TIMED_OUT, "took too long"
    if answered:
        return Failure.TRUNCATED, "broke off before all of it had come: it will be tried again later"
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Failure.TLS_FAILED, f"has a certificate that is not valid for it ({cause.verify_message})"
        if isinstance(cause, ssl.SSLError):
            return Failure.TLS_FAILED, f"could not agree on an encrypted connection ({cause})"
    if isinstance(error, httpx.ProtocolError):
        return Failure.UNREACHABLE, f"did not answer in HTTP ({error})"
    return Failure.UNREACHABLE, f"could not be reached ({error}): check the address, or try again later"


def _is_wall(status: int, headers: Mapping[str, str], start: bytes) -> bool:
    if not _CHALLENGE_HEADERS.isdisjoint(headers):
        return True
    if status not in _WALLED_STATUSES:
        return False
    if status == 429 and "retry-after" in headers:
        return False
    return not _WALL_HEADERS.isdisjoint(headers) or any(words in start for words in _WALL_WORDS)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
