"""The documents that a reading found named: kept with it, and told where nobody tracks them."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from extractors.model import DocumentKind, Reference, TermsType
from registry.evidence import WITHOUT_TEXT, find_reading, good_sighting, last_reading, sources_governing
from registry.references import Place, Tracked, Untracked, untracked
from registry.store import sources_of
from registry.tables import CaptureRow, DocumentRow, PlanRow, ReferenceRow, SourceRow, ToolRow, VendorRow


def keep_references(
    session: Session, document_id: int, ruleset: str, references: Iterable[Reference]
) -> None:
    """Store what a document names with its reading under a ruleset, unless that has them already."""
    reading = find_reading(session, document_id, ruleset)
    if reading is None or references_of(session, reading.id):
        return
    session.add_all(
        ReferenceRow(
            reading_id=reading.id,
            name=one.name,
            url=one.url,
            kind=one.kind,
            incorporated=one.incorporated,
            start=one.start,
            end=one.end,
            quote=one.quote,
        )
        for one in references
    )
    session.flush()


def references_of(session: Session, reading_id: int) -> tuple[Reference, ...]:
    """What a reading found named, in the order of the text."""
    query = select(ReferenceRow).where(ReferenceRow.reading_id == reading_id)
    rows = session.exec(query.order_by(col(ReferenceRow.start), col(ReferenceRow.id)))
    return tuple(
        Reference(
            name=row.name,
            url=row.url,
            kind=DocumentKind(row.kind),
            incorporated=row.incorporated,
            start=row.start,
            end=row.end,
            quote=row.quote,
        )
        for row in rows
    )


def untracked_of_tool(session: Session, tool: ToolRow) -> tuple[Untracked, ...]:
    """The documents that a tool's terms name and none of its sources covers."""
    return _untracked(session, tool, sources_of(session, tool.id))


def open_questions(session: Session, tool: ToolRow, plan: PlanRow) -> tuple[Untracked, ...]:
    """The documents that a plan's terms make a part of themselves, and that no source governing it covers.

    Nobody has read them, and they hold all the same: a person asks for them before deciding.
    """
    found = _untracked(session, tool, sources_governing(session, plan.id))
    return tuple(one for one in found if one.incorporated)


def _untracked(session: Session, tool: ToolRow, sources: Sequence[SourceRow]) -> tuple[Untracked, ...]:
    vendor = session.get_one(VendorRow, tool.vendor_id)
    documents = {source.slug: _document(session, source) for source in sources}
    places = [
        Place(slug, document.digest, reference)
        for slug, document in documents.items()
        if document is not None
        for reference in _references(session, document)
    ]
    tracked = [_tracked(session, source, documents[source.slug]) for source in sources]
    return untracked(places, tracked, (vendor.name, vendor.slug, tool.name, tool.slug))


def _document(session: Session, source: SourceRow) -> DocumentRow | None:
    good = good_sighting(session, source.id)
    return None if good is None else session.get_one(DocumentRow, good.document_id, options=[WITHOUT_TEXT])


def _references(session: Session, document: DocumentRow) -> tuple[Reference, ...]:
    reading = last_reading(session, document.id)
    return () if reading is None else references_of(session, reading.id)


def _tracked(session: Session, source: SourceRow, document: DocumentRow | None) -> Tracked:
    # Only where the source stands today counts: a page that it has left is read no more.
    seen = select(CaptureRow.final_url).where(
        CaptureRow.source_id == source.id,
        col(CaptureRow.url).in_(source.urls),
        col(CaptureRow.final_url).is_not(None),
        col(CaptureRow.snapshot).is_not(None),
    )
    found_at = [url for url in session.exec(seen.distinct()) if url is not None]
    title = "" if document is None else document.title or ""
    return Tracked(source.slug, TermsType(source.terms_type), (*source.urls, *found_at), (source.slug, title))
