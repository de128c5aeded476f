"""What corrections come to in a reading, as rows: which clauses count, and how each correction stands.

Both a correction and a reading stand still, so what the one does to the other is found once and kept.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, or_, select

from extractors.model import Clause
from registry.corrections import REVIEWED
from registry.evidence import clause_row, effects_in_force, good_sighting, last_reading
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


@dataclass(frozen=True, slots=True)
class Outline:
    """All clauses of a reading, as little of them as is needed to lead there."""

    starts: tuple[int, ...]
    """Where each begins in the text."""
    counted: Mapping[str, int]
    """By family, how many count."""
    first: Mapping[str, ClauseRow]
    """By family, the first that counts."""


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


def shown_clauses(
    session: Session,
    reading_id: int,
    within: tuple[int, int] | None = None,
    some: slice | None = None,
) -> tuple[ShownClause, ...]:
    """Clauses of a reading in the order of the text: the machine's, and what people say in force.

    `within`: start and end of a passage of the text, where only those that touch it are asked for; `some`:
    from the how manieth on, and up to which.
    """
    pairs = effects_in_force(session, reading_id)
    by_id = {row.id: row for _, row in pairs}
    overruled = {clause_id: row for effect, row in pairs for clause_id in effect.overrules}
    said_in_force = or_(col(ClauseRow.correction_id).is_(None), col(ClauseRow.correction_id).in_(by_id))
    query = select(ClauseRow).where(ClauseRow.reading_id == reading_id, said_in_force)
    if within is not None:
        query = query.where(ClauseRow.start < within[1], ClauseRow.end > within[0])
    if some is not None:
        query = query.slice(some.start, some.stop)
    return tuple(
        ShownClause(row, row.id not in overruled, overruled.get(row.id))
        if row.correction_id is None
        else ShownClause(row, counts=True, correction=by_id[row.correction_id])
        for row in session.exec(query.order_by(col(ClauseRow.start), col(ClauseRow.id)))
    )


def outline_of(session: Session, reading_id: int) -> Outline:
    """Where the clauses of a reading stand and what they are of, without loading one."""
    pairs = effects_in_force(session, reading_id)
    overruled = {clause_id for effect, _ in pairs for clause_id in effect.overrules}
    in_force = {None, *(row.id for _, row in pairs)}
    query = select(ClauseRow.id, ClauseRow.start, ClauseRow.family, ClauseRow.correction_id)
    # Tens of thousands are possible: past the session, which would look at each row twice more.
    rows = session.connection().execute(query.where(ClauseRow.reading_id == reading_id))
    kept = [row for row in rows.all() if row[3] in in_force]
    counting = [(start, number, family) for number, start, family, _ in kept if number not in overruled]
    firsts = {family: number for _, number, family in sorted(counting, reverse=True)}
    found = session.exec(select(ClauseRow).where(col(ClauseRow.id).in_(firsts.values()))).all()
    return Outline(
        starts=tuple(row[1] for row in kept),
        counted=Counter(family for _, _, family in counting),
        first={row.family: row for row in found},
    )
