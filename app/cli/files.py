"""Terms in files, as people hold them on disk, to the text that is read."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from app.media import OF_SUFFIX
from extractors.model import Document, Snapshot
from extractors.text import read_text


def read_file(path: Path) -> Document:
    """Return the text of a file of a known kind; raises ReadError and OSError."""
    body = path.read_bytes()
    snapshot = Snapshot(
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        media_type=OF_SUFFIX[path.suffix.lower()],
        charset=None,
        url=f"upload:{path.name}",
        fetched_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
    )
    return read_text(snapshot)
