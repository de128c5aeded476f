"""A document as a person reads it: its clauses marked in place, what found them, what people corrected."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.api.finding import (
    AtSource,
    DocumentAddress,
    SourceAddress,
    the_document,
    the_source_on_record,
    the_tool,
)
from app.api.house import Here, House
from app.db import Session
from app.media import LARGEST, OF_SUFFIX
from app.ui.clauses_shown import Named, named
from app.ui.paper import Block, Layout, Span, grouped, laid_out, parts_of, together
from app.ui.rendering import is_part, page
from app.ui.visitor import At, Visitor, require
from extractors.model import Audience, DataKind, Family, Purpose, Stance
from registry.changes.ordering import STANCES
from registry.effects import Outline, outline_of, shown_clauses
from registry.evidence import good_sighting, last_reading, last_sighting
from registry.model import Role
from registry.shown_texts import (
    StandingCorrection,
    Version,
    answers_resting_on,
    looks_that_brought,
    standing_corrections,
    versions_of,
)
from registry.store import plans_governed
from registry.tables import (
    CaptureRow,
    ClauseRow,
    DocumentRow,
    PlanRow,
    ReadingRow,
    SightingRow,
    SourceRow,
    ToolRow,
)

router = APIRouter()

VERSIONS: Final = 50
LISTED: Final = 400
"""Clauses of a part that the margin lists; what is more is marked in the text alone."""
_GRAVEST_FIRST: Final = ("bad", "care", "good", "none")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which text, which part of it, and what of it is asked for."""

    document: Annotated[str, Query(max_length=64)] = ""
    """Digest; empty: the one that counts."""
    part: Annotated[int, Query(ge=0, le=100_000)] = 0
    """Counted from 1; 0: where `at` is, or the first."""
    at: Annotated[str, Query(max_length=30)] = ""
    """`start-end` of a passage."""
    correct: Annotated[str, Query(max_length=80)] = ""
    """The anchor of the clause that is to be corrected."""
    done: Annotated[str, Query(max_length=40)] = ""
    """The correction that was just made or withdrawn."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A text with its clauses, laid out."""

    tool: ToolRow
    source: SourceRow
    document: DocumentRow
    reading: ReadingRow | None
    is_newest: bool
    """Whether it is the text that counts."""
    clauses: tuple[Named, ...]
    """Those that touch the part that is shown."""
    outline: Outline
    """All of them."""
    corrections: tuple[StandingCorrection, ...]
    versions: tuple[Version, ...]
    originals: tuple[CaptureRow, ...]
    last: SightingRow | None
    plans: Sequence[PlanRow]
    parts: tuple[Span, ...]
    part: int
    """Which of the parts is shown, counted from 0."""
    passage: Span | None
    """The passage that was asked for."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a form that could not be taken, and what stood in it."""

    error: str = ""
    status: int = 200
    typed: Mapping[str, Any] = field(default_factory=dict)


@router.get("/tools/{vendor}/{tool}/sources/{source}")
def show(
    request: Request, asked: AtSource, wanted: Annotated[Wanted, Depends()], at: At, house: Here
) -> Response:
    """Where does it say so?"""
    require(at, Role.MANAGER)
    return paper_page(request, asked, wanted, at, house)


def paper_page(
    request: Request,
    asked: SourceAddress,
    wanted: Wanted,
    at: Visitor,
    house: House,
    told: Told | None = None,
) -> Response:
    """The page of a text; with `told`, again after a form that could not be taken."""
    told = told or Told()
    now = house.now()
    with house.readings() as session:
        found = _paper(session, asked, wanted)
        if found is None:
            tool, source = the_tool(session, asked), the_source_on_record(session, asked)
            last = last_sighting(session, source.id)
            bringing: dict[str, Any] = {"suffixes": tuple(OF_SUFFIX), "largest": LARGEST}
            return page(
                request, "evidence_none.html", at, now, tool=tool, source=source, last=last, **bringing
            )
    spans = [(one.one.row.start, one.one.row.end) for one in found.clauses]
    marked = [*spans, *([] if found.passage is None else [found.passage])]
    blocks = laid_out(found.document.text, found.parts[found.part], marked)
    chosen = next((one for one in found.clauses if one.anchor == wanted.correct), None)
    template = "correction_form_part.html" if is_part(request) and chosen else "evidence.html"
    return page(
        request,
        template,
        at,
        now,
        status=told.status,
        shown=found,
        groups=list(grouped(blocks)),
        headings=_headings(blocks),
        elsewhere=_elsewhere(found),
        tally=_tally(found.outline),
        most=LISTED,
        chosen=chosen,
        wanted=wanted,
        told=told,
        words=_WORDS,
        tone_of=_tones(found.clauses),
        together=together,
    )


def _tones(clauses: Sequence[Named]) -> Callable[[Sequence[int]], str]:
    """How alarming a piece under several marks is: as its gravest one; `asked` where it has none."""

    def tone_of(marks: Sequence[int]) -> str:
        tones = {clauses[mark].tone for mark in marks if mark < len(clauses)}
        return next((tone for tone in _GRAVEST_FIRST if tone in tones), "asked")

    return tone_of


def _paper(session: Session, asked: SourceAddress, wanted: Wanted) -> Paper | None:
    tool, source = the_tool(session, asked), the_source_on_record(session, asked)
    versions = versions_of(session, source.id, VERSIONS)
    good = good_sighting(session, source.id)
    newest = None if good is None else session.get_one(DocumentRow, good.document_id)
    document = newest
    if wanted.document and (newest is None or wanted.document != newest.digest):
        document = the_document(
            session, DocumentAddress(asked.vendor, asked.tool, asked.source, wanted.document)
        )
    elif newest is None and versions:
        document = session.get_one(DocumentRow, versions[0].id)
    if document is None:
        return None
    reading = last_reading(session, document.id)
    parts, passage = parts_of(document.text), _passage(wanted.at, len(document.text))
    part = _part(wanted.part, passage, parts)
    clauses = () if reading is None else shown_clauses(session, reading.id, parts[part])
    brought = looks_that_brought(session, source.id, document.snapshots)
    plans = plans_governed(session, source.id)
    return Paper(
        tool=tool,
        source=source,
        document=document,
        reading=reading,
        is_newest=newest is not None and newest.id == document.id,
        clauses=named(clauses, answers_resting_on(session, plans, frozenset(one.row.id for one in clauses))),
        outline=Outline((), {}, {}) if reading is None else outline_of(session, reading.id),
        corrections=standing_corrections(session, source, reading),
        versions=versions,
        originals=tuple(brought[sha256] for sha256 in document.snapshots if sha256 in brought),
        last=last_sighting(session, source.id),
        plans=plans,
        parts=parts,
        part=part,
        passage=passage,
    )


def _passage(asked: str, length: int) -> Span | None:
    start, dash, end = asked.partition("-")
    if not dash or not all(one.isascii() and one.isdecimal() and len(one) < 10 for one in (start, end)):
        return None
    span = int(start), min(int(end), length)
    return span if span[0] < span[1] else None


def _part(number: int, passage: Span | None, parts: Sequence[Span]) -> int:
    if number:
        return min(number, len(parts)) - 1
    at = 0 if passage is None else passage[0]
    return next(place for place, (_, end) in enumerate(parts) if at < end or place == len(parts) - 1)


def _tally(outline: Outline) -> list[tuple[str, int, ClauseRow]]:
    """By family, how many clauses count, and the first of them; the core families first."""
    return [
        (family.value, outline.counted[family], outline.first[family])
        for family in Family
        if family in outline.counted
    ]


def _elsewhere(found: Paper) -> list[tuple[int, int]]:
    """All parts, counted from 1, each with how many clauses begin in it."""
    ends = [end for _, end in found.parts]
    counts = Counter(bisect_right(ends, start) for start in found.outline.starts)
    return [(number + 1, counts[number]) for number in range(len(ends))]


def _headings(blocks: Sequence[Block]) -> list[Block]:
    return [block for block in blocks if block.layout is Layout.HEADING and block.plain]


_WORDS: Final = {
    "families": list(Family),
    "stances": {family.value: [one for one in STANCES[family] if one] for family in Family},
    "all_stances": list(Stance),
    "purposes": list(Purpose),
    "data": list(DataKind),
    "audiences": list(Audience),
}
"""What the forms of corrections offer."""
