"""Passes over a tool's documents: their kinds and states, and how one is asked for. Never commits."""

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlmodel import Session, col, select

from registry.judgements import last_assessment
from registry.store import plans_of, sources_of
from registry.submissions.furnishing import is_listed_only
from registry.tables import CaptureRow, ToolRow, VettingRow


class PassKind(StrEnum):
    """Why a tool's documents are looked at; one corridor, three places to take snapshots from."""

    FIRST_LOOK = "first_look"
    REREAD = "reread"
    RECRAWL = "recrawl"


class PassState(StrEnum):
    """How far a pass has come."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


BEGUN_ANEW: Final = "begun anew under other rules"
OVERTAKEN: Final = "left to other rules"
UNJUDGED: Final = (BEGUN_ANEW, OVERTAKEN)
"""How passes end that have judged nothing: they changed hands while our rules changed."""


class NothingToVetError(Exception):
    """The tool cannot be looked at: nobody has submitted it, or an upload is still missing."""


def request_pass(
    session: Session,
    tool: ToolRow,
    kind: PassKind,
    now: datetime,
    key: str | None = None,
    due_by: datetime | None = None,
) -> VettingRow:
    """Queue a pass over a tool, or give the one of its kind that is under way; raises `NothingToVetError`.

    With `due_by` it looks only at the sources that were due by then; else at all.
    """
    if is_listed_only(session, tool):
        raise NothingToVetError(f"{tool.slug} is listed only; submit it first")
    if not plans_of(session, tool.id):
        raise NothingToVetError(f"{tool.slug} has no plan in use; bring one back first")
    waiting = missing_uploads(session, tool)
    if waiting:
        raise NothingToVetError(f"{tool.slug} waits for the upload of: {', '.join(waiting)}")
    under_way = session.exec(
        select(VettingRow).where(
            VettingRow.tool_id == tool.id,
            VettingRow.kind == kind,
            col(VettingRow.state).in_([PassState.QUEUED, PassState.RUNNING]),
        )
    ).first()
    if under_way is not None:
        return under_way
    row = VettingRow(
        key=key or f"{kind}:{tool.slug}:{secrets.token_hex(4)}",
        tool_id=tool.id,
        kind=kind,
        state=PassState.QUEUED,
        step="waiting for the worker",
        total=len(sources_of(session, tool.id)),
        queued_at=now,
        due_by=due_by,
    )
    session.add(row)
    session.flush()
    return row


def is_first_look_open(session: Session, tool_id: int) -> bool:
    """Whether a tool's first look is queued or under way."""
    query = select(VettingRow.id).where(
        VettingRow.tool_id == tool_id,
        VettingRow.kind == PassKind.FIRST_LOOK,
        col(VettingRow.state).in_([PassState.QUEUED, PassState.RUNNING]),
    )
    return session.exec(query).first() is not None


def request_look(session: Session, tool: ToolRow, now: datetime) -> VettingRow:
    """Queue a pass that looks at the pages: a re-crawl of an assessed tool, a first look at any other."""
    assessed = any(last_assessment(session, plan.id) for plan in plans_of(session, tool.id))
    return request_pass(session, tool, PassKind.RECRAWL if assessed else PassKind.FIRST_LOOK, now)


def missing_uploads(session: Session, tool: ToolRow) -> tuple[str, ...]:
    """Slugs of the tool's upload sources that nobody has uploaded yet."""
    return tuple(
        source.slug
        for source in sources_of(session, tool.id)
        if not source.urls
        and session.exec(select(CaptureRow.id).where(CaptureRow.source_id == source.id)).first() is None
    )
