"""What went wrong, as a page: in the error's own words, with what to do next and the way out of it.

Who is signed in keeps the navigation. Where the script of a page asked for a part of it, a part tells.
"""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

import structlog
from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from app.api.house import House
from app.auth import RoleTooSmallError
from app.db import UnusableDatabaseError
from app.errors import KINDS, kind_and_detail
from app.ui.headers import HEADERS
from app.ui.rendering import is_part, page
from app.ui.visitor import ForeignFormError, SignInNeededError, Visitor, visitor_of
from registry.model import Role

log = structlog.get_logger(__name__)

_ADVICE: Final[Mapping[int, str]] = {
    400: "Go back, load the page again and repeat what you did.",
    403: "Ask an administrator of this service, or sign in as somebody who may.",
    404: "Look for the tool in the registry: it may have another name there.",
    405: "This address takes a form. Open the page that the form stands on.",
    409: "Somebody or something was faster. Load the page again and look at what stands there now.",
    413: "Choose a smaller file. A PDF of the text alone is enough: pictures are not read.",
    415: "Save the document as PDF, HTML or text, and bring that.",
    422: "Go back, change what is named here, and send it again.",
    500: "It was logged. Try it once more; if it stays, tell whoever runs this service and name the time.",
    503: "Try it again in a minute. If it stays, tell whoever runs this service.",
}
"""What to do next, where the error's own words may not say."""
_TITLES: Final[Mapping[int, str]] = {
    404: "There is no such page",
    405: "This page cannot be opened like that",
}
_FOR_PROGRAMS: Final = "; GET /v1/"
"""What follows it tells programs where to look."""
_NO_WORDS: Final = "Check the address."
_PLACES: Final[Sequence[tuple[str, str, Role]]] = (
    ("/", "Overview", Role.MANAGER),
    ("/tools", "Registry", Role.MANAGER),
    ("/submit", "Submit", Role.MANAGER),
    ("/ask", "Look a tool up", Role.LOOKUP),
    ("/policy", "Policy", Role.LOOKUP),
    ("/settings", "Settings", Role.LOOKUP),
)
_WAYS: Final = 3
"""Of the places, to whoever may go there."""


def install_pages(app: FastAPI) -> None:
    """Let the pages answer every error as a page."""
    for error in KINDS:
        app.add_exception_handler(error, _told)
    app.add_exception_handler(ForeignFormError, _foreign)
    app.add_exception_handler(SignInNeededError, _sign_in)
    app.add_exception_handler(HTTPException, _no_page)
    app.add_exception_handler(Exception, _unexpected)


async def _sign_in(request: Request, error: Exception) -> Response:
    base = request.scope.get("root_path", "")
    there = f"{base}/sign-in?next={error}" if str(error) else f"{base}/sign-in"
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"hx-redirect": there})
    return RedirectResponse(there, 303)


async def _told(request: Request, error: Exception) -> Response:
    """What went wrong, in the error's own words: they are written for who has to do something about it."""
    kind, detail = kind_and_detail(error)
    if isinstance(error, RoleTooSmallError):
        return await _problem(request, kind.status, "Your role does not open this", detail, roles=tuple(Role))
    return await _problem(request, kind.status, kind.title, detail.partition(_FOR_PROGRAMS)[0])


async def _foreign(request: Request, error: Exception) -> Response:
    return await _problem(request, 403, "This form cannot be taken", str(error))


async def _no_page(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return await _problem(request, status, _TITLES.get(status, "This cannot be shown"), _NO_WORDS)


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected_page_error", method=request.method, path=request.url.path, exc_info=error)
    answer = await _problem(request, 500, "Something went wrong here", "The page could not be made.")
    # The framework answers a fault outside everything that wraps the pages.
    answer.headers.update(HEADERS)
    return answer


async def _problem(
    request: Request, status: int, title: str, detail: str, *, roles: Sequence[Role] = ()
) -> Response:
    house: House = request.app.state.house
    advice = _whom_to_ask(house) if roles else _ADVICE.get(status, _ADVICE[422])
    told = {"title": title, "detail": detail, "advice": advice, "code": status}
    if is_part(request):
        answer = page(request, "problem_part.html", None, house.now(), status=status, **told)
        answer.headers["hx-reswap"] = "innerHTML"
        return answer
    at = None if status >= 500 else await run_in_threadpool(_present, request, house)
    places = [(there, words) for there, words, role in _PLACES if at is None or at.caller.may(role)]
    ways = {"back": _page_before(request), "places": places[:_WAYS], "roles": roles}
    return page(request, "problem.html", at, house.now(), status=status, **told, **ways)


def _whom_to_ask(house: House) -> str:
    """Who gives a role, and what has to be done afterwards."""
    provider = None if house.openid is None else house.openid.shown
    if provider is not None and provider.contact:
        return f"Ask {provider.contact} for the role that you need, then sign in again."
    return "Ask an administrator of this service for the role that you need, then sign in again."


def _present(request: Request, house: House) -> Visitor | None:
    """Who is signed in; a page that tells of trouble makes no trouble of its own."""
    try:
        return visitor_of(request, house)
    except UnusableDatabaseError:
        return None


def _page_before(request: Request) -> str | None:
    """The page of ours that a form was sent from."""
    sent_from = urlsplit(request.headers.get("referer", ""))
    is_ours = sent_from.netloc == request.url.netloc and sent_from.path.startswith(
        f"{request.scope.get('root_path', '')}/"
    )
    if request.method == "GET" or not is_ours or sent_from.path == request.url.path:
        return None
    return f"{sent_from.path}?{sent_from.query}" if sent_from.query else sent_from.path
