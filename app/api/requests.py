"""Who waits for a decision: requests with their clocks, and reviews of what was approved in an emergency."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Body, Depends, Path, Query, status
from pydantic import Field

from app.api.finding import AtPlan, the_plan
from app.api.forms import ClockWord, Form, Limit, Prose, Shown
from app.api.house import Here
from app.auth import Manager, as_manager
from app.db import Session
from app.errors import OF_BODY, NotFoundError, answers
from registry.clocks import due_at
from registry.model import ApprovalRules, Clock, Role
from registry.requests import (
    RequestKind,
    RequestRefusedError,
    find_request,
    newest_requests,
    open_requests,
    request_approval,
    withdraw_request,
)
from registry.reviews import name_of
from registry.tables import DecisionRow, PlanRow, RequestRow

router = APIRouter(tags=["requests"], dependencies=[Depends(as_manager)])


class NewRequest(Form):
    """Somebody needs an approval."""

    clock: ClockWord = Field(description="`routine`, or `emergency` where hours count.")
    reason: Prose = Field(description="What it is needed for, and by when.")


class Withdrawal(Form):
    """Somebody needs the approval no more."""

    reason: Prose


class RequestShown(Shown):
    """Somebody waits for a decision on a plan."""

    id: str
    plan: str = Field(description="`vendor/tool@plan`")
    kind: RequestKind = Field(description="`review`: of an approval that was given in an emergency.")
    clock: Clock
    reason: str
    requested_by: str
    requested_at: datetime
    due_at: datetime = Field(description="By the policy in force.")
    overdue: bool
    reviews: str | None = Field(description="The decision to be reviewed.")
    decision: str | None = Field(description="The decision that answered it.")
    closed_at: datetime | None = Field(description="Closed without a decision: it was withdrawn.")


class RequestQuery(Form):
    """Which requests to list."""

    overdue: bool = Field(default=False, strict=False, description="Only those that are overdue.")
    closed: bool = Field(
        default=False, strict=False, description="The answered and withdrawn ones too, newest first."
    )
    limit: Limit = 50


_REQUESTS: Final = {
    "routine": {"value": {"clock": "routine", "reason": "Mood boards for the pilot, from June on."}},
    "emergency": {"value": {"clock": "emergency", "reason": "The trailer is delivered tomorrow."}},
}

_WITHDRAWALS: Final = {"other": {"value": {"reason": "The pilot is made with another tool."}}}


@router.post(
    "/v1/tools/{vendor}/{tool}/plans/{plan}/requests",
    status_code=status.HTTP_201_CREATED,
    responses=answers(NotFoundError, RequestRefusedError, *OF_BODY),
)
def ask_for_approval(
    at: AtPlan,
    form: Annotated[NewRequest, Body(openapi_examples=_REQUESTS)],
    caller: Manager,
    house: Here,
) -> RequestShown:
    """Ask for an approval; every submission does so by itself, with the routine clock."""
    now = house.now()
    with house.sessions() as session:
        _, plan = the_plan(session, at)
        row = request_approval(session, plan, form.clock, form.reason, caller.name, now)
        return _shown(session, row, house.policy_in(session).approvals, now)


@router.get("/v1/requests")
def list_requests(asked: Annotated[RequestQuery, Query()], house: Here) -> list[RequestShown]:
    """Requests and reviews that wait for a decision, the one due first first."""
    now = house.now()
    with house.readings() as session:
        rules = house.policy_in(session).approvals
        rows = newest_requests(session, asked.limit) if asked.closed else open_requests(session)
        timed = [(due_at(Clock(row.clock), row.requested_at, rules), row) for row in rows]
        if not asked.closed:
            timed.sort(key=lambda one: one[0])
        wanted = [row for due, row in timed if (row.closed_at or now) > due or not asked.overdue]
        return [_shown(session, row, rules, now) for row in wanted[: asked.limit]]


@router.post(
    "/v1/requests/{request}/withdrawal",
    responses=answers(NotFoundError, RequestRefusedError, *OF_BODY),
)
def withdraw(
    request: Annotated[
        str, Path(description="The request's identifier.", max_length=100, examples=["req_0123456789abcdef"])
    ],
    form: Annotated[Withdrawal, Body(openapi_examples=_WITHDRAWALS)],
    caller: Manager,
    house: Here,
) -> RequestShown:
    """Take a request back: one's own, or anybody's for a reviewer. It stays on record."""
    now = house.now()
    with house.sessions() as session:
        row = find_request(session, request)
        if row is None:
            raise NotFoundError(f"no request is called {request!r}; GET /v1/requests lists those that wait")
        withdraw_request(session, row, form.reason, caller.name, now, reviews=caller.may(Role.REVIEWER))
        return _shown(session, row, house.policy_in(session).approvals, now)


def _shown(session: Session, row: RequestRow, rules: ApprovalRules, now: datetime) -> RequestShown:
    due = due_at(Clock(row.clock), row.requested_at, rules)
    return RequestShown(
        id=row.public_id,
        plan=name_of(session, session.get_one(PlanRow, row.plan_id)),
        kind=RequestKind(row.kind),
        clock=Clock(row.clock),
        reason=row.reason,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        due_at=due,
        overdue=(row.closed_at or now) > due,
        reviews=_decision(session, row.reviews_id),
        decision=_decision(session, row.decision_id),
        closed_at=row.closed_at,
    )


def _decision(session: Session, decision_id: int | None) -> str | None:
    return None if decision_id is None else session.get_one(DecisionRow, decision_id).public_id
