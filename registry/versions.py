"""What look-ups saw, and since when: every tool's standings and names, and every policy that was in force.

Standings are put together from many tables, some of whose rows move on. So that an answer can be given again
years later, what they came to is written down in the transaction that changed it. Rows are never edited.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session, col, func, select

from registry.journal import CHANGED_TOOLS
from registry.standings import load_standings
from registry.store import all_aliases, slugs_of_tools
from registry.tables import PolicyRow, StartedPolicyRow, ToolRow, ToolVersionRow

_AT_ONCE: Final = 200


def remember_changes(session: Session, now: datetime) -> None:
    """Write down how the tools stand that this transaction has changed; call it before it is committed."""
    changed = sorted(session.info.pop(CHANGED_TOOLS, ()))
    for start in range(0, len(changed), _AT_ONCE):
        for tool in changed[start : start + _AT_ONCE]:
            _remember(session, tool, now)


def remember_missing(session: Session, now: datetime) -> None:
    """Write down how those tools stand of which nothing ever was: the record of a registry begins here."""
    known = select(ToolVersionRow.tool_id)
    for tool in session.exec(select(ToolRow.id).where(col(ToolRow.id).not_in(known))).all():
        _remember(session, tool, now)


def remember_started(session: Session, version: str, content: str, now: datetime) -> None:
    """Write down what policy the service is started with, where it is another one than the last time."""
    last = session.exec(select(StartedPolicyRow).order_by(col(StartedPolicyRow.id).desc())).first()
    if last is None or last.version != version:
        session.add(StartedPolicyRow(version=version, content=content, since=now))


def contents_at(session: Session, at: datetime, tool: str | None = None) -> Sequence[dict[str, Any]]:
    """How tools stood at a time: all that there were, or one by its slug."""
    newest = select(func.max(ToolVersionRow.id)).where(ToolVersionRow.since <= at)
    if tool is not None:
        newest = newest.where(col(ToolVersionRow.tool_id).in_(select(ToolRow.id).where(ToolRow.slug == tool)))
    newest = newest.group_by(col(ToolVersionRow.tool_id))
    rows = session.exec(select(ToolVersionRow).where(col(ToolVersionRow.id).in_(newest)))
    return [json.loads(row.content) for row in rows]


def policy_at(session: Session, at: datetime) -> str | None:
    """The text of the policy that was in force at a time; `None` before anything was written down."""
    adopted = select(PolicyRow.content).where(PolicyRow.adopted_at <= at).order_by(col(PolicyRow.id).desc())
    started = (
        select(StartedPolicyRow.content)
        .where(StartedPolicyRow.since <= at)
        .order_by(col(StartedPolicyRow.id).desc())
    )
    return session.exec(adopted).first() or session.exec(started).first()


def _remember(session: Session, tool: int, now: datetime) -> None:
    slug = slugs_of_tools(session, [tool])
    if not slug:
        return
    told = {
        "tool": slug[0],
        "standings": [asdict(one) for one in load_standings(session, [tool])],
        "aliases": sorted([alias.kind, alias.value] for alias, _ in all_aliases(session, [tool])),
    }
    content = json.dumps(told, ensure_ascii=False, sort_keys=True, default=_plain)
    digest = hashlib.sha256(content.encode()).hexdigest()
    query = select(ToolVersionRow.digest).where(ToolVersionRow.tool_id == tool)
    if session.exec(query.order_by(col(ToolVersionRow.id).desc())).first() != digest:
        session.add(ToolVersionRow(tool_id=tool, since=now, digest=digest, content=content))
        session.flush()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot be written down")
