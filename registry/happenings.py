"""What happened to a plan, from the audit log, flags and passes: who decided, what was looked at. Rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlmodel import Session, col, select

from registry.journal import SYSTEM
from registry.model import Verdict
from registry.store import plan_name
from registry.submissions import PassState
from registry.tables import AuditRow, FlagRow, PlanRow, ToolRow, VettingRow

Span = tuple[datetime, datetime]
"""From a time on, up to another that is no longer in it."""


class Kind(StrEnum):
    """What can happen to a plan, apart from what its terms say."""

    DECIDED = "decided"
    SUSPENDED = "suspended"
    REOPENED = "reopened"
    RETIRED = "retired"
    SUBMITTED = "submitted"
    FLAGGED = "flagged"
    LOOKED_AT = "looked_at"
    SOURCES_CHANGED = "sources_changed"
    PAST_TAKEN_IN = "past_taken_in"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to a plan."""

    at: datetime
    kind: Kind
    actor: str
    what: str
    """The verdict, the kind of pass, what was flagged …"""
    told: str | None
    """The reason that was given, or what came of it."""
    reference: str | None
    """What tells more: a decision, a flag, a pass."""


_KINDS: Final = {
    "submit": Kind.SUBMITTED,
    "suspend": Kind.SUSPENDED,
    "reopen": Kind.REOPENED,
    "put_source": Kind.SOURCES_CHANGED,
    "retire_source": Kind.SOURCES_CHANGED,
    "retire_plan": Kind.RETIRED,
    "import_versions": Kind.PAST_TAKEN_IN,
} | {verdict.value: Kind.DECIDED for verdict in Verdict if verdict is not Verdict.SUSPEND}


def happenings(
    session: Session, tool: ToolRow, plan: PlanRow, span: Span, limit: int
) -> tuple[Happening, ...]:
    """What happened to a plan within a span, oldest first; no more than `limit`."""
    found = [
        *_noted(session, tool, plan, span, limit),
        *_looks(session, tool, span, limit),
        *_flags(session, plan, span, limit),
    ]
    return tuple(sorted(found, key=lambda one: one.at)[:limit])


def _noted(session: Session, tool: ToolRow, plan: PlanRow, span: Span, limit: int) -> list[Happening]:
    query = select(AuditRow).where(
        col(AuditRow.subject).in_([tool.slug, plan_name(tool, plan)]),
        col(AuditRow.action).in_(list(_KINDS)),
        AuditRow.at >= span[0],
        AuditRow.at < span[1],
    )
    rows = session.exec(query.order_by(col(AuditRow.at), col(AuditRow.id)).limit(limit))
    return [
        Happening(
            row.at,
            _KINDS[row.action],
            row.actor,
            row.action,
            row.detail.get("reason"),
            row.detail.get("decision"),
        )
        for row in rows
    ]


def _looks(session: Session, tool: ToolRow, span: Span, limit: int) -> list[Happening]:
    finished = col(VettingRow.finished_at)
    query = select(VettingRow).where(
        VettingRow.tool_id == tool.id,
        col(VettingRow.state).in_([PassState.DONE, PassState.FAILED]),
        finished >= span[0],
        finished < span[1],
    )
    return [
        Happening(row.finished_at, Kind.LOOKED_AT, SYSTEM, row.kind, row.error or row.step, row.key)
        for row in session.exec(query.order_by(finished, col(VettingRow.id)).limit(limit))
        if row.finished_at is not None
    ]


def _flags(session: Session, plan: PlanRow, span: Span, limit: int) -> Sequence[Happening]:
    query = select(FlagRow).where(
        FlagRow.plan_id == plan.id, FlagRow.opened_at >= span[0], FlagRow.opened_at < span[1]
    )
    return [
        Happening(
            row.opened_at,
            Kind.FLAGGED,
            SYSTEM,
            row.family,
            f"{row.before_answer} → {row.after_answer} ({row.direction}; {row.cause})",
            f"flag_{row.id}",
        )
        for row in session.exec(query.order_by(col(FlagRow.opened_at), col(FlagRow.id)).limit(limit))
    ]
