"""The recorded past of sources: rows of what an archive saw of them before we looked. Never commits.

What was recorded stands under a source of its own that was retired from the beginning, so that nothing which
asks for what counts now can meet it. Only this module makes such sources.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from extractors.model import Document, Failure, Reading, Snapshot
from registry.evidence import Seen, keep_document, keep_reading, keep_snapshot, record_sighting
from registry.store import find_source
from registry.tables import (
    CaptureRow,
    DocumentRow,
    ReadingRow,
    RecordedSourceRow,
    SightingRow,
    SourceRow,
)

_SLUG_LENGTH = 64


class RecordedElsewhereError(Exception):
    """A source whose past was taken from another archive, or from another document of it."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded version, ready to be kept: its bytes, and what was read in them or why nothing was."""

    key: str
    """What tells it from all others of the source, and where it was recorded."""
    place: str
    """Where its bytes stand in the archive."""
    snapshot: Snapshot
    document: Document | None
    reading: Reading | None
    failure: Failure | None = None
    detail: str | None = None


def past_of(session: Session, source_id: int) -> RecordedSourceRow | None:
    """The recorded past of a source, if it has one."""
    return session.exec(select(RecordedSourceRow).where(RecordedSourceRow.past_of == source_id)).first()


def is_recorded(session: Session, source_id: int) -> bool:
    """Whether a source is itself the recorded past of another."""
    return session.get(RecordedSourceRow, source_id) is not None


def recorded_source(session: Session, source: SourceRow, repository: str, path: str) -> int:
    """The retired source that holds another's recorded past, made where there is none; its identifier.

    Raises `RecordedElsewhereError` where that past comes from another repository or document.
    """
    past = past_of(session, source.id)
    if past is None:
        row = SourceRow(
            tool_id=source.tool_id,
            slug=_free_slug(session, source),
            terms_type=source.terms_type,
            urls=[],
            active=False,
        )
        session.add(row)
        session.flush()
        past = RecordedSourceRow(source_id=row.id, past_of=source.id, repository=repository, path=path)
        session.add(past)
        session.flush()
    if (past.repository, past.path) != (repository, path):
        raise RecordedElsewhereError(
            f"the past of `{source.slug}` is {past.path} of {past.repository} already; a source has one past"
        )
    return past.source_id


def versions_kept(session: Session, source_id: int, ruleset: str) -> frozenset[str]:
    """Keys of the recorded versions that need no more work: read under these rules, or without a text."""
    read = select(ReadingRow.document_id).where(ReadingRow.ruleset == ruleset)
    query = select(SightingRow.pass_key).where(
        SightingRow.source_id == source_id,
        col(SightingRow.document_id).is_(None) | col(SightingRow.document_id).in_(read),
    )
    return frozenset(session.exec(query).all())


def is_read(session: Session, source_id: int, digest: str, ruleset: str) -> bool:
    """Whether a source's document of that digest is stored with a reading under these rules."""
    query = (
        select(ReadingRow.id)
        .join(DocumentRow)
        .where(
            DocumentRow.source_id == source_id, DocumentRow.digest == digest, ReadingRow.ruleset == ruleset
        )
    )
    return session.exec(query).first() is not None


def unread_documents(session: Session, tool_id: int, ruleset: str) -> Sequence[int]:
    """Documents that a tool's sources showed formerly and that were never read under a ruleset, oldest first.

    What an active source shows now is none of them.
    """
    newest = (
        select(func.max(SightingRow.id))
        .join(SourceRow, col(SourceRow.id) == SightingRow.source_id)
        .where(SourceRow.tool_id == tool_id, SourceRow.active, col(SightingRow.document_id).is_not(None))
        .group_by(col(SightingRow.source_id))
    )
    shown = select(SightingRow.document_id).where(col(SightingRow.id).in_(newest))
    read = select(ReadingRow.document_id).where(ReadingRow.ruleset == ruleset)
    query = (
        select(DocumentRow.id)
        .join(SourceRow, col(SourceRow.id) == DocumentRow.source_id)
        .where(
            SourceRow.tool_id == tool_id,
            col(DocumentRow.id).not_in(shown),
            col(DocumentRow.id).not_in(read),
        )
    )
    return session.exec(query.order_by(col(DocumentRow.id))).all()


def keep_recorded(session: Session, source_id: int, found: Iterable[Recorded], now: datetime) -> int:
    """Keep recorded versions, each seen when it was recorded; how many were not there before."""
    return sum(_keep(session, source_id, one, now) for one in found)


def _keep(session: Session, source_id: int, one: Recorded, now: datetime) -> bool:
    document_id = None
    if one.document is not None:
        document_id = keep_document(session, source_id, one.document, [one.snapshot])
        if one.reading is not None:
            keep_reading(session, document_id, one.reading, now)
    known = select(SightingRow.id).where(SightingRow.source_id == source_id, SightingRow.pass_key == one.key)
    if session.exec(known).first() is not None:
        return False
    keep_snapshot(session, one.snapshot)
    session.add(
        CaptureRow(
            source_id=source_id,
            url=one.place,
            at=one.snapshot.fetched_at,
            snapshot=one.snapshot.sha256,
            final_url=one.place,
            media_type=one.snapshot.media_type,
            charset=one.snapshot.charset,
        )
    )
    record_sighting(
        session, source_id, one.key, Seen(document_id, one.snapshot.fetched_at, one.failure, one.detail)
    )
    return True


def _free_slug(session: Session, source: SourceRow) -> str:
    """A slug that says whose past it is, and that no source of the tool has."""
    for number in range(1, 100):
        ending = "-recorded" if number == 1 else f"-recorded-{number}"
        slug = source.slug[: _SLUG_LENGTH - len(ending)].rstrip("-") + ending
        if find_source(session, source.tool_id, slug) is None:
            return slug
    raise RecordedElsewhereError(f"no free name is left for the past of `{source.slug}`")
