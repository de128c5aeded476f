"""The registry as a page: searched while one types, filtered, put in order, and taken along as a file."""

from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.api.forms import Needle
from app.api.house import Here, House
from app.ui.asking import Asked
from app.ui.exporting import Record, as_csv, as_json
from app.ui.rendering import is_part, page
from app.ui.visitor import At, require
from extractors.model import Answer, Family
from registry.gravity import MATRIX
from registry.listing import all_plans, count_ahead, count_plans, list_plans
from registry.model import Role, Status
from registry.wanted import Ends, Listed, Order, Part, Wanted

router = APIRouter()

_UNKNOWN: Final = (Answer.SILENT, Answer.CONFLICTING, Answer.UNREAD)
ANSWERS: Final = {
    Family.TRAINING: (Answer.PERMITTED, Answer.OPT_OUT, Answer.OPT_IN, Answer.PROHIBITED, *_UNKNOWN),
    Family.RETENTION: (Answer.OPEN_ENDED, Answer.USER_CONTROL, Answer.BOUNDED, Answer.NONE, *_UNKNOWN),
    Family.REUSE: (Answer.BROAD, Answer.IMPROVE, Answer.SERVICE_ONLY, *_UNKNOWN),
}
"""What can be chosen for a fact, the worst first."""
ENDS: Final = {
    Ends.ENDED: "has ended",
    Ends.MONTH: "within 30 days",
    Ends.QUARTER: "within 90 days",
    Ends.LATER: "later",
}
HEADS: Final = {
    "Plan": Order.TOOL,
    "Stands": Order.STATUS,
    "Facts": Order.FACTS,
    "Approval ends": Order.EXPIRY,
}
_WORST_FIRST: Final = {Order.FACTS}
"""What is looked at from its end first."""
_COLUMNS: Final = (
    "plan",
    "tool_name",
    "vendor",
    "plan_name",
    "audience",
    "status",
    "training",
    "retention",
    "retention_days",
    "reuse",
    "approval_ends",
    "open_flags",
)


class ListAsked(Asked):
    """The fields of the form above the list."""

    search: Needle = ""
    vendor: Needle = ""
    status: Status | None = None
    training: Answer | None = None
    retention: Answer | None = None
    reuse: Answer | None = None
    ends: Ends | None = None
    flagged: bool = False
    submitted: bool = False
    order: Order = Order.TOOL
    descending: bool = False
    after: Needle = ""
    before: Needle = ""

    def wanted(self) -> Wanted:
        """The plans that are asked for."""
        told = {family: getattr(self, family.value) for family in MATRIX}
        return Wanted(
            search=self.search,
            vendor=self.vendor,
            status=self.status,
            answers={family: answer for family, answer in told.items() if answer is not None},
            ends=self.ends,
            flagged=self.flagged,
            submitted=self.submitted,
            order=self.order,
            descending=self.descending,
        )

    def sorted_by(self, order: Order) -> str:
        """The list in another order, from its start; the same order turns round."""
        again = order is self.order
        descending = not self.descending if again else order in _WORST_FIRST
        return self.query(
            order=order.value, descending="yes" if descending else None, after=None, before=None
        )

    def whole(self) -> str:
        """The whole list, from its start."""
        return self.query(after=None, before=None)


@router.get("/tools")
def show(request: Request, at: At, house: Here, asked: Annotated[ListAsked, Query()]) -> Response:
    """Which tools are there, and where do they stand?"""
    require(at, Role.MANAGER)
    now, wanted = house.now(), asked.wanted()
    with house.readings() as session:
        found = list_plans(session, wanted, now, Part(after=asked.after, before=asked.before))
        total = count_plans(session, wanted, now)
        place = found.first if asked.after or asked.before else None
        ahead = 0 if place is None else count_ahead(session, wanted, now, place)
    template = "tools_found.html" if is_part(request) else "tools.html"
    choices: dict[str, Any] = {"answers": ANSWERS, "ends": ENDS, "statuses": list(Status), "heads": HEADS}
    return page(request, template, at, now, asked=asked, found=found, total=total, ahead=ahead, **choices)


@router.get("/tools.csv")
def take_csv(at: At, house: Here, asked: Annotated[ListAsked, Query()]) -> Response:
    """All pages of the list as a table."""
    require(at, Role.MANAGER)
    return as_csv("tools", _COLUMNS, _records(house, asked))


@router.get("/tools.json")
def take_json(at: At, house: Here, asked: Annotated[ListAsked, Query()]) -> Response:
    """All pages of the list for a program."""
    require(at, Role.MANAGER)
    return as_json("tools", _records(house, asked))


def _records(house: House, asked: ListAsked) -> Iterator[Record]:
    return (_record(one) for one in all_plans(house.readings, asked.wanted(), house.now()))


def _record(one: Listed) -> Record:
    return {
        "plan": one.plan,
        "tool_name": one.tool_name,
        "vendor": one.vendor,
        "plan_name": one.plan_name,
        "audience": one.audience,
        "status": one.status.value,
        "training": one.training.value,
        "retention": one.retention.value,
        "retention_days": one.retention_days,
        "reuse": one.reuse.value,
        "approval_ends": one.expires_at,
        "open_flags": one.open_flags,
    }
