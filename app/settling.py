"""What corrections do to the readings that are about to be judged, found once and kept.

The registry knows who corrected what, `extractors.corrections` what that comes to; only here they meet. It
needs no rules and fetches nothing, so that a correction is judged where it is made.
"""

from app.db import Session
from extractors.corrections import Effect, apply
from extractors.model import Clause, Reading
from registry.corrections import (
    REVIEWED,
    correction_of,
    corrections_of,
)
from registry.effects import effect_on, keep_effect
from registry.evidence import (
    clause_of,
    clause_rows,
    document_of,
    find_reading,
    reading_of_source,
    sources_governing,
)
from registry.judgements import judged_document
from registry.model import ClauseChange, Direction
from registry.tables import CorrectionEffectRow, CorrectionRow, DocumentRow, ReadingRow, SourceRow


def settle_corrections(session: Session, plan_id: int, ruleset: str) -> tuple[ClauseChange, ...]:
    """Hold every correction in force against the readings that a plan is judged by, and was judged by last.

    Gives the corrected sentences that have gone since: a person has to look at what came instead.
    """
    gone: list[ClauseChange] = []
    for source in sources_governing(session, plan_id):
        corrections = [
            one for one in corrections_of(session, source.id, in_force=True) if one.kind != REVIEWED
        ]
        now = reading_of_source(session, source.id, ruleset)
        if not corrections or now is None:
            continue
        before = _judged(session, source, ruleset)
        effects = _settled(session, corrections, now)
        was = effects if before is None else _settled(session, corrections, before)
        gone += [
            _lapsed(session, row)
            for row in corrections
            if effects[row.id] is Effect.DORMANT and was[row.id] is not Effect.DORMANT
        ]
    return tuple(gone)


def _judged(session: Session, source: SourceRow, ruleset: str) -> ReadingRow | None:
    document_id = judged_document(session, source.id)
    return None if document_id is None else find_reading(session, document_id, ruleset)


def _settled(session: Session, corrections: list[CorrectionRow], reading: ReadingRow) -> dict[int, Effect]:
    known = {row.id: effect_on(session, row.id, reading.id) for row in corrections}
    return {
        row.id: _settle(session, row, reading) if (effect := known[row.id]) is None else Effect(effect.effect)
        for row in corrections
    }


def _settle(session: Session, row: CorrectionRow, reading: ReadingRow) -> Effect:
    document = document_of(session.get_one(DocumentRow, reading.document_id))
    found = clause_rows(session, reading.id)
    read = Reading(document.digest, reading.ruleset, tuple(clause_of(one) for one in found))
    done = apply(correction_of(session, row), read, document)
    effect = CorrectionEffectRow(
        correction_id=row.id,
        reading_id=reading.id,
        effect=done.effect,
        overrules=[found[number].id for number in done.overrules],
    )
    keep_effect(session, effect, done.adds)
    return done.effect


def _lapsed(session: Session, row: CorrectionRow) -> ClauseChange:
    correction = correction_of(session, row)
    about: Clause | None = correction.says or correction.seen
    if about is None:
        raise ValueError(f"{row.public_id} is about nothing")
    return ClauseChange(about.family, Direction.UNCLEAR, about, None)
