"""Signing in by a link that opens one visit, and signing out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from app.api.house import Here
from app.ui.rendering import page
from app.ui.visitor import COOKIE, posted
from registry.visits import VISIT_LASTS, end_visit, link_of, open_by_link

router = APIRouter()
LONGEST = 200
"""Characters of a link's secret at most; ours are shorter."""


@router.get("/sign-in")
def ask(
    request: Request,
    house: Here,
    link: Annotated[str, Query(max_length=LONGEST)] = "",
    onward: Annotated[str, Query(alias="next", max_length=2000)] = "",
) -> Response:
    """Say whom a link signs in, or how to get one. Looking at it uses nothing up: mail programs do that."""
    now = house.now()
    name = None
    if link:
        with house.readings() as session:
            name = link_of(session, link, now).name
    return page(request, "sign_in.html", None, now, link=link, name=name, onward=onward)


@router.post("/sign-in")
def enter(
    request: Request,
    house: Here,
    link: Annotated[str, Form(max_length=LONGEST)],
    onward: Annotated[str, Form(alias="next", max_length=2000)] = "",
) -> Response:
    """Use a link, and begin a visit."""
    with house.sessions() as session:
        secret = open_by_link(session, link, house.now())
    base = request.scope.get("root_path", "")
    is_ours = onward.startswith(f"{base}/") and "//" not in onward and "\\" not in onward
    there = onward if is_ours else f"{base}/"
    answer = RedirectResponse(there, 303)
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=int(VISIT_LASTS.total_seconds()),
        path=base or "/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post("/sign-out", dependencies=[Depends(posted)])
def leave(request: Request, house: Here) -> Response:
    """End the visit."""
    with house.sessions() as session:
        end_visit(session, request.cookies.get(COOKIE, ""), house.now())
    base = request.scope.get("root_path", "")
    answer = RedirectResponse(f"{base}/sign-in", 303)
    answer.delete_cookie(COOKIE, path=base or "/")
    return answer
