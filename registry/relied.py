"""The clauses that a decision relies on: whether they stand, and how they read. Rows."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from registry.evidence import governing_of
from registry.judgements import last_decision
from registry.tables import ClauseRow, PlanRow


def standing_clauses(session: Session, plan: PlanRow, ruleset: str) -> frozenset[str]:
    """Digests of all clauses that stand in the documents that govern a plan."""
    return frozenset(
        clause.digest
        for source in governing_of(session, plan.id, ruleset)
        if source.reading is not None
        for clause in source.reading.clauses
    )


def lost_clauses(session: Session, plan: PlanRow, ruleset: str) -> tuple[str, ...]:
    """Digests of clauses that the plan's newest decision relies on and that no longer stand."""
    decision = last_decision(session, plan.id)
    if decision is None:
        return ()
    standing = standing_clauses(session, plan, ruleset)
    return tuple(digest for digest in decision.clauses if digest not in standing)


def quotes_of(session: Session, digests: Sequence[str]) -> tuple[str, ...]:
    """The sentences of clauses, as they were read last; one that was never stored is left out."""
    rows = session.exec(
        select(ClauseRow).where(col(ClauseRow.digest).in_(digests)).order_by(col(ClauseRow.id))
    )
    quotes = {row.digest: row.quote for row in rows}
    return tuple(quotes[digest] for digest in digests if digest in quotes)
