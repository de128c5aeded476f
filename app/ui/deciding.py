"""The page on which a person decides: what the machine found, what is open, and the form of a verdict."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.finding import AtPlan, PlanAddress, the_plan
from app.api.flags import flags_on_plan
from app.api.house import Here, House
from app.api.plans import plan_shown
from app.db import Session
from app.errors import NotFoundError
from app.ui.former import fields_of, former_approval, renewed
from app.ui.rendering import go_to, page
from app.ui.ruling_form import OWN_DATE, PRESETS, rows_of, ruling_from, said_again, verdicts_for
from app.ui.typed import Typed, typed
from app.ui.visitor import At, Posted, Sent, Visitor, require
from registry.approvals import confirm, find_pending, propose, takes_two
from registry.flags import flag_name, flags_to_close
from registry.judgements import facts_of, last_assessment, violations_of
from registry.letters import draft_letter
from registry.lifecycle import MOVES, IllegalMoveError, Move
from registry.mentions import open_questions
from registry.model import Obligation, Policy, Role, Status, Verdict
from registry.requests import waiting
from registry.reviews import decide, reopen
from registry.rulings import DecisionRefusedError, Ruling, StaleAssessmentError, obligations_asked
from registry.signers import is_same
from registry.tables import PlanRow

router = APIRouter(prefix="/tools/{vendor}/{tool}/plans/{plan}")

_REFUSALS = (DecisionRefusedError, StaleAssessmentError, IllegalMoveError)


@router.get("/decide")
def ask(request: Request, at: At, where: AtPlan, house: Here) -> Response:
    """What is there to decide on, and the form."""
    require(at, Role.MANAGER)
    with house.readings() as session:
        return _page(request, at, where, (session, house), Typed({}))


@router.post("/decide")
def answer(request: Request, sent: Sent, where: AtPlan, house: Here) -> Response:
    """Record a verdict; what cannot be recorded is told above the form, which keeps what was typed."""
    require(sent.visitor, Role.REVIEWER)
    try:
        with house.sessions() as session:
            policy = house.policy_in(session)
            _, plan = the_plan(session, where)
            _record(session, plan, ruling_from(sent, policy, house.now()), sent, house)
    except _REFUSALS as refusal:
        return _again(request, sent, where, house, refusal)
    return _back(request, where)


@router.post("/renew")
def once_more(request: Request, sent: Sent, where: AtPlan, house: Here) -> Response:
    """Approve a plan again as it was approved before; what cannot be recorded leads to the whole form."""
    require(sent.visitor, Role.REVIEWER)
    try:
        with house.sessions() as session:
            _, plan = the_plan(session, where)
            former = former_approval(session, plan)
            if former is None:
                raise DecisionRefusedError("nobody has approved this plan before: decide on it anew")
            said = said_again(sent, former.verdict, house.now())
            _record(session, plan, renewed(former, _asked(session, plan, house), said), sent, house)
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


def _record(session: Session, plan: PlanRow, ruling: Ruling, sent: Posted, house: House) -> None:
    """Decide, or leave it to a second person where the policy asks for one."""
    policy = house.policy_in(session)
    act = propose if takes_two(session, plan, ruling, policy.approvals) else decide
    act(session, plan, ruling, sent.visitor.name, house.now(), policy)


def _asked(session: Session, plan: PlanRow, house: House) -> tuple[Obligation, ...]:
    """What the policy wants attested by itself, by the newest assessment."""
    assessment = last_assessment(session, plan.id)
    return (
        () if assessment is None else obligations_asked(violations_of(assessment), house.policy_in(session))
    )


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
    facts = () if assessment is None else facts_of(session, assessment.id, most=1)
    unread = [one.name for one in open_questions(session, tool, plan)]
    asked = _asked(session, plan, house)
    former = None if "verdict" in filled.fields else former_approval(session, plan)
    if former is not None:
        filled = Typed({**fields_of(former, asked).fields, **filled.fields})
    return page(
        request,
        "decide.html",
        at,
        now,
        status=409 if refused else 200,
        refused=refused,
        tool=tool,
        plan=plan_shown(session, tool, plan, now, policy),
        requests=waiting(session, [plan.id], policy.approvals, now),
        flags=flags_on_plan(session, plan.id),
        settled=_settled(session, plan, None if assessment is None else assessment.digest, now),
        is_same=is_same,
        letter=draft_letter(tool.name, plan.name, facts, unread),
        asked=asked,
        former=former,
        filled=filled,
        rows=rows_of(filled),
        verdicts=verdicts_for(Status(plan.status)),
        can_reopen=Move.REOPEN in MOVES[Status(plan.status)],
        **_choices(policy, now),
    )


def _settled(session: Session, plan: PlanRow, digest: str | None, now: datetime) -> frozenset[str]:
    """The changes that a decision on this assessment settles by itself."""
    ruling = Ruling(Verdict.SUSPEND, "", now, assessment=digest)
    return frozenset(flag_name(flag) for flag in flags_to_close(session, plan, ruling))


def _choices(policy: Policy, now: datetime) -> dict[str, Any]:
    """What the form offers."""
    return {
        "context": {name: sorted(values) for name, values in policy.context.items()},
        "open_fields": policy.open_fields,
        "rules": policy.approvals,
        "presets": [(days, now + timedelta(days=days)) for days in PRESETS],
        "own_date": OWN_DATE,
        "today": now.date().isoformat(),
    }


def _back(request: Request, where: PlanAddress) -> Response:
    return go_to(request, f"/tools/{where.vendor}/{where.tool}?plan={where.plan}")
