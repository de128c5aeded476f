"""What was received and read of a source: its looks, its documents, their clauses, the bytes behind them."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import Field

from app.api.clauses import CountedClauseShown, clause_shown, correction_note
from app.api.finding import AtDocument, AtSource, AtTool, the_document, the_source_on_record, the_tool
from app.api.forms import Form, Shown
from app.api.house import Here
from app.api.tools import SourceSummary, source_summary
from app.auth import as_manager
from app.db import Session
from app.errors import NotFoundError, answers
from extractors.model import Failure
from registry.capturing import needs_capture
from registry.effects import shown_clauses
from registry.evidence import (
    characters_of,
    clause_of,
    digest_of,
    good_sighting,
    last_reading,
    last_sighting,
    snapshot_bytes,
)
from registry.passages import last_seen, pages_of
from registry.store import captures_of, documents_of, sources_of
from registry.tables import CaptureRow, DocumentRow, SightingRow, SourceRow

router = APIRouter(
    prefix="/v1/tools/{vendor}/{tool}/sources",
    tags=["documents"],
    dependencies=[Depends(as_manager)],
    responses=answers(NotFoundError),
)

_MOST_CLAUSES: Final = 500
BYTES: Final = "application/octet-stream"
_SANDBOX: Final = {"x-content-type-options": "nosniff", "content-security-policy": "sandbox"}
"""Whatever the bytes are, a browser keeps them as a file and runs nothing in them."""


class CaptureShown(Shown):
    """One look at one page."""

    url: str
    at: datetime
    snapshot: str | None = Field(description="SHA-256 of the bytes received, or found unchanged.")
    unchanged: bool
    failure: Failure | None
    detail: str | None
    http_status: int | None
    final_url: str | None
    media_type: str | None
    rendered: bool = Field(description="Whether a browser had to run the page's scripts.")
    captured_by: str | None = Field(description="The person who saved the page and brought it.")
    brought_at: datetime | None


class SightingShown(Shown):
    """What the last look at a source came to."""

    at: datetime
    failure: Failure | None
    needs_capture: bool = Field(description="Whether it waits for a person who saves the page and brings it.")
    detail: str | None
    http_status: int | None


class SourceShown(SourceSummary):
    """A source, how it was last found, and the document that counts."""

    last_capture: CaptureShown | None
    last_look: SightingShown | None
    document: str | None = Field(description="Digest of the last good document; a failure never replaces it.")
    document_seen_at: datetime | None


class DocumentSummary(Shown):
    """One text that a source has shown."""

    digest: str
    title: str | None
    language: str
    characters: int
    warnings: list[str]
    pages: list[str] = Field(description="Addresses it was read from, in page order.")
    snapshots: list[str] = Field(description="SHA-256 of the bytes it was read from, in page order.")
    read_at: datetime
    seen_at: datetime = Field(description="When it was last seen.")


class DocumentShown(DocumentSummary):
    """A document with its text, in Markdown."""

    text: str


class ReadingShown(Shown):
    """The clauses of a document under the newest rules it was read with."""

    document: str
    ruleset: str | None = Field(description="Nothing: the document has not been read yet.")
    read_at: datetime | None
    clauses: list[CountedClauseShown]
    next: int | None = Field(default=None, description="Pass it as `after` for those that follow.")


class ClausesQuery(Form):
    """Which of a document's clauses to show."""

    after: int = Field(
        default=0, strict=False, ge=0, le=10_000_000, description="How many to pass over, from the beginning."
    )
    limit: int = Field(
        default=_MOST_CLAUSES, strict=False, ge=1, le=_MOST_CLAUSES, description="How many at most."
    )


@router.get("")
def list_sources(at: AtTool, house: Here) -> list[SourceShown]:
    """A tool's sources, each with its last look and the document that counts."""
    with house.readings() as session:
        row = the_tool(session, at)
        return [_source_shown(session, source) for source in sources_of(session, row.id)]


@router.get("/{source}/captures")
def list_captures(at: AtSource, house: Here) -> list[CaptureShown]:
    """A source's newest looks at its pages, newest first, the failed and the unchanged ones too."""
    with house.readings() as session:
        row = the_source_on_record(session, at)
        return [_capture_shown(capture) for capture in captures_of(session, row.id)]


@router.get("/{source}/documents")
def list_documents(at: AtSource, house: Here) -> list[DocumentSummary]:
    """The newest texts that a source has shown, newest first."""
    with house.readings() as session:
        row = the_source_on_record(session, at)
        found = documents_of(session, row.id)
        characters = characters_of(session, [document.id for document in found])
        return [_summary(session, document, characters[document.id]) for document in found]


@router.get("/{source}/documents/{digest}")
def show_document(at: AtDocument, house: Here) -> DocumentShown:
    """A document with its text."""
    with house.readings() as session:
        row = the_document(session, at)
        return DocumentShown(**_summary(session, row, len(row.text)).model_dump(), text=row.text)


@router.get("/{source}/documents/{digest}/clauses")
def list_clauses(at: AtDocument, asked: Annotated[ClausesQuery, Query()], house: Here) -> ReadingShown:
    """The clauses of a document in the order of the text: the machine's, and beside them what people say.

    Terms have some hundred; of more, 500 at a time.
    """
    with house.readings() as session:
        row = the_document(session, at)
        reading = last_reading(session, row.id)
        if reading is None:
            return ReadingShown(document=row.digest, ruleset=None, read_at=None, clauses=[])
        end = asked.after + asked.limit
        found = shown_clauses(session, reading.id, some=slice(asked.after, end + 1))
        clauses = [
            CountedClauseShown(
                **clause_shown(clause_of(one.row)).model_dump(),
                counts=one.counts,
                correction=None if one.correction is None else correction_note(one.correction),
            )
            for one in found[: asked.limit]
        ]
        return ReadingShown(
            document=row.digest,
            ruleset=reading.ruleset,
            read_at=reading.read_at,
            clauses=clauses,
            next=end if len(found) > asked.limit else None,
        )


@router.get(
    "/{source}/documents/{digest}/snapshots/{sha256}",
    response_class=Response,
    responses={200: {"description": "The bytes as they were received.", "content": {BYTES: {}}}},
)
def download_snapshot(
    at: AtDocument,
    sha256: Annotated[str, Path(description="SHA-256 of the bytes.", examples=["0" * 64])],
    house: Here,
) -> Response:
    """The bytes that a document was read from, as a file to keep."""
    with house.readings() as session:
        row = the_document(session, at)
        body = snapshot_bytes(session, sha256) if sha256 in row.snapshots else None
    if body is None:
        known = ", ".join(row.snapshots)
        raise NotFoundError(f"the document was not read from {sha256!r:.80}; it was read from: {known}")
    named = {"content-disposition": f'attachment; filename="{at.source}-{sha256[:12]}.bin"'}
    return Response(body, media_type=BYTES, headers=_SANDBOX | named)


def _source_shown(session: Session, source: SourceRow) -> SourceShown:
    captures = captures_of(session, source.id, limit=1)
    last = last_sighting(session, source.id)
    good = good_sighting(session, source.id)
    document = None if good is None or good.document_id is None else digest_of(session, good.document_id)
    return SourceShown(
        **source_summary(session, source).model_dump(),
        last_capture=_capture_shown(captures[0]) if captures else None,
        last_look=None if last is None else _sighting_shown(last),
        document=document,
        document_seen_at=None if good is None else good.at,
    )


def _sighting_shown(row: SightingRow) -> SightingShown:
    failure = None if row.failure is None else Failure(row.failure)
    return SightingShown(
        at=row.at,
        failure=failure,
        needs_capture=needs_capture(failure),
        detail=row.detail,
        http_status=row.http_status,
    )


def _capture_shown(row: CaptureRow) -> CaptureShown:
    return CaptureShown(
        url=row.url,
        at=row.at,
        snapshot=row.snapshot,
        unchanged=row.unchanged,
        failure=None if row.failure is None else Failure(row.failure),
        detail=row.detail,
        http_status=row.http_status,
        final_url=row.final_url,
        media_type=row.media_type,
        rendered=row.rendered,
        captured_by=row.captured_by,
        brought_at=row.brought_at,
    )


def _summary(session: Session, row: DocumentRow, characters: int) -> DocumentSummary:
    return DocumentSummary(
        digest=row.digest,
        title=row.title,
        language=row.language,
        characters=characters,
        warnings=row.warnings,
        pages=list(pages_of(session, row)),
        snapshots=row.snapshots,
        read_at=row.read_at,
        seen_at=last_seen(session, row),
    )
