"""The first page: what waits for a person, where all plans stand, and what has changed over the weeks."""

from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.house import Here
from app.ui.chart import UPWARDS, chart_of
from app.ui.rendering import page
from app.ui.visitor import At, require
from registry.listing import list_plans
from registry.model import Role, Status
from registry.overview import overview
from registry.wanted import Order, Part, Wanted
from registry.webhooks import fallen_webhooks
from registry.weeks import weeks_of_changes

router = APIRouter()

MATRIX_ROWS: Final = 12
_WORST_FIRST: Final = Wanted(submitted=True, order=Order.FACTS, descending=True)


_STATUSES: Final = (
    Status.IN_REVIEW,
    Status.SUSPENDED,
    Status.SUBMITTED,
    Status.APPROVED,
    Status.REJECTED,
    Status.LISTED,
)
"""What needs a person first; a retired plan is for nobody to look after."""


@router.get("/")
def show(request: Request, at: At, house: Here) -> Response:
    """What waits for me?"""
    require(at, Role.MANAGER)
    now = house.now()
    with house.readings() as session:
        rules = house.policy_in(session).approvals
        shown = overview(session, now, rules, house.failing_after)
        worst = list_plans(session, _WORST_FIRST, now, Part(limit=MATRIX_ROWS))
        weeks = weeks_of_changes(session, now)
        # Who can put one right is told of it.
        fallen = fallen_webhooks(session) if at.caller.may(Role.ADMIN) else ()
    told: dict[str, Any] = {
        "shown": shown,
        "worst": worst.rows,
        "weeks": weeks,
        "chart": chart_of(weeks),
        "ways": UPWARDS,
        "fallen": fallen,
    }
    submitted = sum(shown.plans.get(status, 0) for status in _STATUSES if status is not Status.LISTED)
    return page(request, "overview.html", at, now, **told, submitted=submitted, statuses=_STATUSES)
