"""Decisions: appended with reason, expiry and the clauses relied on; every move goes through the table."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from extractors.model import Stance
from registry.judgements import last_assessment, last_decision
from registry.lifecycle import IllegalMoveError
from registry.model import Scope, Status, Verdict
from registry.relied import lost_clauses
from registry.reviews import decide, reopen, suspend
from registry.rulings import DecisionRefusedError, Ruling, StaleAssessmentError
from registry.store import audit_events, revision, sources_of
from registry.tables import PlanRow, ToolRow
from tests.app.ui.counting import loaded_clauses
from tests.registry.readings import MAY_TRAIN, NO_TRAINING, RULESET, clause, judged, show


@pytest.fixture
def assessed(session: Session, tool: ToolRow, studio: PlanRow, now: datetime) -> PlanRow:
    source = sources_of(session, tool.id)[0]
    show(session, source, clause(NO_TRAINING), "first", now)
    judged(session, studio, source, clause(NO_TRAINING), now)
    return studio


@pytest.fixture
def ruling(now: datetime) -> Ruling:
    return Ruling(Verdict.APPROVE, "reads well", now + timedelta(days=90))


def test_an_assessment_brings_a_submitted_plan_into_review(assessed: PlanRow) -> None:
    assert assessed.status == Status.IN_REVIEW


def test_an_approval_relies_on_the_clauses_that_decide_the_facts(
    session: Session, assessed: PlanRow, ruling: Ruling, now: datetime
) -> None:
    row = decide(session, assessed, ruling, "rita", now)
    assert assessed.status == Status.APPROVED
    assert row.clauses == [clause(NO_TRAINING).digest]


def test_an_approval_cannot_rely_on_a_clause_of_another_plan(
    session: Session, assessed: PlanRow, ruling: Ruling, now: datetime
) -> None:
    with pytest.raises(DecisionRefusedError, match="decides no fact"):
        decide(session, assessed, replace(ruling, clauses=("f" * 64,)), "rita", now)
    assert assessed.status == Status.IN_REVIEW


def test_a_plan_without_assessment_cannot_be_approved(
    session: Session, studio: PlanRow, ruling: Ruling, now: datetime
) -> None:
    with pytest.raises(DecisionRefusedError, match="request a vetting"):
        decide(session, studio, ruling, "rita", now)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reason": "  "}, "give a reason"),
        ({"expires_at": datetime.fromisoformat("2026-03-01T00:00:00Z")}, "past"),
        ({"expires_at": datetime.fromisoformat("2036-03-01T00:00:00Z")}, "two years"),
        ({"verdict": Verdict.APPROVE_WITH_CONDITIONS}, "at least one condition"),
        ({"conditions": ("switch off",)}, "belong to approve_with_conditions"),
    ],
)
def test_an_incomplete_ruling_is_refused_with_what_to_change(
    session: Session,
    assessed: PlanRow,
    ruling: Ruling,
    now: datetime,
    change: dict[str, Any],
    message: str,
) -> None:
    with pytest.raises(DecisionRefusedError, match=message):
        decide(session, assessed, replace(ruling, **change), "rita", now)


def test_an_approval_accepts_only_the_failed_requirements_that_were_read(
    session: Session, tool: ToolRow, assessed: PlanRow, ruling: Ruling, now: datetime
) -> None:
    seen = last_assessment(session, assessed.id)
    assert seen is not None
    source, worse = sources_of(session, tool.id)[0], clause(MAY_TRAIN, Stance.PERMITS)
    show(session, source, worse, "second", now)
    newest = judged(session, assessed, source, worse, now)
    with pytest.raises(DecisionRefusedError, match="fails 1 of the policy's requirements"):
        decide(session, assessed, ruling, "rita", now)
    with pytest.raises(StaleAssessmentError):
        decide(session, assessed, replace(ruling, assessment=seen.digest), "rita", now)
    assert assessed.status == Status.IN_REVIEW
    decide(session, assessed, replace(ruling, assessment=newest.digest), "rita", now)
    assert assessed.status == Status.APPROVED


def test_a_refusal_accepts_nothing_and_need_not_name_what_was_read(
    session: Session, tool: ToolRow, assessed: PlanRow, ruling: Ruling, now: datetime
) -> None:
    worse = clause(MAY_TRAIN, Stance.PERMITS)
    show(session, sources_of(session, tool.id)[0], worse, "second", now)
    judged(session, assessed, sources_of(session, tool.id)[0], worse, now)
    decide(session, assessed, replace(ruling, verdict=Verdict.REJECT), "rita", now)
    assert assessed.status == Status.REJECTED


def test_a_decision_starts_from_where_the_plan_stands_now(
    session: Session, assessed: PlanRow, ruling: Ruling, now: datetime
) -> None:
    session.connection().exec_driver_sql("UPDATE plans SET status = 'approved'")
    assert assessed.status == Status.IN_REVIEW
    decide(session, assessed, replace(ruling, verdict=Verdict.SUSPEND), "rita", now)
    assert assessed.status == Status.SUSPENDED


def test_decisions_are_appended_and_the_newest_counts(
    session: Session, assessed: PlanRow, ruling: Ruling, now: datetime
) -> None:
    first = decide(session, assessed, ruling, "rita", now)
    second = decide(session, assessed, replace(ruling, verdict=Verdict.REJECT), "rita", now)
    newest = last_decision(session, assessed.id)
    assert newest is not None
    assert newest.public_id == second.public_id != first.public_id
    assert assessed.status == Status.REJECTED


def test_a_scope_is_kept_as_it_was_given(
    session: Session, assessed: PlanRow, ruling: Ruling, now: datetime
) -> None:
    scope = Scope({"output_stage": frozenset({"temporary", "final"})})
    row = decide(session, assessed, replace(ruling, scope=scope), "rita", now)
    assert row.scope == {"output_stage": ["final", "temporary"]}


def test_a_suspension_says_why_and_a_new_approval_ends_it(
    session: Session, assessed: PlanRow, ruling: Ruling, now: datetime
) -> None:
    decide(session, assessed, ruling, "rita", now)
    suspend(session, assessed, "terms got worse", now)
    assert (assessed.status, assessed.suspended_because) == (Status.SUSPENDED, "terms got worse")
    decide(session, assessed, ruling, "rita", now)
    assert (assessed.status, assessed.suspended_because) == (Status.APPROVED, None)


def test_only_an_approved_plan_can_be_suspended(session: Session, assessed: PlanRow, now: datetime) -> None:
    with pytest.raises(IllegalMoveError):
        suspend(session, assessed, "terms got worse", now)


def test_a_reopened_plan_is_in_review_again(
    session: Session, assessed: PlanRow, ruling: Ruling, now: datetime
) -> None:
    decide(session, assessed, ruling, "rita", now)
    reopen(session, assessed, "new contract", "rita", now)
    assert assessed.status == Status.IN_REVIEW


def test_every_decision_leaves_an_audit_event_and_a_new_revision(
    session: Session, assessed: PlanRow, ruling: Ruling, now: datetime
) -> None:
    before = revision(session)
    decide(session, assessed, ruling, "rita", now)
    assert audit_events(session, "acme/brush@studio")[0].actor == "rita"
    assert revision(session) > before


def test_a_relied_on_clause_that_no_longer_stands_is_named(
    session: Session, tool: ToolRow, assessed: PlanRow, ruling: Ruling, now: datetime
) -> None:
    decide(session, assessed, ruling, "rita", now)
    assert lost_clauses(session, assessed, RULESET) == ()
    show(session, sources_of(session, tool.id)[0], clause(MAY_TRAIN, Stance.PERMITS), "second", now)
    assert lost_clauses(session, assessed, RULESET) == (clause(NO_TRAINING).digest,)


def test_an_approval_loads_none_of_the_sentences_that_it_relies_on(
    session: Session, assessed: PlanRow, ruling: Ruling, now: datetime
) -> None:
    session.flush()
    session.expunge_all()
    plan = session.get_one(PlanRow, assessed.id)
    with loaded_clauses() as loaded:
        row = decide(session, plan, ruling, "rita", now)
    assert row.clauses == [clause(NO_TRAINING).digest]
    assert loaded == []
