"""The passages behind an assessment's facts: each clause with the document and the page it stands in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from extractors.model import Clause, Family, TermsType
from registry.evidence import WITHOUT_TEXT, clause_of
from registry.tables import (
    CaptureRow,
    ClauseRow,
    CorrectionRow,
    DocumentRow,
    FactRow,
    ReadingRow,
    SightingRow,
    SourceRow,
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A clause that decides a fact, and where a person finds it."""

    clause: Clause
    source: str
    terms_type: TermsType
    document: str
    """The document's digest."""
    pages: tuple[str, ...]
    """Addresses that the document was read from, in page order; `upload:NAME` for an upload."""
    seen_at: datetime
    """When the document was last seen."""
    correction: CorrectionRow | None = None
    """The correction that made it say so; `None` where the machine reads it by itself."""


@dataclass(frozen=True, slots=True)
class _Place:
    pages: tuple[str, ...]
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class RestsOn:
    """The passages behind a fact, in the order it cites them; each list no longer than asked for."""

    deciding: tuple[Passage, ...]
    overruled: tuple[Passage, ...]
    """Permissions that the deciding ones overrule: a person sees both."""
    unlisted: int
    """Deciding and overruled ones that are left out."""


def passages_of(session: Session, assessment_id: int, most: int) -> Mapping[Family, RestsOn]:
    """The passages behind every fact of an assessment; of each list the first ones, `most` of them."""
    facts = session.exec(select(FactRow).where(FactRow.assessment_id == assessment_id)).all()
    shown = {fact.family: (fact.clause_ids[:most], fact.overruled_ids[:most]) for fact in facts}
    found = _passages(session, sorted({one for lists in shown.values() for ids in lists for one in ids}))
    return {
        Family(fact.family): RestsOn(
            deciding=tuple(found[one] for one in deciding),
            overruled=tuple(found[one] for one in overruled),
            unlisted=len(fact.clause_ids) - len(deciding) + len(fact.overruled_ids) - len(overruled),
        )
        for fact in facts
        for deciding, overruled in (shown[fact.family],)
    }


def pages_of(session: Session, document: DocumentRow) -> tuple[str, ...]:
    """The addresses that a document was read from, in page order."""
    query = select(CaptureRow.snapshot, CaptureRow.url).where(
        CaptureRow.source_id == document.source_id, col(CaptureRow.snapshot).in_(document.snapshots)
    )
    pages = dict(session.exec(query.order_by(col(CaptureRow.id))).all())
    return tuple(pages[sha256] for sha256 in document.snapshots if sha256 in pages)


def last_seen(session: Session, document: DocumentRow) -> datetime:
    """When a document was last seen on its pages."""
    query = select(func.max(SightingRow.at)).where(SightingRow.document_id == document.id)
    return session.exec(query).one() or document.read_at


def _passages(session: Session, clause_ids: Sequence[int]) -> dict[int, Passage]:
    query = (
        select(ClauseRow, DocumentRow, SourceRow, CorrectionRow)
        .join(ReadingRow, col(ReadingRow.id) == ClauseRow.reading_id)
        .join(DocumentRow, col(DocumentRow.id) == ReadingRow.document_id)
        .join(SourceRow, col(SourceRow.id) == DocumentRow.source_id)
        .join(CorrectionRow, col(CorrectionRow.id) == ClauseRow.correction_id, isouter=True)
        .where(col(ClauseRow.id).in_(clause_ids))
        .options(WITHOUT_TEXT)
    )
    places: dict[int, _Place] = {}
    found: dict[int, Passage] = {}
    for clause, document, source, correction in session.exec(query):
        if document.id not in places:
            places[document.id] = _Place(pages_of(session, document), last_seen(session, document))
        found[clause.id] = Passage(
            clause=clause_of(clause),
            source=source.slug,
            terms_type=TermsType(source.terms_type),
            document=document.digest,
            pages=places[document.id].pages,
            seen_at=places[document.id].seen_at,
            correction=correction,
        )
    return found
