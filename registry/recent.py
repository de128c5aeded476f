"""What happened to a tool lately: decisions, changed facts, flags and looks, newest first. Rows.

The whole past stands plan by plan in the timeline; this is the end of it for all plans at once, in a few
queries whatever the archive holds.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlmodel import Session, col, select

from registry.journal import SYSTEM
from registry.store import plan_name
from registry.submissions import PassState
from registry.tables import AssessmentRow, AuditRow, FactRow, PlanRow, ToolRow, VettingRow


class News(StrEnum):
    """What an event is about."""

    PERSON = "person"
    """Somebody did something: submitted, decided, changed a source, corrected a reading."""
    FACTS = "facts"
    """The machine's judgement differs from the one before."""
    LOOK = "look"
    """The documents were looked at."""


@dataclass(frozen=True, slots=True)
class FactNow:
    """An answer as one judgement found it, and as the judgement before did."""

    family: str
    answer: str
    days: int | None
    before: str | None
    before_days: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a tool or one of its plans."""

    at: datetime
    news: News
    what: str
    """The action, the cause of the judgement, the kind of look."""
    actor: str
    plan: str | None
    """`None` where it concerns the tool as a whole."""
    told: str
    """The reason that was given, or what came of it; may be empty."""
    facts: tuple[FactNow, ...] = ()
    """Of a judgement, the answers that differ; of a first one, all."""


_TOLD: Final = ("reason", "told", "quote", "kind")
"""What of a note tells a person most, the best first."""


_JUDGED: Final = "assess"
"""Noted of every judgement; those are told with what they changed."""


def recent(session: Session, tool: ToolRow, plans: Sequence[PlanRow], limit: int) -> tuple[Event, ...]:
    """The newest events of a tool, newest first; no more than `limit`."""
    found = [
        *_people(session, tool, plans, limit),
        *_judgements(session, plans, limit),
        *_looks(session, tool, limit),
    ]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True)[:limit])


def _people(session: Session, tool: ToolRow, plans: Sequence[PlanRow], limit: int) -> list[Event]:
    slugs = {plan_name(tool, plan): plan.slug for plan in plans}
    query = select(AuditRow).where(col(AuditRow.subject).in_([tool.slug, *slugs]), AuditRow.action != _JUDGED)
    return [
        Event(
            row.at,
            News.PERSON,
            row.action,
            row.actor,
            slugs.get(row.subject),
            next((str(row.detail[name]) for name in _TOLD if row.detail.get(name)), _named(row.detail)),
        )
        for row in session.exec(query.order_by(col(AuditRow.id).desc()).limit(limit))
    ]


def _named(detail: Mapping[str, Any]) -> str:
    """What was put or retired, by its own name."""
    side = detail.get("after") or detail.get("before")
    return str(side.get("slug") or side.get("value") or "") if isinstance(side, dict) else ""


def _looks(session: Session, tool: ToolRow, limit: int) -> list[Event]:
    query = select(VettingRow).where(
        VettingRow.tool_id == tool.id, col(VettingRow.state).in_([PassState.DONE, PassState.FAILED])
    )
    return [
        Event(row.finished_at, News.LOOK, row.kind, SYSTEM, None, row.error or "")
        for row in session.exec(query.order_by(col(VettingRow.id).desc()).limit(limit))
        if row.finished_at is not None
    ]


def _judgements(session: Session, plans: Sequence[PlanRow], limit: int) -> list[Event]:
    slugs = {plan.id: plan.slug for plan in plans}
    query = select(AssessmentRow).where(col(AssessmentRow.plan_id).in_(slugs))
    # One more of each plan could be needed to tell what changed; what lacks it is left out at the end.
    rows = session.exec(query.order_by(col(AssessmentRow.id).desc()).limit(limit + len(slugs))).all()
    facts = _facts(session, [row.id for row in rows])
    older: dict[int, AssessmentRow] = {}
    events: list[Event] = []
    for row in reversed(rows):
        before = older.get(row.plan_id)
        older[row.plan_id] = row
        if before is None and row.cause != "first":
            continue
        known = {} if before is None else facts[before.id]
        differ = tuple(
            FactNow(family, fact.answer, fact.days, *_answer(known.get(family)))
            for family, fact in facts[row.id].items()
            if family not in known or _told(known[family]) != _told(fact)
        )
        events.append(Event(row.made_at, News.FACTS, row.cause, SYSTEM, slugs[row.plan_id], "", differ))
    return events


def _facts(session: Session, assessments: Sequence[int]) -> Mapping[int, dict[str, FactRow]]:
    query = select(FactRow).where(col(FactRow.assessment_id).in_(assessments)).order_by(col(FactRow.id))
    found: defaultdict[int, dict[str, FactRow]] = defaultdict(dict)
    for row in session.exec(query):
        found[row.assessment_id][row.family] = row
    return found


def _told(row: FactRow) -> tuple[str, int | None]:
    return row.answer, row.days


def _answer(row: FactRow | None) -> tuple[str | None, int | None]:
    return (None, None) if row is None else _told(row)
