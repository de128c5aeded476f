"""Flags for a person to walk through: a page of them, and what one of them is about. Rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, select

from extractors.model import Clause, Family
from registry.changes import align_readings
from registry.judgements import violations_of
from registry.model import AlignedClause, Direction, Violation
from registry.passages import Passage, passages_of
from registry.store import plan_name
from registry.tables import AssessmentRow, FactRow, FlagRow, PlanRow, ToolRow

MOST: Final = 500
"""Sentences of each kind that are compared: more of them nobody reads."""


@dataclass(frozen=True, slots=True)
class Turn:
    """From which answer to which a family went: `bounded` to `bounded` may be 30 days to 400."""

    family: str
    before: str
    after: str
    before_days: int | None
    after_days: int | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A flag in a list."""

    flag: FlagRow
    plan: PlanRow
    tool: ToolRow

    @property
    def name(self) -> str:
        """`vendor/tool@plan`"""
        return plan_name(self.tool, self.plan)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which flags to list."""

    closed: bool = False
    """Those that are closed, in place of those that wait."""
    direction: Direction | None = None
    before: int | None = None
    """Number of the flag after which to go on, back in time."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a flag is about: the passages of its family before and after, and what that does to the policy."""

    passages: tuple[AlignedClause, ...]
    stood: Mapping[Clause, Passage]
    """Where each clause of the former reading stands."""
    stands: Mapping[Clause, Passage]
    """And each of the present one."""
    missed_before: tuple[Violation, ...]
    missed_now: tuple[Violation, ...]


def list_flags(session: Session, wanted: Wanted, limit: int) -> Sequence[Listed]:
    """Flags, newest first."""
    query = (
        select(FlagRow, PlanRow, ToolRow)
        .join(PlanRow, col(PlanRow.id) == FlagRow.plan_id)
        .join(ToolRow, col(ToolRow.id) == PlanRow.tool_id)
        .order_by(col(FlagRow.id).desc())
        .limit(limit)
    )
    is_open = col(FlagRow.closed_at).is_(None)
    query = query.where(~is_open if wanted.closed else is_open)
    if wanted.direction is not None:
        query = query.where(FlagRow.direction == wanted.direction)
    if wanted.before is not None:
        query = query.where(col(FlagRow.id) < wanted.before)
    return [Listed(flag, plan, tool) for flag, plan, tool in session.exec(query)]


def turns_of(session: Session, flags: Sequence[FlagRow]) -> Mapping[int, Turn]:
    """By a flag's number, from which answer to which its family went; one query for all of them."""
    rest_on = {id_ for flag in flags for id_ in (flag.before_assessment_id, flag.after_assessment_id)}
    if not rest_on:
        return {}
    query = select(FactRow.assessment_id, FactRow.family, FactRow.days).where(
        col(FactRow.assessment_id).in_(rest_on), col(FactRow.days).is_not(None)
    )
    days = {(assessment, family): count for assessment, family, count in session.exec(query)}
    return {
        flag.id: Turn(
            flag.family,
            flag.before_answer,
            flag.after_answer,
            days.get((flag.before_assessment_id, flag.family)),
            days.get((flag.after_assessment_id, flag.family)),
        )
        for flag in flags
    }


def find_flag(session: Session, number: int) -> Listed | None:
    """The flag of that number."""
    flag = session.get(FlagRow, number)
    if flag is None:
        return None
    plan = session.get_one(PlanRow, flag.plan_id)
    return Listed(flag, plan, session.get_one(ToolRow, plan.tool_id))


def difference_of(session: Session, flag: FlagRow) -> Difference:
    """What a flag is about, by the two assessments between which it was found."""
    then = session.get_one(AssessmentRow, flag.before_assessment_id)
    now = session.get_one(AssessmentRow, flag.after_assessment_id)
    family = Family(flag.family)
    stood, stands = _passages(session, then, family), _passages(session, now, family)
    return Difference(
        align_readings(tuple(stood), tuple(stands)),
        stood,
        stands,
        violations_of(then),
        violations_of(now),
    )


def _passages(session: Session, assessment: AssessmentRow, family: Family) -> dict[Clause, Passage]:
    """The sentences of a family that an assessment rests on, and those that they overrule."""
    found = passages_of(session, assessment.id, MOST).get(family)
    return {} if found is None else {one.clause: one for one in (*found.deciding, *found.overruled)}
