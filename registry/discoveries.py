"""Searches for a vendor's terms: asked for, done, and what they propose. No proposal is a source by itself.

Only this module knows what a person may write for a site, and that one search of it at a time is enough.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from registry.journal import note
from registry.names import url_problem
from registry.proposals import Found, found_from_json, found_to_json
from registry.submissions import PassState
from registry.tables import DiscoveryRow, ToolRow

_UNDER_WAY: Final = (PassState.QUEUED, PassState.RUNNING)


class SiteRefusedError(Exception):
    """What was given is no site that can be searched; the message says what to write instead."""


def start_of(site: str) -> str:
    """The address that a search begins at: of `acme.com` its first page. Raises `SiteRefusedError`."""
    written = site.strip()
    url = written if "://" in written else f"https://{written}"
    problem = url_problem(url)
    if problem is not None or "." not in url.partition("://")[2].partition("/")[0]:
        raise SiteRefusedError(f"{problem or f'`{site}` names no site'}; write a domain such as acme.com")
    return url if url.count("/") > 2 else f"{url}/"


def request_discovery(
    session: Session, start: str, tool: ToolRow | None, actor: str, now: datetime
) -> DiscoveryRow:
    """Ask for a search from a well-formed address, or give the same one that is under way."""
    tool_id = None if tool is None else tool.id
    under_way = session.exec(
        select(DiscoveryRow).where(
            DiscoveryRow.site == start,
            DiscoveryRow.tool_id == tool_id,
            col(DiscoveryRow.state).in_(_UNDER_WAY),
        )
    ).first()
    if under_way is not None:
        return under_way
    row = DiscoveryRow(
        key=f"discovery:{secrets.token_hex(8)}",
        site=start,
        tool_id=tool_id,
        state=PassState.QUEUED,
        requested_by=actor,
        queued_at=now,
    )
    session.add(row)
    session.flush()
    note(session, now, actor, "discover", start, key=row.key, tool=None if tool is None else tool.slug)
    return row


def begin_discovery(session: Session, key: str) -> DiscoveryRow | None:
    """Mark a search as running; `None` where there is none, or it has ended."""
    row = find_discovery(session, key)
    if row is None or row.state not in _UNDER_WAY:
        return None
    row.state = PassState.RUNNING
    session.add(row)
    session.flush()
    return row


def finish_discovery(session: Session, key: str, found: Found, now: datetime) -> None:
    """Keep what a search came to; one that has ended stays as it ended."""
    row = begin_discovery(session, key)
    if row is not None:
        row.state, row.found, row.finished_at = PassState.DONE, found_to_json(found), now
        session.add(row)


def fail_discovery(session: Session, key: str, error: str, now: datetime) -> None:
    """Close a search that could not be done."""
    row = begin_discovery(session, key)
    if row is not None:
        row.state, row.error, row.finished_at = PassState.FAILED, error, now
        session.add(row)


def pass_over(session: Session, row: DiscoveryRow, url: str, actor: str, now: datetime) -> bool:
    """Note that a person wants no source of a page that was found; `False` where there is no such page."""
    found = found_in(row)
    meant = [one for one in (found.proposals if found else ()) if one.url == url and not one.passed_over_by]
    if found is None or not meant:
        return False
    left = tuple(replace(one, passed_over_by=actor) if one in meant else one for one in found.proposals)
    row.found = found_to_json(replace(found, proposals=left))
    session.add(row)
    session.flush()
    note(session, now, actor, "pass_over", row.site, key=row.key, url=url)
    return True


def find_discovery(session: Session, key: str) -> DiscoveryRow | None:
    """The search of that key."""
    return session.exec(select(DiscoveryRow).where(DiscoveryRow.key == key)).first()


def list_discoveries(session: Session, limit: int = 50) -> Sequence[DiscoveryRow]:
    """The newest searches, newest first."""
    return session.exec(select(DiscoveryRow).order_by(col(DiscoveryRow.id).desc()).limit(limit)).all()


def unfinished_discoveries(session: Session) -> tuple[str, ...]:
    """The keys of searches that were asked for and have not ended, oldest first."""
    query = select(DiscoveryRow.key).where(col(DiscoveryRow.state).in_(_UNDER_WAY))
    return tuple(session.exec(query.order_by(col(DiscoveryRow.id))).all())


def found_in(row: DiscoveryRow) -> Found | None:
    """What a search came to; `None` while it has not."""
    return None if row.found is None else found_from_json(row.found)
