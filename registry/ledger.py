"""The noise ledger: what looks passed over, by source, kind and time. Rows are only added.

Only this module knows whether a page has shown a text before, and how often its noise came lately.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from registry.noise import REPEATING, Back, Noise, NoiseKind
from registry.tables import DocumentRow, NoiseRow, SightingRow, SourceRow, ToolRow

_LOOKS = 40
"""How many looks back a text is searched for as the one before the last."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What the ledger is asked for; what is left out is not asked about."""

    tool_id: int | None = None
    source_id: int | None = None
    kind: NoiseKind | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """What a look is to be held against."""

    source_id: int
    pass_key: str
    against_id: int
    """The last good text."""
    at: datetime


def keep_noise(session: Session, held: Held, noise: Noise, document_id: int | None) -> NoiseRow:
    """Add what a look passed over; `document_id` is the text that was shown, where there was one."""
    row = NoiseRow(
        source_id=held.source_id,
        pass_key=held.pass_key,
        kind=noise.kind,
        detail=noise.detail,
        document_id=document_id,
        against_id=held.against_id,
        at=held.at,
    )
    session.add(row)
    session.flush()
    return row


def noise_of(
    session: Session, asked: Passed, limit: int = 50, before: int | None = None
) -> Sequence[tuple[NoiseRow, SourceRow, ToolRow]]:
    """What was passed over, newest first, beginning before a row's identifier."""
    query = (
        select(NoiseRow, SourceRow, ToolRow)
        .join(SourceRow, col(SourceRow.id) == NoiseRow.source_id)
        .join(ToolRow, col(ToolRow.id) == SourceRow.tool_id)
        .where(col(NoiseRow.id).in_(_matching(asked)))
    )
    if before is not None:
        query = query.where(col(NoiseRow.id) < before)
    return session.exec(query.order_by(col(NoiseRow.id).desc()).limit(limit)).all()


def count_noise(session: Session, asked: Passed) -> Mapping[NoiseKind, int]:
    """How often each kind was passed over; a kind that never was is not there."""
    query = select(NoiseRow.kind, func.count()).where(col(NoiseRow.id).in_(_matching(asked)))
    counts = dict(session.exec(query.group_by(col(NoiseRow.kind))).all())
    return {kind: counts[kind] for kind in NoiseKind if kind in counts}


def noise_in_pass(session: Session, source_id: int, pass_key: str) -> NoiseRow | None:
    """What a pass passed over in a source."""
    query = select(NoiseRow).where(NoiseRow.source_id == source_id, NoiseRow.pass_key == pass_key)
    return session.exec(query).first()


def back_of(session: Session, held: Held, shown: DocumentRow) -> Back:
    """Whether a source has shown this text before its last good one, and how long that was away."""
    alike = [DocumentRow.digest == shown.digest]
    if shown.words is not None:
        alike.append(DocumentRow.words == shown.words)
    query = select(DocumentRow.id).where(
        DocumentRow.source_id == held.source_id, DocumentRow.id != held.against_id, or_(*alike)
    )
    earlier = set(session.exec(query).all())
    looks = session.exec(
        select(SightingRow.document_id)
        .where(SightingRow.source_id == held.source_id, col(SightingRow.document_id).is_not(None))
        .order_by(col(SightingRow.id).desc())
        .limit(_LOOKS)
    ).all()
    if looks[:1] == [held.against_id] and looks[1:2] and looks[1] in earlier:
        return Back.NEXT_LOOK
    return Back.EARLIER if earlier.intersection(looks) else Back.NEW


def repeated(session: Session, source_id: int, since: datetime | None, window: datetime) -> tuple[int, int]:
    """How often what repeats came, looks without it not counted: in a row up to now, and since `window`.

    What came until `since` is settled, and counts no longer.
    """
    kinds = [kind.value for kind in REPEATING]
    of_source = select(NoiseRow).where(NoiseRow.source_id == source_id, col(NoiseRow.kind).in_(kinds))
    noisy = select(NoiseRow.pass_key).where(NoiseRow.source_id == source_id, col(NoiseRow.kind).in_(kinds))
    calm = session.exec(
        select(func.max(SightingRow.at)).where(
            SightingRow.source_id == source_id,
            col(SightingRow.document_id).is_not(None),
            col(SightingRow.pass_key).not_in(noisy),
        )
    ).one()
    times = [
        row.at
        for row in session.exec(of_source.where(NoiseRow.at >= window))
        if since is None or row.at > since
    ]
    return sum(calm is None or at > calm for at in times), len(times)


def _matching(asked: Passed) -> SelectOfScalar[int]:
    query = select(NoiseRow.id)
    if asked.tool_id is not None:
        query = query.join(SourceRow).where(SourceRow.tool_id == asked.tool_id)
    if asked.source_id is not None:
        query = query.where(NoiseRow.source_id == asked.source_id)
    if asked.kind is not None:
        query = query.where(NoiseRow.kind == asked.kind)
    if asked.since is not None:
        query = query.where(NoiseRow.at >= asked.since)
    if asked.until is not None:
        query = query.where(NoiseRow.at < asked.until)
    return query
