"""How sources fare: when each is looked at next, and which keep failing."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from app.api.forms import Form, Limit, Shown
from app.api.house import Here
from app.auth import as_manager
from app.db import Session
from app.errors import OF_BODY, answers
from extractors.model import Failure
from registry.crawling import sources_by_failures
from registry.evidence import last_sighting
from registry.tables import SourceRow, ToolRow

router = APIRouter(tags=["tools"], dependencies=[Depends(as_manager)], responses=answers(*OF_BODY))


class SourceLooks(Shown):
    """A source, and how looking at it goes."""

    tool: str = Field(description="`vendor/tool`")
    source: str
    urls: list[str]
    cadence_days: int
    due_at: datetime | None = Field(description="When it is looked at next; none where nobody asked for it.")
    failures: int = Field(description="Looks in a row that came to nothing.")
    failing_since: datetime | None
    put_off_since: datetime | None = Field(
        description="Since when its host has let nobody in, which is no failure of the source."
    )
    failure: Failure | None = Field(description="Why the newest look came to nothing.")
    detail: str | None


class SourcePage(Shown):
    """Some of the sources."""

    items: list[SourceLooks]
    next: int | None = Field(description="Pass it as `after` for the next page.")


class LooksQuery(Form):
    """Which sources to list."""

    failing: bool = Field(
        default=False,
        strict=False,
        description="Only those that failed so often in a row, or were put off in so many slots, that "
        "people are told.",
    )
    after: int = Field(default=0, ge=0, strict=False, description="Where the page before ended.")
    limit: Limit = 50


@router.get("/v1/sources")
def list_sources(asked: Annotated[LooksQuery, Query()], house: Here) -> SourcePage:
    """List the sources in use, in the order they were named; a retired one is looked at no more."""
    at_least = house.failing_after if asked.failing else 0
    with house.readings() as session:
        rows = sources_by_failures(session, at_least, house.now(), asked.after, asked.limit + 1)
        shown = rows[: asked.limit]
        return SourcePage(
            items=[_looks(session, source, tool) for source, tool in shown],
            next=shown[-1][0].id if len(rows) > len(shown) else None,
        )


def _looks(session: Session, source: SourceRow, tool: ToolRow) -> SourceLooks:
    last = last_sighting(session, source.id)
    failure = None if last is None or last.failure is None else Failure(last.failure)
    return SourceLooks(
        tool=tool.slug,
        source=source.slug,
        urls=source.urls,
        cadence_days=source.cadence_days,
        due_at=source.due_at,
        failures=source.failures,
        failing_since=source.failing_since,
        put_off_since=source.put_off_since,
        failure=failure,
        detail=None if last is None or failure is None else last.detail,
    )
