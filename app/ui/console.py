"""The pages as one application: its routes, what it serves as files, and how it tells what went wrong."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from app.api.house import House
from app.errors import KINDS, kind_and_detail
from app.ui import (
    audit,
    changes,
    correcting,
    deciding,
    evidence,
    listing,
    originals,
    overview,
    past,
    policy,
    progress,
    settings,
    signing_in,
    submitting,
    tool,
)
from app.ui.headers import PageHeaders
from app.ui.rendering import page
from app.ui.visitor import ForeignFormError, SignInNeededError

STATIC: Final = Path(__file__).parent / "static"
_ROUTERS: Final[Sequence[APIRouter]] = (
    signing_in.router,
    overview.router,
    listing.router,
    tool.router,
    past.router,
    evidence.router,
    correcting.router,
    originals.router,
    deciding.router,
    changes.router,
    policy.router,
    submitting.router,
    progress.router,
    audit.router,
    settings.router,
)


def console(house: House) -> FastAPI:
    """The pages, to be mounted under an address of their own."""
    app = FastAPI(title="Termgate's pages", openapi_url=None, redirect_slashes=False)
    app.state.house = house
    for router in _ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for error in KINDS:
        app.add_exception_handler(error, _told)
    app.add_exception_handler(ForeignFormError, _foreign)
    app.add_exception_handler(SignInNeededError, _sign_in)
    app.add_exception_handler(HTTPException, _no_page)
    app.add_middleware(PageHeaders)
    return app


async def _sign_in(request: Request, error: Exception) -> Response:
    base = request.scope.get("root_path", "")
    there = f"{base}/sign-in?next={error}" if str(error) else f"{base}/sign-in"
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"hx-redirect": there})
    return RedirectResponse(there, 303)


async def _told(request: Request, error: Exception) -> Response:
    """What went wrong, in the error's own words: they are written for who has to do something about it."""
    kind, detail = kind_and_detail(error)
    return _problem(request, kind.status, kind.title, detail)


async def _foreign(request: Request, error: Exception) -> Response:
    return _problem(request, 403, "This form cannot be taken", str(error))


async def _no_page(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    title = "There is no such page" if status == 404 else "This cannot be shown"
    return _problem(request, status, title, "Check the address, or begin at the overview.")


def _problem(request: Request, status: int, title: str, detail: str) -> Response:
    house: House = request.app.state.house
    return page(request, "problem.html", None, house.now(), status=status, title=title, detail=detail)
