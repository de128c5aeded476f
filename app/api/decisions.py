"""What people decide of a plan, and putting a decided one back into review."""

from typing import Annotated, Final

from fastapi import APIRouter, Body, Depends, status
from pydantic import Field

from app.api.finding import AtPlan, the_plan
from app.api.forms import Digest, Form, Line, Moment, Prose, VerdictWord
from app.api.house import Here
from app.api.obligations import NewObligation, obligation_of
from app.api.plans import PlanShown, plan_shown
from app.auth import Reviewer, as_reviewer
from app.errors import OF_BODY, NotFoundError, answers
from registry.approvals import confirm, find_pending, propose, takes_two
from registry.lifecycle import IllegalMoveError
from registry.model import Policy
from registry.reviews import decide, reopen
from registry.rulings import DecisionRefusedError, Ruling, StaleAssessmentError, scope_of

router = APIRouter(
    prefix="/v1/tools/{vendor}/{tool}/plans/{plan}",
    tags=["decisions"],
    dependencies=[Depends(as_reviewer)],
    responses=answers(NotFoundError, IllegalMoveError, StaleAssessmentError, DecisionRefusedError, *OF_BODY),
)


class NewDecision(Form):
    """A person's verdict."""

    verdict: VerdictWord
    reason: Prose = Field(description="Why; an auditor will ask.")
    expires_at: Moment = Field(description="At most two years ahead.")
    scope: dict[str, list[str]] = Field(
        default_factory=dict,
        max_length=50,
        description="The work it holds for: the policy's context fields and values; one left out covers all.",
    )
    conditions: list[Prose] = Field(default_factory=list, max_length=50)
    clauses: list[Digest] = Field(
        default_factory=list,
        max_length=1000,
        description="Digests of clauses relied on; none: all that decide.",
    )
    obligations: list[NewObligation] = Field(
        default_factory=list,
        max_length=50,
        description="What must be attested; with `approve_with_conditions`. The policy's come by themselves.",
    )
    flags: list[Line] = Field(
        default_factory=list,
        max_length=1000,
        description="Open flags that were read, and are closed by this; those that came with the assessment "
        "named as `assessment` need no naming. An approval that passes over a newer one is refused.",
    )
    keep_open: list[Line] = Field(
        default_factory=list,
        max_length=1000,
        description="Open flags that were read and stay open: somebody has yet to look into them.",
    )
    emergency: bool = Field(
        default=False,
        description="For hours or days, as the policy says; leaves a review that waits for a decision.",
    )
    assessment: Digest | None = Field(
        default=None,
        description="Digest of the assessment that was read; refused where there is a newer one. "
        "An approval of a plan that fails requirements must name it: it accepts those, and no others.",
    )


class Confirmation(Form):
    """A second person agrees."""

    pending: Line = Field(description="Identifier of what waits, as the plan shows it.")


class Reopening(Form):
    """Why a decided plan is looked at again."""

    reason: Prose


_DECISIONS: Final = {
    "conditions": {
        "summary": "Approve under a condition, for named work",
        "value": {
            "verdict": "approve_with_conditions",
            "reason": "Content is kept for 30 days and never used for training.",
            "expires_at": "2027-06-30T00:00:00Z",
            "scope": {"data_class": ["public", "internal"], "output_stage": ["exploration"]},
            "conditions": ["Single sign-on is switched on."],
            "assessment": "0" * 64,
        },
    },
    "obligation": {
        "summary": "Approve for one production, once somebody has attested a setting",
        "value": {
            "verdict": "approve_with_conditions",
            "reason": "Training is off unless somebody switches it on.",
            "expires_at": "2027-06-30T00:00:00Z",
            "scope": {"production": ["Storm Front"]},
            "obligations": [
                {
                    "obligation": "Training is switched off for the account.",
                    "attested_by": "whoever administers the account",
                    "evidence": "a dated screenshot of the setting",
                    "renew_after_days": 90,
                }
            ],
            "assessment": "0" * 64,
        },
    },
    "reject": {
        "summary": "Reject",
        "value": {
            "verdict": "reject",
            "reason": "The vendor trains on customer content and offers no way out.",
            "expires_at": "2027-06-30T00:00:00Z",
        },
    },
}
_CONFIRMATIONS: Final = {"second": {"value": {"pending": "pen_0123456789abcdef"}}}
_REOPENINGS: Final = {"terms": {"value": {"reason": "The vendor has published new terms for teams."}}}


@router.post("/decisions", status_code=status.HTTP_201_CREATED)
def decide_plan(
    at: AtPlan,
    form: Annotated[NewDecision, Body(openapi_examples=_DECISIONS)],
    caller: Reviewer,
    house: Here,
) -> PlanShown:
    """Record a verdict on a plan, and show how the plan stands with it.

    Where the policy asks for two persons, an approval stands under `pending` until the second confirms it.
    """
    now = house.now()
    with house.sessions() as session:
        policy = house.policy_in(session)
        tool, plan = the_plan(session, at)
        ruling = _ruling(form, policy)
        if takes_two(session, plan, ruling, policy.approvals):
            propose(session, plan, ruling, caller.name, now, policy)
        else:
            decide(session, plan, ruling, caller.name, now, policy)
        return plan_shown(session, tool, plan, now, policy)


@router.post("/confirmations", status_code=status.HTTP_201_CREATED)
def confirm_decision(
    at: AtPlan,
    form: Annotated[Confirmation, Body(openapi_examples=_CONFIRMATIONS)],
    caller: Reviewer,
    house: Here,
) -> PlanShown:
    """Confirm, as a second person, what another one would approve."""
    now = house.now()
    with house.sessions() as session:
        tool, plan = the_plan(session, at)
        pending = find_pending(session, form.pending)
        if pending is None or pending.plan_id != plan.id:
            raise NotFoundError(f"nothing called {form.pending!r:.80} waits for a second person on this plan")
        policy = house.policy_in(session)
        confirm(session, pending, caller.name, now, policy)
        return plan_shown(session, tool, plan, now, policy)


@router.post("/reopen")
def reopen_plan(
    at: AtPlan,
    form: Annotated[Reopening, Body(openapi_examples=_REOPENINGS)],
    caller: Reviewer,
    house: Here,
) -> PlanShown:
    """Put a decided plan back into review."""
    with house.sessions() as session:
        tool, plan = the_plan(session, at)
        reopen(session, plan, form.reason, caller.name, house.now())
        return plan_shown(session, tool, plan, house.now(), house.policy_in(session))


def _ruling(form: NewDecision, policy: Policy) -> Ruling:
    return Ruling(
        verdict=form.verdict,
        reason=form.reason,
        expires_at=form.expires_at,
        scope=scope_of(form.scope, policy),
        conditions=tuple(form.conditions),
        clauses=tuple(form.clauses),
        assessment=form.assessment,
        obligations=tuple(map(obligation_of, form.obligations)),
        flags=tuple(form.flags),
        keep_open=tuple(form.keep_open),
        emergency=form.emergency,
    )
