"""Searches for a vendor's terms: asked for, done, and what they propose. No proposal is a source by itself.

Only this module knows what a person may write for a site, that one search of it at a time is enough, and that
what a person passed over stays passed over in the tool's later searches.
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

REMEMBERED: Final = 50
"""Searches of one tool that are gone through for what was passed over."""
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
        known = _passed_over(session, row)
        proposals = tuple(
            replace(one, passed_over_by=known.get(one.url, one.passed_over_by)) for one in found.proposals
        )
        row.found = found_to_json(replace(found, proposals=proposals))
        row.state, row.finished_at = PassState.DONE, now
        session.add(row)


def fail_discovery(session: Session, key: str, error: str, now: datetime) -> None:
    """Close a search that could not be done."""
    row = begin_discovery(session, key)
    if row is not None:
        row.state, row.error, row.finished_at = PassState.FAILED, error, now
        session.add(row)


def pass_over(session: Session, row: DiscoveryRow, url: str, actor: str, now: datetime) -> bool:
    """Note that a person wants no source of a page that was found; `False` where there is no such page."""
    if not _say_of(session, row, url, actor):
        return False
    note(session, now, actor, "pass_over", row.site, key=row.key, url=url)
    return True


def put_back(session: Session, row: DiscoveryRow, url: str, actor: str, now: datetime) -> bool:
    """Have a page looked at again that was passed over; `False` where the search has no such page."""
    if not _say_of(session, row, url, None):
        return False
    note(session, now, actor, "put_back", row.site, key=row.key, url=url)
    return True


def _say_of(session: Session, row: DiscoveryRow, url: str, passed_over_by: str | None) -> bool:
    """Say of a proposed page who passed it over, or nobody; whether there is one of which the other holds."""
    found = found_in(row)
    if found is None or not any(
        one.url == url and bool(one.passed_over_by) is not bool(passed_over_by) for one in found.proposals
    ):
        return False
    said = tuple(
        replace(one, passed_over_by=passed_over_by) if one.url == url else one for one in found.proposals
    )
    row.found = found_to_json(replace(found, proposals=said))
    session.add(row)
    session.flush()
    return True


def _passed_over(session: Session, row: DiscoveryRow) -> dict[str, str | None]:
    """By address, who passed a page over: as the newest search of the same tool has it that proposed it."""
    if row.tool_id is None:
        return {}
    earlier = list_discoveries(session, REMEMBERED, tool_id=row.tool_id)
    known: dict[str, str | None] = {}
    for one in reversed(earlier):
        found = None if one.id == row.id else found_in(one)
        known |= {proposal.url: proposal.passed_over_by for proposal in (found.proposals if found else ())}
    return known


def find_discovery(session: Session, key: str) -> DiscoveryRow | None:
    """The search of that key; a text that can be the key of none is asked for nowhere."""
    if not (key.isascii() and key.isprintable()):
        return None
    return session.exec(select(DiscoveryRow).where(DiscoveryRow.key == key)).first()


def list_discoveries(
    session: Session, limit: int = 50, *, tool_id: int | None = None
) -> Sequence[DiscoveryRow]:
    """The newest searches, newest first; with a tool, those for it."""
    query = select(DiscoveryRow).order_by(col(DiscoveryRow.id).desc()).limit(limit)
    return session.exec(query if tool_id is None else query.where(DiscoveryRow.tool_id == tool_id)).all()


def unfinished_discoveries(session: Session) -> tuple[str, ...]:
    """The keys of searches that were asked for and have not ended, oldest first."""
    query = select(DiscoveryRow.key).where(col(DiscoveryRow.state).in_(_UNDER_WAY))
    return tuple(session.exec(query.order_by(col(DiscoveryRow.id))).all())


def found_in(row: DiscoveryRow) -> Found | None:
    """What a search came to; `None` while it has not."""
    return None if row.found is None else found_from_json(row.found)
