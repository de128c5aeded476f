"""A decision's evidence as a file to keep: a web archive that stands without this service."""

from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated, Final

from fastapi import APIRouter, Depends, Path
from fastapi.responses import StreamingResponse

from app.api.house import Here
from app.auth import as_manager
from app.errors import NotFoundError, answers
from app.evidence.warc import write_evidence
from registry.dossiers import UnknownDecisionError, dossier_of, find_decision
from registry.evidence import snapshot_bytes

router = APIRouter(tags=["decisions"], dependencies=[Depends(as_manager)], responses=answers(NotFoundError))

_IN_MEMORY: Final = 4 * 2**20
"""Bytes of an archive that are held in memory; a larger one is written to a temporary file."""
_PIECE: Final = 64 * 2**10

Decided = Annotated[
    str, Path(description="The decision's identifier.", max_length=100, examples=["dec_0123456789abcdef"])
]


class WarcResponse(StreamingResponse):
    """A web archive, gzipped record by record."""

    media_type = "application/warc"


@router.get("/v1/decisions/{decision}/evidence.warc.gz", response_class=WarcResponse)
def show_evidence(decision: Decided, house: Here) -> WarcResponse:
    """What a decision rested on, as WARC 1.1: pages as received, their texts and clauses, the decision."""
    with ExitStack() as closing:
        file = closing.enter_context(SpooledTemporaryFile(_IN_MEMORY))
        with house.readings() as session:
            try:
                row = find_decision(session, decision)
            except UnknownDecisionError as error:
                raise NotFoundError(str(error)) from error
            write_evidence(dossier_of(session, row), lambda sha256: snapshot_bytes(session, sha256), file)
        size = file.tell()
        file.seek(0)
        # From here on it is closed by who sends it.
        closing.pop_all()
    headers = {
        "Content-Disposition": f'attachment; filename="{row.public_id}.warc.gz"',
        "Content-Length": str(size),
    }
    return WarcResponse(_pieces(file), headers=headers)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
