"""The sources that govern a plan, each with what its last good document says. Never commits."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from extractors.model import Failure, Governing, Reading, TermsType
from registry.evidence.readings import clause_of, counted_rows, find_reading
from registry.evidence.received import digest_of
from registry.evidence.sightings import good_sighting, last_sighting
from registry.tables import GovernsRow, ReadingRow, SourceRow


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
    clauses = tuple(clause_of(clause) for clause in counted_rows(session, row.id))
    reading = Reading(document=digest_of(session, row.document_id), ruleset=row.ruleset, clauses=clauses)
    return Governing(source=source.slug, terms_type=kind, reading=reading)
