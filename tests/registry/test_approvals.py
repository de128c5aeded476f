"""Who may approve: over all combinations of what a policy asks for and of who signs."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest
from sqlmodel import Session

from registry.approvals import confirm, propose, takes_two
from registry.model import ApprovalRules, Clock, Obligation, Scope, Status, Verdict
from registry.policy import load_policy
from registry.requests import open_request
from registry.reviews import decide, sign
from registry.rulings import DecisionRefusedError, Ruling, ruling_from_json, ruling_to_json
from registry.store import sources_of
from registry.tables import PlanRow, ToolRow
from tests.registry.readings import NO_TRAINING, clause, judged, show

SIGNERS = [*((one,) for one in ("ann", "ben", "rita")), ("rita", "rita"), ("rita", "sam"), ("sam", "ben")]
"""Ann submitted the tool, Ben asked for its approval."""


@pytest.fixture
def in_review(session: Session, tool: ToolRow, studio: PlanRow, now: datetime) -> PlanRow:
    source = sources_of(session, tool.id)[0]
    show(session, source, clause(NO_TRAINING), "first", now)
    judged(session, studio, source, clause(NO_TRAINING), now)
    open_request(session, studio, Clock.ROUTINE, "For the pilot.", "ben", now)
    return studio


@pytest.fixture
def ruling(now: datetime) -> Ruling:
    return Ruling(Verdict.APPROVE, "Reads well.", now + timedelta(hours=20))


@pytest.mark.parametrize(
    ("four_eyes", "approvers", "emergency", "signers"),
    [*product((False, True), (1, 2), (False, True), SIGNERS)],
)
def test_a_plan_is_approved_exactly_where_all_have_signed_whom_the_policy_asks_for(
    session: Session,
    in_review: PlanRow,
    ruling: Ruling,
    now: datetime,
    *,
    four_eyes: bool,
    approvers: int,
    emergency: bool,
    signers: tuple[str, ...],
) -> None:
    policy = replace(load_policy("default"), approvals=ApprovalRules(four_eyes, approvers))
    own = four_eyes and not {"ann", "ben"}.isdisjoint(signers)
    if own or len(set(signers)) < approvers:
        with pytest.raises(DecisionRefusedError):
            sign(session, in_review, replace(ruling, emergency=emergency), signers, now, policy)
        assert in_review.status == Status.IN_REVIEW
    else:
        sign(session, in_review, replace(ruling, emergency=emergency), signers, now, policy)
        assert in_review.status == Status.APPROVED


def test_one_person_may_always_reject(
    session: Session, in_review: PlanRow, ruling: Ruling, now: datetime
) -> None:
    policy = replace(load_policy("default"), approvals=ApprovalRules(four_eyes=True, approvers=2))
    decide(session, in_review, replace(ruling, verdict=Verdict.REJECT), "ann", now, policy)
    assert in_review.status == Status.REJECTED


def test_what_waits_too_long_is_no_approval_any_more(
    session: Session, in_review: PlanRow, ruling: Ruling, now: datetime
) -> None:
    policy = replace(load_policy("default"), approvals=ApprovalRules(approvers=2))
    assert takes_two(session, in_review, ruling, policy.approvals)
    row = propose(session, in_review, ruling, "rita", now, policy)
    with pytest.raises(DecisionRefusedError, match="past"):
        confirm(session, row, "sam", ruling.expires_at, policy)
    assert in_review.status == Status.IN_REVIEW


def test_a_ruling_waits_as_it_was_given(ruling: Ruling) -> None:
    full = replace(
        ruling,
        verdict=Verdict.APPROVE_WITH_CONDITIONS,
        scope=Scope({"production": frozenset({"Storm Front", "Ebb"})}),
        conditions=("Single sign-on is on.",),
        obligations=(Obligation("It is off.", "the administrator", "a screenshot", 90, before_use=True),),
        clauses=("f" * 64,),
        flags=("flag_1",),
        keep_open=("flag_2",),
        assessment="0" * 64,
        emergency=True,
    )
    assert ruling_from_json(ruling_to_json(full)) == full
