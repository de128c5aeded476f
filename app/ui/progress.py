"""How far the newest look at a tool is, and the uploads that it waits for."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.api.files import named_file
from app.api.finding import AtSource, AtTool, ToolAddress, the_tool
from app.api.house import Here, House
from app.api.uploads import take_in
from app.api.vettings import vetting_shown
from app.errors import BusyError, MediaTypeError, UploadRefusedError
from app.media import OF_SUFFIX
from app.ui.rendering import go_to, is_part, page
from app.ui.visitor import At, Sent, Visitor, require
from registry.model import Role
from registry.store import plans_of, vettings_of
from registry.submissions import NothingToVetError, PassState, missing_uploads

router = APIRouter(prefix="/tools/{vendor}/{tool}")

_UNDER_WAY: Final = frozenset({PassState.QUEUED, PassState.RUNNING})


@router.get("/progress")
def show(request: Request, at: At, where: AtTool, house: Here) -> Response:
    """How far the look is; the page asks again while it goes on."""
    return _page(request, at, house, where)


@router.post("/sources/{source}/upload")
async def upload(request: Request, sent: Sent, where: AtSource, house: Here) -> Response:
    """Bring the document of a source that is not fetched."""
    require(sent.visitor, Role.MANAGER)
    file = sent.file("file")
    if file is None:
        return _page(request, sent.visitor, house, where, refused="choose a file first")
    try:
        received = named_file(file.filename or "", await file.read())
        await run_in_threadpool(take_in, house, where, received, sent.visitor.name)
    except (UploadRefusedError, MediaTypeError, BusyError, NothingToVetError) as refusal:
        return _page(request, sent.visitor, house, where, refused=str(refusal))
    return go_to(request, f"/tools/{where.vendor}/{where.tool}/progress")


def _page(request: Request, at: Visitor, house: House, where: ToolAddress, *, refused: str = "") -> Response:
    with house.readings() as session:
        tool = the_tool(session, where)
        newest = next(iter(vettings_of(session, tool.id, 1)), None)
        look = None if newest is None else vetting_shown(tool, newest)
        uploads = missing_uploads(session, tool)
        plans = [(plan.slug, plan.name, plan.status) for plan in plans_of(session, tool.id)]
    return page(
        request,
        "progress_part.html" if is_part(request) else "progress.html",
        at,
        house.now(),
        status=422 if refused else 200,
        refused=refused,
        tool=tool,
        look=look,
        goes_on=look is not None and look.state in _UNDER_WAY,
        uploads=uploads,
        plans=plans,
        suffixes=",".join(OF_SUFFIX),
    )
