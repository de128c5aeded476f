"""A plan's past: what its documents said from when to when, and what people and passes did meanwhile."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.api.finding import AtPlan, the_plan
from app.api.house import Here
from app.timeline import Standing, TimelinePage, timeline_page
from app.ui.happened import told_of_plan
from app.ui.rendering import page
from app.ui.visitor import At, require
from registry.happenings import Happening
from registry.model import Role

router = APIRouter()

_AT_ONCE: Final = 50
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?\+00:00")


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing of a plan's past: what its documents said from then on, or what happened."""

    at: datetime
    standing: Standing | None
    happening: Happening | None


@router.get("/tools/{vendor}/{tool}/plans/{plan}/timeline")
def show(
    request: Request,
    asked: AtPlan,
    at: At,
    house: Here,
    since: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """How did this plan's terms come to be as they are?"""
    require(at, Role.MANAGER)
    now = house.now()
    begin = datetime.fromisoformat(since) if _is_moment(since) else None
    with house.readings() as session:
        tool, plan = the_plan(session, asked)
        found = timeline_page(session, (tool, plan), begin, now, _AT_ONCE)
    return page(
        request,
        "past.html",
        at,
        now,
        tool=tool,
        plan=plan,
        found=found,
        moments=_moments(found),
        since=begin,
        told=told_of_plan,
    )


def _is_moment(text: str) -> bool:
    if not _MOMENT.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _moments(found: TimelinePage) -> list[Moment]:
    """All of a page in the order of time; where both are of one moment, what happened comes first."""
    happened = [Moment(one.at, None, one) for one in found.happenings]
    said = [Moment(one.at, one, None) for one in found.standings]
    return sorted((*happened, *said), key=lambda one: one.at)
