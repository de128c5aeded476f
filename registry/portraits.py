"""A tool's plans as a page shows them: facts with their sentences, decisions, what waits for a person. Rows.

The number of queries does not depend on how many plans, facts or sentences there are, and no text of a
document is loaded.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session, col, func, select

from extractors.model import Answer, Clause, Family
from registry.attestations import obligations_of
from registry.evidence import clause_of
from registry.flag_list import Turn, turns_of
from registry.judgements import decision_of, violations_of
from registry.model import ApprovalRules, Decision, Violation
from registry.requests import Waiting, waiting
from registry.store import plan_name, plans_of
from registry.tables import (
    AssessmentRow,
    ClauseRow,
    CorrectionRow,
    DecisionRow,
    DocumentRow,
    FactRow,
    FlagRow,
    PendingApprovalRow,
    PlanRow,
    ReadingRow,
    SightingRow,
    SourceRow,
    ToolRow,
)

MOST: Final = 100
"""Clauses of each kind that a fact is shown with: nobody reads more, and terms can say the same for ever."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A clause, and where a person finds it."""

    clause: Clause
    source: str
    document: str
    """The document's digest."""
    seen_at: datetime
    """When the document was last seen."""
    correction: CorrectionRow | None
    """The correction that made it say so."""


@dataclass(frozen=True, slots=True)
class ShownFact:
    """An answer about a plan, with its sentences, or with where it looked in vain."""

    family: Family
    answer: Answer
    days: int | None
    deciding: tuple[Sentence, ...]
    overruled: tuple[Sentence, ...]
    unlisted: int
    """Clauses that it rests on besides, and that only its documents show."""
    searched: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Portrait:
    """A plan with all that is known of it."""

    row: PlanRow
    name: str
    """`vendor/tool@plan`"""
    assessment: AssessmentRow | None
    violations: tuple[Violation, ...]
    facts: tuple[ShownFact, ...]
    decision: Decision | None
    """The newest; the plan's status says whether it holds."""
    pending: tuple[PendingApprovalRow, ...]
    """Approvals that a second person has to confirm."""
    flags: tuple[FlagRow, ...]
    """Changes that wait for a person."""
    turns: Mapping[int, Turn]
    """By such a change's number, what it changed."""
    requests: tuple[Waiting, ...]
    """Who waits for a decision."""


def portraits_of(
    session: Session, tool: ToolRow, rules: ApprovalRules, now: datetime
) -> tuple[Portrait, ...]:
    """All plans of a tool in the order they were named; `rules` say when requests are due."""
    plans = plans_of(session, tool.id)
    ids = [plan.id for plan in plans]
    assessments = _newest_assessments(session, ids)
    facts = _facts(session, [row.id for row in assessments.values()])
    decisions = _decisions(session, tool, plans)
    pending, flags = _pending(session, ids), _flags(session, ids)
    requests = waiting(session, ids, rules, now)
    turns = turns_of(session, [flag for some in flags.values() for flag in some])
    found: list[Portrait] = []
    for plan in plans:
        assessment = assessments.get(plan.id)
        found.append(
            Portrait(
                row=plan,
                name=plan_name(tool, plan),
                assessment=assessment,
                violations=() if assessment is None else violations_of(assessment),
                facts=() if assessment is None else tuple(facts[assessment.id]),
                decision=decisions.get(plan.id),
                pending=tuple(pending[plan.id]),
                flags=tuple(flags[plan.id]),
                turns=turns,
                requests=tuple(one for one in requests if one.row.plan_id == plan.id),
            )
        )
    return tuple(found)


def _newest_assessments(session: Session, plans: Sequence[int]) -> dict[int, AssessmentRow]:
    newest = (
        select(func.max(AssessmentRow.id))
        .where(col(AssessmentRow.plan_id).in_(plans))
        .group_by(col(AssessmentRow.plan_id))
    )
    rows = session.exec(select(AssessmentRow).where(col(AssessmentRow.id).in_(newest)))
    return {row.plan_id: row for row in rows}


def _facts(session: Session, assessments: Sequence[int]) -> Mapping[int, list[ShownFact]]:
    query = select(FactRow).where(col(FactRow.assessment_id).in_(assessments))
    rows = session.exec(query.order_by(col(FactRow.id))).all()
    cited = {one for row in rows for one in (*row.clause_ids[:MOST], *row.overruled_ids[:MOST])}
    sentences = _sentences(session, sorted(cited))
    found: defaultdict[int, list[ShownFact]] = defaultdict(list)
    for row in rows:
        found[row.assessment_id].append(
            ShownFact(
                family=Family(row.family),
                answer=Answer(row.answer),
                days=row.days,
                deciding=_told_once(sentences[one] for one in row.clause_ids[:MOST]),
                overruled=_told_once(sentences[one] for one in row.overruled_ids[:MOST]),
                unlisted=sum(max(0, len(ids) - MOST) for ids in (row.clause_ids, row.overruled_ids)),
                searched=tuple(row.searched),
                missing=tuple(row.missing),
            )
        )
    return found


def _told_once(sentences: Iterable[Sentence]) -> tuple[Sentence, ...]:
    """Each passage once, also where several clauses of a family were read in it."""
    return tuple({(one.document, one.clause.start, one.clause.end): one for one in sentences}.values())


def _sentences(session: Session, clauses: Sequence[int]) -> dict[int, Sentence]:
    query = (
        select(ClauseRow, ReadingRow.document_id, CorrectionRow)
        .join(ReadingRow, col(ReadingRow.id) == ClauseRow.reading_id)
        .join(CorrectionRow, col(CorrectionRow.id) == ClauseRow.correction_id, isouter=True)
        .where(col(ClauseRow.id).in_(clauses))
    )
    rows = session.exec(query).all()
    documents = sorted({document_id for _, document_id, _ in rows})
    placed = (
        select(DocumentRow.id, DocumentRow.digest, DocumentRow.read_at, SourceRow.slug)
        .join(SourceRow, col(SourceRow.id) == DocumentRow.source_id)
        .where(col(DocumentRow.id).in_(documents))
    )
    places = {number: (digest, at, slug) for number, digest, at, slug in session.exec(placed)}
    seen = _last_seen(session, documents)
    found: dict[int, Sentence] = {}
    for row, document_id, correction in rows:
        digest, read_at, slug = places[document_id]
        at = seen.get(document_id, read_at)
        found[row.id] = Sentence(clause_of(row), slug, digest, at, correction)
    return found


def _last_seen(session: Session, documents: Sequence[int]) -> dict[int, datetime]:
    # By their sources, since sightings are found by those.
    sources = select(DocumentRow.source_id).where(col(DocumentRow.id).in_(documents))
    query = (
        select(SightingRow.document_id, func.max(SightingRow.at))
        .where(col(SightingRow.source_id).in_(sources), col(SightingRow.document_id).in_(documents))
        .group_by(col(SightingRow.document_id))
    )
    return {number: at for number, at in session.exec(query) if number is not None}


def _decisions(session: Session, tool: ToolRow, plans: Sequence[PlanRow]) -> dict[int, Decision]:
    newest = (
        select(func.max(DecisionRow.id))
        .where(col(DecisionRow.plan_id).in_([plan.id for plan in plans]))
        .group_by(col(DecisionRow.plan_id))
    )
    rows = session.exec(select(DecisionRow).where(col(DecisionRow.id).in_(newest))).all()
    owed = obligations_of(session, [row.id for row in rows]) if rows else {}
    names = {plan.id: plan_name(tool, plan) for plan in plans}
    return {row.plan_id: decision_of(row, names[row.plan_id], (), owed.get(row.id, ())) for row in rows}


def _flags(session: Session, plans: Sequence[int]) -> Mapping[int, list[FlagRow]]:
    query = select(FlagRow).where(col(FlagRow.plan_id).in_(plans), col(FlagRow.closed_at).is_(None))
    found: defaultdict[int, list[FlagRow]] = defaultdict(list)
    for row in session.exec(query.order_by(col(FlagRow.id))):
        found[row.plan_id].append(row)
    return found


def _pending(session: Session, plans: Sequence[int]) -> Mapping[int, list[PendingApprovalRow]]:
    query = select(PendingApprovalRow).where(
        col(PendingApprovalRow.plan_id).in_(plans), col(PendingApprovalRow.closed_at).is_(None)
    )
    found: defaultdict[int, list[PendingApprovalRow]] = defaultdict(list)
    for row in session.exec(query.order_by(col(PendingApprovalRow.id))):
        found[row.plan_id].append(row)
    return found
