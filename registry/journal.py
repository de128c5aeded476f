"""What every change leaves behind: an audit event, and a higher revision where look-ups could see it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from registry.tables import AuditRow, FlagRow, RequestRow, RevisionRow, ToolRevisionRow

CHANGED_TOOLS = "changed_tools"
"""Under this name a session holds the tools that its transaction has changed."""
NOTED = "noted"
"""Under this name a session holds the audit events of its transaction."""
OPENED = "opened"
"""Under this name a session holds the flags and requests that its transaction has opened."""
SYSTEM = "termgate"
"""The actor of what no person asked for."""
COMMAND_LINE = "command line"
"""The actor of what was done at the command line without a key: nobody knows who. No key is named so."""
DECLARED = "declarations"
"""Who submits what was taken over from declarations."""
OURS = frozenset({SYSTEM, COMMAND_LINE, DECLARED})
"""Actors that are no persons: nobody is given such a name, in no spelling of it."""


def note(session: Session, now: datetime, actor: str, action: str, subject: str, **detail: object) -> None:
    """Add an audit event: who did what, when, to what."""
    kept: Mapping[str, Any] = detail
    row = AuditRow(at=now, actor=actor, action=action, subject=subject, detail=dict(kept))
    session.add(row)
    session.info.setdefault(NOTED, []).append(row)


def note_opened(session: Session, rows: Iterable[FlagRow | RequestRow]) -> None:
    """Remember what waits for a person from this transaction on, for those who are told of it."""
    session.info.setdefault(OPENED, []).extend(rows)


def raise_revision(session: Session, tools: Collection[int] | None = None) -> None:
    """Tell look-ups that the registry has changed: of which tools, or, where none are named, of any.

    An empty collection says that what changed lies beside all tools, as keys do. The row that is locked first
    lets changes follow one another: whoever sees a number sees all that was changed up to it.
    """
    row = session.get(RevisionRow, 1, with_for_update=True, populate_existing=True)
    if row is None:
        row = RevisionRow(id=1, number=0)
    row.number += 1
    if tools is None:
        row.any_tool = row.number
    session.add(row)
    session.info.setdefault(CHANGED_TOOLS, set()).update(tools or ())
    for tool_id in tools or ():
        session.merge(ToolRevisionRow(tool_id=tool_id, number=row.number))
    session.flush()
