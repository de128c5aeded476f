"""Tools: submitting one, finding one, showing one."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Response, status
from pydantic import Field

from app.api.finding import AtTool, ToolAddress, the_tool
from app.api.forms import Form, Limit, Needle, Shown
from app.api.house import Here, House
from app.api.notices import NoticeShown, notice_shown
from app.api.references import UntrackedShown, untracked_shown
from app.api.submission import EXAMPLES, ListedTool, NewTool, Submission, entry_of
from app.api.vettings import VettingShown, ticket_of, vetting_shown
from app.auth import Manager, as_manager
from app.db import Session
from app.errors import OF_BODY, NotFoundError, answers
from extractors.model import Audience, TermsType
from registry.judgements import last_assessment
from registry.mentions import untracked_of_tool
from registry.model import AliasKind, Recommendation, Status
from registry.notices import notices_of
from registry.store import (
    aliases_of,
    flags_of,
    list_tools,
    plan_name,
    plans_ever_of,
    plans_governed,
    plans_of,
    sources_of,
)
from registry.submissions import (
    DuplicateToolError,
    PassKind,
    is_listed_only,
    missing_uploads,
    request_pass,
    submit_listed,
    submit_tool,
)
from registry.tables import PlanRow, SourceRow, ToolRow, VendorRow, VettingRow

router = APIRouter(tags=["tools"], dependencies=[Depends(as_manager)])


class PlanSummary(Shown):
    """A plan and where it stands."""

    plan: str = Field(description="`vendor/tool@plan`")
    slug: str
    name: str
    audience: Audience
    status: Status
    suspended_because: str | None
    recommendation: Recommendation | None = Field(description="The machine's; a person decides.")
    open_flags: int


class SourceSummary(Shown):
    """Where one terms document of a tool stands."""

    slug: str
    type: TermsType
    urls: list[str]
    upload: bool
    select: list[str]
    remove: list[str]
    plans: list[str]


class ToolSummary(Shown):
    """A tool in a list."""

    tool: str = Field(description="`vendor/tool`")
    name: str
    vendor: str
    plans: dict[str, Status] = Field(description="Where each plan stands.")


class ToolShown(Shown):
    """A tool with its plans, other names and sources."""

    tool: str = Field(description="`vendor/tool`")
    name: str
    vendor: str
    submitted_by: str | None
    created_at: datetime
    plans: list[PlanSummary]
    retired_plans: list[str] = Field(description="Slugs of plans that count no longer; each can be shown.")
    aliases: dict[AliasKind, list[str]]
    sources: list[SourceSummary]
    awaiting_uploads: list[str] = Field(description="Sources that nobody has uploaded yet.")
    untracked: list[UntrackedShown] = Field(
        description="Documents that the terms name and no source covers; the incorporated ones first."
    )
    notices: list[NoticeShown] = Field(description="What waits for a person about its sources.")


class Submitted(Shown):
    """A tool that was taken in, and the look that follows; none yet while uploads are missing."""

    tool: ToolShown
    vetting: VettingShown | None


class ToolPage(Shown):
    """Tools in the order of their slugs."""

    items: list[ToolSummary]
    next: str | None = Field(description="Pass it as `after` for the next page.")


class ToolQuery(Form):
    """Which tools to list."""

    search: Needle = Field(default="", description="Looked for in slugs and names.")
    after: Needle = Field(default="", description="The slug to begin after.")
    limit: Limit = 50


@router.post(
    "/v1/tools",
    status_code=status.HTTP_201_CREATED,
    responses=answers(DuplicateToolError, NotFoundError, *OF_BODY),
)
def submit(
    form: Annotated[Submission, Body(openapi_examples=EXAMPLES)],
    caller: Manager,
    house: Here,
    response: Response,
) -> Submitted:
    """Take a tool into the registry, and have its terms fetched and read.

    Where a source is to be uploaded, the look begins with the last upload.
    """
    now = house.now()
    with house.sessions() as session:
        row = _taken_in(session, form, house, caller.name, now)
        vetting = first_look(session, row, now)
        shown = Submitted(
            tool=tool_shown(session, row),
            vetting=None if vetting is None else vetting_shown(row, vetting),
        )
    if vetting is not None:
        house.enqueue(ticket_of(vetting))
    response.headers["location"] = f"/v1/tools/{shown.tool.tool}"
    return shown


@router.get("/v1/tools")
def find(asked: Annotated[ToolQuery, Query()], house: Here) -> ToolPage:
    """Find tools by slug or name, page by page."""
    with house.readings() as session:
        tools = list_tools(session, search=asked.search, after=asked.after, limit=asked.limit + 1)
        shown = tools[: asked.limit]
        return ToolPage(
            items=[_summary(session, tool) for tool in shown],
            next=shown[-1].slug if len(tools) > len(shown) else None,
        )


@router.get("/v1/tools/{vendor}/{tool}", responses=answers(NotFoundError))
def show(at: AtTool, house: Here) -> ToolShown:
    """A tool with its plans, other names and sources."""
    with house.readings() as session:
        return tool_shown(session, the_tool(session, at))


def first_look(session: Session, tool: ToolRow, now: datetime) -> VettingRow | None:
    """The look that follows a submission; none yet while uploads are missing."""
    return None if missing_uploads(session, tool) else request_pass(session, tool, PassKind.FIRST_LOOK, now)


def tool_shown(session: Session, tool: ToolRow) -> ToolShown:
    """A tool as answers show it."""
    aliases: dict[AliasKind, list[str]] = {}
    for alias in aliases_of(session, tool.id):
        aliases.setdefault(AliasKind(alias.kind), []).append(alias.value)
    return ToolShown(
        tool=tool.slug,
        name=tool.name,
        vendor=session.get_one(VendorRow, tool.vendor_id).name,
        submitted_by=tool.submitted_by,
        created_at=tool.created_at,
        plans=[plan_summary(session, tool, plan) for plan in plans_of(session, tool.id)],
        retired_plans=[
            plan.slug for plan in plans_ever_of(session, tool.id) if plan.status == Status.RETIRED
        ],
        aliases=aliases,
        sources=[source_summary(session, source) for source in sources_of(session, tool.id)],
        awaiting_uploads=list(missing_uploads(session, tool)),
        untracked=[untracked_shown(one) for one in untracked_of_tool(session, tool)],
        notices=[notice_shown(session, row) for row in notices_of(session, tool_id=tool.id)],
    )


def plan_summary(session: Session, tool: ToolRow, plan: PlanRow) -> PlanSummary:
    """A plan as answers show it in short."""
    assessment = last_assessment(session, plan.id)
    return PlanSummary(
        plan=plan_name(tool, plan),
        slug=plan.slug,
        name=plan.name,
        audience=Audience(plan.audience),
        status=Status(plan.status),
        suspended_because=plan.suspended_because,
        recommendation=None if assessment is None else Recommendation(assessment.recommendation),
        open_flags=len(flags_of(session, plan.id)),
    )


def source_summary(session: Session, source: SourceRow) -> SourceSummary:
    """A source as answers show it in short."""
    return SourceSummary(
        slug=source.slug,
        type=TermsType(source.terms_type),
        urls=source.urls,
        upload=not source.urls,
        select=source.select,
        remove=source.remove,
        plans=[plan.slug for plan in plans_governed(session, source.id)],
    )


def _taken_in(
    session: Session, form: NewTool | ListedTool, house: House, actor: str, now: datetime
) -> ToolRow:
    if isinstance(form, NewTool):
        vendor = entry_of(form, any_port=house.any_port)
        return submit_tool(session, vendor, vendor.tools[0], actor, now)
    return take_listed(session, form.listed, actor, now)


def take_listed(session: Session, slug: str, actor: str, now: datetime) -> ToolRow:
    """Submit a tool as the catalogue lists it; raises `NotFoundError`, `DuplicateToolError`."""
    vendor, _, name = slug.partition("/")
    tool = the_tool(session, ToolAddress(vendor, name))
    if not is_listed_only(session, tool):
        raise DuplicateToolError(f"{tool.slug} was submitted before; request a new vetting of it instead")
    submit_listed(session, tool, actor, now)
    return tool


def _summary(session: Session, tool: ToolRow) -> ToolSummary:
    return ToolSummary(
        tool=tool.slug,
        name=tool.name,
        vendor=session.get_one(VendorRow, tool.vendor_id).name,
        plans={plan.slug: Status(plan.status) for plan in plans_of(session, tool.id)},
    )
