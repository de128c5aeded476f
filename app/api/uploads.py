"""Documents that are not fetched but brought: a contract, an addendum.

An upload is the newest capture of its source, so the corridor reads it as it reads a page.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from app.api.files import FILE_BODY, Received, received_file
from app.api.finding import AtSource, SourceAddress, the_source
from app.api.forms import Form, Shown
from app.api.house import Here, House
from app.api.vettings import VettingShown, look_that_takes_in, ticket_of, vetting_shown
from app.auth import Manager, as_manager
from app.errors import (
    BodyTooLargeError,
    BusyError,
    MediaTypeError,
    NotFoundError,
    UploadRefusedError,
    answers,
)
from registry.submissions import NothingToVetError, keep_upload, missing_uploads

router = APIRouter(tags=["documents"], dependencies=[Depends(as_manager)])


class UploadQuery(Form):
    """How the document is called."""

    filename: str = Field(description="The file's name, without folders.", examples=["contract-2027.pdf"])


class Uploaded(Shown):
    """An upload that was kept, and the look that follows; none yet while others are missing."""

    source: str
    filename: str
    sha256: str
    size: int = Field(description="Bytes.")
    vetting: VettingShown | None
    awaiting_uploads: list[str]


async def _received(request: Request, asked: Annotated[UploadQuery, Query()]) -> Received:
    return await received_file(request, asked.filename)


@router.put(
    "/v1/tools/{vendor}/{tool}/sources/{source}/content",
    responses=answers(
        NotFoundError, NothingToVetError, BusyError, BodyTooLargeError, MediaTypeError, UploadRefusedError
    ),
    openapi_extra=FILE_BODY,
)
def upload(
    at: AtSource, received: Annotated[Received, Depends(_received)], caller: Manager, house: Here
) -> Uploaded:
    """Bring a source's document: the file itself is the body, at most 20 MiB.

    With the last upload that a tool waits for, its first look begins; a later one is read and compared.
    """
    return take_in(house, at, received, caller.name)


def take_in(house: House, at: SourceAddress, received: Received, actor: str) -> Uploaded:
    """Keep a document that was brought, and queue the look that reads it.

    Raises `NotFoundError`, `UploadRefusedError`, `NothingToVetError`, `BusyError`.
    """
    now = house.now()
    snapshot = received.snapshot(now)
    with house.sessions() as session:
        tool, source = the_source(session, at)
        if source.urls:
            raise UploadRefusedError(
                f"{source.slug} is fetched from {source.urls[0]}; bring a saved page as one of its captures"
            )
        keep_upload(session, source, snapshot, actor, now)
        waiting = missing_uploads(session, tool)
        vetting = None if waiting else look_that_takes_in(session, tool, now)
        shown = Uploaded(
            source=source.slug,
            filename=received.filename,
            sha256=snapshot.sha256,
            size=len(snapshot.body),
            vetting=None if vetting is None else vetting_shown(tool, vetting),
            awaiting_uploads=list(waiting),
        )
    if vetting is not None:
        house.enqueue(ticket_of(vetting))
    return shown
