"""What each look at a source came to. Never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from extractors.model import Failure
from registry.tables import SightingRow, SourceRow


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look at a source came to: a document, or why there is none."""

    document_id: int | None
    at: datetime
    failure: Failure | None = None
    detail: str | None = None
    http_status: int | None = None


def record_sighting(session: Session, source_id: int, pass_key: str, seen: Seen) -> None:
    """Add what one look at a source came to."""
    session.add(
        SightingRow(
            source_id=source_id,
            pass_key=pass_key,
            document_id=seen.document_id,
            failure=seen.failure,
            detail=seen.detail,
            http_status=seen.http_status,
            at=seen.at,
        )
    )
    session.flush()


def has_sighting(session: Session, source_id: int, pass_key: str) -> bool:
    """Whether this pass has looked at this source already."""
    query = select(SightingRow.id).where(SightingRow.source_id == source_id, SightingRow.pass_key == pass_key)
    return session.exec(query).first() is not None


def count_sightings(session: Session, pass_key: str) -> int:
    """How many sources a pass has looked at."""
    query = select(func.count()).select_from(SightingRow).where(SightingRow.pass_key == pass_key)
    return session.exec(query).one()


def sightings_of_pass(session: Session, pass_key: str) -> Sequence[SightingRow]:
    """What a pass has come to so far, in the order it looked."""
    query = select(SightingRow).where(SightingRow.pass_key == pass_key).order_by(col(SightingRow.id))
    return session.exec(query).all()


def good_sighting(session: Session, source_id: int) -> SightingRow | None:
    """The newest look at a source that showed a document."""
    query = (
        select(SightingRow)
        .where(SightingRow.source_id == source_id, col(SightingRow.document_id).is_not(None))
        .order_by(col(SightingRow.id).desc())
    )
    return session.exec(query).first()


def last_sighting(session: Session, source_id: int) -> SightingRow | None:
    """The newest look at a source, whatever it came to."""
    query = select(SightingRow).where(SightingRow.source_id == source_id).order_by(col(SightingRow.id).desc())
    return session.exec(query).first()


def failed_sightings(session: Session, pass_key: str) -> Sequence[tuple[SourceRow, SightingRow]]:
    """The sources of which a pass could read nothing, and why."""
    query = (
        select(SourceRow, SightingRow)
        .join(SightingRow)
        .where(SightingRow.pass_key == pass_key, col(SightingRow.failure).is_not(None))
        .order_by(col(SourceRow.id))
    )
    return session.exec(query).all()
