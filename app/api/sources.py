"""Changing a submitted tool: where its terms stand, which plans it has, what else it is called.

What changes the evidence of a plan is looked at at once; until then the last good reading stays.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Path, Response, status
from fastapi.exceptions import RequestValidationError
from pydantic import Field

from app.api.finding import AtPlan, AtSource, ToolAddress, the_plan, the_source, the_tool
from app.api.forms import Form, Line, Prose, Shown
from app.api.house import Here, House
from app.api.submission import MAX_FEW, SOURCE_EXAMPLES, PlanBody, SourceBody, source_of
from app.api.tools import PlanSummary, SourceSummary, plan_summary, source_summary
from app.api.vettings import VettingShown, look_that_takes_in, ticket_of, vetting_shown
from app.auth import Manager, RoleTooSmallError, as_manager
from app.db import Session
from app.domains import shared_host_problem
from app.errors import OF_BODY, BusyError, NotFoundError, answers
from registry.entries import AliasEntry, PlanEntry
from registry.model import AliasKind, Role, Status
from registry.names import alias_problem, slug_problem
from registry.plans import needs_a_reviewer, put_plan, retire_plan
from registry.sources import (
    ChangeRefusedError,
    put_alias,
    put_source,
    remove_alias,
    retire_source,
)
from registry.store import find_plan, find_source, plans_of
from registry.submissions import missing_uploads
from registry.tables import PlanRow, ToolRow, VettingRow

router = APIRouter(
    prefix="/v1/tools/{vendor}/{tool}",
    tags=["tools"],
    dependencies=[Depends(as_manager)],
    responses=answers(NotFoundError, ChangeRefusedError),
)


@dataclass(frozen=True, slots=True)
class AliasAddress(ToolAddress):
    """Another name of a tool, as an address names it."""

    kind: Annotated[AliasKind, Path(description="Whose spelling it follows.", examples=["host"])]
    value: Annotated[
        str,
        Path(description="The name, encoded for an address.", examples=["painter.acme.example"]),
    ]


class LookedAt(Shown):
    """The look that follows a change; none while an upload is awaited, or where a plan was only renamed."""

    vetting: VettingShown | None
    awaiting_uploads: list[str] = Field(description="Sources that nobody has uploaded yet.")


class SourcePut(LookedAt):
    """A source as it stands now."""

    source: SourceSummary


class PlanChange(PlanBody):
    """A plan; a new one names the sources that hold for it."""

    sources: list[Line] = Field(
        default_factory=list, max_length=MAX_FEW, description="Slugs of sources that govern it from now on."
    )


class PlanPut(LookedAt):
    """A plan as it stands now."""

    plan: PlanSummary


class Retirement(Form):
    """Why a plan counts no longer."""

    reason: Prose = Field(description="Why; an auditor will ask.")


class PlanRetired(LookedAt):
    """A plan that counts no longer, and what ended with it."""

    plan: PlanSummary
    sources: list[str] = Field(description="Sources that governed no other plan: they are retired with it.")


class AliasShown(Shown):
    """Another name of a tool."""

    tool: str = Field(description="`vendor/tool`")
    kind: AliasKind
    value: str


_PLAN_EXAMPLES: Final = {
    "new": {
        "summary": "A plan that the vendor offers since",
        "value": {"name": "Enterprise", "audience": "business", "sources": ["terms-of-service"]},
    },
    "renamed": {"summary": "Another name", "value": {"name": "Teams", "audience": "business"}},
}
_RETIREMENTS: Final = {"dropped": {"value": {"reason": "The vendor has dropped the plan."}}}


def _added(model: type[Shown]) -> dict[int | str, dict[str, Any]]:
    return {status.HTTP_201_CREATED: {"model": model, "description": "Added"}}


@router.put(
    "/sources/{source}", responses=_added(SourcePut) | answers(ChangeRefusedError, BusyError, *OF_BODY)
)
def put_a_source(
    at: AtSource,
    form: Annotated[SourceBody, Body(openapi_examples=SOURCE_EXAMPLES)],
    caller: Manager,
    house: Here,
    response: Response,
) -> SourcePut:
    """Add a source, correct one, or bring a retired one back; what it shows is looked at at once."""
    _check_name("source", slug_problem(at.source))
    now = house.now()
    with house.sessions() as session:
        tool = the_tool(session, at)
        known = find_source(session, tool.id, at.source)
        if known is None or not known.active:
            response.status_code = status.HTTP_201_CREATED
        entry = source_of(at.source, form, any_port=house.any_port)
        row = put_source(session, tool, entry, caller.name, now)
        vetting = _look(session, tool, house)
        shown = SourcePut(**_looked_at(session, tool, vetting), source=source_summary(session, row))
    _hand_over(house, vetting)
    return shown


@router.delete("/sources/{source}", responses=answers(ChangeRefusedError, BusyError))
def retire_a_source(at: AtSource, caller: Manager, house: Here) -> LookedAt:
    """Let a source count no longer; what was read of it stays on record, and the tool is judged without it.

    A plan keeps at least one source: add the new one first.
    """
    with house.sessions() as session:
        tool, source = the_source(session, at)
        retire_source(session, tool, source.slug, caller.name, house.now())
        vetting = _look(session, tool, house)
        shown = LookedAt(**_looked_at(session, tool, vetting))
    _hand_over(house, vetting)
    return shown


@router.put("/plans/{plan}", responses=_added(PlanPut) | answers(ChangeRefusedError, BusyError, *OF_BODY))
def put_a_plan(
    at: AtPlan,
    form: Annotated[PlanChange, Body(openapi_examples=_PLAN_EXAMPLES)],
    caller: Manager,
    house: Here,
    response: Response,
) -> PlanPut:
    """Add a plan, rename one, or bring a retired one back; the audience of an assessed plan stays.

    One that comes back is submitted anew, with those of its sources that are in use and those that are named.
    """
    _check_name("plan", slug_problem(at.plan))
    with house.sessions() as session:
        tool = the_tool(session, at)
        known = find_plan(session, tool.id, at.plan)
        is_new = known is None or known.status == Status.RETIRED
        is_name_only = known is not None and not is_new and _is_name_only(known, form)
        if is_new:
            response.status_code = status.HTTP_201_CREATED
        entry = PlanEntry(at.plan, form.name, form.audience)
        row = put_plan(session, tool, entry, form.sources, caller.name, house.now())
        vetting = None if is_name_only else _look(session, tool, house)
        shown = PlanPut(**_looked_at(session, tool, vetting), plan=plan_summary(session, tool, row))
    _hand_over(house, vetting)
    return shown


@router.post("/plans/{plan}/retirement", responses=answers(ChangeRefusedError, BusyError, *OF_BODY))
def retire_a_plan(
    at: AtPlan,
    form: Annotated[Retirement, Body(openapi_examples=_RETIREMENTS)],
    caller: Manager,
    house: Here,
) -> PlanRetired:
    """Let a plan count no longer: look-ups do not know it, and its approval ends. It stays on record.

    Where a plan of the tool was decided on, it takes whoever may decide. Put it again to bring it back.
    """
    with house.sessions() as session:
        tool, plan = the_plan(session, at)
        if not caller.may(Role.REVIEWER) and needs_a_reviewer(plans_of(session, tool.id)):
            raise RoleTooSmallError(f"a plan of {tool.slug} was decided on; ask a reviewer to retire one")
        awaited = missing_uploads(session, tool)
        ended = retire_plan(session, tool, plan, form.reason, caller.name, house.now())
        # A look that waited for an upload of this plan alone waits no more.
        vetting = _look(session, tool, house) if awaited and plans_of(session, tool.id) else None
        looked_at, plan_now = _looked_at(session, tool, vetting), plan_summary(session, tool, plan)
        shown = PlanRetired(**looked_at, plan=plan_now, sources=[one.slug for one in ended])
    _hand_over(house, vetting)
    return shown


@router.put("/aliases/{kind}/{value:path}", responses=_added(AliasShown))
def put_an_alias(
    at: Annotated[AliasAddress, Depends()], caller: Manager, house: Here, response: Response
) -> AliasShown:
    """Let a tool go by another name too; look-ups know it at once.

    That of an approved tool allows what goes by the name, so it takes whoever may approve.
    """
    _check_name("value", alias_problem(at.kind, at.value) or shared_host_problem(at.kind, at.value))
    with house.sessions() as session:
        tool = the_tool(session, at)
        if not caller.may(Role.REVIEWER) and _was_granted(session, tool):
            raise RoleTooSmallError(
                f"a plan of {tool.slug} is approved, and a name more would be allowed with it; ask a reviewer"
            )
        if put_alias(session, tool, AliasEntry(at.kind, at.value), caller.name, house.now()):
            response.status_code = status.HTTP_201_CREATED
        return AliasShown(tool=tool.slug, kind=at.kind, value=at.value)


@router.delete("/aliases/{kind}/{value:path}", status_code=status.HTTP_204_NO_CONTENT)
def remove_an_alias(at: Annotated[AliasAddress, Depends()], caller: Manager, house: Here) -> None:
    """Take a name from a tool; a look-up by it finds the tool no longer."""
    with house.sessions() as session:
        tool = the_tool(session, at)
        if not remove_alias(session, tool, AliasEntry(at.kind, at.value), caller.name, house.now()):
            raise NotFoundError(
                f"{tool.slug} has no {at.kind} alias {at.value!r:.210}; show the tool for those it has"
            )


def _was_granted(session: Session, tool: ToolRow) -> bool:
    """Whether a plan of a tool is approved, or was until it was suspended."""
    return any(plan.status in {Status.APPROVED, Status.SUSPENDED} for plan in plans_of(session, tool.id))


def _check_name(part: str, problem: str | None) -> None:
    """Refuse a name that can be given to nothing, where in the address it stands."""
    if problem is not None:
        raise RequestValidationError([{"type": "value_error", "loc": ("path", part), "msg": problem}])


def _is_name_only(plan: PlanRow, form: PlanChange) -> bool:
    return plan.audience == form.audience and not form.sources


def _look(session: Session, tool: ToolRow, house: House) -> VettingRow | None:
    """The pass that takes a change in; with an upload still to come, the upload asks for it."""
    return None if missing_uploads(session, tool) else look_that_takes_in(session, tool, house.now())


def _looked_at(session: Session, tool: ToolRow, vetting: VettingRow | None) -> dict[str, Any]:
    return {
        "vetting": None if vetting is None else vetting_shown(tool, vetting),
        "awaiting_uploads": list(missing_uploads(session, tool)),
    }


def _hand_over(house: House, vetting: VettingRow | None) -> None:
    """Put a committed pass on the queue."""
    if vetting is not None:
        house.enqueue(ticket_of(vetting))
