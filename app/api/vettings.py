"""Looks at a tool's documents: asking for one, and following it while it runs."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Response, status
from pydantic import Field

from app.api.finding import AtTool, the_tool, the_vetting
from app.api.forms import Form, PassWord, Shown
from app.api.house import Here
from app.auth import Manager, as_manager
from app.db import Session
from app.errors import OF_BODY, BusyError, NotFoundError, answers
from app.jobs import Ticket
from extractors.model import Failure
from registry.capturing import needs_capture
from registry.evidence import digest_of, sightings_of_pass
from registry.journal import note
from registry.store import sources_of, vettings_of
from registry.submissions import NothingToVetError, PassKind, PassState, request_look, request_pass
from registry.tables import SightingRow, SourceRow, ToolRow, VettingRow

router = APIRouter(tags=["vettings"], dependencies=[Depends(as_manager)], responses=answers(NotFoundError))


class Outcome(StrEnum):
    """What a pass came to at one source."""

    WAITING = "waiting"
    READ = "read"
    FAILED = "failed"


class SourceOutcome(Shown):
    """What a pass came to at one source."""

    source: str
    outcome: Outcome
    document: str | None = Field(description="Digest of the document it showed.")
    failure: Failure | None
    needs_capture: bool = Field(description="Whether it waits for a person who saves the page and brings it.")
    http_status: int | None
    detail: str | None
    at: datetime | None


class VettingShown(Shown):
    """A pass over a tool and how far it has come."""

    key: str
    tool: str
    kind: PassKind
    state: PassState
    step: str
    done: int = Field(description="Sources looked at so far.")
    total: int
    error: str | None
    queued_at: datetime
    finished_at: datetime | None


class VettingDetail(VettingShown):
    """A pass, source by source."""

    sources: list[SourceOutcome]


class VettingRequest(Form):
    """What kind of look to take."""

    kind: PassWord = PassKind.RECRAWL


_EXAMPLES = {
    "recrawl": {"summary": "Fetch the pages again", "value": {"kind": "recrawl"}},
    "reread": {"summary": "Read the stored pages again", "value": {"kind": "reread"}},
}


@router.post(
    "/v1/tools/{vendor}/{tool}/vettings",
    status_code=status.HTTP_202_ACCEPTED,
    responses=answers(NotFoundError, NothingToVetError, *OF_BODY),
)
def request_vetting(
    at: AtTool,
    asked: Annotated[VettingRequest, Body(openapi_examples=_EXAMPLES)],
    caller: Manager,
    house: Here,
    response: Response,
) -> VettingShown:
    """Ask for a look at a tool's documents; one of its kind that is under way is given instead."""
    now = house.now()
    with house.sessions() as session:
        row = the_tool(session, at)
        vetting = request_pass(session, row, asked.kind, now)
        note(session, now, caller.name, "vet", row.slug, kind=asked.kind.value, key=vetting.key)
        shown = vetting_shown(row, vetting)
    house.enqueue(ticket_of(vetting))
    response.headers["location"] = f"/v1/vettings/{shown.key}"
    return shown


@router.get("/v1/tools/{vendor}/{tool}/vettings")
def list_vettings(at: AtTool, house: Here) -> list[VettingShown]:
    """A tool's newest looks, newest first."""
    with house.readings() as session:
        row = the_tool(session, at)
        return [vetting_shown(row, vetting) for vetting in vettings_of(session, row.id)]


@router.get("/v1/vettings/{key:path}")
def show_vetting(
    key: Annotated[str, Path(description="Its key.", examples=["first_look:acme/painter:0a1b2c3d"])],
    house: Here,
) -> VettingDetail:
    """How far a look has come, source by source, with every failure and what to do about it."""
    with house.readings() as session:
        vetting = the_vetting(session, key)
        tool = session.get_one(ToolRow, vetting.tool_id)
        return VettingDetail(
            **vetting_shown(tool, vetting).model_dump(),
            sources=_outcomes(session, vetting, sources_of(session, tool.id)),
        )


def vetting_shown(tool: ToolRow, row: VettingRow) -> VettingShown:
    """A pass as answers show it."""
    return VettingShown(
        key=row.key,
        tool=tool.slug,
        kind=PassKind(row.kind),
        state=PassState(row.state),
        step=row.step,
        done=row.done,
        total=row.total,
        error=row.error,
        queued_at=row.queued_at,
        finished_at=row.finished_at,
    )


def look_that_takes_in(session: Session, tool: ToolRow, now: datetime) -> VettingRow:
    """Queue the pass that takes in what was just changed or brought.

    Raises `BusyError` where one has begun: it may have passed by already, and no other is queued beside it.
    """
    vetting = request_look(session, tool, now)
    if vetting.state == PassState.RUNNING:
        raise BusyError(f"{vetting.key} is looking at the tool; do this again when it is done")
    return vetting


def ticket_of(row: VettingRow) -> Ticket:
    """What the queue must know of a pass."""
    return Ticket(key=row.key, tool_id=row.tool_id, kind=PassKind(row.kind))


def _outcomes(session: Session, vetting: VettingRow, sources: Sequence[SourceRow]) -> list[SourceOutcome]:
    seen = {sighting.source_id: sighting for sighting in sightings_of_pass(session, vetting.key)}
    return [_outcome(session, source, seen.get(source.id)) for source in sources]


def _outcome(session: Session, source: SourceRow, seen: SightingRow | None) -> SourceOutcome:
    if seen is None:
        return SourceOutcome(
            source=source.slug,
            outcome=Outcome.WAITING,
            document=None,
            failure=None,
            needs_capture=False,
            http_status=None,
            detail=None,
            at=None,
        )
    document = None if seen.document_id is None else digest_of(session, seen.document_id)
    failure = None if seen.failure is None else Failure(seen.failure)
    return SourceOutcome(
        source=source.slug,
        outcome=Outcome.FAILED if document is None else Outcome.READ,
        document=document,
        failure=failure,
        needs_capture=needs_capture(failure),
        http_status=seen.http_status,
        detail=seen.detail,
        at=seen.at,
    )
