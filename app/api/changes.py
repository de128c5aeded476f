"""The feed of changes, for readers of feeds: Atom, of all tools or of one.

The key travels in a header only. An address with a key in it ends up in logs, histories and other people's
bookmarks, and a feed tells what an approval rests on.
"""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response, status
from pydantic import Field

from app.api.finding import AtTool, the_tool
from app.api.forms import Form, Limit
from app.api.house import Here
from app.auth import as_manager
from app.db import Session
from app.errors import NotFoundError, answers
from app.news import Feed, feed_xml
from app.news.feed import MEDIA_TYPE
from registry.news import changes, first_tool_at
from registry.tables import ToolRow


class AtomResponse(Response):
    """An Atom feed."""

    media_type = MEDIA_TYPE


router = APIRouter(
    tags=["flags"],
    dependencies=[Depends(as_manager)],
    default_response_class=AtomResponse,
    responses={304: {"description": "Nothing is new since the answer of that `ETag`."}},
)

Known = Annotated[str | None, Header(alias="if-none-match", description="The `ETag` of an earlier answer.")]


class FeedQuery(Form):
    """How much of a feed to show."""

    limit: Annotated[Limit, Field(description="How many changes, the newest first.")] = 50


@router.get("/v1/changes.atom")
def show_feed(asked: Annotated[FeedQuery, Query()], house: Here, known: Known = None) -> AtomResponse:
    """Changes of all tools as an Atom feed, newest first, with the sentences before and after."""
    with house.readings() as session:
        return _feed(session, None, asked.limit, (house.address, known))


@router.get("/v1/tools/{vendor}/{tool}/changes.atom", responses=answers(NotFoundError))
def show_feed_of_tool(
    at: AtTool, asked: Annotated[FeedQuery, Query()], house: Here, known: Known = None
) -> AtomResponse:
    """Changes of one tool as an Atom feed, newest first."""
    with house.readings() as session:
        return _feed(session, the_tool(session, at), asked.limit, (house.address, known))


def _feed(session: Session, tool: ToolRow | None, limit: int, asked: tuple[str, str | None]) -> AtomResponse:
    address, known = asked
    registry = str(first_tool_at(session))
    if tool is None:
        feed = Feed("Changes in terms of AI tools", (registry,), "/v1/changes.atom")
    else:
        path = f"/v1/tools/{tool.slug}/changes.atom"
        feed = Feed(f"Changes in the terms of {tool.slug}", (registry, tool.slug), path)
    placed = Feed(feed.title, feed.key, f"{address}{feed.address}" if address else "")
    body = feed_xml(placed, changes(session, None if tool is None else tool.id, limit=limit))
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if known is not None and etag in (part.strip().removeprefix("W/") for part in known.split(",")):
        return AtomResponse(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return AtomResponse(body, headers=headers)
