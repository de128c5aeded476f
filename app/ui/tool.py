"""A tool: its plans side by side, what their facts rest on, how its sources were found, what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError
from starlette.responses import Response

from app.api.finding import AtTool, the_tool
from app.api.house import Here, House
from app.api.obligations import NewAttestation, attest_obligation
from app.api.vettings import VettingRequest, request_vetting
from app.db import Session
from app.foreseeing import Foreseen, foresee
from app.media import LARGEST, OF_SUFFIX
from app.ui.happened import told
from app.ui.rendering import go_to, page
from app.ui.searched import Searched, searched
from app.ui.visitor import At, Sent, require
from extractors.model import CORE_FAMILIES
from registry.attestations import AttestationRefusedError
from registry.discoveries import list_discoveries
from registry.evidence import sources_governing
from registry.holding import standings_of
from registry.model import Role, Status
from registry.notices import NoticeKind, is_to_come, notices_of
from registry.plans import needs_a_reviewer, retired_sources
from registry.portraits import Portrait, portraits_of
from registry.recent import Event, recent
from registry.source_states import (
    OpenQuestions,
    SourceState,
    former_sources,
    questions_of,
    source_states,
)
from registry.store import aliases_of, plans_ever_of, vettings_of
from registry.submissions import PassKind, missing_uploads
from registry.tables import AliasRow, NoticeRow, PlanRow, SourceRow, ToolRow, VendorRow, VettingRow

router = APIRouter()

EVENTS: Final = 30
"""Of the recent past, on the page."""
SEARCHES: Final = 5


@dataclass(frozen=True, slots=True)
class Retired:
    """A plan that counts no longer."""

    row: PlanRow
    kept: tuple[str, ...]
    """Slugs of sources in use that governed it, and would again."""
    sources: tuple[str, ...]
    """Slugs of its sources that are retired, too."""


@dataclass(frozen=True, slots=True)
class ToolPage:
    """What the page shows."""

    tool: ToolRow
    vendor: VendorRow
    plans: tuple[Portrait, ...]
    retired: tuple[Retired, ...]
    sources: tuple[SourceState, ...]
    former: Sequence[SourceRow]
    """Sources that were retired."""
    questions: OpenQuestions
    notices: tuple[NoticeRow, ...]
    foreseen: dict[str, Foreseen]
    """By plan's slug, what will hold from a day that the terms announce."""
    aliases: tuple[AliasRow, ...]
    events: tuple[Event, ...]
    uploads: tuple[str, ...]
    """Sources that nobody has uploaded yet."""
    look: VettingRow | None
    """The newest pass over the tool."""
    searches: Sequence[Searched]
    """The newest searches of sites for its terms."""


@router.get("/tools/{vendor}/{tool}")
def show(
    request: Request,
    asked: AtTool,
    at: At,
    house: Here,
    plan: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """What do we know of this tool, and what was decided?"""
    require(at, Role.MANAGER)
    now = house.now()
    with house.readings() as session:
        shown = _gathered(session, the_tool(session, asked), house, now)
    return page(
        request,
        "tool.html",
        at,
        now,
        shown=shown,
        plans=sorted(shown.plans, key=lambda one: one.row.slug != plan),
        chosen=plan,
        families=CORE_FAMILIES,
        sources={one.row.slug: one for one in shown.sources},
        standings_of=standings_of,
        told=told,
        may_retire=at.caller.may(
            Role.REVIEWER if needs_a_reviewer([one.row for one in shown.plans]) else Role.MANAGER
        ),
        suffixes=tuple(OF_SUFFIX),
        largest=LARGEST,
    )


@router.post("/tools/{vendor}/{tool}/look")
def look(asked: AtTool, sent: Sent, house: Here, request: Request) -> Response:
    """Have the pages fetched again, or the stored ones read again."""
    require(sent.visitor, Role.MANAGER)
    kind = PassKind.REREAD if sent.text("kind") == PassKind.REREAD else PassKind.RECRAWL
    request_vetting(asked, VettingRequest(kind=kind), sent.visitor.caller, house, Response())
    return _back(request, asked, "/progress")


@router.post("/tools/{vendor}/{tool}/obligations/{obligation}")
def attest(asked: AtTool, obligation: str, sent: Sent, house: Here, request: Request) -> Response:
    """Attest that an obligation of a decision holds."""
    require(sent.visitor, Role.MANAGER)
    try:
        form = NewAttestation(evidence=sent.text("evidence"))
    except ValidationError:
        raise AttestationRefusedError(
            "say what shows that it holds: an address, a file, a sentence"
        ) from None
    attest_obligation(obligation, form, sent.visitor.caller, house)
    return _back(request, asked, f"#{obligation}")


def _back(request: Request, asked: AtTool, where: str) -> Response:
    return go_to(request, f"/tools/{asked.vendor}/{asked.tool}{where}")


def _gathered(session: Session, tool: ToolRow, house: House, now: datetime) -> ToolPage:
    plans, states = (
        portraits_of(session, tool, house.policy_in(session).approvals, now),
        source_states(session, tool),
    )
    notices = tuple(notices_of(session, tool_id=tool.id))
    rows = plans_ever_of(session, tool.id)
    at = {url for one in states for url in one.row.urls}
    return ToolPage(
        tool=tool,
        vendor=session.get_one(VendorRow, tool.vendor_id),
        plans=plans,
        retired=tuple(_retired(session, row) for row in rows if row.status == Status.RETIRED),
        sources=states,
        former=former_sources(session, tool),
        questions=questions_of(session, tool, states),
        notices=notices,
        foreseen=_foreseen(session, plans, notices, house, now),
        aliases=tuple(aliases_of(session, tool.id)),
        events=recent(session, tool, rows, EVENTS),
        uploads=missing_uploads(session, tool),
        look=next(iter(vettings_of(session, tool.id, limit=1)), None),
        searches=[searched(row, at) for row in list_discoveries(session, SEARCHES, tool_id=tool.id)],
    )


def _retired(session: Session, row: PlanRow) -> Retired:
    kept = (one.slug for one in sources_governing(session, row.id))
    return Retired(row, tuple(kept), tuple(one.slug for one in retired_sources(session, row)))


def _foreseen(
    session: Session,
    plans: tuple[Portrait, ...],
    notices: tuple[NoticeRow, ...],
    house: House,
    now: datetime,
) -> dict[str, Foreseen]:
    """What is announced, of the few tools whose terms announce something: it is derived anew."""
    if not any(one.kind == NoticeKind.ANNOUNCED and is_to_come(one, now) for one in notices):
        return {}
    policy = house.policy_in(session)
    found = {plan.row.slug: foresee(session, plan.row, policy, now) for plan in plans}
    return {slug: one for slug, one in found.items() if one is not None}
