"""What was read in former texts: as many of their clauses as a walk through the past weighs. Rows.

Only this module knows how many that are. Terms of real vendors have some hundred clauses; of a text that has
tens of thousands, those at its beginning are given, and how many there are besides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from extractors.model import Clause
from registry.evidence import clause_of
from registry.tables import ClauseRow, DocumentRow, ReadingRow, SourceRow

MOST: Final = 300
"""Clauses of one text that are loaded."""
_AT_ONCE: Final = 400
"""Identifiers a query: SQLite takes no more than some thousand parameters."""


@dataclass(frozen=True, slots=True)
class ReadText:
    """A stored document with what was read in it."""

    document_id: int
    digest: str
    place: str
    """The slug of the source under which it is stored."""
    ruleset: str | None
    """The rules that it was read by; `None` where it was never read."""
    clauses: tuple[Clause, ...]
    """The machine's, without what people corrected, in the order of the text."""
    unlisted: int = 0
    """Clauses that come after these, and that nobody has looked at here."""


@dataclass(frozen=True, slots=True)
class KnownText:
    """A stored document, and how much was read in it. No clause is loaded for it."""

    document_id: int
    digest: str
    place: str
    reading_id: int | None
    """Under the ruleset that was asked for; else the newest. `None` where it was never read."""
    ruleset: str | None
    clauses: int
    """How many the machine has found."""

    @property
    def weight(self) -> int:
        """How many clauses would be loaded."""
        return min(self.clauses, MOST)


def known_texts(session: Session, document_ids: Iterable[int], ruleset: str) -> Mapping[int, KnownText]:
    """Documents with the size of their readings under a ruleset; one never read under it, as it was last."""
    wanted = sorted(set(document_ids))
    texts: dict[int, KnownText] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        texts |= _known(session, wanted[start : start + _AT_ONCE], ruleset)
    return texts


def read_texts(session: Session, known: Iterable[KnownText]) -> Mapping[int, ReadText]:
    """The documents with their clauses, the first `MOST` of each; by document."""
    texts = {one.document_id: one for one in known}
    clauses: dict[int, list[Clause]] = {number: [] for number in texts}
    usual = {
        one.reading_id: one.document_id
        for one in texts.values()
        if one.reading_id is not None and one.clauses <= MOST
    }
    for start in range(0, len(usual), _AT_ONCE):
        for row in session.exec(_machines(sorted(usual)[start : start + _AT_ONCE])):
            clauses[usual[row.reading_id]].append(clause_of(row))
    for one in texts.values():
        if one.reading_id is not None and one.clauses > MOST:
            rows = session.exec(_machines([one.reading_id]).limit(MOST))
            clauses[one.document_id] += map(clause_of, rows)
    return {
        number: ReadText(
            number, one.digest, one.place, one.ruleset, tuple(clauses[number]), one.clauses - one.weight
        )
        for number, one in texts.items()
    }


def _known(session: Session, document_ids: Sequence[int], ruleset: str) -> dict[int, KnownText]:
    query = select(ReadingRow).where(col(ReadingRow.document_id).in_(document_ids))
    readings: dict[int, ReadingRow] = {}
    for row in session.exec(query.order_by(col(ReadingRow.id))).all():
        # A newer one takes the place of another, but none that of the ruleset asked for.
        if row.document_id not in readings or readings[row.document_id].ruleset != ruleset:
            readings[row.document_id] = row
    counts = _counts(session, [row.id for row in readings.values()])
    stored = select(DocumentRow.id, DocumentRow.digest, SourceRow.slug).join(SourceRow)
    texts: dict[int, KnownText] = {}
    for number, digest, slug in session.exec(stored.where(col(DocumentRow.id).in_(document_ids))):
        read = readings.get(number)
        texts[number] = (
            KnownText(number, digest, slug, None, None, 0)
            if read is None
            else KnownText(number, digest, slug, read.id, read.ruleset, counts.get(read.id, 0))
        )
    return texts


def _counts(session: Session, reading_ids: Sequence[int]) -> Mapping[int, int]:
    query = select(ClauseRow.reading_id, func.count()).where(
        col(ClauseRow.reading_id).in_(reading_ids), col(ClauseRow.correction_id).is_(None)
    )
    return dict(session.exec(query.group_by(col(ClauseRow.reading_id))).all())


def _machines(reading_ids: Sequence[int]) -> SelectOfScalar[ClauseRow]:
    """What the machine found, in the order of the text."""
    query = select(ClauseRow).where(
        col(ClauseRow.reading_id).in_(reading_ids), col(ClauseRow.correction_id).is_(None)
    )
    return query.order_by(col(ClauseRow.start), col(ClauseRow.id))
