"""How many persons an approval takes where nobody knows who asked for it."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from extractors.model import Audience
from registry.approvals import confirm, propose, takes_two
from registry.entries import PlanEntry
from registry.journal import COMMAND_LINE, SYSTEM
from registry.keys import NAME
from registry.model import ApprovalRules, Clock, Policy, Status, Verdict
from registry.plans import put_plan
from registry.policy import load_policy
from registry.requests import request_approval, withdraw_request
from registry.reviews import decide
from registry.rulings import DecisionRefusedError, Ruling
from registry.signers import check_enough
from registry.store import sources_of
from registry.tables import PlanRow, ToolRow
from tests.registry.readings import NO_TRAINING, clause, judged, show


@pytest.fixture
def in_review(session: Session, tool: ToolRow, studio: PlanRow, now: datetime) -> PlanRow:
    source = sources_of(session, tool.id)[0]
    show(session, source, clause(NO_TRAINING), "first", now)
    judged(session, studio, source, clause(NO_TRAINING), now)
    return studio


@pytest.fixture
def ruling(now: datetime) -> Ruling:
    return Ruling(Verdict.APPROVE, "Reads well.", now + timedelta(days=20))


@pytest.fixture
def four_eyes() -> Policy:
    return replace(load_policy("default"), approvals=ApprovalRules(four_eyes=True))


@pytest.fixture(params=[COMMAND_LINE, SYSTEM, None])
def unnamed(request: pytest.FixtureRequest, tool: ToolRow) -> ToolRow:
    tool.submitted_by = request.param
    return tool


def test_four_eyes_take_two_persons_where_nobody_knows_who_submitted(
    session: Session, unnamed: ToolRow, in_review: PlanRow, ruling: Ruling, four_eyes: Policy, now: datetime
) -> None:
    assert takes_two(session, in_review, ruling, four_eyes.approvals)
    with pytest.raises(DecisionRefusedError, match="nobody knows who submitted"):
        decide(session, in_review, ruling, "rita", now, four_eyes)
    row = propose(session, in_review, ruling, "rita", now, four_eyes)
    with pytest.raises(DecisionRefusedError, match="second person"):
        confirm(session, row, "rita", now, four_eyes)
    confirm(session, row, "sam", now, four_eyes)
    assert in_review.status == Status.APPROVED


def test_one_person_is_enough_where_the_submitter_is_known_or_the_policy_does_not_mind(
    session: Session, tool: ToolRow, in_review: PlanRow, ruling: Ruling, four_eyes: Policy, now: datetime
) -> None:
    assert not takes_two(session, in_review, ruling, four_eyes.approvals)
    tool.submitted_by = COMMAND_LINE
    assert not takes_two(session, in_review, ruling, ApprovalRules())
    rejection = replace(ruling, verdict=Verdict.REJECT)
    assert not takes_two(session, in_review, rejection, four_eyes.approvals)


def test_two_spellings_of_a_name_are_one_person(
    session: Session, unnamed: ToolRow, in_review: PlanRow, ruling: Ruling, four_eyes: Policy
) -> None:
    with pytest.raises(DecisionRefusedError, match="nobody knows who submitted"):
        check_enough(session, in_review, ruling, ("rita", "Rita"), four_eyes.approvals)
    check_enough(session, in_review, ruling, ("rita", "sam"), four_eyes.approvals)


def test_no_key_is_named_like_nobody() -> None:
    assert re.fullmatch(NAME, COMMAND_LINE) is None


def test_who_withdraws_a_request_does_not_become_a_stranger_to_it(
    session: Session, in_review: PlanRow, ruling: Ruling, four_eyes: Policy, now: datetime
) -> None:
    row = request_approval(session, in_review, Clock.ROUTINE, "For the pilot.", "ben", now)
    withdraw_request(session, row, "Not needed.", "ben", now, reviews=False)
    with pytest.raises(DecisionRefusedError, match="ben asked for this approval"):
        decide(session, in_review, ruling, "ben", now, four_eyes)
    decide(session, in_review, ruling, "rita", now, four_eyes)
    decide(session, in_review, ruling, "ben", now + timedelta(hours=1), four_eyes)


@pytest.fixture
def added(session: Session, tool: ToolRow, now: datetime) -> PlanRow:
    """A plan that cleo added to the tool, which ann submitted."""
    plan = put_plan(session, tool, PlanEntry("api", "API", Audience.API), ("terms",), "cleo", now)
    source = sources_of(session, tool.id)[0]
    show(session, source, clause(NO_TRAINING), "first", now)
    judged(session, plan, source, clause(NO_TRAINING), now)
    return plan


@pytest.mark.parametrize("why", ["ann submitted the tool", "cleo asked for this approval"])
def test_a_plan_that_somebody_else_adds_is_approved_neither_by_them_nor_by_who_submitted_the_tool(
    session: Session, added: PlanRow, ruling: Ruling, four_eyes: Policy, now: datetime, why: str
) -> None:
    with pytest.raises(DecisionRefusedError, match=why):
        decide(session, added, ruling, why.split(maxsplit=1)[0], now, four_eyes)
    decide(session, added, ruling, "rita", now, four_eyes)
    assert added.status == Status.APPROVED
