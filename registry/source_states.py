"""A tool's sources as a page shows them: how each was last found, and which documents nobody reads. Rows.

The number of queries does not depend on how many sources there are, and no text of a document is loaded.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists
from sqlmodel import Session, col, func, select

from extractors.model import DocumentKind, Failure, Reference, TermsType
from registry.capturing import needs_capture
from registry.model import Status
from registry.references import Place, Tracked, Untracked, untracked
from registry.tables import (
    CaptureRow,
    DocumentRow,
    GovernsRow,
    PlanRow,
    ReadingRow,
    RecordedSourceRow,
    ReferenceRow,
    SightingRow,
    SourceRow,
    ToolRow,
    VendorRow,
)


@dataclass(frozen=True, slots=True)
class Text:
    """The document that counts, without its text."""

    id: int
    digest: str
    title: str | None
    warnings: tuple[str, ...]
    seen_at: datetime
    """When it was last seen."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source, and how it was last found."""

    row: SourceRow
    plans: tuple[str, ...]
    """Slugs of those it governs."""
    text: Text | None
    """`None` where nothing was ever read."""
    last: SightingRow | None
    """The newest look; `None` where nobody has looked."""

    @property
    def failure(self) -> Failure | None:
        """Why the newest look came to nothing."""
        return None if self.last is None or self.last.failure is None else Failure(self.last.failure)

    @property
    def waits_for_person(self) -> bool:
        """Whether somebody has to save the page and bring it."""
        return needs_capture(self.failure)


@dataclass(frozen=True, slots=True)
class OpenQuestions:
    """The documents that a tool's terms name and nobody reads."""

    of_tool: tuple[Untracked, ...]
    """Whatever they are to the terms."""
    of_plans: Mapping[str, tuple[Untracked, ...]]
    """By plan, those that its terms make a part of themselves and that no source of the plan covers."""


def source_states(session: Session, tool: ToolRow) -> tuple[SourceState, ...]:
    """The active sources of a tool in the order they were named."""
    query = select(SourceRow).where(SourceRow.tool_id == tool.id, SourceRow.active)
    rows = session.exec(query.order_by(col(SourceRow.id))).all()
    ids = [row.id for row in rows]
    plans, last, texts = _plans(session, ids), _last_looks(session, ids), _texts(session, ids)
    return tuple(SourceState(row, tuple(plans[row.id]), texts.get(row.id), last.get(row.id)) for row in rows)


def former_sources(session: Session, tool: ToolRow) -> Sequence[SourceRow]:
    """The sources that counted once, without those that hold a recorded past: they never did."""
    is_recorded = exists().where(col(RecordedSourceRow.source_id) == SourceRow.id)
    query = select(SourceRow).where(SourceRow.tool_id == tool.id, ~col(SourceRow.active), ~is_recorded)
    return session.exec(query.order_by(col(SourceRow.id))).all()


def questions_of(session: Session, tool: ToolRow, states: Sequence[SourceState]) -> OpenQuestions:
    """What the last good documents name and no source covers, for the tool and for each of its plans."""
    vendor = session.get_one(VendorRow, tool.vendor_id)
    owners = (vendor.name, vendor.slug, tool.name, tool.slug)
    references = _references(session, [one.text.id for one in states if one.text is not None])
    found_at = _found_at(session, states)

    def asked(some: Sequence[SourceState]) -> tuple[Untracked, ...]:
        places = [
            Place(one.row.slug, one.text.digest, reference)
            for one in some
            if one.text is not None
            for reference in references[one.text.id]
        ]
        return untracked(places, [_tracked(one, found_at[one.row.id]) for one in some], owners)

    by_plan: defaultdict[str, list[SourceState]] = defaultdict(list)
    for state in states:
        for plan in state.plans:
            by_plan[plan].append(state)
    bound = {plan: tuple(one for one in asked(some) if one.incorporated) for plan, some in by_plan.items()}
    return OpenQuestions(asked(states), bound)


def _tracked(state: SourceState, found_at: Sequence[str]) -> Tracked:
    row = state.row
    title = "" if state.text is None else state.text.title or ""
    return Tracked(row.slug, TermsType(row.terms_type), (*row.urls, *found_at), (row.slug, title))


def _plans(session: Session, sources: Sequence[int]) -> Mapping[int, list[str]]:
    query = select(GovernsRow.source_id, PlanRow.slug).join(PlanRow, col(PlanRow.id) == GovernsRow.plan_id)
    found: defaultdict[int, list[str]] = defaultdict(list)
    governed = (col(GovernsRow.source_id).in_(sources), PlanRow.status != Status.RETIRED)
    wanted = query.where(*governed).order_by(col(PlanRow.id))
    for source_id, slug in session.exec(wanted):
        found[source_id].append(slug)
    return found


def _last_looks(session: Session, sources: Sequence[int]) -> dict[int, SightingRow]:
    newest = (
        select(func.max(SightingRow.id))
        .where(col(SightingRow.source_id).in_(sources))
        .group_by(col(SightingRow.source_id))
    )
    rows = session.exec(select(SightingRow).where(col(SightingRow.id).in_(newest)))
    return {row.source_id: row for row in rows}


def _texts(session: Session, sources: Sequence[int]) -> dict[int, Text]:
    newest = (
        select(func.max(SightingRow.id))
        .where(col(SightingRow.source_id).in_(sources), col(SightingRow.document_id).is_not(None))
        .group_by(col(SightingRow.source_id))
    )
    query = (
        select(SightingRow, DocumentRow.digest, DocumentRow.title, DocumentRow.warnings)
        .join(DocumentRow, col(DocumentRow.id) == SightingRow.document_id)
        .where(col(SightingRow.id).in_(newest))
    )
    return {
        seen.source_id: Text(seen.document_id, digest, title, tuple(warnings), seen.at)
        for seen, digest, title, warnings in session.exec(query)
        if seen.document_id is not None
    }


def _references(session: Session, documents: Sequence[int]) -> Mapping[int, list[Reference]]:
    """By document, what its newest reading found named."""
    newest = (
        select(func.max(ReadingRow.id))
        .where(col(ReadingRow.document_id).in_(documents))
        .group_by(col(ReadingRow.document_id))
    )
    query = (
        select(ReferenceRow, ReadingRow.document_id)
        .join(ReadingRow, col(ReadingRow.id) == ReferenceRow.reading_id)
        .where(col(ReferenceRow.reading_id).in_(newest))
        .order_by(col(ReferenceRow.start), col(ReferenceRow.id))
    )
    found: defaultdict[int, list[Reference]] = defaultdict(list)
    for row, document_id in session.exec(query):
        kind = DocumentKind(row.kind)
        found[document_id].append(
            Reference(row.name, row.url, kind, row.incorporated, row.start, row.end, row.quote)
        )
    return found


def _found_at(session: Session, states: Sequence[SourceState]) -> Mapping[int, list[str]]:
    """By source, where its pages of today were found to stand; a page that it has left is read no more."""
    pages = {one.row.id: one.row.urls for one in states}
    query = select(CaptureRow.source_id, CaptureRow.url, CaptureRow.final_url).where(
        col(CaptureRow.source_id).in_(pages),
        col(CaptureRow.final_url).is_not(None),
        col(CaptureRow.snapshot).is_not(None),
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for source_id, url, final_url in session.exec(query.distinct()):
        if final_url is not None and url in pages[source_id]:
            found[source_id].append(final_url)
    return found
