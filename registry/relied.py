"""The clauses that a decision relies on: whether they stand, and how they read. Rows."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from extractors.model import Clause
from registry.changes import compare_readings
from registry.evidence import clause_of, governing_of
from registry.judgements import last_decision
from registry.model import Direction
from registry.tables import ClauseRow, DocumentRow, PlanRow, ReadingRow, SourceRow


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
    relied = _relied_on(session, plan, gone)
    return tuple(
        digest
        for digest in gone
        if not any(_says_as_much(clause, standing.get(slug, ())) for slug, clause in relied.get(digest, ()))
    )


def quotes_of(session: Session, digests: Sequence[str]) -> tuple[str, ...]:
    """The sentences of clauses, as they were read last; one that was never stored is left out."""
    rows = session.exec(
        select(ClauseRow).where(col(ClauseRow.digest).in_(digests)).order_by(col(ClauseRow.id))
    )
    quotes = {row.digest: row.quote for row in rows}
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
    """By digest, the clauses as they stood in the tool's documents, with the slug of their source."""
    query = (
        select(ClauseRow, SourceRow.slug)
        .join(ReadingRow, col(ReadingRow.id) == ClauseRow.reading_id)
        .join(DocumentRow, col(DocumentRow.id) == ReadingRow.document_id)
        .join(SourceRow, col(SourceRow.id) == DocumentRow.source_id)
        .where(SourceRow.tool_id == plan.tool_id, col(ClauseRow.digest).in_(digests))
    )
    found: dict[str, dict[str, Clause]] = {}
    for row, slug in session.exec(query.order_by(col(ClauseRow.id))) if digests else ():
        found.setdefault(row.digest, {})[slug] = clause_of(row)
    return {digest: tuple(by_source.items()) for digest, by_source in found.items()}


def _says_as_much(relied: Clause, standing: Sequence[Clause]) -> bool:
    """Whether a document still says what was relied on, or something better in its place."""
    changes = [one for one in compare_readings((relied,), standing) if one.before is not None]
    return bool(standing) and all(
        change.direction is Direction.BETTER and _states_otherwise(relied, change.after) for change in changes
    )


def _states_otherwise(relied: Clause, now: Clause | None) -> bool:
    """Whether the statement itself is another one; single words that differ are for a person to weigh."""
    return now is None or (relied.stance, relied.period_days) != (now.stance, now.period_days)
