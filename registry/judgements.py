"""Assessments, facts and decisions as rows, and back again. A plan's newest assessment is in force."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from extractors.model import Answer, Citation, Clause, Fact, Family
from registry.evidence import clause_of, counted_rows, find_reading, reading_of_source, sources_governing
from registry.gravity import MATRIX, gravity
from registry.model import (
    Assessment,
    Cause,
    DecidedObligation,
    Decision,
    Recommendation,
    Scope,
    Severity,
    Verdict,
    Violation,
)
from registry.notices import formers_in_force
from registry.tables import (
    AssessmentRow,
    ClauseRow,
    DecisionRow,
    DocumentRow,
    FactRow,
    PlanFactsRow,
    ReadingRow,
    SightingRow,
    SourceRow,
    VettingRow,
)


def was_judged() -> ColumnElement[bool]:
    """The condition on sightings that a judgement has taken them in.

    What a pass has seen that still runs, or that failed, stands behind no assessment: it makes none fresher.
    """
    open_or_failed = select(VettingRow.key).where(col(VettingRow.state).in_(["queued", "running", "failed"]))
    return col(SightingRow.pass_key).not_in(open_or_failed)


def clauses_judged_and_now(
    session: Session, plan_id: int, ruleset: str
) -> tuple[tuple[Clause, ...], tuple[Clause, ...]]:
    """The clauses that count for a plan, of all its documents: as they were judged last, and as they stand.

    A document that was judged under other rules and never read under these is left out on both sides: what
    differs there may be our reading.
    """
    judged: list[Clause] = []
    now: list[Clause] = []
    for source in sources_governing(session, plan_id):
        document_id = judged_document(session, source.id)
        before = None if document_id is None else find_reading(session, document_id, ruleset)
        if document_id is None or before is not None:
            judged += _clauses(session, before)
            now += _clauses(session, reading_of_source(session, source.id, ruleset))
    return tuple(judged), tuple(now)


def judged_document(session: Session, source_id: int) -> int | None:
    """The document that a source showed when its plans were judged last."""
    query = select(SightingRow.document_id).where(
        SightingRow.source_id == source_id, col(SightingRow.document_id).is_not(None), was_judged()
    )
    return session.exec(query.order_by(col(SightingRow.id).desc()).limit(1)).first()


def _clauses(session: Session, reading: ReadingRow | None) -> list[Clause]:
    return [] if reading is None else [clause_of(row) for row in counted_rows(session, reading.id)]


def last_assessment(session: Session, plan_id: int) -> AssessmentRow | None:
    """The assessment in force, if the plan was ever assessed."""
    query = select(AssessmentRow).where(AssessmentRow.plan_id == plan_id)
    return session.exec(query.order_by(col(AssessmentRow.id).desc()).limit(1)).first()


def keep_assessment(
    session: Session, plan_id: int, pass_key: str, assessment: Assessment, cause: Cause | None, now: datetime
) -> AssessmentRow:
    """Add an assessment with its facts; `cause` is `None` for a plan's first one."""
    row = AssessmentRow(
        plan_id=plan_id,
        pass_key=pass_key,
        digest=assessment.digest,
        recommendation=assessment.recommendation,
        violations=[violation_to_json(violation) for violation in assessment.violations],
        policy=assessment.policy,
        ruleset=assessment.ruleset,
        cause="first" if cause is None else cause,
        made_at=now,
    )
    session.add(row)
    session.flush()
    stored = _stored_clauses(session, plan_id, assessment.ruleset, now)
    session.add_all([_fact_row(row.id, fact, stored) for fact in assessment.facts])
    session.merge(_plan_facts_row(row, assessment.facts))
    session.flush()
    return row


def assessment_of(session: Session, row: AssessmentRow) -> Assessment:
    """The assessment in a row, with its facts and their clauses."""
    return Assessment(
        facts=facts_of(session, row.id),
        violations=violations_of(row),
        recommendation=Recommendation(row.recommendation),
        policy=row.policy,
        ruleset=row.ruleset,
        digest=row.digest,
    )


def violations_of(row: AssessmentRow) -> tuple[Violation, ...]:
    """The requirements that failed, the gravest first."""
    return tuple(violation_from_json(violation) for violation in row.violations)


def facts_of(session: Session, assessment_id: int, most: int | None = None) -> tuple[Fact, ...]:
    """The facts of an assessment in the order they were derived.

    `most`: how many of its citations each list of a fact is given with at most, for who only shows them.
    """
    query = select(FactRow).where(FactRow.assessment_id == assessment_id).order_by(col(FactRow.id))
    return tuple(
        Fact(
            family=Family(row.family),
            answer=Answer(row.answer),
            days=row.days,
            citations=citations_of(session, row.clause_ids[:most]),
            searched=tuple(row.searched),
            missing=tuple(row.missing),
            overruled=citations_of(session, row.overruled_ids[:most]),
        )
        for row in session.exec(query)
    )


def citations_of(session: Session, clause_ids: Sequence[int]) -> tuple[Citation, ...]:
    """The cited clauses in the order of their identifiers, each with its source's slug."""
    found: dict[int, Citation] = {}
    for start in range(0, len(clause_ids), _AT_ONCE):
        query = (
            select(ClauseRow, SourceRow.slug)
            .join(ReadingRow, col(ReadingRow.id) == ClauseRow.reading_id)
            .join(DocumentRow, col(DocumentRow.id) == ReadingRow.document_id)
            .join(SourceRow, col(SourceRow.id) == DocumentRow.source_id)
            .where(col(ClauseRow.id).in_(clause_ids[start : start + _AT_ONCE]))
        )
        found |= {row.id: Citation(source=slug, clause=clause_of(row)) for row, slug in session.exec(query)}
    return tuple(found[clause_id] for clause_id in clause_ids)


def cited_digests(session: Session, assessment_id: int) -> tuple[str, ...]:
    """Digests of all clauses that decide the facts of an assessment, each once; no clause is loaded."""
    query = select(FactRow.clause_ids).where(FactRow.assessment_id == assessment_id)
    cited = [one for clause_ids in session.exec(query.order_by(col(FactRow.id))) for one in clause_ids]
    found: dict[int, str] = {}
    for start in range(0, len(cited), _AT_ONCE):
        some = select(ClauseRow.id, ClauseRow.digest).where(
            col(ClauseRow.id).in_(cited[start : start + _AT_ONCE])
        )
        found |= dict(session.exec(some).all())
    return tuple(dict.fromkeys(found[clause_id] for clause_id in cited))


def last_decision(session: Session, plan_id: int) -> DecisionRow | None:
    """The newest decision on a plan."""
    query = select(DecisionRow).where(DecisionRow.plan_id == plan_id)
    return session.exec(query.order_by(col(DecisionRow.id).desc()).limit(1)).first()


def decisions_of(session: Session, plan_id: int) -> Sequence[DecisionRow]:
    """All decisions on a plan, newest first."""
    query = select(DecisionRow).where(DecisionRow.plan_id == plan_id)
    return session.exec(query.order_by(col(DecisionRow.id).desc())).all()


def decision_of(
    row: DecisionRow, plan: str, known: Sequence[Violation], obligations: Sequence[DecidedObligation]
) -> Decision:
    """The decision in a row; `plan` is the plan's full name, `known` the violations its
    assessment had."""
    return Decision(
        id=row.public_id,
        plan=plan,
        verdict=Verdict(row.verdict),
        scope=Scope(covers={name: frozenset(values) for name, values in row.scope.items()}),
        conditions=tuple(row.conditions),
        reason=row.reason,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        expires_at=row.expires_at,
        clauses=tuple(row.clauses),
        known=tuple(known),
        obligations=tuple(obligations),
        emergency=row.emergency,
        confirmed_by=row.confirmed_by,
    )


def violation_to_json(violation: Violation) -> dict[str, Any]:
    """A violation as its row keeps it."""
    return {
        "requirement": violation.requirement,
        "principle": violation.principle,
        "family": violation.family.value,
        "answer": violation.answer.value,
        "days": violation.days,
        "severity": violation.severity.value,
        "message": violation.message,
        "remedy": violation.remedy,
    }


def violation_from_json(kept: Mapping[str, Any]) -> Violation:
    """The violation that `violation_to_json` was given."""
    return Violation(
        requirement=kept["requirement"],
        principle=kept["principle"],
        family=Family(kept["family"]),
        answer=Answer(kept["answer"]),
        days=kept["days"],
        severity=Severity(kept["severity"]),
        message=kept["message"],
        remedy=kept["remedy"],
    )


_AT_ONCE: Final = 900
"""Values in one `IN`: older SQLite builds take no more than 999."""
_ClauseKey = tuple[str, str, int, str | None]
"""A clause among those that govern a plan: source, digest, start, purpose."""


def _fact_row(assessment_id: int, fact: Fact, stored: Mapping[_ClauseKey, int]) -> FactRow:
    cited = [_key(one) for one in fact.citations]
    return FactRow(
        assessment_id=assessment_id,
        family=fact.family,
        answer=fact.answer,
        days=fact.days,
        clause_ids=[stored[key] for key in cited],
        overruled_ids=[stored[_key(one)] for one in fact.overruled],
        searched=list(fact.searched),
        missing=list(fact.missing),
    )


def _plan_facts_row(row: AssessmentRow, facts: Sequence[Fact]) -> PlanFactsRow:
    found = {fact.family: fact for fact in facts}
    training, retention, reuse = (found.get(family) for family in MATRIX)
    return PlanFactsRow(
        plan_id=row.plan_id,
        assessment_id=row.id,
        training=None if training is None else training.answer,
        retention=None if retention is None else retention.answer,
        retention_days=None if retention is None else retention.days,
        reuse=None if reuse is None else reuse.answer,
        gravity=gravity({fact.family: fact.answer for fact in facts}),
    )


def _key(one: Citation) -> _ClauseKey:
    return one.source, one.clause.digest, one.clause.start, one.clause.purpose


def _stored_clauses(session: Session, plan_id: int, ruleset: str, now: datetime) -> dict[_ClauseKey, int]:
    """Identifiers of all clauses that count for a plan."""
    stored: dict[_ClauseKey, int] = {}
    formers = formers_in_force(session, plan_id, now)
    for source in sources_governing(session, plan_id):
        former = find_reading(session, formers[source.id], ruleset) if source.id in formers else None
        for reading in (former, reading_of_source(session, source.id, ruleset)):
            if reading is not None:
                for row in counted_rows(session, reading.id):
                    stored[source.slug, row.digest, row.start, row.purpose] = row.id
    return stored
