"""The first page: what waits for a person, and where all plans stand."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.house import Here
from app.ui.rendering import page
from app.ui.visitor import At
from registry.model import Status
from registry.overview import overview

router = APIRouter()


@router.get("/")
def show(request: Request, at: At, house: Here) -> Response:
    """What waits for me?"""
    now = house.now()
    with house.readings() as session:
        shown = overview(session, now)
    return page(request, "overview.html", at, now, shown=shown, statuses=list(Status))
