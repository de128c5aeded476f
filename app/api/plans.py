"""A plan: the facts with their sentences, the machine's assessment, what people decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Depends
from pydantic import Field

from app.api.announced import AnnouncedShown, announced_shown
from app.api.clauses import ClauseShown, CorrectionNote, clause_shown, correction_note
from app.api.finding import AtPlan, the_plan
from app.api.forms import Shown
from app.api.house import Here
from app.api.notices import NoticeShown, notice_shown
from app.api.obligations import ObligationShown, obligation_shown
from app.api.references import UntrackedShown, untracked_shown
from app.api.tools import PlanSummary, plan_summary
from app.auth import as_manager
from app.db import Session
from app.errors import NotFoundError, answers
from app.foreseeing import foresee
from extractors.model import Answer, Fact, Family, TermsType
from registry.attestations import obligations_of
from registry.judgements import (
    decision_of,
    decisions_of,
    facts_of,
    last_assessment,
    last_decision,
    violations_of,
)
from registry.mentions import open_questions
from registry.model import DecidedObligation, Policy, Recommendation, Severity, Verdict, Violation
from registry.notices import notices_on_plan
from registry.passages import Passage, RestsOn, passages_of
from registry.requests import pending_approvals
from registry.rulings import ruling_from_json
from registry.store import plan_name
from registry.tables import AssessmentRow, DecisionRow, PendingApprovalRow, PlanRow, ToolRow

router = APIRouter(
    prefix="/v1/tools/{vendor}/{tool}/plans/{plan}",
    tags=["plans"],
    dependencies=[Depends(as_manager)],
    responses=answers(NotFoundError),
)


_LISTED: Final = 100
"""Passages of each kind that are told of a fact: nobody reads more, and terms can say the same for ever."""


class PassageShown(ClauseShown):
    """A deciding sentence, and where a person finds it."""

    source: str
    type: TermsType
    document: str = Field(description="The document's digest.")
    pages: list[str] = Field(description="Addresses that the document was read from.")
    seen_at: datetime = Field(description="When the document was last seen.")
    correction: CorrectionNote | None = Field(description="The person's correction that made it say so.")


class OverruledShown(PassageShown):
    """A permission that does not count, since a more specific document promises otherwise."""

    overruled_by: list[str] = Field(description="The sources whose deciding sentences overrule it.")


class FactShown(Shown):
    """An answer about a plan, with its sentences, or with where it looked in vain."""

    family: Family
    answer: Answer
    days: int | None = Field(description="Retention only: the period that holds for content.")
    passages: list[PassageShown]
    overruled: list[OverruledShown] = Field(
        description="Sentences that permit more, and that the deciding, more specific ones overrule."
    )
    unlisted: int = Field(description=f"Further passages, where a fact rests on more than {_LISTED}.")
    searched: list[str] = Field(description="Sources that were read.")
    missing: list[str] = Field(description="Governing sources that could not be read.")


class ViolationShown(Shown):
    """A requirement and the answer that fails it, with what can be done about it."""

    requirement: str
    principle: str
    family: Family
    answer: Answer
    days: int | None
    severity: Severity
    message: str
    remedy: str


class AssessmentShown(Shown):
    """The machine's judgement. A person decides."""

    digest: str = Field(description="Pass it as `assessment` with a decision that rests on it.")
    recommendation: Recommendation
    violations: list[ViolationShown] = Field(description="The gravest first.")
    facts: list[FactShown]
    open_questions: list[UntrackedShown] = Field(
        description="Documents that the terms make a part of themselves and no source of the plan covers:"
        " nobody has read them. Ask for them before deciding."
    )
    policy: str = Field(description="The policy's version.")
    ruleset: str = Field(description="The rules' version.")
    cause: str = Field(description="`first`, or why it was made anew: `terms`, `rules` or `correction`.")
    made_at: datetime


class DecisionShown(Shown):
    """A person's verdict. Added, never edited."""

    id: str
    plan: str
    verdict: Verdict
    scope: dict[str, list[str]] = Field(description="Values covered by context field; left out: all.")
    conditions: list[str]
    reason: str
    decided_by: str
    decided_at: datetime
    expires_at: datetime
    clauses: list[str] = Field(description="Digests of the clauses it relies on.")
    obligations: list[ObligationShown]
    emergency: bool = Field(description="Given in an emergency: for a short time, and reviewed afterwards.")
    confirmed_by: str | None = Field(description="The second person, where the policy asks for two.")


class PendingShown(Shown):
    """What one person would approve, until a second one confirms it. It allows nothing."""

    id: str
    verdict: Verdict
    scope: dict[str, list[str]]
    conditions: list[str]
    obligations: list[str]
    reason: str
    expires_at: datetime
    emergency: bool
    assessment: str | None = Field(description="Digest of the assessment that it is bound to.")
    proposed_by: str
    proposed_at: datetime


class PlanShown(PlanSummary):
    """A plan with its assessment and the newest decision."""

    assessment: AssessmentShown | None = Field(description="Nothing: not assessed yet.")
    decision: DecisionShown | None = Field(description="The newest; `status` says whether it holds.")
    pending: PendingShown | None = Field(description="An approval that a second person has to confirm.")
    announced: AnnouncedShown | None = Field(description="What will hold from a later day, once seen.")
    notices: list[NoticeShown] = Field(description="What waits for a person about its sources.")


@router.get("")
def show_plan(at: AtPlan, house: Here) -> PlanShown:
    """A plan with its facts, their sentences, the assessment and the newest decision."""
    with house.readings() as session:
        tool, plan = the_plan(session, at)
        return plan_shown(session, tool, plan, house.now(), house.policy_in(session))


@router.get("/decisions", tags=["decisions"])
def list_decisions(at: AtPlan, house: Here) -> list[DecisionShown]:
    """All decisions on a plan, newest first."""
    with house.readings() as session:
        tool, plan = the_plan(session, at)
        rows = decisions_of(session, plan.id)
        owed, now = obligations_of(session, [row.id for row in rows]), house.now()
        return [decision_shown(row, plan_name(tool, plan), owed.get(row.id, ()), now) for row in rows]


def plan_shown(
    session: Session, tool: ToolRow, plan: PlanRow, now: datetime, policy: Policy | None = None
) -> PlanShown:
    """A plan as answers show it in full; what is announced is judged by `policy`, and left out without it."""
    foreseen = None if policy is None else foresee(session, plan, policy, now)
    assessment = last_assessment(session, plan.id)
    decision = last_decision(session, plan.id)
    owed = {} if decision is None else obligations_of(session, [decision.id])
    return PlanShown(
        **plan_summary(session, tool, plan).model_dump(),
        assessment=None if assessment is None else _assessment_shown(session, tool, plan, assessment),
        decision=None
        if decision is None
        else decision_shown(decision, plan_name(tool, plan), owed.get(decision.id, ()), now),
        pending=next((_pending_shown(row) for row in pending_approvals(session, plan.id)), None),
        announced=None if foreseen is None else announced_shown(foreseen),
        notices=[notice_shown(session, row) for row in notices_on_plan(session, plan.id)],
    )


def decision_shown(
    row: DecisionRow, plan: str, obligations: Sequence[DecidedObligation], now: datetime
) -> DecisionShown:
    """A decision as answers show it; `plan` is the plan's full name."""
    decision = decision_of(row, plan, (), obligations)
    return DecisionShown(
        id=decision.id,
        plan=decision.plan,
        verdict=decision.verdict,
        scope={field: sorted(values) for field, values in decision.scope.covers.items()},
        conditions=list(decision.conditions),
        reason=decision.reason,
        decided_by=decision.decided_by,
        decided_at=decision.decided_at,
        expires_at=decision.expires_at,
        clauses=list(decision.clauses),
        obligations=[obligation_shown(one, now) for one in decision.obligations],
        emergency=decision.emergency,
        confirmed_by=decision.confirmed_by,
    )


def _pending_shown(row: PendingApprovalRow) -> PendingShown:
    ruling = ruling_from_json(row.ruling)
    return PendingShown(
        id=row.public_id,
        verdict=ruling.verdict,
        scope={field: sorted(values) for field, values in ruling.scope.covers.items()},
        conditions=list(ruling.conditions),
        obligations=[one.text for one in ruling.obligations],
        reason=ruling.reason,
        expires_at=ruling.expires_at,
        emergency=ruling.emergency,
        assessment=ruling.assessment,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
    )


def _assessment_shown(session: Session, tool: ToolRow, plan: PlanRow, row: AssessmentRow) -> AssessmentShown:
    passages = passages_of(session, row.id, _LISTED)
    return AssessmentShown(
        digest=row.digest,
        recommendation=Recommendation(row.recommendation),
        violations=[_violation_shown(one) for one in violations_of(row)],
        facts=[_fact_shown(fact, passages[fact.family]) for fact in facts_of(session, row.id, most=0)],
        open_questions=[untracked_shown(one) for one in open_questions(session, tool, plan)],
        policy=row.policy,
        ruleset=row.ruleset,
        cause=row.cause,
        made_at=row.made_at,
    )


def _violation_shown(one: Violation) -> ViolationShown:
    return ViolationShown(
        requirement=one.requirement,
        principle=one.principle,
        family=one.family,
        answer=one.answer,
        days=one.days,
        severity=one.severity,
        message=one.message,
        remedy=one.remedy,
    )


def _fact_shown(fact: Fact, passages: RestsOn) -> FactShown:
    deciding = list(dict.fromkeys(passage.source for passage in passages.deciding))
    return FactShown(
        family=fact.family,
        answer=fact.answer,
        days=fact.days,
        passages=[_passage_shown(passage) for passage in passages.deciding],
        overruled=[
            OverruledShown(**_passage_shown(passage).model_dump(), overruled_by=deciding)
            for passage in passages.overruled
        ],
        unlisted=passages.unlisted,
        searched=list(fact.searched),
        missing=list(fact.missing),
    )


def _passage_shown(passage: Passage) -> PassageShown:
    return PassageShown(
        **clause_shown(passage.clause).model_dump(),
        source=passage.source,
        type=passage.terms_type,
        document=passage.document,
        pages=list(passage.pages),
        seen_at=passage.seen_at,
        correction=None if passage.correction is None else correction_note(passage.correction),
    )
