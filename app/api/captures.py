"""Pages that a person saved in a browser, where the site shows them to people and not to us.

Such a page is a capture of its source as any other, with its person and its times; the next look reads it.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, status
from pydantic import Field

from app.api.files import FILE_BODY, Received, received_file
from app.api.finding import AtSource, SourceAddress, the_source
from app.api.forms import Form, Line, Moment, Shown
from app.api.house import Here, House
from app.api.vettings import VettingShown, look_that_takes_in, ticket_of, vetting_shown
from app.auth import Reviewer
from app.errors import (
    BodyTooLargeError,
    BusyError,
    MediaTypeError,
    NotFoundError,
    UploadRefusedError,
    answers,
)
from extractors.model import Snapshot
from registry.capturing import CaptureRefusedError, keep_capture
from registry.submissions import NothingToVetError

router = APIRouter(tags=["documents"])


class CaptureQuery(Form):
    """What was saved, from where and when."""

    filename: str = Field(description="The file's name, without folders.", examples=["terms.html"])
    url: Line = Field(description="The source's address that the page was saved from.")
    at: Moment = Field(description="When the page was saved; the evidence is as old as that.")


class Captured(Shown):
    """A page that was kept, and the look that follows."""

    source: str
    url: str
    sha256: str
    size: int = Field(description="Bytes.")
    captured_by: str
    vetting: VettingShown


async def _received(request: Request, asked: Annotated[CaptureQuery, Query()]) -> Received:
    return await received_file(request, asked.filename)


@router.post(
    "/v1/tools/{vendor}/{tool}/sources/{source}/captures",
    status_code=status.HTTP_201_CREATED,
    responses=answers(
        NotFoundError,
        NothingToVetError,
        BusyError,
        BodyTooLargeError,
        MediaTypeError,
        UploadRefusedError,
        CaptureRefusedError,
    ),
    openapi_extra=FILE_BODY,
)
def bring_a_capture(
    at: AtSource,
    asked: Annotated[CaptureQuery, Query()],
    received: Annotated[Received, Depends(_received)],
    caller: Reviewer,
    house: Here,
) -> Captured:
    """Bring a page as a browser saved it: HTML, PDF or text, the file itself as the body, at most 20 MiB.

    It is read in place of the site's answer at the look that follows; the one after asks the site again.
    """
    return take_capture(house, at, received.snapshot(asked.at, asked.url), received.filename, caller.name)


def take_capture(house: House, at: SourceAddress, snapshot: Snapshot, filename: str, actor: str) -> Captured:
    """Keep a page that a person saved, and queue the look that reads it.

    Raises `NotFoundError`, `CaptureRefusedError`, `NothingToVetError`, `BusyError`.
    """
    with house.sessions() as session:
        tool, source = the_source(session, at)
        now = house.now()
        keep_capture(session, source, snapshot, filename, actor, now)
        vetting = look_that_takes_in(session, tool, now)
        shown = Captured(
            source=source.slug,
            url=snapshot.url,
            sha256=snapshot.sha256,
            size=len(snapshot.body),
            captured_by=actor,
            vetting=vetting_shown(tool, vetting),
        )
    house.enqueue(ticket_of(vetting))
    return shown
