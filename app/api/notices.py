"""Notices as answers show them: what a person should hear of a source that is no change of terms."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from pydantic import Field

from app.api.forms import Shown
from app.db import Session
from extractors.model import Answer, Family
from registry.evidence import digest_of
from registry.notices import NoticeAnswer, NoticeKind, answers_to, notice_name
from registry.store import plan_name, plans_governed, plans_of
from registry.tables import NoticeRow, SourceRow, ToolRow


class WouldChange(Shown):
    """What a text that is not believed would change for the worse, were it the terms."""

    plan: str
    family: Family
    before: Answer
    after: Answer
    quotes: list[str] = Field(description="Its sentences that say so.")


class NoticeShown(Shown):
    """Something about a source that waits for a person, and is no change of its terms."""

    id: str
    kind: NoticeKind = Field(
        description="`swapped`: another document or language; `half_loaded`: a part that would read worse; "
        "`quarantined`: not believed until released; `announced`: terms of a later day; `failing`: nothing "
        "could be read."
    )
    tool: str
    source: str | None = Field(description="Nothing: it is about the tool as a whole.")
    plans: list[str] = Field(description="The plans that it concerns.")
    told: str
    document: str | None = Field(description="Digest of the text that waits; the source has it.")
    former: str | None = Field(description="Digest of the text that holds meanwhile.")
    effective_on: date | None = Field(description="From when an announced text holds.")
    would_change: list[WouldChange]
    opened_at: datetime
    went_back_at: datetime | None = Field(description="When the page showed the last good text again.")
    closed_at: datetime | None
    closed_by: str | None
    answer: NoticeAnswer | None
    reason: str | None
    takes: list[NoticeAnswer] = Field(description="The answers that it takes; none once it is closed.")


def notice_shown(session: Session, row: NoticeRow) -> NoticeShown:
    """A notice as answers show it."""
    kind = NoticeKind(row.kind)
    source = None if row.source_id is None else session.get_one(SourceRow, row.source_id)
    tool = session.get_one(ToolRow, row.tool_id)
    plans = plans_of(session, tool.id) if source is None else plans_governed(session, source.id)
    return NoticeShown(
        id=notice_name(row),
        kind=kind,
        tool=tool.slug,
        source=None if source is None else source.slug,
        plans=[plan_name(tool, plan) for plan in plans],
        told=row.told,
        document=_digest(session, row.document_id),
        former=_digest(session, row.former_id),
        effective_on=row.effective_on,
        would_change=_would_change(row.changes),
        opened_at=row.opened_at,
        went_back_at=row.went_back_at,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        answer=None if row.answer is None else NoticeAnswer(row.answer),
        reason=row.reason,
        takes=sorted(answers_to(row)) if row.closed_at is None else [],
    )


def _digest(session: Session, document_id: int | None) -> str | None:
    return None if document_id is None else digest_of(session, document_id)


def _would_change(changes: Sequence[dict[str, Any]]) -> list[WouldChange]:
    return [
        WouldChange(
            plan=one["plan"],
            family=Family(one["family"]),
            before=Answer(one["before"]),
            after=Answer(one["after"]),
            quotes=one["quotes"],
        )
        for one in changes
    ]
