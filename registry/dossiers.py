"""What a decision rested on: the documents that its person could read, and the looks that brought them. Rows.

Only this module knows what counted at the time: what was seen, read or corrected later is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from extractors.model import Document, Fact, TermsType
from registry.attestations import obligations_of
from registry.evidence import document_of, find_reading
from registry.judgements import decision_of, facts_of, violations_of
from registry.model import Decision, Violation
from registry.store import find_source, plan_name
from registry.submissions import UNJUDGED, PassState
from registry.tables import (
    AssessmentRow,
    CaptureRow,
    ClauseRow,
    CorrectionEffectRow,
    CorrectionRow,
    DecisionRow,
    DocumentRow,
    PlanRow,
    PolicyRow,
    SightingRow,
    SourceRow,
    StartedPolicyRow,
    ToolRow,
    VettingRow,
)


@dataclass(frozen=True, slots=True)
class _Moment:
    """When a person decided, and the rules by which they saw the documents read."""

    ruleset: str
    at: datetime


class UnknownDecisionError(Exception):
    """No decision has this identifier."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A document that governed the plan, and how it came here."""

    source: str
    terms_type: TermsType
    document: Document
    seen_at: datetime
    """When it was last seen before the person decided."""
    received: tuple[CaptureRow, ...]
    """The looks that brought its bytes, one a page, in page order."""
    confirmed: tuple[CaptureRow, ...]
    """The newest looks that found those bytes unchanged, where there are any."""
    clauses: tuple[ClauseRow, ...]
    """All that was read in it and counted, in the order of the text."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The machine's judgement that the person had before them."""

    digest: str
    recommendation: str
    policy: str
    ruleset: str
    made_at: datetime
    facts: tuple[Fact, ...]
    violations: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """A decision and what it rested on."""

    decision: Decision
    judged: Judged | None
    """`None` where a person decided without an assessment."""
    exhibits: tuple[Exhibit, ...]
    policy_text: str | None
    """The policy that it was judged by; `None` where its text was not written down."""


def find_decision(session: Session, public_id: str) -> DecisionRow:
    """The decision of that identifier; raises `UnknownDecisionError`."""
    row = session.exec(select(DecisionRow).where(DecisionRow.public_id == public_id)).first()
    if row is None:
        raise UnknownDecisionError(f"no decision is called {public_id!r:.80}")
    return row


def dossier_of(session: Session, row: DecisionRow) -> Dossier:
    """All that a decision rested on, without the bytes: those are read one by one, as they are needed."""
    plan = session.get_one(PlanRow, row.plan_id)
    name = plan_name(session.get_one(ToolRow, plan.tool_id), plan)
    assessment = None if row.assessment_id is None else session.get_one(AssessmentRow, row.assessment_id)
    known = () if assessment is None else violations_of(assessment)
    owed = obligations_of(session, [row.id]).get(row.id, ())
    decision = decision_of(row, name, known, owed)
    if assessment is None:
        return Dossier(decision, None, (), None)
    facts = facts_of(session, assessment.id)
    slugs = sorted({slug for fact in facts for slug in fact.searched})
    moment = _Moment(assessment.ruleset, row.decided_at)
    found = [_exhibit(session, plan.tool_id, slug, moment) for slug in slugs]
    return Dossier(
        decision,
        Judged(
            assessment.digest,
            assessment.recommendation,
            assessment.policy,
            assessment.ruleset,
            assessment.made_at,
            facts,
            known,
        ),
        tuple(one for one in found if one is not None),
        _policy_text(session, assessment.policy),
    )


def _exhibit(session: Session, tool_id: int, slug: str, moment: _Moment) -> Exhibit | None:
    source = find_source(session, tool_id, slug)
    seen = None if source is None else _seen(session, source.id, moment.at)
    if source is None or seen is None or seen.document_id is None:
        return None
    document = session.get_one(DocumentRow, seen.document_id)
    reading = find_reading(session, document.id, moment.ruleset)
    looks = [_looks(session, source, sha256, moment.at) for sha256 in document.snapshots]
    return Exhibit(
        source=slug,
        terms_type=TermsType(source.terms_type),
        document=document_of(document),
        seen_at=seen.at,
        received=tuple(one for one, _ in looks if one is not None),
        confirmed=tuple(one for _, one in looks if one is not None),
        clauses=() if reading is None else _counted(session, reading.id, moment.at),
    )


def _seen(session: Session, source_id: int, at: datetime) -> SightingRow | None:
    """The last good look at a source of a pass that had ended by then."""
    query = (
        select(SightingRow)
        .join(VettingRow, col(VettingRow.key) == SightingRow.pass_key)
        .where(
            SightingRow.source_id == source_id,
            col(SightingRow.document_id).is_not(None),
            VettingRow.state == PassState.DONE,
            col(VettingRow.step).not_in(UNJUDGED),
            col(VettingRow.finished_at) <= at,
        )
    )
    return session.exec(query.order_by(col(SightingRow.id).desc()).limit(1)).first()


def _counted(session: Session, reading_id: int, at: datetime) -> tuple[ClauseRow, ...]:
    """The clauses of a reading as the corrections that were in force at a time left them."""
    query = (
        select(CorrectionEffectRow)
        .join(CorrectionRow)
        .where(
            CorrectionEffectRow.reading_id == reading_id,
            CorrectionRow.made_at <= at,
            col(CorrectionRow.withdrawn_at).is_(None) | (col(CorrectionRow.withdrawn_at) > at),
        )
    )
    effects = session.exec(query).all()
    overruled = {clause_id for effect in effects for clause_id in effect.overrules}
    counted = {None, *(effect.correction_id for effect in effects)}
    rows = session.exec(select(ClauseRow).where(ClauseRow.reading_id == reading_id)).all()
    kept = [row for row in rows if row.id not in overruled and row.correction_id in counted]
    return tuple(sorted(kept, key=lambda row: (row.start, row.id)))


def _policy_text(session: Session, version: str) -> str | None:
    adopted = select(PolicyRow.content).where(PolicyRow.version == version)
    started = select(StartedPolicyRow.content).where(StartedPolicyRow.version == version)
    return session.exec(adopted).first() or session.exec(started).first()


def _looks(
    session: Session, source: SourceRow, sha256: str, until: datetime
) -> tuple[CaptureRow | None, CaptureRow | None]:
    """The look that brought bytes first, and the newest one that found them unchanged."""
    query = select(CaptureRow).where(
        CaptureRow.source_id == source.id, CaptureRow.snapshot == sha256, CaptureRow.at <= until
    )
    looks: Sequence[CaptureRow] = session.exec(query.order_by(col(CaptureRow.id))).all()
    brought = next((look for look in looks if not look.unchanged), None)
    return brought, next((look for look in reversed(looks) if look.unchanged), None)
