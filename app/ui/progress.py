"""How far the newest look at a tool is, and the uploads that it waits for."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.api.captures import take_capture
from app.api.files import Received, named_file
from app.api.finding import AtSource, AtTool, ToolAddress, the_tool
from app.api.house import Here, House
from app.api.uploads import take_in
from app.api.vettings import vetting_shown
from app.db import Session
from app.errors import BusyError, MediaTypeError, UploadRefusedError
from app.media import LARGEST, OF_SUFFIX
from app.ui.rendering import go_to, is_part, page
from app.ui.visitor import At, Posted, Sent, Visitor, require
from extractors.model import Failure
from registry.capturing import CaptureRefusedError, needs_capture
from registry.evidence import sightings_of_pass
from registry.model import Role
from registry.store import plans_of, sources_of, vettings_of
from registry.submissions import NothingToVetError, PassState, missing_uploads
from registry.tables import ToolRow, VettingRow

router = APIRouter(prefix="/tools/{vendor}/{tool}")

_REFUSALS: Final = (UploadRefusedError, MediaTypeError, BusyError, NothingToVetError, CaptureRefusedError)
_UNDER_WAY: Final = frozenset({PassState.QUEUED, PassState.RUNNING})


@router.get("/progress")
def show(request: Request, at: At, where: AtTool, house: Here) -> Response:
    """How far the look is; the page asks again while it goes on."""
    require(at, Role.MANAGER)
    return _page(request, at, house, where)


@router.post("/sources/{source}/upload")
async def upload(request: Request, sent: Sent, where: AtSource, house: Here) -> Response:
    """Bring the document of a source that is not fetched."""
    require(sent.visitor, Role.MANAGER)
    return await _bring(
        request, sent, where, house, lambda received: take_in(house, where, received, sent.visitor.name)
    )


@router.post("/sources/{source}/capture")
async def capture(request: Request, sent: Sent, where: AtSource, house: Here) -> Response:
    """Bring a page that the site shows to people and not to us, as a browser saved it."""
    require(sent.visitor, Role.REVIEWER)

    def take(received: Received) -> object:
        snapshot = received.snapshot(house.now(), sent.text("url"))
        return take_capture(house, where, snapshot, received.filename, sent.visitor.name)

    return await _bring(request, sent, where, house, take)


async def _bring(
    request: Request, sent: Posted, where: ToolAddress, house: House, take: Callable[[Received], object]
) -> Response:
    """Take a form's file in, and show how the look goes that follows."""
    file = sent.file("file")
    if file is None:
        return _page(request, sent.visitor, house, where, refused="choose a file first")
    try:
        received = named_file(file.filename or "", await file.read())
        await run_in_threadpool(take, received)
    except _REFUSALS as refusal:
        return _page(request, sent.visitor, house, where, refused=str(refusal))
    return go_to(request, f"/tools/{where.vendor}/{where.tool}/progress")


def _page(request: Request, at: Visitor, house: House, where: ToolAddress, *, refused: str = "") -> Response:
    with house.readings() as session:
        tool = the_tool(session, where)
        newest = next(iter(vettings_of(session, tool.id, 1)), None)
        look = None if newest is None else vetting_shown(tool, newest)
        goes_on = look is not None and look.state in _UNDER_WAY
        unread = [] if newest is None or goes_on else list(_unread(session, tool, newest))
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
        goes_on=goes_on,
        unread=unread,
        uploads=uploads,
        plans=plans,
        suffixes=tuple(OF_SUFFIX),
        largest=LARGEST,
    )


def _unread(session: Session, tool: ToolRow, vetting: VettingRow) -> Iterator[Mapping[str, Any]]:
    """What a look came to nothing at, with where a person finds it."""
    sources = {source.id: source for source in sources_of(session, tool.id)}
    for seen in sightings_of_pass(session, vetting.key):
        if seen.document_id is None and seen.source_id in sources:
            source = sources[seen.source_id]
            failure = None if seen.failure is None else Failure(seen.failure)
            told = {"failure": failure, "needs_capture": needs_capture(failure), "urls": source.urls}
            yield {"source": source.slug, "detail": seen.detail, **told}
