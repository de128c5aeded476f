"""An approval that waits for a second person: bound to what the first one read, and given by two, once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from extractors.model import Stance
from registry.approvals import confirm, find_pending, propose
from registry.model import ApprovalRules, Clock, Policy, Status, Verdict
from registry.policy import load_policy
from registry.requests import open_request, pending_approvals
from registry.reviews import decide
from registry.rulings import DecisionRefusedError, Ruling, StaleAssessmentError
from registry.store import sources_of
from registry.tables import PlanRow, ToolRow
from tests.registry.readings import MAY_TRAIN, NO_TRAINING, clause, judged, show

TWO = replace(load_policy("default"), approvals=ApprovalRules(approvers=2))
FOUR_EYES = replace(TWO, approvals=ApprovalRules(four_eyes=True, approvers=2))
HOUR = timedelta(hours=1)


@pytest.fixture
def in_review(session: Session, tool: ToolRow, studio: PlanRow, now: datetime) -> PlanRow:
    """A plan that was judged, and that ben asked an approval for; ann submitted it."""
    source = sources_of(session, tool.id)[0]
    show(session, source, clause(NO_TRAINING), "first", now)
    judged(session, studio, source, clause(NO_TRAINING), now)
    open_request(session, studio, Clock.ROUTINE, "For the pilot.", "ben", now)
    return studio


def ruling(now: datetime) -> Ruling:
    return Ruling(Verdict.APPROVE, "Reads well.", now + 20 * HOUR)


def test_two_persons_sign_in_the_order_in_which_they_did(
    session: Session, in_review: PlanRow, now: datetime
) -> None:
    row = propose(session, in_review, ruling(now), "rita", now, TWO)
    assert in_review.status == Status.IN_REVIEW
    decision = confirm(session, row, "sam", now + HOUR, TWO)
    assert (decision.decided_by, decision.confirmed_by) == ("rita", "sam")
    assert in_review.status == Status.APPROVED


def test_nobody_confirms_what_they_gave(session: Session, in_review: PlanRow, now: datetime) -> None:
    row = propose(session, in_review, ruling(now), "rita", now, TWO)
    with pytest.raises(DecisionRefusedError, match="cannot confirm it"):
        confirm(session, row, "rita", now, TWO)


def test_another_spelling_of_a_name_is_nobody_else(
    session: Session, in_review: PlanRow, now: datetime
) -> None:
    with pytest.raises(DecisionRefusedError, match="asked for this approval"):
        propose(session, in_review, ruling(now), "BEN", now, FOUR_EYES)
    row = propose(session, in_review, ruling(now), "rita", now, TWO)
    with pytest.raises(DecisionRefusedError, match="cannot confirm it"):
        confirm(session, row, "Rita", now, TWO)


def test_what_was_confirmed_cannot_be_confirmed_again(
    session: Session, in_review: PlanRow, now: datetime
) -> None:
    row = propose(session, in_review, ruling(now), "rita", now, TWO)
    confirm(session, row, "sam", now, TWO)
    with pytest.raises(StaleAssessmentError, match="does not wait any more"):
        confirm(session, row, "sam", now, TWO)


def test_a_newer_one_takes_the_place_of_one_that_waits(
    session: Session, in_review: PlanRow, now: datetime
) -> None:
    first = propose(session, in_review, ruling(now), "rita", now, TWO)
    second = propose(session, in_review, ruling(now), "sam", now, TWO)
    assert [row.public_id for row in pending_approvals(session, in_review.id)] == [second.public_id]
    assert find_pending(session, first.public_id) == first
    with pytest.raises(StaleAssessmentError):
        confirm(session, first, "sam", now, TWO)


def test_what_waits_is_bound_to_the_assessment_that_was_read(
    session: Session, tool: ToolRow, in_review: PlanRow, now: datetime
) -> None:
    row = propose(session, in_review, ruling(now), "rita", now, TWO)
    source, changed = sources_of(session, tool.id)[0], clause(MAY_TRAIN, Stance.PERMITS)
    show(session, source, changed, "second", now + HOUR)
    judged(session, in_review, source, changed, now + HOUR)
    with pytest.raises(StaleAssessmentError, match="assessed again"):
        confirm(session, row, "sam", now + HOUR, TWO)


@pytest.mark.parametrize("actor", ["ann", "ben"])
@pytest.mark.parametrize("policy", [FOUR_EYES])
def test_who_asked_cannot_begin_an_approval_where_the_policy_minds(
    session: Session, in_review: PlanRow, now: datetime, actor: str, policy: Policy
) -> None:
    with pytest.raises(DecisionRefusedError, match="the policy wants another"):
        propose(session, in_review, ruling(now), actor, now, policy)
    assert pending_approvals(session, in_review.id) == []


def test_what_could_not_be_decided_does_not_wait(session: Session, in_review: PlanRow, now: datetime) -> None:
    with pytest.raises(DecisionRefusedError, match="give a reason"):
        propose(session, in_review, replace(ruling(now), reason=" "), "rita", now, TWO)
    assert pending_approvals(session, in_review.id) == []


def test_an_emergency_that_waits_for_its_review_is_not_prolonged_by_another(
    session: Session, in_review: PlanRow, now: datetime
) -> None:
    given = replace(ruling(now), emergency=True)
    decide(session, in_review, given, "rita", now)
    with pytest.raises(DecisionRefusedError, match="waits for its review"):
        decide(session, in_review, given, "sam", now)
    decide(session, in_review, ruling(now), "sam", now)
    assert in_review.status == Status.APPROVED
