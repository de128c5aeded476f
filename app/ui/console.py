"""The pages as one application: its routes, and what it serves as files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles

from app.api.headers import WithHeaders
from app.api.house import House
from app.ui import (
    audit,
    changes,
    correcting,
    deciding,
    evidence,
    listing,
    looking_up,
    originals,
    overview,
    past,
    policy,
    progress,
    requesting,
    retiring,
    searching,
    setting_sources,
    settings,
    signing_in,
    signing_in_elsewhere,
    submitting,
    tool,
    tracking,
    webhooks,
)
from app.ui.headers import HEADERS
from app.ui.troubles import install_pages

STATIC: Final = Path(__file__).parent / "static"
_ROUTERS: Final[Sequence[APIRouter]] = (
    signing_in.router,
    signing_in_elsewhere.router,
    overview.router,
    listing.router,
    looking_up.router,
    tool.router,
    searching.router,
    tracking.router,
    setting_sources.router,
    past.router,
    evidence.router,
    correcting.router,
    originals.router,
    deciding.router,
    requesting.router,
    retiring.router,
    changes.router,
    policy.router,
    submitting.router,
    progress.router,
    audit.router,
    settings.router,
    webhooks.router,
)


def console(house: House) -> FastAPI:
    """The pages, to be mounted under an address of their own."""
    app = FastAPI(title="Termgate's pages", openapi_url=None, redirect_slashes=False)
    app.state.house = house
    for router in _ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    install_pages(app)
    app.add_middleware(WithHeaders, headers=HEADERS)
    return app
