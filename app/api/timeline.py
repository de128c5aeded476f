"""A plan's facts over time with their sentences, and what happened to it meanwhile."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from app.api.finding import AtPlan, the_plan
from app.api.forms import Form, Limit, Moment, Shown
from app.api.house import Here
from app.auth import as_manager
from app.errors import NotFoundError, answers
from app.timeline import timeline_page
from app.timeline.telling import told
from extractors.model import Answer, Family, Stance
from registry.happenings import Kind
from registry.model import Cause, Direction
from registry.pasts import Origin
from registry.store import plan_name

router = APIRouter(
    prefix="/v1/tools/{vendor}/{tool}/plans/{plan}",
    tags=["plans"],
    dependencies=[Depends(as_manager)],
    responses=answers(NotFoundError),
)


class PastPassage(Shown):
    """A sentence that decided a fact at that time."""

    source: str
    quote: str
    heading: str
    stance: Stance | None
    rule: str
    digest: str = Field(description="The clause's digest.")
    start: int = Field(description="Where in the document it begins, in characters.")
    end: int


class PastFact(Shown):
    """What the documents of a time said, together."""

    family: Family
    answer: Answer
    days: int | None
    passages: list[PastPassage]
    missing: list[str] = Field(description="Sources that could not be read at that time.")


class PastChange(Shown):
    """What differs from the standing before."""

    family: Family
    direction: Direction
    before: Answer
    after: Answer
    before_quotes: list[str]
    after_quotes: list[str]


class PastDocument(Shown):
    """What a source showed at that time."""

    source: str
    since: datetime
    origin: Origin = Field(description="`recorded` by an archive, or `seen` by ourselves.")
    stored_as: str | None = Field(description="The source under which its document is found.")
    digest: str | None = Field(description="The document's digest; nothing where none could be read.")
    ruleset: str | None = Field(description="The rules that it was read by.")
    unlisted: int = Field(
        description="Clauses beyond those that were weighed here: of a very long text only the beginning is, "
        "and no answer rests on what that promises."
    )


class StandingShown(Shown):
    """What a plan's documents said from a moment on."""

    at: datetime
    cause: Cause | None = Field(
        description="Of the changes: `terms`, the vendor; `rules`, our reading or our sources."
    )
    facts: list[PastFact]
    changes: list[PastChange]
    documents: list[PastDocument]


class HappeningShown(Shown):
    """What people or passes did."""

    at: datetime
    kind: Kind
    actor: str
    what: str
    told: str | None
    reference: str | None = Field(description="The decision, flag or vetting that tells more.")


class TimelineShown(Shown):
    """A span of a plan's past, oldest first."""

    plan: str
    ruleset: str | None = Field(description="The rules that facts are read by, the same for all times.")
    before: StandingShown | None = Field(description="How the plan stood when the span began.")
    standings: list[StandingShown]
    happenings: list[HappeningShown]
    next: datetime | None = Field(description="Pass it as `since` for what follows.")


class TimelineQuery(Form):
    """Which span to show."""

    since: Moment | None = Field(default=None, description="From then on; without: from the beginning.")
    until: Moment | None = Field(default=None, description="Up to then; without: up to now.")
    limit: Limit = 50


@router.get("/timeline")
def show_timeline(at: AtPlan, asked: Annotated[TimelineQuery, Query()], house: Here) -> TimelineShown:
    """A plan's facts over time, under one ruleset, and what happened to it; page by page, oldest first."""
    with house.readings() as session:
        tool, plan = the_plan(session, at)
        until = asked.until or house.now()
        page = timeline_page(session, (tool, plan), asked.since, until, asked.limit)
        return TimelineShown.model_validate(told(plan_name(tool, plan), page))
