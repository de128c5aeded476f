"""What people decide of a plan, and putting a decided one back into review."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Body, Depends, status
from pydantic import Field

from app.api.finding import AtPlan, the_plan
from app.api.forms import Digest, Form, Moment, Prose, VerdictWord
from app.api.house import Here
from app.api.plans import PlanShown, plan_shown
from app.auth import Reviewer, as_reviewer
from app.errors import OF_BODY, NotFoundError, answers
from registry.lifecycle import IllegalMoveError
from registry.model import Policy, Scope
from registry.reviews import DecisionRefusedError, Ruling, StaleAssessmentError, decide, reopen

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
    assessment: Digest | None = Field(
        default=None,
        description="Digest of the assessment that was read; refused where there is a newer one. "
        "An approval of a plan that fails requirements must name it: it accepts those, and no others.",
    )


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
    "reject": {
        "summary": "Reject",
        "value": {
            "verdict": "reject",
            "reason": "The vendor trains on customer content and offers no way out.",
            "expires_at": "2027-06-30T00:00:00Z",
        },
    },
}
_REOPENINGS: Final = {"terms": {"value": {"reason": "The vendor has published new terms for teams."}}}


@router.post("/decisions", status_code=status.HTTP_201_CREATED)
def decide_plan(
    at: AtPlan,
    form: Annotated[NewDecision, Body(openapi_examples=_DECISIONS)],
    caller: Reviewer,
    house: Here,
) -> PlanShown:
    """Record a verdict on a plan, and show how the plan stands with it."""
    with house.sessions() as session:
        ruling = Ruling(
            verdict=form.verdict,
            reason=form.reason,
            expires_at=form.expires_at,
            scope=scope_of(form.scope, house.policy_in(session)),
            conditions=tuple(form.conditions),
            clauses=tuple(form.clauses),
            assessment=form.assessment,
        )
        tool, plan = the_plan(session, at)
        decide(session, plan, ruling, caller.name, house.now())
        return plan_shown(session, tool, plan)


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
        return plan_shown(session, tool, plan)


def scope_of(covers: Mapping[str, Sequence[str]], policy: Policy) -> Scope:
    """The scope of a decision; raises `DecisionRefusedError` for what the policy does not know.

    `unsure` is no value of the policy, so no approval can cover work that nobody described.
    """
    for field, values in covers.items():
        known = policy.context.get(field)
        if known is None:
            fields = ", ".join(sorted(policy.context))
            raise DecisionRefusedError(f"scope: the policy knows no field {field!r:.80}; it knows: {fields}")
        if not values:
            raise DecisionRefusedError(f"scope.{field} covers nothing; name values, or leave the field out")
        foreign = [value for value in values if value not in known]
        if foreign:
            allowed = ", ".join(sorted(known))
            raise DecisionRefusedError(
                f"scope.{field}: the policy knows no value {foreign[0]!r:.80}; it knows: {allowed}"
            )
    return Scope(covers={field: frozenset(values) for field, values in covers.items()})
