"""Requests for an approval: asked, kept, withdrawn."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from registry.model import Clock, Status, Verdict
from registry.requests import (
    RequestRefusedError,
    open_requests,
    open_review,
    request_approval,
    withdraw_request,
)
from registry.store import audit_events
from registry.tables import DecisionRow, PlanRow, RequestRow

HOUR = timedelta(hours=1)


@pytest.fixture
def asked(session: Session, studio: PlanRow, now: datetime) -> RequestRow:
    return request_approval(session, studio, Clock.EMERGENCY, "The premiere is tomorrow.", "ben", now)


def test_a_request_is_on_record_once_for_each_person_and_clock(
    session: Session, studio: PlanRow, asked: RequestRow, now: datetime
) -> None:
    again = request_approval(session, studio, Clock.EMERGENCY, "Please!", "ben", now + HOUR)
    assert again.public_id == asked.public_id
    events = [one for one in audit_events(session, "acme/brush@studio") if one.action == "request"]
    assert [(one.actor, one.detail["request"]) for one in events] == [("ben", asked.public_id)]


def test_nobody_asks_for_a_plan_that_is_only_listed(session: Session, studio: PlanRow, now: datetime) -> None:
    studio.status = Status.LISTED
    with pytest.raises(RequestRefusedError, match="submit it"):
        request_approval(session, studio, Clock.ROUTINE, "For the pilot.", "ben", now)


def test_a_withdrawn_request_waits_no_more_and_stays_on_record(
    session: Session, studio: PlanRow, asked: RequestRow, now: datetime
) -> None:
    withdraw_request(session, asked, "We cut the scene.", "ben", now + HOUR, reviews=False)
    assert asked.public_id not in [one.public_id for one in open_requests(session, studio.id)]
    assert (asked.closed_at, asked.decision_id) == (now + HOUR, None)
    event = audit_events(session, "acme/brush@studio")[0]
    assert (event.action, event.detail["reason"]) == ("withdraw_request", "We cut the scene.")


def test_a_request_is_withdrawn_by_who_asked_or_by_who_decides(
    session: Session, asked: RequestRow, now: datetime
) -> None:
    with pytest.raises(RequestRefusedError, match="is of ben"):
        withdraw_request(session, asked, "Not mine.", "cem", now, reviews=False)
    withdraw_request(session, asked, "Asked twice.", "rita", now, reviews=True)
    with pytest.raises(RequestRefusedError, match="it was withdrawn"):
        withdraw_request(session, asked, "Again.", "ben", now, reviews=False)


def test_a_withdrawal_says_why(session: Session, asked: RequestRow, now: datetime) -> None:
    with pytest.raises(RequestRefusedError, match="say why"):
        withdraw_request(session, asked, "  ", "ben", now, reviews=False)


def test_a_review_ends_with_a_decision_alone(session: Session, studio: PlanRow, now: datetime) -> None:
    decision = DecisionRow(
        public_id="dec_1",
        plan_id=studio.id,
        verdict=Verdict.APPROVE,
        reason="Tonight.",
        decided_by="ben",
        decided_at=now,
        expires_at=now + HOUR,
        emergency=True,
    )
    session.add(decision)
    session.flush()
    review = open_review(session, studio, decision, now)
    with pytest.raises(RequestRefusedError, match="only a decision"):
        withdraw_request(session, review, "It went well.", "rita", now, reviews=True)
