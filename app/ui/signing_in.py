"""Signing in by a link that opens one visit, and signing out of a visit however it began."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from app.api.house import Here
from app.ui.rendering import page
from app.ui.visiting import begin_visit, drop_visit, end_former_visit
from app.ui.visitor import not_from_elsewhere, posted, secret_in
from registry.visits import SignInRefusedError, end_visit, link_of, open_by_link

log = structlog.get_logger(__name__)
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
    """Say whom a link signs in, or how to get in. Looking at it uses nothing up: mail programs do that."""
    now = house.now()
    name = None
    if link:
        with house.readings() as session:
            name = link_of(session, link, now).name
    provider = house.openid and house.openid.shown
    return page(
        request,
        "sign_in.html",
        None,
        now,
        link=link,
        onward=onward,
        name=name,
        provider=provider,
        local_links=house.local_links,
    )


@router.post("/sign-in", dependencies=[Depends(not_from_elsewhere)])
def enter(
    request: Request,
    house: Here,
    link: Annotated[str, Form(max_length=LONGEST)],
    onward: Annotated[str, Form(alias="next", max_length=2000)] = "",
) -> Response:
    """Use a link, and begin a visit."""
    now = house.now()
    try:
        with house.sessions() as session:
            secret = open_by_link(session, link, now)
            end_former_visit(session, request, house, now)
    except SignInRefusedError as refused:
        log.warning("sign_in_by_link_refused", because=str(refused))
        raise
    return begin_visit(request, house, secret, onward)


@router.post("/sign-out", dependencies=[Depends(posted)])
def leave(request: Request, house: Here) -> Response:
    """End the visit; where a provider vouched for it, offer to end its session too."""
    now = house.now()
    with house.sessions() as session:
        id_token = end_visit(session, secret_in(request, house), now)
    base = request.scope.get("root_path", "")
    if id_token is None or house.openid is None:
        return drop_visit(request, house, RedirectResponse(f"{base}/sign-in", 303))
    # A page between: browsers keep a form from leading on to another site, as our policy tells them to.
    there, provider = house.openid.sign_out_url(id_token, now), house.openid.shown
    return drop_visit(
        request, house, page(request, "signed_out.html", None, now, there=there, provider=provider)
    )
