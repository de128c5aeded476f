"""What people correct in the machine's readings, as rows: made, withdrawn, found.

The machine's clauses stay as they were stored. A correction belongs to a source and is held against each
reading of it (`extractors.corrections`); what that comes to stands in effects.py.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from extractors.model import (
    Audience,
    Clause,
    Correction,
    CorrectionKind,
    DataKind,
    Family,
    Party,
    Purpose,
    Stance,
)
from registry.changes.ordering import STANCES
from registry.evidence import (
    clause_of,
)
from registry.journal import note
from registry.tables import (
    ClauseRow,
    CorrectionRow,
    DocumentRow,
    ReadingRow,
    SourceRow,
    ToolRow,
)

REVIEWED: Final = "reviewed"
"""The kind of a row that corrects nothing: the whole reading was found right but for the corrections."""

_WITHOUT_STANCE: Final = frozenset({Family.OWNERSHIP, Family.CHANGE, Family.SECURITY})
"""Families that can state something without taking a side (docs/LABELS.md)."""


class CorrectionRefusedError(Exception):
    """A correction that cannot be recorded as it is; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a person found in a reading."""

    kind: CorrectionKind
    seen: ClauseRow | None
    """The machine's clause that is corrected."""
    says: Clause | None
    """What the sentence says instead, or too; `None` where the clause is rejected."""
    sentence: str
    """SHA-256 over the sentence's words."""
    reason: str


def check_clause(clause: Clause) -> None:
    """Raise `CorrectionRefusedError` unless docs/LABELS.md knows such a clause."""
    family, stance = clause.family, clause.stance
    known = STANCES[family]
    if stance not in known and not (stance is None and family in _WITHOUT_STANCE):
        names = [one.value if one else "none" for one in known]
        told = stance.value if stance else "none"
        raise CorrectionRefusedError(f"stance: {family} has no stance {told!r}; it has: {', '.join(names)}")
    if (clause.purpose is not None) != (family is Family.REUSE):
        needed = "needs one of " + ", ".join(Purpose) if family is Family.REUSE else "has none"
        raise CorrectionRefusedError(f"purpose: a clause on {family} {needed}")
    if clause.period_days is not None and stance is not Stance.BOUNDED:
        raise CorrectionRefusedError("period_days: only retention of stance `bounded` has a period")


def record_correction(
    session: Session, reading: ReadingRow, found: Finding, actor: str, now: datetime
) -> CorrectionRow:
    """Add a person's correction of a reading; raises `CorrectionRefusedError` for a second one."""
    source_id = session.get_one(DocumentRow, reading.document_id).source_id
    about = found.says if found.seen is None else clause_of(found.seen)
    if about is None:
        raise ValueError("a correction is of a clause or adds one")
    _check_new(session, source_id, found, about)
    said = found.says or about
    row = CorrectionRow(
        public_id=f"cor_{secrets.token_hex(8)}",
        source_id=source_id,
        reading_id=reading.id,
        clause_id=None if found.seen is None else found.seen.id,
        kind=found.kind,
        family=said.family,
        stance=said.stance,
        purpose=said.purpose,
        data=list(said.data),
        audience=said.audience,
        period_days=said.period_days,
        quote=about.quote,
        sentence=found.sentence,
        reason=found.reason,
        made_by=actor,
        made_at=now,
    )
    return _added(session, row, about)


def record_review(
    session: Session, reading: ReadingRow, reason: str, actor: str, now: datetime
) -> CorrectionRow:
    """Note that a person has read a whole document and finds its reading right but for the corrections."""
    document = session.get_one(DocumentRow, reading.document_id)
    row = CorrectionRow(
        public_id=f"cor_{secrets.token_hex(8)}",
        source_id=document.source_id,
        reading_id=reading.id,
        kind=REVIEWED,
        quote="",
        sentence="",
        reason=reason,
        made_by=actor,
        made_at=now,
    )
    return _added(session, row, None)


def withdraw_correction(session: Session, row: CorrectionRow, reason: str, actor: str, now: datetime) -> None:
    """End a correction from now on; it stays on record. Raises `CorrectionRefusedError` a second time."""
    if row.withdrawn_at is not None:
        raise CorrectionRefusedError(f"{row.public_id} was withdrawn by {row.withdrawn_by} before")
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = now, actor, reason
    session.add(row)
    session.flush()
    tool = tool_of(session, row)
    note(session, now, actor, "withdraw_correction", tool.slug, correction=row.public_id, reason=reason)


def corrections_of(session: Session, source_id: int, *, in_force: bool = False) -> Sequence[CorrectionRow]:
    """A source's corrections and reviews in the order they were made; all, or those not withdrawn."""
    query = select(CorrectionRow).where(CorrectionRow.source_id == source_id)
    if in_force:
        query = query.where(col(CorrectionRow.withdrawn_at).is_(None))
    return session.exec(query.order_by(col(CorrectionRow.id))).all()


def all_corrections(
    session: Session, tool_id: int | None = None
) -> Sequence[tuple[CorrectionRow, SourceRow, ToolRow]]:
    """Corrections and reviews of all tools or of one, in the order they were made."""
    query = (
        select(CorrectionRow, SourceRow, ToolRow)
        .join(SourceRow, col(SourceRow.id) == CorrectionRow.source_id)
        .join(ToolRow, col(ToolRow.id) == SourceRow.tool_id)
    )
    if tool_id is not None:
        query = query.where(SourceRow.tool_id == tool_id)
    return session.exec(query.order_by(col(CorrectionRow.id))).all()


def find_correction(session: Session, public_id: str) -> CorrectionRow | None:
    """A correction by its public identifier."""
    return session.exec(select(CorrectionRow).where(CorrectionRow.public_id == public_id)).first()


def tool_of(session: Session, row: CorrectionRow) -> ToolRow:
    """The tool whose terms were corrected."""
    return session.get_one(ToolRow, session.get_one(SourceRow, row.source_id).tool_id)


def correction_of(session: Session, row: CorrectionRow) -> Correction:
    """The correction in a row, as it is held against readings; a review is none."""
    kind = CorrectionKind(row.kind)
    seen = None if row.clause_id is None else clause_of(session.get_one(ClauseRow, row.clause_id))
    said = None if kind is CorrectionKind.REJECTED else _said(row, seen)
    return Correction(id=row.public_id, kind=kind, seen=seen, says=said)


def _check_new(session: Session, source_id: int, found: Finding, about: Clause) -> None:
    for other in corrections_of(session, source_id, in_force=True):
        if other.sentence == found.sentence and other.kind != REVIEWED:
            made = correction_of(session, other)
            corrected = made.seen or made.says
            if corrected is not None and _meaning(corrected) == _meaning(about):
                raise CorrectionRefusedError(
                    f"{other.public_id} by {other.made_by} corrects the same; withdraw it first"
                )


def _meaning(clause: Clause) -> tuple[object, ...]:
    return clause.family, clause.stance, clause.purpose, clause.audience


def _added(session: Session, row: CorrectionRow, about: Clause | None) -> CorrectionRow:
    session.add(row)
    session.flush()
    source = session.get_one(SourceRow, row.source_id)
    before = (
        None if row.clause_id is None or about is None else {"stance": about.stance, "digest": about.digest}
    )
    after = {"stance": row.stance, "purpose": row.purpose, "data": row.data, "period_days": row.period_days}
    note(
        session,
        row.made_at,
        row.made_by,
        "review_reading" if row.kind == REVIEWED else "correct",
        session.get_one(ToolRow, source.tool_id).slug,
        correction=row.public_id,
        kind=str(row.kind),
        source=source.slug,
        family=row.family,
        quote=row.quote,
        before=before,
        after=None if row.kind in {REVIEWED, CorrectionKind.REJECTED} else after,
        reason=row.reason,
    )
    return row


def _said(row: CorrectionRow, seen: Clause | None) -> Clause:
    if row.family is None or row.audience is None:
        raise ValueError(f"{row.public_id} says nothing of its sentence")
    return Clause(
        family=Family(row.family),
        stance=None if row.stance is None else Stance(row.stance),
        party=Party.VENDOR if seen is None else seen.party,
        data=tuple(DataKind(kind) for kind in row.data),
        purpose=None if row.purpose is None else Purpose(row.purpose),
        period_days=row.period_days,
        audience=Audience(row.audience),
        start=0,
        end=len(row.quote),
        quote=row.quote,
        heading="",
        rule="" if seen is None else seen.rule,
        modifiers=() if seen is None else seen.modifiers,
        digest="",
    )
