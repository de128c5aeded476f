"""What came from sites and people, and the text in it: snapshots, captures, documents. Never commits."""

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, cast

from sqlalchemy.orm import QueryableAttribute, defer
from sqlmodel import Session, col, func, select

from extractors.model import Document, Snapshot
from registry.noise import words_digest
from registry.tables import CaptureRow, DocumentRow, SnapshotRow

WITHOUT_TEXT: Final = defer(cast("QueryableAttribute[str]", DocumentRow.text))
"""Where documents are loaded that nobody reads: the text, of megabytes, would come with each of them."""


def keep_snapshot(session: Session, snapshot: Snapshot) -> None:
    """Store the bytes unless they are stored already."""
    if session.get(SnapshotRow, snapshot.sha256) is None:
        body = zlib.compress(snapshot.body, 6)
        session.add(SnapshotRow(sha256=snapshot.sha256, size=len(snapshot.body), body=body))
        session.flush()


def last_capture(session: Session, source_id: int, url: str, sha256: str | None = None) -> CaptureRow | None:
    """The newest capture of a page that has its bytes; with a digest, that has just those."""
    query = select(CaptureRow).where(CaptureRow.source_id == source_id, CaptureRow.url == url)
    wanted = col(CaptureRow.snapshot).is_not(None) if sha256 is None else CaptureRow.snapshot == sha256
    return session.exec(query.where(wanted).order_by(col(CaptureRow.id).desc()).limit(1)).first()


def captured_at(session: Session, source_id: int, at: datetime) -> dict[str, str]:
    """By page, the digest of what a source's pages showed in the look of that time."""
    query = select(CaptureRow.url, CaptureRow.snapshot).where(
        CaptureRow.source_id == source_id, CaptureRow.at == at
    )
    return {url: sha256 for url, sha256 in session.exec(query) if sha256 is not None}


def last_upload(session: Session, source_id: int) -> CaptureRow | None:
    """The newest upload of a source that has no pages."""
    query = select(CaptureRow).where(CaptureRow.source_id == source_id)
    return session.exec(query.order_by(col(CaptureRow.id).desc()).limit(1)).first()


def snapshot_bytes(session: Session, sha256: str) -> bytes | None:
    """The bytes of that digest, as they were received."""
    row = session.get(SnapshotRow, sha256)
    return None if row is None else zlib.decompress(row.body)


def snapshot_of(session: Session, capture: CaptureRow) -> Snapshot:
    """The snapshot a capture received, as it was received."""
    row = session.get_one(SnapshotRow, capture.snapshot)
    return Snapshot(
        body=zlib.decompress(row.body),
        sha256=row.sha256,
        media_type=capture.media_type or "",
        charset=capture.charset,
        url=capture.final_url or capture.url,
        fetched_at=capture.at,
        headers=tuple((name, value) for name, value in capture.headers),
    )


def keep_document(session: Session, source_id: int, document: Document, shown: Sequence[Snapshot]) -> int:
    """Store a source's document unless this text is stored for it already; its identifier."""
    query = select(DocumentRow).where(
        DocumentRow.source_id == source_id, DocumentRow.digest == document.digest
    )
    row = session.exec(query).first()
    if row is None:
        row = DocumentRow(
            source_id=source_id,
            digest=document.digest,
            text=document.text,
            title=document.title,
            language=document.language,
            warnings=list(document.warnings),
            snapshots=[snapshot.sha256 for snapshot in shown],
            words=words_digest(document.text),
            read_at=max(snapshot.fetched_at for snapshot in shown),
        )
        session.add(row)
        session.flush()
    return row.id


def digest_of(session: Session, document_id: int) -> str:
    """The digest of a stored document, without its text, which may be megabytes."""
    return session.exec(select(DocumentRow.digest).where(DocumentRow.id == document_id)).one()


def characters_of(session: Session, document_ids: Sequence[int]) -> Mapping[int, int]:
    """By document, how long its text is."""
    query = select(DocumentRow.id, func.length(DocumentRow.text)).where(col(DocumentRow.id).in_(document_ids))
    return dict(session.exec(query).all())


def document_of(row: DocumentRow) -> Document:
    """The document in a row."""
    return Document(
        text=row.text,
        digest=row.digest,
        title=row.title,
        language=row.language,
        warnings=tuple(row.warnings),
    )
