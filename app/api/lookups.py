"""The record of look-ups, for who has to prove or to find out later what a system was told."""

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field, StringConstraints

from app.api.forms import Form, Limit, Moment, Needle, Shown
from app.api.house import Here
from app.auth import as_admin
from app.errors import NotFoundError, answers
from registry.lookups import Lookup, Wanted, find_lookups, list_lookups, time_of

router = APIRouter(prefix="/v1/lookups", tags=["administration"], dependencies=[Depends(as_admin)])

_NAME = r"^[0-9a-f]{32}(-[0-9]{1,4})?$"


class LookupShown(Shown):
    """One answer that was given."""

    id: str = Field(description="As the answer named it: `X-Decision-Id`, or `evaluation_id`.")
    at: datetime
    caller: str = Field(description="Name of the key that asked.")
    subject: str | None = Field(description="Whom it asked for, as `TYPE:ID` or masked.")
    tool: str = Field(
        description="The tool that was meant, or the name that nobody knew; empty for a search among all."
    )
    plan: str | None
    decision: bool = Field(description="Of a search, whether anything was found.")
    status: str = Field(description="The answer's, or `search`.")


class LookupTold(LookupShown):
    """One answer, and the question."""

    asked: dict[str, Any] = Field(description="Tool, plan and work as they were named; masked by settings.")
    answer: dict[str, Any] = Field(description="As it was given; of a search, how many were found.")


class LookupPage(Shown):
    """Answers that were given, newest first."""

    items: list[LookupShown]
    next: str | None = Field(description="Pass it as `before` for older ones.")


class LookupQuery(Form):
    """Which answers to list; all that fit every one of these."""

    tool: Needle = Field(default="", description="`vendor/tool`, `vendor/tool@plan`, or an unknown name.")
    caller: Needle = Field(default="", description="Name of the key that asked.")
    subject: Needle = Field(default="", description="As it is recorded.")
    decision: Annotated[bool | None, Field(strict=False)] = Field(
        default=None, description="Only what was allowed, or only what was not."
    )
    since: Moment | None = Field(default=None, description="Not before this time, with its zone.")
    until: Moment | None = Field(default=None, description="Before this time, with its zone.")
    before: Annotated[str, StringConstraints(pattern=_NAME)] | None = Field(
        default=None, description="Older than the answer of this name: `next` of the page before."
    )
    limit: Limit = 50


@router.get("")
def list_given(asked: Annotated[LookupQuery, Query()], house: Here) -> LookupPage:
    """What was answered to whom, newest first, page by page."""
    wanted = Wanted(
        tool=asked.tool,
        caller=asked.caller,
        subject=asked.subject,
        decision=asked.decision,
        since=asked.since,
        until=asked.until,
        before=asked.before or "",
    )
    with house.readings() as session:
        rows = list_lookups(session, wanted, asked.limit + 1)
        items = [LookupShown(**_shown(one)) for one in rows[: asked.limit]]
    return LookupPage(items=items, next=items[-1].id if len(rows) > len(items) else None)


@router.get("/{id}", responses=answers(NotFoundError))
def show_given(
    name: Annotated[
        str,
        Path(
            alias="id",
            pattern=_NAME,
            examples=["0641a2b3c4d5e60000000f2a1b2c3d4e"],
            description="Its name; of a request with several, of all.",
        ),
    ],
    house: Here,
) -> list[LookupTold]:
    """What was asked and answered under this name; a request with several questions has as many."""
    with house.readings() as session:
        found = [
            LookupTold(**_shown(one), asked=json.loads(one.told.asked), answer=json.loads(one.told.answer))
            for one in find_lookups(session, name)
        ]
    if not found:
        raise NotFoundError(f"no answer {name!r} is on record; it may be too old, or not written yet")
    return found


def _shown(one: Lookup) -> dict[str, Any]:
    return {
        "id": one.id,
        "at": time_of(one.id),
        "caller": one.caller,
        "subject": one.subject,
        "tool": one.told.tool,
        "plan": one.told.plan,
        "decision": one.told.decision,
        "status": one.told.status,
    }
