"""What look-ups need to know of every plan, taken from the registry in a few queries whatever its size."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, true
from sqlmodel import Session, col, func, select

from extractors.model import Answer, Audience, Family, Stance, TermsType
from registry.attestations import obligations_of
from registry.evidence import WITHOUT_TEXT
from registry.judgements import decision_of, violations_of, was_judged
from registry.model import DecidedObligation, Decision, Evidence, Standing, Status
from registry.passages import pages_of
from registry.store import plan_name
from registry.tables import (
    AssessmentRow,
    CaptureRow,
    ClauseRow,
    DecisionRow,
    DocumentRow,
    FactRow,
    GovernsRow,
    PlanRow,
    ReadingRow,
    SightingRow,
    SourceRow,
    ToolRow,
)

_AT_ONCE = 900
"""Values in one `IN`: older SQLite builds take no more than 999."""
MOST_TOLD: Final = 100
"""Sentences of each kind that an answer is told with: terms may say the same for ever, and what look-ups tell
is kept in memory and written down with every change."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The registry's rows, ready to be put together plan by plan."""

    assessments: Mapping[int, AssessmentRow]
    """The newest by plan."""
    decisions: Mapping[int, DecisionRow]
    """The newest by plan."""
    decided_on: Mapping[int, AssessmentRow]
    """By its own identifier: what the persons who decided had before them."""
    obligations: Mapping[int, Sequence[DecidedObligation]]
    """By decision."""
    facts: Mapping[int, Sequence[FactRow]]
    """By assessment."""
    evidence: Mapping[int, Evidence]
    """By clause."""
    evidence_at: Mapping[int, datetime]
    """By plan; a plan with a source that was never read is not there."""


_Wanted = ColumnElement[bool]
"""Whether a tool, by its identifier, is among those to be loaded."""


def load_standings(session: Session, tools: Sequence[int] | None = None) -> tuple[Standing, ...]:
    """Every plan in use as it stands now, by tool and in the order the plans were named.

    `tools`: identifiers, a few hundred at most, of those whose plans are wanted; `None`: all.
    """
    wanted = true() if tools is None else col(ToolRow.id).in_(tools)
    known = _load(session, wanted)
    rows = session.exec(
        select(PlanRow, ToolRow)
        .join(ToolRow)
        .where(wanted, PlanRow.status != Status.RETIRED)
        .order_by(ToolRow.slug, col(PlanRow.id))
    )
    return tuple(_standing(plan, tool, known) for plan, tool in rows)


def _load(session: Session, wanted: _Wanted) -> _Known:
    plans = select(PlanRow.id).join(ToolRow).where(wanted)
    sources = select(SourceRow.id).join(ToolRow).where(wanted)
    newest = (
        select(func.max(AssessmentRow.id))
        .where(col(AssessmentRow.plan_id).in_(plans))
        .group_by(col(AssessmentRow.plan_id))
    )
    assessments = session.exec(select(AssessmentRow).where(col(AssessmentRow.id).in_(newest))).all()
    last = (
        select(func.max(DecisionRow.id))
        .where(col(DecisionRow.plan_id).in_(plans))
        .group_by(col(DecisionRow.plan_id))
    )
    decisions = session.exec(select(DecisionRow).where(col(DecisionRow.id).in_(last))).all()
    decided_on = session.exec(
        select(AssessmentRow)
        .join(DecisionRow, col(DecisionRow.assessment_id) == AssessmentRow.id)
        .where(col(DecisionRow.id).in_(last))
    ).all()
    facts = session.exec(
        select(FactRow).where(col(FactRow.assessment_id).in_(newest)).order_by(col(FactRow.id))
    ).all()
    by_assessment: defaultdict[int, list[FactRow]] = defaultdict(list)
    for fact in facts:
        by_assessment[fact.assessment_id].append(fact)
    last_seen = _last_seen(session, sources)
    return _Known(
        assessments={row.plan_id: row for row in assessments},
        decisions={row.plan_id: row for row in decisions},
        decided_on={row.id: row for row in decided_on},
        obligations=obligations_of(session, select(DecisionRow.id).where(col(DecisionRow.id).in_(last))),
        facts=by_assessment,
        evidence=_evidence(session, facts, last_seen),
        evidence_at=_evidence_at(session, sources, last_seen),
    )


def _standing(plan: PlanRow, tool: ToolRow, known: _Known) -> Standing:
    name = plan_name(tool, plan)
    assessment = known.assessments.get(plan.id)
    facts = () if assessment is None else known.facts.get(assessment.id, ())
    return Standing(
        plan=name,
        tool=tool.slug,
        audience=Audience(plan.audience),
        status=Status(plan.status),
        policy=None if assessment is None else assessment.policy,
        ruleset=None if assessment is None else assessment.ruleset,
        violations=() if assessment is None else violations_of(assessment),
        answers={Family(fact.family): Answer(fact.answer) for fact in facts},
        decision=_decision(name, known.decisions.get(plan.id), known),
        evidence_at=known.evidence_at.get(plan.id),
        evidence=(
            *(known.evidence[clause_id] for fact in facts for clause_id in fact.clause_ids[:MOST_TOLD]),
            *(
                replace(known.evidence[clause_id], overruled=True)
                for fact in facts
                for clause_id in fact.overruled_ids[:MOST_TOLD]
            ),
        ),
        suspended_because=plan.suspended_because,
        days=next((fact.days for fact in facts if fact.family == Family.RETENTION), None),
    )


def _decision(plan: str, row: DecisionRow | None, known: _Known) -> Decision | None:
    if row is None:
        return None
    seen = None if row.assessment_id is None else known.decided_on.get(row.assessment_id)
    violations = () if seen is None else violations_of(seen)
    return decision_of(row, plan, violations, known.obligations.get(row.id, ()))


def _last_seen(session: Session, sources: Select[int]) -> dict[int, datetime]:
    """By source, when it was last seen as it is read and judged."""
    good = (
        select(func.max(SightingRow.id))
        .where(
            col(SightingRow.source_id).in_(sources), col(SightingRow.document_id).is_not(None), was_judged()
        )
        .group_by(col(SightingRow.source_id))
    )
    rows = session.exec(select(SightingRow).where(col(SightingRow.id).in_(good)))
    uploaded = _uploaded_at(session, sources)
    return {row.source_id: min(row.at, uploaded.get(row.source_id, row.at)) for row in rows}


def _uploaded_at(session: Session, sources: Select[int]) -> dict[int, datetime]:
    """By source, when its page was saved and uploaded: reading it again tells nothing of the vendor's.

    A contract is not among them: what was agreed stays so.
    """
    query = (
        select(CaptureRow.source_id, func.max(CaptureRow.at))
        .join(SourceRow)
        .where(
            col(CaptureRow.source_id).in_(sources),
            SourceRow.terms_type != TermsType.CONTRACT,
            col(CaptureRow.url).startswith("upload:"),
        )
        .group_by(col(CaptureRow.source_id))
    )
    return dict(session.exec(query).all())


def _evidence_at(
    session: Session, sources: Select[int], last_seen: Mapping[int, datetime]
) -> dict[int, datetime]:
    """By plan, when the one of its sources that was seen longest ago was last seen as it is read."""
    governed: defaultdict[int, list[int]] = defaultdict(list)
    active = select(GovernsRow).join(SourceRow).where(col(SourceRow.id).in_(sources), SourceRow.active)
    for governs in session.exec(active):
        governed[governs.plan_id].append(governs.source_id)
    return {
        plan_id: min(last_seen[source] for source in governing)
        for plan_id, governing in governed.items()
        if all(source in last_seen for source in governing)
    }


def _evidence(
    session: Session, facts: Iterable[FactRow], last_seen: Mapping[int, datetime]
) -> dict[int, Evidence]:
    shown = (ids[:MOST_TOLD] for fact in facts for ids in (fact.clause_ids, fact.overruled_ids))
    wanted = sorted({clause_id for ids in shown for clause_id in ids})
    found: dict[int, Evidence] = {}
    addresses: dict[int, str] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        query = (
            select(ClauseRow, DocumentRow, SourceRow)
            .join(ReadingRow, col(ReadingRow.id) == ClauseRow.reading_id)
            .join(DocumentRow, col(DocumentRow.id) == ReadingRow.document_id)
            .join(SourceRow, col(SourceRow.id) == DocumentRow.source_id)
            .where(col(ClauseRow.id).in_(wanted[start : start + _AT_ONCE]))
            .options(WITHOUT_TEXT)
        )
        for clause, document, source in session.exec(query):
            if document.id not in addresses:
                addresses[document.id] = _address(session, document, source)
            found[clause.id] = Evidence(
                family=Family(clause.family),
                stance=None if clause.stance is None else Stance(clause.stance),
                quote=clause.quote,
                document=source.terms_type,
                url=addresses[document.id],
                seen_at=last_seen.get(source.id, document.read_at),
            )
    return found


def _address(session: Session, document: DocumentRow, source: SourceRow) -> str:
    """Where a quoted document stands: until a changed source is read anew, not where the source does now.

    An upload stands under its file's name, as `upload:NAME`.
    """
    if source.urls and source.changed_at is None:
        return source.urls[0]
    known = (*pages_of(session, document), *source.urls)
    return known[0] if known else f"upload:{source.slug}"
