"""Retiring a plan that counts no longer, and bringing it back, at the page of its tool."""

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from app.api.finding import AtPlan, the_plan
from app.api.house import Here
from app.api.sources import PlanChange, Retirement, put_a_plan, retire_a_plan
from app.ui.rendering import go_to
from app.ui.visitor import Sent, require
from registry.model import Role
from registry.sources import ChangeRefusedError

router = APIRouter(prefix="/tools/{vendor}/{tool}/plans/{plan}")


@router.post("/retirement")
def retire(request: Request, sent: Sent, where: AtPlan, house: Here) -> Response:
    """Let a plan count no longer."""
    require(sent.visitor, Role.MANAGER)
    try:
        form = Retirement(reason=sent.text("reason"))
    except ValidationError:
        raise ChangeRefusedError("say why the plan is retired: an auditor will ask") from None
    retire_a_plan(where, form, sent.visitor.caller, house)
    return go_to(request, f"/tools/{where.vendor}/{where.tool}#retired")


@router.post("/return")
def bring_back(request: Request, sent: Sent, where: AtPlan, house: Here) -> Response:
    """Let a retired plan count again, with the sources that were chosen; they are looked at at once."""
    require(sent.visitor, Role.MANAGER)
    with house.readings() as session:
        _, plan = the_plan(session, where)
        known = {"name": plan.name, "audience": plan.audience}
    try:
        form = PlanChange.model_validate(known | {"sources": list(sent.texts("source"))})
    except ValidationError:
        raise ChangeRefusedError("choose the plan's sources from those that are shown") from None
    put_a_plan(where, form, sent.visitor.caller, house, Response())
    return go_to(request, f"/tools/{where.vendor}/{where.tool}?plan={where.plan}#plan-{where.plan}")
