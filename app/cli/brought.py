"""A document that a person brings from disk, as the registry takes it."""

from pathlib import Path

from app.cli.door import refuse
from app.media import LARGEST, OF_SUFFIX


def read_brought(path: Path, what: str) -> tuple[bytes, str]:
    """The bytes of a document and their kind; exits with 2 for what cannot be brought. `what`: in words."""
    media_type = OF_SUFFIX.get(path.suffix.lower())
    if media_type is None:
        refuse(f"{path} is of no known kind; give one of {', '.join(OF_SUFFIX)}")
    try:
        body = path.read_bytes()
    except OSError as error:
        refuse(f"{path} cannot be read: {error.strerror}")
    if not body or len(body) > LARGEST:
        refuse(f"{path} has {len(body)} bytes; {what} has at least one and at most {LARGEST}")
    return body, media_type
