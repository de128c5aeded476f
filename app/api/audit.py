"""Who did what, when, to what."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from app.api.forms import Form, Limit, Needle, Shown
from app.api.house import Here
from app.auth import as_admin
from registry.audit_chain import head_of
from registry.store import audit_events

router = APIRouter(tags=["administration"], dependencies=[Depends(as_admin)])


class EventShown(Shown):
    """One thing that was done."""

    number: int
    at: datetime
    actor: str = Field(description="The key's name, or `termgate` for what no person asked for.")
    action: str
    subject: str
    detail: dict[str, Any]


class EventPage(Shown):
    """Audit events, newest first."""

    items: list[EventShown]
    next: int | None = Field(description="Pass it as `before` for older ones.")


class EventQuery(Form):
    """Which events to list."""

    subject: Needle = Field(default="", description="A tool, a plan, `key:NAME` …; none: all.")
    before: Annotated[int, Field(strict=False, ge=1, le=2**53)] | None = None
    limit: Limit = 50


class HeadShown(Shown):
    """Where the chain of audit events ends: kept elsewhere, it tells later of each change before it."""

    place: int
    digest: str


@router.get("/v1/audit/head")
def show_head(house: Here) -> HeadShown:
    """The end of the chain. `termgate audit verify --head PLACE:DIGEST` holds the log against it."""
    with house.readings() as session:
        head = head_of(session)
    return HeadShown(place=head.place, digest=head.digest)


@router.get("/v1/audit")
def list_events(asked: Annotated[EventQuery, Query()], house: Here) -> EventPage:
    """What was done, newest first, page by page."""
    with house.readings() as session:
        rows = audit_events(session, asked.subject, asked.limit + 1, asked.before)
        items = [
            EventShown(
                number=row.id,
                at=row.at,
                actor=row.actor,
                action=row.action,
                subject=row.subject,
                detail=row.detail,
            )
            for row in rows[: asked.limit]
        ]
    return EventPage(items=items, next=items[-1].number if len(rows) > len(items) else None)
