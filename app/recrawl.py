"""Which passes are due: every week each submitted tool is looked at again.

A re-read comes first where rules or policy have changed since the last judgement, so that each pass has one
cause: what a re-crawl finds is then the vendor's doing.
"""

from datetime import datetime

from app.db import Session, Sessions
from registry.judgements import last_assessment
from registry.store import find_vetting, plans_of, submitted_tools
from registry.submissions import NothingToVetError, PassKind, request_pass
from registry.tables import ToolRow


def due_rereads(sessions: Sessions, ruleset: str, policy: str, now: datetime) -> tuple[str, ...]:
    """Queue a re-read of every tool that was judged under other rules or another policy; their keys.

    A tool that waits for an upload is left out: the pass that follows the upload judges it anew.
    """
    with sessions() as session:
        return tuple(
            key
            for tool in submitted_tools(session)
            if _is_outdated(session, tool, ruleset, policy)
            and (key := _requested(session, tool, PassKind.REREAD, now)) is not None
        )


def due_recrawls(sessions: Sessions, slot: str, now: datetime) -> tuple[str, ...]:
    """Queue a re-crawl of every submitted tool; their keys.

    `slot` names the occasion (`2026-W48`): asked again for the same slot, it gives what is still open of it
    and queues nothing twice. A tool that waits for an upload is left out.
    """
    with sessions() as session:
        return tuple(
            key
            for tool in submitted_tools(session)
            if (key := _recrawl(session, tool, slot, now)) is not None
        )


def _recrawl(session: Session, tool: ToolRow, slot: str, now: datetime) -> str | None:
    key = f"{PassKind.RECRAWL}:{tool.slug}:{slot}"
    if find_vetting(session, key) is not None:
        return key
    return _requested(session, tool, PassKind.RECRAWL, now, key)


def _requested(
    session: Session, tool: ToolRow, kind: PassKind, now: datetime, key: str | None = None
) -> str | None:
    try:
        return request_pass(session, tool, kind, now, key).key
    except NothingToVetError:
        return None


def _is_outdated(session: Session, tool: ToolRow, ruleset: str, policy: str) -> bool:
    judged = [last_assessment(session, plan.id) for plan in plans_of(session, tool.id)]
    return any(row is not None and (row.ruleset, row.policy) != (ruleset, policy) for row in judged)
