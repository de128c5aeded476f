"""What was read in documents, and what of it counts once corrections are taken in. Never commits."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from extractors.model import PROPOSED, Audience, Clause, DataKind, Family, Party, Purpose, Reading, Stance
from registry.tables import ClauseRow, CorrectionEffectRow, CorrectionRow, DocumentRow, ReadingRow


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
