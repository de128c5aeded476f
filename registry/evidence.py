"""What was received and read: snapshots, captures, documents, sightings, readings. Rows are only added."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from extractors.model import (
    PROPOSED,
    Audience,
    Clause,
    DataKind,
    Document,
    Failure,
    Family,
    Governing,
    Party,
    Purpose,
    Reading,
    Snapshot,
    Stance,
    TermsType,
)
from registry.noise import words_digest
from registry.tables import (
    CaptureRow,
    ClauseRow,
    CorrectionEffectRow,
    CorrectionRow,
    DocumentRow,
    GovernsRow,
    ReadingRow,
    SightingRow,
    SnapshotRow,
    SourceRow,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look at a source came to: a document, or why there is none."""

    document_id: int | None
    at: datetime
    failure: Failure | None = None
    detail: str | None = None
    http_status: int | None = None


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


def document_of(row: DocumentRow) -> Document:
    """The document in a row."""
    return Document(
        text=row.text,
        digest=row.digest,
        title=row.title,
        language=row.language,
        warnings=tuple(row.warnings),
    )


def record_sighting(session: Session, source_id: int, pass_key: str, seen: Seen) -> None:
    """Add what one look at a source came to."""
    session.add(
        SightingRow(
            source_id=source_id,
            pass_key=pass_key,
            document_id=seen.document_id,
            failure=seen.failure,
            detail=seen.detail,
            http_status=seen.http_status,
            at=seen.at,
        )
    )
    session.flush()


def has_sighting(session: Session, source_id: int, pass_key: str) -> bool:
    """Whether this pass has looked at this source already."""
    query = select(SightingRow.id).where(SightingRow.source_id == source_id, SightingRow.pass_key == pass_key)
    return session.exec(query).first() is not None


def count_sightings(session: Session, pass_key: str) -> int:
    """How many sources a pass has looked at."""
    query = select(func.count()).select_from(SightingRow).where(SightingRow.pass_key == pass_key)
    return session.exec(query).one()


def sightings_of_pass(session: Session, pass_key: str) -> Sequence[SightingRow]:
    """What a pass has come to so far, in the order it looked."""
    query = select(SightingRow).where(SightingRow.pass_key == pass_key).order_by(col(SightingRow.id))
    return session.exec(query).all()


def good_sighting(session: Session, source_id: int) -> SightingRow | None:
    """The newest look at a source that showed a document."""
    query = (
        select(SightingRow)
        .where(SightingRow.source_id == source_id, col(SightingRow.document_id).is_not(None))
        .order_by(col(SightingRow.id).desc())
    )
    return session.exec(query).first()


def last_sighting(session: Session, source_id: int) -> SightingRow | None:
    """The newest look at a source, whatever it came to."""
    query = select(SightingRow).where(SightingRow.source_id == source_id).order_by(col(SightingRow.id).desc())
    return session.exec(query).first()


def failed_sightings(session: Session, pass_key: str) -> Sequence[tuple[SourceRow, SightingRow]]:
    """The sources of which a pass could read nothing, and why."""
    query = (
        select(SourceRow, SightingRow)
        .join(SightingRow)
        .where(SightingRow.pass_key == pass_key, col(SightingRow.failure).is_not(None))
        .order_by(col(SourceRow.id))
    )
    return session.exec(query).all()


def find_reading(session: Session, document_id: int, ruleset: str) -> ReadingRow | None:
    """The reading of a document under a ruleset, if there is one."""
    query = select(ReadingRow).where(ReadingRow.document_id == document_id, ReadingRow.ruleset == ruleset)
    return session.exec(query).first()


def reading_of_text(session: Session, document_id: int, digest: str, ruleset: str) -> Reading | None:
    """What the machine read in a document under a ruleset, if it has just this text and was read under it."""
    query = select(ReadingRow.id).join(DocumentRow).where(ReadingRow.document_id == document_id)
    query = query.where(ReadingRow.ruleset == ruleset, DocumentRow.digest == digest)
    reading_id = session.exec(query).first()
    if reading_id is None:
        return None
    clauses = tuple(clause_of(row) for row in clause_rows(session, reading_id))
    return Reading(document=digest, ruleset=ruleset, clauses=clauses)


def last_reading(session: Session, document_id: int) -> ReadingRow | None:
    """The newest reading of a document, whatever its ruleset."""
    query = select(ReadingRow).where(ReadingRow.document_id == document_id)
    return session.exec(query.order_by(col(ReadingRow.id).desc()).limit(1)).first()


def keep_reading(session: Session, document_id: int, reading: Reading, now: datetime) -> None:
    """Store a document's reading unless it has one under this ruleset already."""
    if find_reading(session, document_id, reading.ruleset) is not None:
        return
    row = ReadingRow(document_id=document_id, ruleset=reading.ruleset, read_at=now)
    session.add(row)
    session.flush()
    session.add_all([clause_row(row.id, clause) for clause in reading.clauses])
    session.flush()


def clause_rows(session: Session, reading_id: int) -> Sequence[ClauseRow]:
    """The clauses that the machine found, in the order of the text."""
    query = select(ClauseRow).where(
        ClauseRow.reading_id == reading_id, col(ClauseRow.correction_id).is_(None)
    )
    return session.exec(query.order_by(col(ClauseRow.start), col(ClauseRow.id))).all()


def effects_in_force(
    session: Session, reading_id: int
) -> Sequence[tuple[CorrectionEffectRow, CorrectionRow]]:
    """What the corrections in force do to a reading, in the order they were made."""
    query = (
        select(CorrectionEffectRow, CorrectionRow)
        .join(CorrectionRow)
        .where(CorrectionEffectRow.reading_id == reading_id, col(CorrectionRow.withdrawn_at).is_(None))
    )
    return session.exec(query.order_by(col(CorrectionRow.id))).all()


def counted_rows(session: Session, reading_id: int) -> Sequence[ClauseRow]:
    """The clauses that count, in the order of the text: the machine's, as corrections in force leave them."""
    effects = [effect for effect, _ in effects_in_force(session, reading_id)]
    if not effects:
        return clause_rows(session, reading_id)
    overruled = {clause_id for effect in effects for clause_id in effect.overrules}
    counted = [None, *(effect.correction_id for effect in effects)]
    rows = session.exec(select(ClauseRow).where(ClauseRow.reading_id == reading_id)).all()
    kept = [row for row in rows if row.id not in overruled and row.correction_id in counted]
    return sorted(kept, key=lambda row: (row.start, row.id))


def governing_of(
    session: Session, plan_id: int, ruleset: str, instead: Mapping[int, int] | None = None
) -> tuple[Governing, ...]:
    """Every active source that governs a plan, with its last good document's reading under the ruleset.

    Of the reading, the clauses that count: corrections in force have been taken in. `instead` names, by
    source, documents that are to be heard in place of the last good ones.

    A source without such a reading is there too, with its failure: it makes the plan's facts unread.
    """
    others = instead or {}
    return tuple(
        _governing(session, source, _reading_heard(session, source.id, ruleset, others.get(source.id)))
        for source in sources_governing(session, plan_id)
    )


def sources_governing(session: Session, plan_id: int) -> Sequence[SourceRow]:
    """The active sources that govern a plan, by slug."""
    query = select(SourceRow).join(GovernsRow).where(GovernsRow.plan_id == plan_id, SourceRow.active)
    return session.exec(query.order_by(col(SourceRow.slug))).all()


def reading_of_source(session: Session, source_id: int, ruleset: str) -> ReadingRow | None:
    """The reading of a source's last good document under a ruleset."""
    good = good_sighting(session, source_id)
    if good is None or good.document_id is None:
        return None
    return find_reading(session, good.document_id, ruleset)


def _reading_heard(
    session: Session, source_id: int, ruleset: str, document_id: int | None
) -> ReadingRow | None:
    if document_id is None:
        return reading_of_source(session, source_id, ruleset)
    return find_reading(session, document_id, ruleset)


def _governing(session: Session, source: SourceRow, row: ReadingRow | None) -> Governing:
    kind = TermsType(source.terms_type)
    if row is None:
        last = last_sighting(session, source.id)
        failure = Failure(last.failure) if last is not None and last.failure is not None else None
        return Governing(source=source.slug, terms_type=kind, reading=None, failure=failure)
    document = session.get_one(DocumentRow, row.document_id)
    clauses = tuple(clause_of(clause) for clause in counted_rows(session, row.id))
    reading = Reading(document=document.digest, ruleset=row.ruleset, clauses=clauses)
    return Governing(source=source.slug, terms_type=kind, reading=reading)


def clause_row(reading_id: int, clause: Clause) -> ClauseRow:
    """The row of a clause, not added yet."""
    return ClauseRow(
        reading_id=reading_id,
        digest=clause.digest,
        family=clause.family,
        stance=clause.stance,
        party=clause.party,
        data=list(clause.data),
        purpose=clause.purpose,
        period_days=clause.period_days,
        audience=clause.audience,
        start=clause.start,
        end=clause.end,
        quote=clause.quote,
        heading=clause.heading,
        rule=clause.rule,
        modifiers=list(clause.modifiers),
    )


def clause_of(row: ClauseRow) -> Clause:
    """The clause in a row."""
    return Clause(
        family=Family(row.family),
        stance=None if row.stance is None else Stance(row.stance),
        party=Party(row.party),
        data=tuple(DataKind(kind) for kind in row.data),
        purpose=None if row.purpose is None else Purpose(row.purpose),
        period_days=row.period_days,
        audience=Audience(row.audience),
        start=row.start,
        end=row.end,
        quote=row.quote,
        heading=row.heading,
        rule=row.rule,
        modifiers=tuple(row.modifiers),
        digest=row.digest,
        proposed=row.rule == PROPOSED,
    )
