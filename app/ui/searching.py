"""Searching the site of a tool that is there already: what is found is tracked or passed over, one by one."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from app.api.discoveries import search_start
from app.api.finding import AtTool, ToolAddress, the_tool
from app.api.house import Here
from app.db import Session
from app.errors import NotFoundError
from app.ui.rendering import go_to, is_part, load_again, page
from app.ui.searched import searched
from app.ui.tracking import tracking_page
from app.ui.typed import typed
from app.ui.visitor import At, Sent, require
from registry.discoveries import (
    SiteRefusedError,
    find_discovery,
    pass_over,
    put_back,
    request_discovery,
)
from registry.model import Role
from registry.store import sources_of
from registry.submissions import PassState
from registry.tables import DiscoveryRow, ToolRow

router = APIRouter(prefix="/tools/{vendor}/{tool}")

_UNDER_WAY: Final = frozenset({PassState.QUEUED, PassState.RUNNING})
_INVALID: Final = 422
Key = Annotated[str, Path(max_length=60)]


@router.post("/search")
def search(request: Request, asked: AtTool, sent: Sent, house: Here) -> Response:
    """Have the vendor's site searched for terms that the tool does not track yet."""
    require(sent.visitor, Role.MANAGER)
    try:
        start = search_start(sent.text("site"), house)
    except SiteRefusedError as refusal:
        return tracking_page(request, asked, sent.visitor, house, typed(sent), (str(refusal), _INVALID))
    with house.sessions() as session:
        tool = the_tool(session, asked)
        key = request_discovery(session, start, tool, sent.visitor.name, house.now()).key
    house.enqueue_search(key)
    return _to(request, asked, key)


@router.get("/found/{key}")
def found(request: Request, asked: AtTool, at: At, house: Here, key: Key) -> Response:
    """How far the search is; once it is done, what it proposes."""
    require(at, Role.MANAGER)
    with house.readings() as session:
        tool = the_tool(session, asked)
        row = _search(session, tool, key)
        tracked = _tracked(session, tool)
    goes_on = row.state in _UNDER_WAY
    if is_part(request) and not goes_on:
        return load_again(request)
    return page(
        request,
        "searching_part.html" if is_part(request) else "found.html",
        at,
        house.now(),
        tool=tool,
        search=row,
        goes_on=goes_on,
        there=request.url.path,
        shown=searched(row, tracked),
        tracked=tracked,
    )


@router.post("/found/{key}/passed-over")
def leave(request: Request, asked: AtTool, sent: Sent, house: Here, key: Key) -> Response:
    """Say that a page which was found is none of the tool's terms."""
    require(sent.visitor, Role.MANAGER)
    with house.sessions() as session:
        row = _search(session, the_tool(session, asked), key)
        if not pass_over(session, row, sent.text("url"), sent.visitor.name, house.now()):
            raise NotFoundError("the search proposes no such page, or somebody has passed it over")
    return _to(request, asked, key)


@router.post("/found/{key}/put-back")
def look_again(request: Request, asked: AtTool, sent: Sent, house: Here, key: Key) -> Response:
    """Have a page looked at again that was passed over."""
    require(sent.visitor, Role.MANAGER)
    with house.sessions() as session:
        row = _search(session, the_tool(session, asked), key)
        if not put_back(session, row, sent.text("url"), sent.visitor.name, house.now()):
            raise NotFoundError("the search has passed over no such page; look at what it shows now")
    return _to(request, asked, key)


def _to(request: Request, asked: ToolAddress, key: str) -> Response:
    return go_to(request, f"/tools/{asked.vendor}/{asked.tool}/found/{key}")


def _search(session: Session, tool: ToolRow, key: str) -> DiscoveryRow:
    row = find_discovery(session, key)
    if row is None or row.tool_id != tool.id:
        raise NotFoundError("there is no such search of this tool's site; begin a new one")
    return row


def _tracked(session: Session, tool: ToolRow) -> Mapping[str, str]:
    """By address, the source that stands there."""
    return {url: source.slug for source in sources_of(session, tool.id) for url in source.urls}
