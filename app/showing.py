"""From the pages of a source to what they show: a document with its reading, or why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.gather import Errand, Page
from app.workshop import Workshop
from extractors.announcements import upcoming_terms
from extractors.model import Announcement, Document, Failure, Reading, Reference, Snapshot
from extractors.references import find_references
from extractors.text import ReadError, SelectorError, combine, read_text
from registry.evidence import reading_of_text


@dataclass(frozen=True, slots=True)
class Shown:
    """What the pages of a source showed: its document with its reading, or why there is none."""

    document: Document | None = None
    reading: Reading | None = None
    references: tuple[Reference, ...] = ()
    announced: tuple[Announcement, ...] = ()
    unchanged: bool = False
    failure: Failure | None = None
    detail: str | None = None
    http_status: int | None = None


def show(workshop: Workshop, errand: Errand, pages: Sequence[Page], known: Sequence[Sequence[str]]) -> Shown:
    """Read the pages, unless their bytes are those of one of the sets of digests that are `known`."""
    for page in pages:
        if page.failure is not None:
            return Shown(failure=page.failure, detail=page.detail, http_status=page.http_status)
    snapshots = [page.snapshot for page in pages if page.snapshot is not None]
    if tuple(snapshot.sha256 for snapshot in snapshots) in [tuple(one) for one in known if one]:
        return Shown(unchanged=True)
    try:
        document = _read(snapshots, errand)
    except ReadError as error:
        return Shown(failure=error.failure, detail=error.detail, http_status=pages[0].http_status)
    except SelectorError as error:
        # Only the worker knows how selectors are written, so that a malformed one comes as far as here.
        detail = f"{error}; correct it in the source"
        return Shown(failure=Failure.SELECTOR_MISSED, detail=detail, http_status=pages[0].http_status)
    reading = _known_reading(workshop, errand, document) or workshop.reader.read(document)
    announced = upcoming_terms(document.text, workshop.now().date())
    return Shown(document, reading, find_references(document), announced)


def _known_reading(workshop: Workshop, errand: Errand, document: Document) -> Reading | None:
    """The reading of the last good text, where only what stands around the text has changed."""
    if errand.document_id is None or not errand.read:
        return None
    with workshop.sessions() as session:
        return reading_of_text(session, errand.document_id, document.digest, workshop.ruleset)


def _read(snapshots: Sequence[Snapshot], errand: Errand) -> Document:
    documents = [read_text(snapshot, errand.selection) for snapshot in snapshots]
    return documents[0] if len(documents) == 1 else combine(documents)


def outcome(shown: Shown) -> str:
    """What a look came to, in a few words."""
    if shown.failure is not None:
        return f"{shown.failure.value}: {shown.detail}"
    if shown.reading is None:
        return "unchanged"
    return f"{len(shown.reading.clauses)} clauses"
