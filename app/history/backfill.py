"""Recorded versions → rows with their own dates: the past of a tool's terms, from before we first looked.

Nothing here judges: what is kept stands under retired sources, opens no flag and changes no answer. Each
handful of versions is one transaction, so an import that was interrupted goes on where it stopped.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from app.db import Session, Sessions
from app.history.matching import UnmatchedError
from app.history.repository import BlobReader, Version
from extractors.model import Document, Failure, Reading, Snapshot
from extractors.text import ReadError, read_text
from registry.journal import note
from registry.recorded import Recorded, is_read, keep_recorded, recorded_source, versions_kept
from registry.store import find_source, find_tool
from registry.submissions import is_listed_only
from registry.tables import ToolRow

_AT_ONCE = 20
"""Versions a transaction: what memory holds, and what an interrupted import has to do again."""


@dataclass(frozen=True, slots=True)
class Importer:
    """What an import works with: built once at the edge."""

    sessions: Sessions
    readings: Sessions
    read: Callable[[Document], Reading]
    ruleset: str
    actor: str
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Archive:
    """A repository of recorded versions, and what it is called in evidence."""

    repository: Path
    name: str


@dataclass(frozen=True, slots=True)
class Backfilled:
    """What came of one document's versions."""

    source: str
    path: str
    versions: int
    added: int
    unreadable: int
    """Versions that are an error page, a wall or in a foreign language; kept as such."""


@dataclass(frozen=True, slots=True)
class _Into:
    """A source, and the versions that are its past."""

    tool: str
    slug: str
    source_id: int
    """The retired source that holds them."""
    versions: Sequence[Version]


def backfill(
    importer: Importer,
    archive: Archive,
    tool: str,
    past: Mapping[str, Sequence[Version]],
    advance: Callable[[int], None],
) -> tuple[Backfilled, ...]:
    """Keep the versions of a tool's sources, by the source's slug and oldest first; again: what is missing.

    `advance` is told how many versions were done. Raises UnmatchedError for a tool that nobody has submitted,
    `RecordedElsewhereError` for a source with another past, ArchiveError for a text that is not there.
    """
    with importer.sessions() as session:
        row = _submitted(session, tool)
        kept_in = [
            _Into(tool, slug, recorded_source(session, source, archive.name, versions[0].path), versions)
            for slug, versions in past.items()
            if versions and (source := find_source(session, row.id, slug)) is not None
        ]
    with BlobReader(archive.repository) as blobs:
        return tuple(_one(importer, archive, into, blobs, advance) for into in kept_in)


def _submitted(session: Session, slug: str) -> ToolRow:
    tool = find_tool(session, slug)
    if tool is None:
        raise UnmatchedError(f"no tool {slug!r} in the registry; submit it first")
    if is_listed_only(session, tool):
        # What is only listed is replaced with the catalogue, sources and all.
        raise UnmatchedError(f"{slug} is listed only; submit it first, then give it a past")
    return tool


def _one(
    importer: Importer,
    archive: Archive,
    into: _Into,
    blobs: BlobReader,
    advance: Callable[[int], None],
) -> Backfilled:
    source_id, versions = into.source_id, into.versions
    with importer.readings() as session:
        done = versions_kept(session, source_id, importer.ruleset)
    waiting = [version for version in versions if _key(version) not in done]
    advance(len(versions) - len(waiting))
    added = unreadable = 0
    for batch in _batches(waiting):
        found = [
            _recorded(importer, archive, source_id, version, blobs.read(version.blob)) for version in batch
        ]
        with importer.sessions() as session:
            added += keep_recorded(session, source_id, found, importer.now())
        unreadable += sum(one.document is None for one in found)
        advance(len(batch))
    if added:
        with importer.sessions() as session:
            note(
                session,
                importer.now(),
                importer.actor,
                "import_versions",
                into.tool,
                source=into.slug,
                repository=archive.name,
                path=versions[0].path,
                added=added,
            )
    return Backfilled(into.slug, versions[0].path, len(versions), added, unreadable)


def _recorded(
    importer: Importer, archive: Archive, source_id: int, version: Version, body: bytes
) -> Recorded:
    place = f"git:{archive.name}@{version.commit}:{version.path}"
    sha256 = hashlib.sha256(body).hexdigest()
    snapshot = Snapshot(body, sha256, "text/markdown", "utf-8", place, version.at)
    document, failure, detail = _document(snapshot)
    reading = None
    if document is not None:
        with importer.readings() as session:
            known = is_read(session, source_id, document.digest, importer.ruleset)
        # Pages flip between a few texts more often than they change.
        reading = None if known else importer.read(document)
    return Recorded(_key(version), place, snapshot, document, reading, failure, detail)


def _document(snapshot: Snapshot) -> tuple[Document | None, Failure | None, str | None]:
    try:
        return read_text(snapshot), None, None
    except ReadError as error:
        return None, error.failure, error.detail


def _key(version: Version) -> str:
    return f"import:{version.commit}"


def _batches(versions: Sequence[Version]) -> Iterator[list[Version]]:
    rest = iter(versions)
    while batch := list(islice(rest, _AT_ONCE)):
        yield batch
