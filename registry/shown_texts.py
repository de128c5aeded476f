"""A source's texts as a page shows them: versions to choose from, corrections, looks that brought bytes.

Only the text that is shown is loaded; the others are told by their dates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from registry.corrections import REVIEWED, corrections_of
from registry.effects import CorrectionState
from registry.tables import (
    AssessmentRow,
    CaptureRow,
    CorrectionEffectRow,
    CorrectionRow,
    DocumentRow,
    FactRow,
    PlanRow,
    ReadingRow,
    SightingRow,
    SourceRow,
)


@dataclass(frozen=True, slots=True)
class Version:
    """A text that a source has shown."""

    id: int
    digest: str
    read_at: datetime
    seen_at: datetime
    """When it was last seen."""


@dataclass(frozen=True, slots=True)
class StandingCorrection:
    """A correction, and how it stands in a text."""

    row: CorrectionRow
    state: CorrectionState


class Decides(NamedTuple):
    """An answer that rests on a sentence today."""

    family: str
    plan: str
    """The plan's slug."""
    name: str


def versions_of(session: Session, source_id: int, limit: int) -> tuple[Version, ...]:
    """The newest texts of a source, newest first."""
    query = select(DocumentRow.id, DocumentRow.digest, DocumentRow.read_at).where(
        DocumentRow.source_id == source_id
    )
    rows = session.exec(query.order_by(col(DocumentRow.id).desc()).limit(limit)).all()
    seen = select(SightingRow.document_id, func.max(SightingRow.at)).where(
        SightingRow.source_id == source_id, col(SightingRow.document_id).is_not(None)
    )
    last = dict(session.exec(seen.group_by(col(SightingRow.document_id))).all())
    return tuple(Version(number, digest, at, last.get(number, at)) for number, digest, at in rows)


def standing_corrections(
    session: Session, source: SourceRow, reading: ReadingRow | None
) -> tuple[StandingCorrection, ...]:
    """All corrections and reviews of a source, newest first, each as it stands in a reading."""
    rows = corrections_of(session, source.id)
    effects: Mapping[int, str] = {}
    documents: Mapping[int, int] = {}
    if reading is not None and rows:
        query = select(CorrectionEffectRow.correction_id, CorrectionEffectRow.effect)
        effects = dict(session.exec(query.where(CorrectionEffectRow.reading_id == reading.id)).all())
        of = select(ReadingRow.id, ReadingRow.document_id)
        documents = dict(
            session.exec(of.where(col(ReadingRow.id).in_({row.reading_id for row in rows}))).all()
        )

    def state(row: CorrectionRow) -> CorrectionState:
        if row.withdrawn_at is not None:
            return CorrectionState.WITHDRAWN
        if reading is None:
            return CorrectionState.WAITING
        if row.kind == REVIEWED:
            same = documents.get(row.reading_id) == reading.document_id
            return CorrectionState.APPLIES if same else CorrectionState.DORMANT
        effect = effects.get(row.id)
        return CorrectionState.WAITING if effect is None else CorrectionState(effect)

    return tuple(StandingCorrection(row, state(row)) for row in reversed(rows))


def looks_that_brought(session: Session, source_id: int, snapshots: Sequence[str]) -> dict[str, CaptureRow]:
    """By digest, the look that first brought those bytes to a source."""
    query = select(CaptureRow).where(
        CaptureRow.source_id == source_id, col(CaptureRow.snapshot).in_(snapshots)
    )
    found: dict[str, CaptureRow] = {}
    for row in session.exec(query.order_by(col(CaptureRow.unchanged), col(CaptureRow.id))):
        if row.snapshot is not None:
            found.setdefault(row.snapshot, row)
    return found


def answers_resting_on(
    session: Session, plans: Sequence[PlanRow], clauses: frozenset[int]
) -> Mapping[int, tuple[Decides, ...]]:
    """By clause, of those asked for, which answers of some plans' newest assessments rest on it."""
    by_id = {plan.id: plan for plan in plans}
    newest = (
        select(func.max(AssessmentRow.id))
        .where(col(AssessmentRow.plan_id).in_(by_id))
        .group_by(col(AssessmentRow.plan_id))
    )
    query = (
        select(FactRow, AssessmentRow.plan_id)
        .join(AssessmentRow, col(AssessmentRow.id) == FactRow.assessment_id)
        .where(col(FactRow.assessment_id).in_(newest))
        .order_by(col(FactRow.id))
    )
    found: dict[int, tuple[Decides, ...]] = {}
    for fact, plan_id in session.exec(query):
        told = Decides(fact.family, by_id[plan_id].slug, by_id[plan_id].name)
        for clause in clauses.intersection(fact.clause_ids):
            found[clause] = (*found.get(clause, ()), told)
    return found
