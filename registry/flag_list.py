"""Flags for a person to walk through: a page of them, and what one of them is about. Rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from extractors.model import Clause, Family
from registry.changes import align_readings
from registry.judgements import facts_of, violations_of
from registry.model import AlignedClause, Direction, Violation
from registry.store import plan_name
from registry.tables import AssessmentRow, FlagRow, PlanRow, ToolRow


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
    return Difference(
        align_readings(_clauses(session, then, family), _clauses(session, now, family)),
        violations_of(then),
        violations_of(now),
    )


def _clauses(session: Session, assessment: AssessmentRow, family: Family) -> list[Clause]:
    """The sentences of a family that an assessment rests on, and those that they overrule."""
    return [
        citation.clause
        for fact in facts_of(session, assessment.id)
        if fact.family is family
        for citation in (*fact.citations, *fact.overruled)
    ]
