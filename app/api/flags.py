"""What needs a person: changes, and what should be heard of a source besides."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from app.api.forms import Form, Limit, Shown
from app.api.house import Here
from app.api.notices import NoticeShown, notice_shown
from app.auth import as_manager
from app.db import Session
from extractors.model import Answer, Family
from registry.flag_list import Turn, turns_of
from registry.flags import flag_name
from registry.model import Cause, Direction
from registry.notices import NoticeKind, notices_of
from registry.reviews import name_of
from registry.store import flags_of
from registry.tables import DecisionRow, FlagRow, PlanRow

router = APIRouter(tags=["flags"], dependencies=[Depends(as_manager)])


class FlagKind(StrEnum):
    """What a flag is about: a change of a plan's facts, or a notice on one of its sources."""

    CHANGE = "change"
    SWAPPED = NoticeKind.SWAPPED
    HALF_LOADED = NoticeKind.HALF_LOADED
    QUARANTINED = NoticeKind.QUARANTINED
    ANNOUNCED = NoticeKind.ANNOUNCED
    FAILING = NoticeKind.FAILING


class FlagShown(Shown):
    """What changed in one family between two assessments of a plan."""

    kind: Literal[FlagKind.CHANGE] = FlagKind.CHANGE
    id: str = Field(description="Pass it in `flags` with a decision whose person has read it.")
    plan: str = Field(description="`vendor/tool@plan`")
    family: Family
    direction: Direction
    cause: Cause = Field(
        description="The vendor's terms changed, our reading of them, or a person corrected it."
    )
    before: Answer
    after: Answer
    before_days: int | None = Field(description="The days that the answer before names, where it names any.")
    after_days: int | None
    before_quotes: list[str] = Field(
        description="Sentences that were there before; of very many 100, those that read worse first."
    )
    after_quotes: list[str] = Field(description="Those that came, likewise.")
    opened_at: datetime
    went_back_at: datetime | None = Field(description="When a later look showed the terms as before it.")
    closed_at: datetime | None
    closed_by: str | None
    decision: str | None = Field(description="The decision that closed it.")


class FlagQuery(Form):
    """Which flags to list."""

    closed: bool = Field(default=False, strict=False, description="The closed ones too.")
    kind: FlagKind | None = Field(default=None, strict=False, description="Only these.")
    limit: Limit = 50


@router.get("/v1/flags")
def list_flags(asked: Annotated[FlagQuery, Query()], house: Here) -> list[FlagShown | NoticeShown]:
    """What waits for a person, newest first: changes and notices, told apart by `kind`.

    A decision closes the changes that its person has seen; a notice is closed by an answer, or by itself.
    """
    with house.readings() as session:
        found: list[FlagShown | NoticeShown] = []
        if asked.kind in {None, FlagKind.CHANGE}:
            flags = flags_of(session, open_only=not asked.closed, limit=asked.limit)
            found += _flags_shown(session, flags)
        if asked.kind is not FlagKind.CHANGE:
            kind = None if asked.kind is None else NoticeKind(asked.kind.value)
            notices = notices_of(session, kind=kind, open_only=not asked.closed, limit=asked.limit)
            found += [notice_shown(session, notice) for notice in notices]
    # Sorting keeps the order of what was opened at one time.
    return sorted(found, key=lambda one: one.opened_at, reverse=True)[: asked.limit]


def flags_on_plan(session: Session, plan_id: int) -> list[FlagShown]:
    """A plan's open flags, newest first."""
    return _flags_shown(session, flags_of(session, plan_id))


def _flags_shown(session: Session, flags: Sequence[FlagRow]) -> list[FlagShown]:
    turns = turns_of(session, flags)
    return [_flag_shown(session, flag, turns[flag.id]) for flag in flags]


def _flag_shown(session: Session, row: FlagRow, turn: Turn) -> FlagShown:
    decision = None if row.decision_id is None else session.get_one(DecisionRow, row.decision_id)
    return FlagShown(
        id=flag_name(row),
        plan=name_of(session, session.get_one(PlanRow, row.plan_id)),
        family=Family(row.family),
        direction=Direction(row.direction),
        cause=Cause(row.cause),
        before=Answer(row.before_answer),
        after=Answer(row.after_answer),
        before_days=turn.before_days,
        after_days=turn.after_days,
        before_quotes=row.before_quotes,
        after_quotes=row.after_quotes,
        opened_at=row.opened_at,
        went_back_at=row.went_back_at,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        decision=None if decision is None else decision.public_id,
    )
