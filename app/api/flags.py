"""Changes that need a person."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from app.api.forms import Form, Limit, Shown
from app.api.house import Here
from app.auth import as_manager
from app.db import Session
from extractors.model import Answer, Family
from registry.flags import flag_name
from registry.model import Cause, Direction
from registry.reviews import name_of
from registry.store import flags_of
from registry.tables import DecisionRow, FlagRow, PlanRow

router = APIRouter(tags=["flags"], dependencies=[Depends(as_manager)])


class FlagShown(Shown):
    """What changed in one family between two assessments of a plan."""

    id: str = Field(description="Pass it in `flags` with a decision whose person has read it.")
    plan: str = Field(description="`vendor/tool@plan`")
    family: Family
    direction: Direction
    cause: Cause = Field(
        description="The vendor's terms changed, our reading of them, or a person corrected it."
    )
    before: Answer
    after: Answer
    before_quotes: list[str]
    after_quotes: list[str]
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    decision: str | None = Field(description="The decision that closed it.")


class FlagQuery(Form):
    """Which flags to list."""

    closed: bool = Field(default=False, strict=False, description="The closed ones too.")
    limit: Limit = 50


@router.get("/v1/flags")
def list_flags(asked: Annotated[FlagQuery, Query()], house: Here) -> list[FlagShown]:
    """Changes that wait for a person, newest first; a decision closes those that its person has seen."""
    with house.readings() as session:
        flags = flags_of(session, open_only=not asked.closed, limit=asked.limit)
        return [_flag_shown(session, flag) for flag in flags]


def _flag_shown(session: Session, row: FlagRow) -> FlagShown:
    decision = None if row.decision_id is None else session.get_one(DecisionRow, row.decision_id)
    return FlagShown(
        id=flag_name(row),
        plan=name_of(session, session.get_one(PlanRow, row.plan_id)),
        family=Family(row.family),
        direction=Direction(row.direction),
        cause=Cause(row.cause),
        before=Answer(row.before_answer),
        after=Answer(row.after_answer),
        before_quotes=row.before_quotes,
        after_quotes=row.after_quotes,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        decision=None if decision is None else decision.public_id,
    )
