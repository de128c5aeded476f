"""The clauses that a decision relies on: whether they stand, and how they read. Rows."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sqlmodel import Session, col, func, select

from extractors.model import Clause
from registry.changes import upheld
from registry.evidence import clause_of, governing_of
from registry.judgements import last_decision
from registry.tables import ClauseRow, DocumentRow, PlanRow, ReadingRow, SourceRow

_AT_ONCE: Final = 400
"""Digests a query: a database takes some thousand parameters, and an approval may rely on more."""


def standing_clauses(
    session: Session, plan: PlanRow, ruleset: str, formers: Mapping[int, int] | None = None
) -> frozenset[str]:
    """Digests of all clauses that stand in the documents that govern a plan.

    `formers`: by source, texts that still hold beside those that their pages announce.
    """
    standing = _by_source(session, plan, ruleset, formers or {})
    return frozenset(clause.digest for clauses in standing.values() for clause in clauses)


def lost_clauses(
    session: Session, plan: PlanRow, ruleset: str, formers: Mapping[int, int] | None = None
) -> tuple[str, ...]:
    """Digests of clauses that the plan's newest decision relies on and that no longer stand.

    A sentence stands as long as its own document says the same, in whatever words and place, or better.
    """
    decision = last_decision(session, plan.id)
    if decision is None:
        return ()
    standing = _by_source(session, plan, ruleset, formers or {})
    digests = frozenset(clause.digest for clauses in standing.values() for clause in clauses)
    gone = [digest for digest in decision.clauses if digest not in digests]
    said: set[str] = set()
    for slug, relied in _relied_on(session, plan, gone).items():
        still = upheld([clause for _, clause in relied], standing.get(slug, ()))
        said |= {digest for (digest, _), stands in zip(relied, still, strict=True) if stands}
    return tuple(digest for digest in gone if digest not in said)


def quotes_of(session: Session, digests: Sequence[str]) -> tuple[str, ...]:
    """The sentences of clauses, as they were read last; one that was never stored is left out."""
    quotes: dict[str, str] = {}
    for some in _in_parts(digests):
        newest = select(func.max(ClauseRow.id)).where(col(ClauseRow.digest).in_(some))
        query = select(ClauseRow.digest, ClauseRow.quote)
        quotes |= dict(
            session.exec(query.where(col(ClauseRow.id).in_(newest.group_by(ClauseRow.digest)))).all()
        )
    return tuple(quotes[digest] for digest in digests if digest in quotes)


def _by_source(
    session: Session, plan: PlanRow, ruleset: str, formers: Mapping[int, int]
) -> dict[str, tuple[Clause, ...]]:
    """The clauses of the governing documents, by the slugs of their sources."""
    heard = [*governing_of(session, plan.id, ruleset)]
    heard += governing_of(session, plan.id, ruleset, formers) if formers else ()
    found: dict[str, tuple[Clause, ...]] = {}
    for one in heard:
        clauses = () if one.reading is None else one.reading.clauses
        found[one.source] = (*found.get(one.source, ()), *clauses)
    return found


def _relied_on(
    session: Session, plan: PlanRow, digests: Sequence[str]
) -> Mapping[str, Sequence[tuple[str, Clause]]]:
    """By the slug of their source, clauses of the tool with these digests, as they stood last."""
    found: defaultdict[str, list[tuple[str, Clause]]] = defaultdict(list)
    for some in _in_parts(digests):
        newest = (
            select(func.max(ClauseRow.id), SourceRow.slug)
            .join(ReadingRow, col(ReadingRow.id) == ClauseRow.reading_id)
            .join(DocumentRow, col(DocumentRow.id) == ReadingRow.document_id)
            .join(SourceRow, col(SourceRow.id) == DocumentRow.source_id)
            .where(SourceRow.tool_id == plan.tool_id, col(ClauseRow.digest).in_(some))
            .group_by(ClauseRow.digest, SourceRow.slug)
        )
        slugs = dict(session.exec(newest).all())
        for row in session.exec(select(ClauseRow).where(col(ClauseRow.id).in_(sorted(slugs)))):
            found[slugs[row.id]].append((row.digest, clause_of(row)))
    return found


def _in_parts(digests: Sequence[str]) -> Iterator[Sequence[str]]:
    return (digests[start : start + _AT_ONCE] for start in range(0, len(digests), _AT_ONCE))
