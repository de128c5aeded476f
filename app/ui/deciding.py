"""The page on which a person decides: what the machine found, what is open, and the form of a verdict."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.finding import AtPlan, PlanAddress, the_plan
from app.api.flags import flags_on_plan
from app.api.house import Here, House
from app.api.plans import plan_shown
from app.db import Session
from app.errors import NotFoundError
from app.ui.rendering import go_to, page
from app.ui.ruling_form import OBLIGATIONS, OWN_DATE, PRESETS, ruling_from
from app.ui.typed import Typed, typed
from app.ui.visitor import At, Sent, Visitor, require
from registry.approvals import confirm, find_pending, propose, takes_two
from registry.judgements import facts_of, last_assessment, violations_of
from registry.letters import draft_letter
from registry.lifecycle import IllegalMoveError
from registry.mentions import open_questions
from registry.model import Policy, Role, Verdict
from registry.reviews import decide, reopen
from registry.rulings import DecisionRefusedError, StaleAssessmentError, obligations_asked

router = APIRouter(prefix="/tools/{vendor}/{tool}/plans/{plan}")

_REFUSALS = (DecisionRefusedError, StaleAssessmentError, IllegalMoveError)


@router.get("/decide")
def ask(request: Request, at: At, where: AtPlan, house: Here) -> Response:
    """What is there to decide on, and the form."""
    with house.readings() as session:
        return _page(request, at, where, (session, house), Typed({}))


@router.post("/decide")
def answer(request: Request, sent: Sent, where: AtPlan, house: Here) -> Response:
    """Record a verdict; what cannot be recorded is told above the form, which keeps what was typed."""
    require(sent.visitor, Role.REVIEWER)
    now = house.now()
    try:
        with house.sessions() as session:
            policy = house.policy_in(session)
            _, plan = the_plan(session, where)
            ruling = ruling_from(sent, policy, now)
            act = propose if takes_two(session, plan, ruling, policy.approvals) else decide
            act(session, plan, ruling, sent.visitor.name, now, policy)
    except _REFUSALS as refusal:
        return _again(request, sent, where, house, refusal)
    return _back(request, where)


@router.post("/confirm")
def second(request: Request, sent: Sent, where: AtPlan, house: Here) -> Response:
    """Confirm, as a second person, what another one would approve."""
    require(sent.visitor, Role.REVIEWER)
    try:
        with house.sessions() as session:
            _, plan = the_plan(session, where)
            pending = find_pending(session, sent.text("pending"))
            if pending is None or pending.plan_id != plan.id:
                raise NotFoundError("nothing like this waits for a second person on this plan any more")
            confirm(session, pending, sent.visitor.name, house.now(), house.policy_in(session))
    except _REFUSALS as refusal:
        return _again(request, sent, where, house, refusal)
    return _back(request, where)


@router.post("/reopen")
def look_again(request: Request, sent: Sent, where: AtPlan, house: Here) -> Response:
    """Put a decided plan back into review."""
    require(sent.visitor, Role.REVIEWER)
    try:
        with house.sessions() as session:
            _, plan = the_plan(session, where)
            reopen(session, plan, sent.text("reason"), sent.visitor.name, house.now())
    except _REFUSALS as refusal:
        return _again(request, sent, where, house, refusal)
    return _back(request, where)


def _again(request: Request, sent: Sent, where: PlanAddress, house: House, refusal: Exception) -> Response:
    with house.readings() as session:
        return _page(request, sent.visitor, where, (session, house), typed(sent), refused=str(refusal))


def _page(
    request: Request,
    at: Visitor,
    where: PlanAddress,
    here: tuple[Session, House],
    filled: Typed,
    *,
    refused: str = "",
) -> Response:
    session, house = here
    now, policy = house.now(), house.policy_in(session)
    tool, plan = the_plan(session, where)
    assessment = last_assessment(session, plan.id)
    facts = () if assessment is None else facts_of(session, assessment.id)
    unread = [one.name for one in open_questions(session, tool, plan)]
    shown = plan_shown(session, tool, plan, now, policy)
    return page(
        request,
        "decide.html",
        at,
        now,
        status=409 if refused else 200,
        refused=refused,
        tool=tool,
        plan=shown,
        flags=flags_on_plan(session, plan.id),
        letter=draft_letter(tool.name, plan.name, facts, unread),
        asked=() if assessment is None else obligations_asked(violations_of(assessment), policy),
        filled=filled,
        **_choices(policy, now),
    )


def _choices(policy: Policy, now: datetime) -> dict[str, Any]:
    """What the form offers."""
    return {
        "verdicts": list(Verdict),
        "context": {name: sorted(values) for name, values in policy.context.items()},
        "open_fields": policy.open_fields,
        "rules": policy.approvals,
        "presets": PRESETS,
        "own_date": OWN_DATE,
        "rows": range(OBLIGATIONS),
        "today": now.date().isoformat(),
    }


def _back(request: Request, where: PlanAddress) -> Response:
    return go_to(request, f"/tools/{where.vendor}/{where.tool}?plan={where.plan}")
