"""Which documents governed a plan since when: our own looks, and before them what an archive recorded. Rows.

What stands here is steps: a source shows another document from a time on. Looks that found the same again,
and looks that failed after a good one, are none. Only this module knows how two records of one are joined.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from sqlmodel import Session, col, func, select

from extractors.model import TermsType
from registry.judgements import was_judged
from registry.recorded import past_of
from registry.tables import (
    GovernsRow,
    ReadingRow,
    RecordedSourceRow,
    SightingRow,
    SourceRow,
)

_AT_ONCE = 400
"""Identifiers a query: SQLite takes no more than some thousand parameters."""


class Origin(StrEnum):
    """How it is known what a source showed."""

    RECORDED = "recorded"
    """An archive saw it."""
    SEEN = "seen"
    """We did."""
    RETIRED = "retired"
    """It counts no longer."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a source shows from a time on."""

    at: datetime
    source_id: int
    source: str
    """The slug of the source that governs, also where an archive saw its document."""
    terms_type: TermsType
    document_id: int | None
    """`None` where nobody could read it."""
    origin: Origin
    ours: bool
    """Whether it is our doing that another document counts: a source was added, changed or retired, or an
    archive's copy ends where our own looks begin."""


@dataclass(frozen=True, slots=True)
class _Look:
    at: datetime
    document_id: int | None


def steps_of(session: Session, plan_id: int) -> tuple[Step, ...]:
    """Every step of every source that governs a plan or did, oldest first."""
    query = select(SourceRow).join(GovernsRow).where(GovernsRow.plan_id == plan_id)
    return _all_steps(session, session.exec(query).all())


def steps_of_tool(session: Session, tool_id: int) -> tuple[Step, ...]:
    """Every step of every source that a tool has or had, oldest first."""
    recorded = select(RecordedSourceRow.source_id)
    query = select(SourceRow).where(SourceRow.tool_id == tool_id, col(SourceRow.id).not_in(recorded))
    return _all_steps(session, session.exec(query).all())


def newest_ruleset(session: Session, document_ids: Iterable[int]) -> str | None:
    """The ruleset by which one of these documents was read last."""
    query = select(ReadingRow.ruleset).where(col(ReadingRow.document_id).in_(list(document_ids)[-_AT_ONCE:]))
    return session.exec(query.order_by(col(ReadingRow.id).desc()).limit(1)).first()


def _all_steps(session: Session, sources: Iterable[SourceRow]) -> tuple[Step, ...]:
    steps = [step for source in sources for step in _steps(session, source)]
    return tuple(sorted(steps, key=lambda step: (step.at, step.source)))


def _steps(session: Session, source: SourceRow) -> Iterator[Step]:
    kind = TermsType(source.terms_type)
    own = _own_looks(session, source.id)
    began = min((look.at for look in own if look.document_id is not None), default=None)
    past = past_of(session, source.id)
    recorded = [] if past is None else _looks(session, past.source_id)
    older = [look for look in recorded if began is None or look.at < began]
    changed = source.changed_at
    last: _Look | None = None
    last_origin: Origin | None = None
    both = ((Origin.RECORDED, older), (Origin.SEEN, own))
    for origin, look in ((origin, look) for origin, looks in both for look in looks):
        if last is None or look.document_id not in (None, last.document_id):
            # Of what changed in between, nobody can say that the vendor did it.
            changed_since = last is not None and changed is not None and last.at < changed <= look.at
            ours = origin is not last_origin or changed_since
            yield Step(look.at, source.id, source.slug, kind, look.document_id, origin, ours)
        if last is None or look.document_id is not None:
            last, last_origin = look, origin
    if not source.active and changed is not None and last is not None:
        yield Step(changed, source.id, source.slug, kind, None, Origin.RETIRED, ours=True)


def _own_looks(session: Session, source_id: int) -> list[_Look]:
    """Our looks at a source, oldest first, each at the time when its whole pass had looked.

    A re-read looks at the same bytes as a look before it: what it made of them takes that look's place.
    """
    query = select(SightingRow.at, SightingRow.pass_key, SightingRow.document_id).where(
        SightingRow.source_id == source_id, was_judged()
    )
    rows = session.exec(query.order_by(col(SightingRow.at), col(SightingRow.id))).all()
    ends = _ends(session, {key for _, key, _ in rows})
    looks: list[_Look] = []
    for at, same in groupby(rows, key=lambda row: row[0]):
        found = list(same)
        shown = [document_id for _, _, document_id in found if document_id is not None]
        looks.append(_Look(max(ends[found[0][1]], at), shown[-1] if shown else None))
    return looks


def _looks(session: Session, source_id: int) -> list[_Look]:
    query = select(SightingRow.at, SightingRow.document_id).where(SightingRow.source_id == source_id)
    rows = session.exec(query.order_by(col(SightingRow.at), col(SightingRow.id))).all()
    return [_Look(*row) for row in rows]


def _ends(session: Session, keys: set[str]) -> dict[str, datetime]:
    """When passes had looked at the last of their sources: what they saw is judged together."""
    ends: dict[str, datetime] = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), _AT_ONCE):
        query = (
            select(SightingRow.pass_key, func.max(SightingRow.at))
            .where(col(SightingRow.pass_key).in_(wanted[start : start + _AT_ONCE]))
            .group_by(SightingRow.pass_key)
        )
        ends |= dict(session.exec(query).all())
    return ends
