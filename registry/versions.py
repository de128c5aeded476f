"""What look-ups saw, and since when: every tool's standings and names, every revision, every policy in force.

Standings are put together from many tables, some of whose rows move on. So that an answer can be given again
years later, what they came to is written down in the transaction that changed it. Rows are never edited.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from registry.journal import CHANGED_TOOLS
from registry.model import AliasKind
from registry.names import known_as
from registry.standings import load_standings
from registry.store import all_aliases, revision
from registry.tables import (
    KnownNameRow,
    PastRevisionRow,
    PolicyRow,
    StartedPolicyRow,
    ToolRow,
    ToolVersionRow,
)

_AT_ONCE: Final = 200
"""Values in one statement: older SQLite builds take no more than 999."""

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Moment:
    """What counted for all tools at a time."""

    revision: int
    policy: str
    """The text of the policy in force."""


def remember_changes(session: Session, now: datetime) -> None:
    """Write down how the tools stand that this transaction has changed; call it before it is committed."""
    changed = session.info.pop(CHANGED_TOOLS, None)
    if changed is not None:
        for some in _parted(sorted(changed)):
            _remember(session, some, now)
        _remember_revision(session, now)


def remember_missing(session: Session, now: datetime) -> None:
    """Write down what the record lacks: tools of which nothing ever was, and the revision that stands."""
    known = select(KnownNameRow.tool_id)
    for some in _parted(session.exec(select(ToolRow.id).where(col(ToolRow.id).not_in(known))).all()):
        _remember(session, some, now)
    _remember_revision(session, now)


def remember_started(session: Session, version: str, content: str, now: datetime) -> None:
    """Write down what policy the service is started with, where it is another one than the last time."""
    last = session.exec(select(StartedPolicyRow).order_by(col(StartedPolicyRow.id).desc()).limit(1)).first()
    if last is None or last.version != version:
        session.add(StartedPolicyRow(version=version, content=content, since=now))


def moment_at(session: Session, at: datetime) -> Moment | None:
    """What counted at a time; `None` before anything was written down."""
    past = session.exec(
        select(PastRevisionRow)
        .where(PastRevisionRow.since <= at)
        .order_by(col(PastRevisionRow.since).desc(), col(PastRevisionRow.number).desc())
        # `first` alone fetches every revision there ever was.
        .limit(1)
    ).first()
    if past is None:
        return None
    if past.policy_id is not None:
        return Moment(past.number, session.get_one(PolicyRow, past.policy_id).content)
    started = session.exec(
        select(StartedPolicyRow.content)
        .where(StartedPolicyRow.since <= at)
        .order_by(col(StartedPolicyRow.id).desc())
        .limit(1)
    ).first()
    return None if started is None else Moment(past.number, started)


def contents_at(session: Session, at: datetime, names: Sequence[str]) -> Sequence[dict[str, Any]]:
    """How those tools stood at a time that ever went by one of the names."""
    tools: set[int] = set()
    for some in _parted(names):
        known = select(KnownNameRow.tool_id).where(col(KnownNameRow.name).in_(some))
        tools.update(session.exec(known))
        tools.update(session.exec(select(ToolRow.id).where(col(ToolRow.slug).in_(some))))
    found: list[dict[str, Any]] = []
    for part in _parted(sorted(tools)):
        newest = _newest(part).where(ToolVersionRow.since <= at)
        rows = session.exec(select(ToolVersionRow.content).where(col(ToolVersionRow.id).in_(newest)))
        found += map(json.loads, rows)
    return found


def _remember_revision(session: Session, now: datetime) -> None:
    number = revision(session)
    if session.get(PastRevisionRow, number) is None:
        policy = session.exec(select(func.max(PolicyRow.id))).one()
        session.add(PastRevisionRow(number=number, since=now, policy_id=policy))
        session.flush()


def _remember(session: Session, tools: Sequence[int], now: datetime) -> None:
    slugs = dict(session.exec(select(ToolRow.id, ToolRow.slug).where(col(ToolRow.id).in_(tools))).all())
    standings = defaultdict(list)
    for standing in load_standings(session, tools):
        standings[standing.tool].append(asdict(standing))
    names: defaultdict[int, set[str]] = defaultdict(set)
    aliases = defaultdict(list)
    for alias, slug in all_aliases(session, tools):
        aliases[slug].append([alias.kind, alias.value])
        names[alias.tool_id].add(known_as(AliasKind(alias.kind), alias.value))
    newest = _newest_digests(session, tools)
    for tool, slug in sorted(slugs.items()):
        told = {"tool": slug, "standings": standings[slug], "aliases": sorted(aliases[slug])}
        content = json.dumps(told, ensure_ascii=False, sort_keys=True, default=_plain)
        digest = hashlib.sha256(content.encode()).hexdigest()
        if newest.get(tool) != digest:
            session.add(ToolVersionRow(tool_id=tool, since=now, digest=digest, content=content))
        names[tool].add(slug.rpartition("/")[2])
    _keep_names(session, {(name, tool) for tool in slugs for name in names[tool]})
    session.flush()


def _newest_digests(session: Session, tools: Sequence[int]) -> dict[int, str]:
    query = select(ToolVersionRow.tool_id, ToolVersionRow.digest)
    return dict(session.exec(query.where(col(ToolVersionRow.id).in_(_newest(tools)))).all())


def _newest(tools: Sequence[int]) -> SelectOfScalar[int]:
    """The last row of each tool."""
    tool = col(ToolVersionRow.tool_id)
    return select(func.max(ToolVersionRow.id)).where(tool.in_(tools)).group_by(tool)


def _keep_names(session: Session, pairs: Collection[tuple[str, int]]) -> None:
    """Keep which names lead to which tools; also those that a tool no longer goes by."""
    tools = {tool for _, tool in pairs}
    query = select(KnownNameRow.name, KnownNameRow.tool_id).where(col(KnownNameRow.tool_id).in_(tools))
    known = {(name, tool) for name, tool in session.exec(query)}
    session.add_all(KnownNameRow(name=name, tool_id=tool) for name, tool in sorted({*pairs} - known))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot be written down")


def _parted(values: Sequence[_Value]) -> Iterator[Sequence[_Value]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
