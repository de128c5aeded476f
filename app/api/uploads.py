"""Documents that are not fetched but brought: a contract, an addendum.

An upload is the newest capture of its source, so the corridor reads it as it reads a page.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from app.api.finding import AtSource, the_source
from app.api.forms import Form, Shown
from app.api.house import Here
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
from extractors.model import Snapshot
from registry.submissions import NothingToVetError, keep_upload, missing_uploads

MEDIA_TYPES: Final = ("text/html", "text/plain", "text/markdown", "application/pdf")

_MAX_NAME: Final = 200
_FORBIDDEN: Final = ("/", "\\", "..")

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


@dataclass(frozen=True, slots=True)
class Received:
    """A document as it was brought."""

    filename: str
    media_type: str
    charset: str | None
    body: bytes

    def snapshot(self, now: datetime) -> Snapshot:
        """The document as the corridor takes it."""
        return Snapshot(
            body=self.body,
            sha256=hashlib.sha256(self.body).hexdigest(),
            media_type=self.media_type,
            charset=self.charset,
            url=f"upload:{self.filename}",
            fetched_at=now,
        )


async def _received(request: Request, asked: Annotated[UploadQuery, Query()]) -> Received:
    """Check name and kind before the body is read."""
    _check_name(asked.filename)
    declared = request.headers.get("content-type", "")
    media_type = declared.partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        raise MediaTypeError(f"send the file with a Content-Type of {', '.join(MEDIA_TYPES)}")
    body = await request.body()
    if not body:
        raise UploadRefusedError("the file is empty; send its bytes as the body")
    return Received(asked.filename, media_type, _charset(declared), body)


@router.put(
    "/v1/tools/{vendor}/{tool}/sources/{source}/content",
    responses=answers(
        NotFoundError, NothingToVetError, BusyError, BodyTooLargeError, MediaTypeError, UploadRefusedError
    ),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}, "example": "# Contract"}
                for kind in MEDIA_TYPES
            },
        }
    },
)
def upload(
    at: AtSource, received: Annotated[Received, Depends(_received)], caller: Manager, house: Here
) -> Uploaded:
    """Bring a source's document: the file itself is the body, at most 20 MiB.

    With the last upload that a tool waits for, its first look begins; a later one is read and compared.
    """
    now = house.now()
    snapshot = received.snapshot(now)
    with house.sessions() as session:
        tool, source = the_source(session, at)
        if source.urls:
            raise UploadRefusedError(f"{source.slug} is fetched from {source.urls[0]}; nothing is uploaded")
        keep_upload(session, source, snapshot, caller.name, now)
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


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > _MAX_NAME or not name.isprintable():
        raise UploadRefusedError(f"name the file in 1 to {_MAX_NAME} visible characters")
    found = [part for part in _FORBIDDEN if part in name]
    if found:
        raise UploadRefusedError(f"the file's name may not hold {found[0]!r}; give the name without folders")


def _charset(declared: str) -> str | None:
    header = Message()
    header["content-type"] = declared
    return header.get_content_charset()
