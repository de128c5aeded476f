"""What corrections come to in a reading, as rows: which clauses count, and how each correction stands.

Both a correction and a reading stand still, so what the one does to the other is found once and kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, select

from extractors.model import Clause
from registry.corrections import REVIEWED
from registry.evidence import clause_row, clause_rows, effects_in_force, good_sighting, last_reading
from registry.tables import ClauseRow, CorrectionEffectRow, CorrectionRow, ReadingRow


class CorrectionState(StrEnum):
    """How a correction stands in the newest text of its source."""

    APPLIES = "applies"
    AGREED = "agreed"
    """The machine reads the sentence so by itself now."""
    DORMANT = "dormant"
    """It no longer applies: the sentence is gone."""
    WAITING = "waiting"
    """The newest text has not been judged yet."""
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ShownClause:
    """A clause of a reading, whether it counts, and the correction that makes it so."""

    row: ClauseRow
    counts: bool
    correction: CorrectionRow | None


def keep_effect(session: Session, effect: CorrectionEffectRow, adds: Sequence[Clause]) -> None:
    """Store what a correction does to a reading, with the clauses that it adds there."""
    session.add(effect)
    for clause in adds:
        row = clause_row(effect.reading_id, clause)
        row.correction_id = effect.correction_id
        session.add(row)
    session.flush()


def effect_on(session: Session, correction_id: int, reading_id: int) -> CorrectionEffectRow | None:
    """What a correction does to a reading, if that is known yet."""
    query = select(CorrectionEffectRow).where(
        CorrectionEffectRow.correction_id == correction_id, CorrectionEffectRow.reading_id == reading_id
    )
    return session.exec(query).first()


def state_of(session: Session, row: CorrectionRow) -> CorrectionState:
    """How a correction stands in the newest good text of its source; a review only in the text it is of."""
    if row.withdrawn_at is not None:
        return CorrectionState.WITHDRAWN
    good = good_sighting(session, row.source_id)
    newest = None if good is None or good.document_id is None else last_reading(session, good.document_id)
    if newest is None:
        return CorrectionState.WAITING
    if row.kind == REVIEWED:
        reviewed = session.get_one(ReadingRow, row.reading_id)
        same = reviewed.document_id == newest.document_id
        return CorrectionState.APPLIES if same else CorrectionState.DORMANT
    effect = effect_on(session, row.id, newest.id)
    return CorrectionState.WAITING if effect is None else CorrectionState(effect.effect)


def shown_clauses(session: Session, reading_id: int) -> tuple[ShownClause, ...]:
    """Every clause of a reading in the order of the text: the machine's, and what people say in force."""
    pairs = effects_in_force(session, reading_id)
    by_id = {row.id: row for _, row in pairs}
    overruled = {clause_id: row for effect, row in pairs for clause_id in effect.overrules}
    machine = [
        ShownClause(row, row.id not in overruled, overruled.get(row.id))
        for row in clause_rows(session, reading_id)
    ]
    said = select(ClauseRow).where(
        ClauseRow.reading_id == reading_id, col(ClauseRow.correction_id).in_(by_id)
    )
    people = [
        ShownClause(row, counts=True, correction=by_id[row.correction_id or 0]) for row in session.exec(said)
    ]
    return tuple(sorted((*machine, *people), key=lambda one: (one.row.start, one.row.id)))
