"""Asking for an approval of a plan, and taking a request back, at the page of its tool."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import ValidationError
from starlette.responses import Response

from app.api.finding import AtPlan
from app.api.house import Here
from app.api.requests import NewRequest, Withdrawal, ask_for_approval, withdraw
from app.ui.rendering import go_to
from app.ui.visitor import Sent, require
from registry.model import Clock, Role
from registry.requests import RequestRefusedError

router = APIRouter(prefix="/tools/{vendor}/{tool}/plans/{plan}/requests")


@router.post("")
def ask(request: Request, sent: Sent, where: AtPlan, house: Here) -> Response:
    """Ask for an approval, by one of the policy's clocks."""
    require(sent.visitor, Role.MANAGER)
    clock = Clock.EMERGENCY if sent.text("clock") == Clock.EMERGENCY else Clock.ROUTINE
    try:
        form = NewRequest(clock=clock, reason=sent.text("reason"))
    except ValidationError:
        raise RequestRefusedError("say what the approval is needed for") from None
    ask_for_approval(where, form, sent.visitor.caller, house)
    return go_to(request, f"/tools/{where.vendor}/{where.tool}?plan={where.plan}#plan-{where.plan}")


@router.post("/{number}/withdrawal")
def take_back(
    request: Request, sent: Sent, where: AtPlan, house: Here, number: Annotated[str, Path(max_length=100)]
) -> Response:
    """Take back one's own request, or anybody's as a reviewer."""
    require(sent.visitor, Role.MANAGER)
    try:
        form = Withdrawal(reason=sent.text("reason"))
    except ValidationError:
        raise RequestRefusedError("say why the request is withdrawn: who decides will wonder") from None
    withdraw(number, form, sent.visitor.caller, house)
    return go_to(request, f"/tools/{where.vendor}/{where.tool}?plan={where.plan}#plan-{where.plan}")
