"""Notices and announced days in lines, as several commands print them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.db import Session
from app.foreseeing import foresee
from extractors.model import Fact
from registry.model import Policy
from registry.notices import notice_name
from registry.store import find_plan
from registry.tables import NoticeRow, PlanRow, SourceRow, ToolRow


def notice_lines(session: Session, rows: Sequence[NoticeRow]) -> list[dict[str, object]]:
    """Notices as the command line shows them."""
    return [
        {
            "id": notice_name(row),
            "tool": session.get_one(ToolRow, row.tool_id).slug,
            "source": None if row.source_id is None else session.get_one(SourceRow, row.source_id).slug,
            "kind": row.kind,
            "told": row.told,
            "effective_on": None if row.effective_on is None else row.effective_on.isoformat(),
            "went_back_at": None if row.went_back_at is None else row.went_back_at.isoformat(),
            "opened_at": row.opened_at.isoformat(timespec="minutes"),
            "would_change": [
                {**one, "status": _status(session, row.tool_id, one["plan"])} for one in row.changes
            ],
        }
        for row in rows
    ]


def told_lines(notice: Mapping[str, Any]) -> Iterator[str]:
    """A notice in lines of text: what it is about, and what would change for which plans."""
    back = "" if notice["went_back_at"] is None else "; the page has shown the terms again since"
    yield f"{notice['tool']}  {notice['kind']} ({notice['id']}): {notice['told']}{back}"
    for one in notice["would_change"]:
        yield f"  {one['plan']}, now {one['status']}: {one['family']} {one['before']} → {one['after']}"
        yield from (f"  + {quote}" for quote in one["quotes"])


def announced_lines(
    session: Session, plans: Sequence[PlanRow], policy: Policy, now: datetime
) -> list[dict[str, object]]:
    """How plans will stand from the day that their terms announce; those that announce none are left out."""
    return [
        {
            "plan": plan.slug,
            "on": found.on.isoformat(),
            **{fact.family.value: _told(fact) for fact in found.assessment.facts},
            "recommendation": found.assessment.recommendation.value,
            "status": found.status.value,
        }
        for plan in plans
        if (found := foresee(session, plan, policy, now)) is not None
    ]


def _status(session: Session, tool_id: int, name: str) -> str | None:
    found = find_plan(session, tool_id, name.rpartition("@")[2])
    return None if found is None else found.status


def _told(fact: Fact) -> str:
    return fact.answer.value if fact.days is None else f"{fact.answer.value} ({fact.days} days)"
