"""The chain of the audit log: each event is told by a digest over it and all before, as it is committed.

Only this module knows what goes into a digest. Whoever changes, drops or slips in an event afterwards breaks
the chain from there on; who writes all of it anew is found out by a head that was written down elsewhere.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC
from typing import Final

from sqlalchemy import func
from sqlmodel import Session, col, select

from registry.journal import NOTED
from registry.tables import AuditHeadRow, AuditLinkRow, AuditRow

_BATCH: Final = 1000
_NAMED: Final = 20
"""Events that a finding names at most."""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: enough to find out later whether anything up to it was changed."""

    place: int
    digest: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What the whole chain came to."""

    head: Head
    before: int
    """Events from before there was a chain: nothing vouches for them."""
    findings: Sequence[str]
    """What is wrong, in words; none where all stands as it was written."""


def link_noted(session: Session) -> None:
    """Chain the events of a transaction; the last thing in it, as others wait from here to its end."""
    noted: Sequence[AuditRow] = session.info.pop(NOTED, ())
    if not noted:
        return
    session.flush()
    head = session.get(AuditHeadRow, 1, with_for_update=True, populate_existing=True)
    if head is None:
        head = AuditHeadRow(id=1, place=0, digest="")
    for row in noted:
        head.place += 1
        head.digest = digest_of(head.digest, head.place, row)
        session.add(AuditLinkRow(place=head.place, event_id=row.id, digest=head.digest))
    session.add(head)
    session.flush()


def digest_of(before: str, place: int, row: AuditRow) -> str:
    """The digest of an event at a place, behind the digest before it."""
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    told = [before, place, row.id, at, row.actor, row.action, row.subject, row.detail]
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def head_of(session: Session) -> Head:
    """Where the chain ends now."""
    row = session.get(AuditHeadRow, 1)
    return Head(0, "") if row is None else Head(row.place, row.digest)


def _since(session: Session) -> int:
    """The last event from before there was a chain."""
    row = session.get(AuditHeadRow, 1)
    return 0 if row is None else row.since_event


def altered(session: Session, numbers: Sequence[int]) -> list[int]:
    """Which of these events do not stand as they were written; none is from before the chain."""
    since = _since(session)
    linked = select(AuditLinkRow).where(col(AuditLinkRow.event_id).in_(numbers))
    links = {link.event_id: link for link in session.exec(linked)}
    chained = [number for number in numbers if number > since or number in links]
    rows = {row.id: row for row in session.exec(select(AuditRow).where(col(AuditRow.id).in_(chained)))}
    places = [link.place - 1 for link in links.values()]
    query = select(AuditLinkRow.place, AuditLinkRow.digest).where(col(AuditLinkRow.place).in_(places))
    before = {0: "", **dict(session.exec(query).all())}

    def stands(number: int) -> bool:
        link, row = links.get(number), rows.get(number)
        if link is None or row is None or link.place - 1 not in before:
            return False
        return link.digest == digest_of(before[link.place - 1], link.place, row)

    return [number for number in chained if not stands(number)]


def verify_chain(readings: Callable[[], AbstractContextManager[Session]], known: Head | None) -> Verified:
    """Go through the whole chain; `known`: a head that was written down at some time."""
    with readings() as session:
        # Before the head: a link that comes meanwhile brings its head along.
        furthest = session.exec(select(func.max(AuditLinkRow.place))).one() or 0
        head, since = head_of(session), _since(session)
        findings = [*_breaks(session, head), *_strays(session, since), *_unlike(session, known)]
        if furthest > head.place:
            findings.append(f"the chain goes on to place {furthest}, and its head is at place {head.place}")
        count = select(func.count()).select_from(AuditRow).where(col(AuditRow.id) <= since)
        return Verified(head, session.exec(count).one(), findings)


def _breaks(session: Session, head: Head) -> Iterator[str]:
    """Where a link does not follow from the one before it."""
    digest, place = "", 0
    for link, row in _walk(session, head.place):
        place += 1
        if link.place != place:
            yield f"the chain has a gap: place {place} is missing"
            return
        if row is None:
            yield f"event {link.event_id}, at place {place}, is gone"
        elif link.digest != digest_of(digest, place, row):
            yield f"event {row.id}, at place {place}, is not as it was written ({row.action} {row.subject})"
        digest = link.digest
    if (place, digest) != (head.place, head.digest):
        yield f"the chain ends at place {place}, and its head is at place {head.place}"


def _walk(session: Session, end: int) -> Iterator[tuple[AuditLinkRow, AuditRow | None]]:
    """Every link with its event, some at a time."""
    after = 0
    while True:
        query = select(AuditLinkRow).where(AuditLinkRow.place > after, AuditLinkRow.place <= end)
        links = session.exec(query.order_by(col(AuditLinkRow.place)).limit(_BATCH)).all()
        numbers = [link.event_id for link in links]
        rows = {row.id: row for row in session.exec(select(AuditRow).where(col(AuditRow.id).in_(numbers)))}
        yield from ((link, rows.get(link.event_id)) for link in links)
        if len(links) < _BATCH:
            return
        after = links[-1].place
        session.expunge_all()


def _strays(session: Session, since: int) -> Iterator[str]:
    """Events that nobody chained: they were written past Termgate."""
    first = session.exec(select(func.min(AuditLinkRow.event_id))).one()
    if first is not None and first <= since:
        yield (
            f"the chain says that it begins after event {since}, and event {first} is in it: "
            "its beginning was moved"
        )
    query = (
        select(AuditRow.id)
        .join(AuditLinkRow, col(AuditLinkRow.event_id) == AuditRow.id, isouter=True)
        .where(col(AuditLinkRow.place).is_(None), col(AuditRow.id) > since)
        .order_by(col(AuditRow.id))
        .limit(_NAMED)
    )
    for number in session.exec(query):
        yield f"event {number} is in no place of the chain: Termgate did not write it"


def _unlike(session: Session, known: Head | None) -> Iterator[str]:
    """Whether the chain still passes through a head that was written down."""
    if known is None:
        return
    link = session.get(AuditLinkRow, known.place) if known.place else None
    if (link.digest if link else "") != known.digest:
        told = "reaches no further than that" if link is None else "has another digest there"
        yield f"the chain is not the one whose head was written down at place {known.place}: it {told}"
