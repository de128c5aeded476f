"""Files as they are sent: the bytes are the body, their kind is declared, the address holds their name."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from pathlib import PurePath
from typing import Any, Final

from fastapi import Request

from app.errors import MediaTypeError, UploadRefusedError
from app.media import OF_SUFFIX
from extractors.model import Snapshot

MEDIA_TYPES: Final = tuple(dict.fromkeys(OF_SUFFIX.values()))
FILE_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}, "example": "# Contract"}
            for kind in MEDIA_TYPES
        },
    }
}
"""How OpenAPI describes such a body."""

_MAX_NAME: Final = 200
_FORBIDDEN: Final = ("/", "\\", "..")


@dataclass(frozen=True, slots=True)
class Received:
    """A document as it was brought."""

    filename: str
    media_type: str
    charset: str | None
    body: bytes

    def snapshot(self, at: datetime, url: str | None = None) -> Snapshot:
        """The document as the corridor takes it; without an address, under its own name."""
        return Snapshot(
            body=self.body,
            sha256=hashlib.sha256(self.body).hexdigest(),
            media_type=self.media_type,
            charset=self.charset,
            url=url or f"upload:{self.filename}",
            fetched_at=at,
        )


async def received_file(request: Request, filename: str) -> Received:
    """The file that a request brings; name and kind are checked before the body is read.

    Raises `UploadRefusedError`, `MediaTypeError`.
    """
    _check_name(filename)
    declared = request.headers.get("content-type", "")
    media_type = declared.partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        raise MediaTypeError(f"send the file with a Content-Type of {', '.join(MEDIA_TYPES)}")
    body = await request.body()
    if not body:
        raise UploadRefusedError("the file is empty; send its bytes as the body")
    return Received(filename, media_type, _charset(declared), body)


def named_file(filename: str, body: bytes) -> Received:
    """A file whose kind its name tells, as forms send it. Raises `UploadRefusedError`, `MediaTypeError`."""
    _check_name(filename)
    suffix = PurePath(filename).suffix.lower()
    media_type = OF_SUFFIX.get(suffix)
    if media_type is None:
        raise MediaTypeError(
            f"a file ending in {suffix or 'nothing'} is not read; choose {', '.join(OF_SUFFIX)}"
        )
    if not body:
        raise UploadRefusedError("the file is empty")
    return Received(filename, media_type, None, body)


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
