"""Flags: changes that wait for a person. Opening them, and which of them a decision closes. Rows.

Only this module knows which flags a person has seen: those they name, and those that came with the assessment
they name. A flag that came later is nobody's until it is read.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from sqlmodel import Session, func, select

from extractors.model import Clause
from registry.journal import note_opened
from registry.model import Change, ClauseChange, Direction
from registry.rulings import DecisionRefusedError, Ruling, StaleAssessmentError
from registry.store import flags_of
from registry.tables import AssessmentRow, DecisionRow, FlagRow, PlanRow

MOST_QUOTED: Final = 100
"""Sentences of each side that a flag is told with; its two assessments name all of them."""
_WORSE: Final = frozenset({Direction.WORSE, Direction.MIXED})


def flag_name(row: FlagRow) -> str:
    """How a flag is called outside."""
    return f"flag_{row.id}"


def open_flags(
    session: Session,
    plan: PlanRow,
    changes: Sequence[Change],
    before: AssessmentRow,
    after: AssessmentRow,
    now: datetime,
) -> tuple[FlagRow, ...]:
    """Open a flag for each change between two assessments of a plan."""
    rows = tuple(
        FlagRow(
            plan_id=plan.id,
            family=change.family,
            direction=change.direction,
            cause=change.cause,
            before_answer=change.before,
            after_answer=change.after,
            before_quotes=_quotes(change, lambda one: one.before),
            after_quotes=_quotes(change, lambda one: one.after),
            before_assessment_id=before.id,
            after_assessment_id=after.id,
            opened_at=now,
        )
        for change in changes
    )
    session.add_all(rows)
    session.flush()
    note_opened(session, rows)
    return rows


def _quotes(change: Change, side: Callable[[ClauseChange], Clause | None]) -> list[str]:
    """The sentences of one side, in their order; of more than a person reads, those that read worse first."""
    said = [(one.direction in _WORSE, clause.quote) for one in change.clauses if (clause := side(one))]
    if len(said) > MOST_QUOTED:
        said.sort(key=lambda one: not one[0])
    return [quote for _, quote in said[:MOST_QUOTED]]


def flags_to_close(session: Session, plan: PlanRow, ruling: Ruling) -> Sequence[FlagRow]:
    """The open flags that a ruling closes: seen, and not to be kept open.

    Raises `StaleAssessmentError` where an approval would pass over a flag that was not seen, or one that is
    named was closed since, and `DecisionRefusedError` where the plan never had it.
    """
    waiting = {flag_name(row): row for row in flags_of(session, plan.id)}
    named = {*ruling.flags, *ruling.keep_open}
    _check_waiting(session, plan, named - set(waiting))
    seen = named | _came_with(session, plan, ruling.assessment, waiting)
    unseen = [row for name, row in waiting.items() if name not in seen]
    if ruling.approves and unseen:
        told = ", ".join(flag_told(row) for row in reversed(unseen))
        raise StaleAssessmentError(
            f"the plan has open flags that this approval passes over: {told}; read them and name each, "
            "as one to close or one to keep open"
        )
    return [row for name, row in waiting.items() if name in seen and name not in ruling.keep_open]


def close_flags(session: Session, flags: Sequence[FlagRow], decision: DecisionRow, now: datetime) -> None:
    """Close what a decision has settled."""
    for flag in flags:
        flag.closed_at, flag.closed_by, flag.decision_id = now, decision.decided_by, decision.id
        session.add(flag)


def flag_told(row: FlagRow) -> str:
    """A flag in few words."""
    return f"{flag_name(row)} ({row.family}: {row.before_answer} to {row.after_answer})"


def _came_with(
    session: Session, plan: PlanRow, digest: str | None, waiting: Mapping[str, FlagRow]
) -> frozenset[str]:
    """The flags that were there as soon as there was an assessment of that digest.

    A later assessment may come to the same, and bring flags that who read the earlier one has not seen.
    """
    if digest is None:
        return frozenset()
    query = select(func.min(AssessmentRow.id)).where(
        AssessmentRow.plan_id == plan.id, AssessmentRow.digest == digest
    )
    first: int | None = session.exec(query).one()
    return frozenset(
        name for name, row in waiting.items() if first is not None and row.after_assessment_id <= first
    )


def _check_waiting(session: Session, plan: PlanRow, missing: Collection[str]) -> None:
    """Refuse names of flags that do not wait on the plan."""
    if not missing:
        return
    known = {flag_name(row): row for row in flags_of(session, plan.id, open_only=False)}
    for name in sorted(missing):
        row = known.get(name)
        if row is None:
            raise DecisionRefusedError(f"{name!r:.80} is no flag of this plan; name those that wait on it")
        closed = "" if row.closed_at is None else f" on {row.closed_at.astimezone(UTC):%Y-%m-%d %H:%M UTC}"
        raise StaleAssessmentError(
            f"{name} does not wait any more: {row.closed_by} closed it{closed}; look at the plan as it stands"
        )
