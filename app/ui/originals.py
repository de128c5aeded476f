"""Pages as they were received, for a person to look at: in a frame where nothing runs, or as plain text.

What a vendor's page holds is never a page of ours: it is answered with a policy that takes its origin, its
scripts, its forms and everything that it would load, whoever opens it and however.
"""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from app.api.finding import AtSource, SourceAddress, the_source_on_record, the_tool
from app.api.house import Here, House
from app.errors import NotFoundError
from app.ui.rendering import page
from app.ui.visitor import At, require
from registry.evidence import snapshot_bytes
from registry.model import Role
from registry.shown_texts import looks_that_brought
from registry.tables import CaptureRow, SourceRow, ToolRow

router = APIRouter(prefix="/tools/{vendor}/{tool}/sources/{source}/originals/{sha256}")

_HEADERS: Final = {
    "content-security-policy": "sandbox; default-src 'none'; form-action 'none'; frame-ancestors 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
_SHOWN_AS: Final = {"text/html": "text/html", "application/xhtml+xml": "text/html"}
"""What a browser may lay out; XHTML too as HTML, which no mistake in it stops."""
_TEXTS: Final = re.compile(r"text/[a-z0-9.+-]+|application/(?:json|xml|xhtml\+xml)")
_CHARSET: Final = re.compile(r"[A-Za-z0-9_.:-]{1,40}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")

Digest = Annotated[str, Path(max_length=64)]


@router.get("")
def show(request: Request, asked: AtSource, sha256: Digest, at: At, house: Here) -> Response:
    """The page as it was received, framed."""
    require(at, Role.MANAGER)
    tool, source, look = _found(asked, sha256, house)
    media_type = look.media_type or ""
    return page(
        request,
        "original.html",
        at,
        house.now(),
        tool=tool,
        source=source,
        look=look,
        is_page=media_type in _SHOWN_AS,
        is_text=_TEXTS.fullmatch(media_type) is not None,
    )


@router.get("/bytes")
def give(
    asked: AtSource,
    sha256: Digest,
    at: At,
    house: Here,
    how: Annotated[str, Query(alias="as", max_length=10)] = "file",
) -> Response:
    """The bytes: as a `page` that may do nothing, as `text`, or as a file to keep."""
    require(at, Role.MANAGER)
    _, _, look = _found(asked, sha256, house)
    with house.readings() as session:
        body = snapshot_bytes(session, sha256)
    if body is None:
        raise NotFoundError("the bytes of this page are not kept")
    media_type = look.media_type or ""
    charset = look.charset if look.charset and _CHARSET.fullmatch(look.charset) else None
    if how == "page" and media_type in _SHOWN_AS:
        shown = _SHOWN_AS[media_type]
        return _answer(body, f"{shown}; charset={charset}" if charset else shown)
    if how == "text" and _TEXTS.fullmatch(media_type):
        return _answer(body, f"text/plain; charset={charset or 'utf-8'}")
    named = f'attachment; filename="{asked.source}-{sha256[:12]}.bin"'
    return _answer(body, "application/octet-stream", named)


def _answer(body: bytes, media_type: str, named: str | None = None) -> Response:
    headers = _HEADERS | {"content-type": media_type}
    return Response(body, headers=headers | ({} if named is None else {"content-disposition": named}))


def _found(asked: SourceAddress, sha256: str, house: House) -> tuple[ToolRow, SourceRow, CaptureRow]:
    with house.readings() as session:
        tool, source = the_tool(session, asked), the_source_on_record(session, asked)
        known = _SHA256.fullmatch(sha256)
        look = looks_that_brought(session, source.id, [sha256]).get(sha256) if known else None
    if look is None:
        raise NotFoundError(f"{source.slug} has no original {sha256!r:.70}; its texts name theirs")
    return tool, source, look
