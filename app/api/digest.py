"""What happened in a week, and what waits, fails or ends as it closes."""

from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from app.api.forms import Form, Moment, Shown
from app.api.house import Here
from app.auth import as_manager
from app.news import digest_told
from extractors.model import Answer, Family
from registry.model import Cause, Direction
from registry.news import news_of
from registry.noise import NoiseKind

WEEK: Final = timedelta(days=7)

router = APIRouter(tags=["flags"], dependencies=[Depends(as_manager)])


class ChangeShown(Shown):
    """A change of a plan's facts."""

    flag: str
    plan: str = Field(description="`vendor/tool@plan`")
    family: Family
    direction: Direction
    cause: Cause
    before: Answer
    after: Answer
    before_quotes: list[str]
    after_quotes: list[str]
    at: datetime
    went_back_at: datetime | None = Field(description="When the terms stood again as before.")
    closed_at: datetime | None


class SaidShown(Shown):
    """Something about a plan, a tool or a source."""

    about: str
    at: datetime
    told: str


class DigestShown(Shown):
    """What happened from one time to another, and what stands at its end."""

    since: datetime
    until: datetime
    changes: list[ChangeShown] = Field(description="The newest first, 500 at most.")
    open_flags: int = Field(description="All that wait, also from before.")
    suspended: list[SaidShown]
    waiting: list[SaidShown] = Field(
        description="Requests (at when they are due), approvals to be confirmed, notices."
    )
    held_back: dict[NoiseKind, int] = Field(description="What looks passed over as noise, by kind.")
    failing: list[SaidShown] = Field(description="Sources that cannot be read, since when.")
    expiring: list[SaidShown] = Field(
        description="Approvals that end within 30 days or have ended, and when."
    )


class DigestQuery(Form):
    """Which span to tell of."""

    since: Moment | None = Field(default=None, description="Without: a week before the end.")
    until: Moment | None = Field(default=None, description="Without: now.")


@router.get("/v1/digest")
def show_digest(asked: Annotated[DigestQuery, Query()], house: Here) -> DigestShown:
    """What changed, was suspended, waits, was held back, fails and ends soon."""
    until = asked.until or house.now()
    with house.readings() as session:
        rules = house.policy_in(session).approvals
        return DigestShown.model_validate(
            digest_told(news_of(session, (asked.since or until - WEEK, until), rules))
        )
