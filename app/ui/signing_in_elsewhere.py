"""Signing in with an identity provider: sent there by a button, back with its word, and in or turned away.

What goes wrong ends on a page that says what happened and what to do, and lets nobody in.
"""

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from app.api.house import Here, House
from app.errors import NotFoundError
from app.openid.door import OpenId, Returned
from app.openid.model import (
    ATTEMPT_LASTS,
    AttemptError,
    DeclinedError,
    ProviderError,
    TokenError,
    Trouble,
)
from app.ui.rendering import page
from app.ui.visiting import begin_visit, end_former_visit, page_of_ours
from registry.persons import Entered, TurnedAway, check_unspent, let_in, note_refusal
from registry.visits import SignInRefusedError

log = structlog.get_logger(__name__)
router = APIRouter()

_LONG: Final = 8000
"""Characters of a code at most; the longest that are seen have some 2,000."""


class End(StrEnum):
    """Why a sign-in let nobody in."""

    BLOCKED = "blocked"
    NO_ROLE = "no_role"
    DECLINED = "declined"
    """The provider sent them back without a code."""
    LOST = "lost"
    """It was not begun in this browser, is too old, or was used before."""
    UNBELIEVED = "unbelieved"
    """The provider's word is not the one awaited."""
    UNREACHABLE = "unreachable"
    UNUSABLE = "unusable"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a sign-in ended that let nobody in."""

    why: End
    status: HTTPStatus
    detail: str = ""
    """What may be shown of it."""
    called: str = ""
    """Who it was, where that is known."""


_TROUBLES: Final = {
    Trouble.UNREACHABLE: Ended(End.UNREACHABLE, HTTPStatus.SERVICE_UNAVAILABLE),
    Trouble.UNUSABLE: Ended(End.UNUSABLE, HTTPStatus.BAD_GATEWAY),
    Trouble.BUSY: Ended(End.BUSY, HTTPStatus.SERVICE_UNAVAILABLE),
}


@router.get("/sign-in/provider")
def begin(
    request: Request,
    house: Here,
    onward: Annotated[str, Query(alias="next", max_length=2000)] = "",
    *,
    choose: bool = False,
) -> Response:
    """Send a browser to the provider; `choose`: to sign in as somebody else than there is signed in now."""
    openid = _openid(house)
    try:
        begun = openid.begin(page_of_ours(request, onward), house.now(), choose=choose)
    except ProviderError as error:
        return _ended(request, house, _troubled(error))
    answer = RedirectResponse(begun.url, 303, {"cache-control": "no-store"})
    answer.set_cookie(
        _cookie(openid),
        begun.cookie,
        max_age=int(ATTEMPT_LASTS.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=openid.is_secure,
    )
    return answer


@router.get("/sign-in/callback")
def come_back(
    request: Request,
    house: Here,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=_LONG)] = "",
    error: Annotated[str, Query(max_length=200)] = "",
    issuer: Annotated[str, Query(alias="iss", max_length=2000)] = "",
) -> Response:
    """Let somebody in whom the provider vouches for and whose groups give a role."""
    openid = _openid(house)
    returned = Returned(state, code, error, issuer)
    try:
        return _let_in(request, house, openid, returned)
    except AttemptError as wrong:
        log.warning("openid_sign_in_lost", because=str(wrong))
        # The cookie stays: whoever made this address up does not end a sign-in that is on its way.
        return _ended(request, house, Ended(End.LOST, HTTPStatus.BAD_REQUEST, str(wrong)))
    except SignInRefusedError as used:
        log.warning("openid_sign_in_replayed")
        ended = Ended(End.LOST, HTTPStatus.BAD_REQUEST, str(used))
    except DeclinedError as declined:
        ended = Ended(End.DECLINED, HTTPStatus.FORBIDDEN, str(declined))
    except ProviderError as trouble:
        ended = _troubled(trouble)
    except TokenError as unbelieved:
        log.warning("openid_token_refused", because=str(unbelieved))
        with house.sessions() as session:
            note_refusal(session, openid.issuer, f"the ID token: {unbelieved}", house.now())
        ended = Ended(End.UNBELIEVED, HTTPStatus.FORBIDDEN)
    return _without_attempt(openid, _ended(request, house, ended))


def _let_in(request: Request, house: House, openid: OpenId, returned: Returned) -> Response:
    now = house.now()
    attempt = openid.open(returned, request.cookies.get(_cookie(openid), ""), now)
    with house.readings() as session:
        check_unspent(session, attempt.state)
    # No transaction is open while the provider is asked.
    came = openid.finish(returned, attempt, now)
    with house.sessions() as session:
        outcome = let_in(session, came.who, came.came, now)
        if isinstance(outcome, Entered):
            end_former_visit(session, request, house, now)
    if isinstance(outcome, TurnedAway):
        why = End.BLOCKED if outcome.blocked else End.NO_ROLE
        ended = Ended(why, HTTPStatus.FORBIDDEN, called=outcome.called)
        return _without_attempt(openid, _ended(request, house, ended))
    return _without_attempt(openid, begin_visit(request, house, outcome.secret, came.onward))


def _openid(house: House) -> OpenId:
    if house.openid is None:
        raise NotFoundError("no identity provider is set up; sign in with a link")
    return house.openid


def _troubled(error: ProviderError) -> Ended:
    log.error("openid_provider_failed", trouble=error.trouble.value, because=str(error))
    return _TROUBLES[error.trouble]


def _ended(request: Request, house: House, ended: Ended) -> Response:
    shown = {"ended": ended, "provider": _openid(house).shown, "local_links": house.local_links}
    return page(request, "sign_in_ended.html", None, house.now(), status=ended.status, **shown)


def _cookie(openid: OpenId) -> str:
    """The prefix keeps neighbouring sites from planting one; browsers take it over TLS alone."""
    return "__Host-termgate_sign_in" if openid.is_secure else "termgate_sign_in"


def _without_attempt(openid: OpenId, answer: Response) -> Response:
    answer.delete_cookie(_cookie(openid), path="/", secure=openid.is_secure, httponly=True, samesite="lax")
    return answer
