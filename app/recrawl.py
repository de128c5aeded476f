"""Which passes are due: every tool is looked at again when one of its sources is due.

A re-read comes first where rules or policy have changed since the last judgement, so that each pass has one
cause: what a re-crawl finds is then the vendor's doing. What is due is found in one look that holds nobody
up; each pass is then promised in a transaction of its own, in which it is made sure that it still is.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db import Session, Sessions
from app.preceding import REST_AFTER_A_FAULT
from registry.crawling import due_sources, due_tools, outdated_tools
from registry.store import passes_failed_since, submitted_tools
from registry.submissions import NothingToVetError, PassKind, request_pass
from registry.tables import ToolRow, VettingRow


@dataclass(frozen=True, slots=True)
class Doors:
    """The two ways into the registry."""

    sessions: Sessions
    readings: Sessions


def due_rereads(doors: Doors, ruleset: str, policy: str, now: datetime) -> tuple[str, ...]:
    """Queue a re-read of every tool that was judged under other rules or another policy; their keys.

    A tool that waits for an upload is left out: the pass that follows the upload judges it anew.
    """
    with doors.readings() as session:
        outdated = outdated_tools(session, ruleset, policy)

    def promise(session: Session, tool: ToolRow) -> VettingRow | None:
        rests = passes_failed_since(session, tool.id, PassKind.REREAD, now - REST_AFTER_A_FAULT)
        if rests or not outdated_tools(session, ruleset, policy, tool.id):
            return None
        return request_pass(session, tool, PassKind.REREAD, now)

    return tuple(_promised(doors.sessions, outdated, promise))


def due_recrawls(doors: Doors, now: datetime) -> tuple[str, ...]:
    """Queue a re-crawl of every tool with sources that are due, and of these alone; their keys.

    Asked again it gives what is still under way and queues nothing twice, in however many processes.
    """
    with doors.readings() as session:
        due = due_tools(session, now)

    def promise(session: Session, tool: ToolRow) -> VettingRow | None:
        if not due_sources(session, tool.id, now):
            return None
        return request_pass(session, tool, PassKind.RECRAWL, now, due_by=now)

    return tuple(_promised(doors.sessions, due, promise))


def all_recrawls(doors: Doors, now: datetime) -> tuple[str, ...]:
    """Queue a re-crawl of every submitted tool with all of its sources, due or not; their keys."""
    with doors.readings() as session:
        tools = [tool.id for tool in submitted_tools(session)]

    def promise(session: Session, tool: ToolRow) -> VettingRow | None:
        return request_pass(session, tool, PassKind.RECRAWL, now)

    return tuple(_promised(doors.sessions, tools, promise))


def _promised(
    sessions: Sessions, tools: Sequence[int], promise: Callable[[Session, ToolRow], VettingRow | None]
) -> Iterator[str]:
    """Promise one tool's pass after the other; the keys of those that can be walked."""
    for tool_id in tools:
        with sessions() as session:
            # Held until the promise is written: of two schedulers at once the second one sees the first's.
            tool = session.get(ToolRow, tool_id, with_for_update=True)
            try:
                row = None if tool is None else promise(session, tool)
            except NothingToVetError:
                continue
        if row is not None:
            yield row.key
