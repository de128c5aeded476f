"""Versions → changes of terms: each version read once, compared with the last good one of the same document.

Documents are independent of one another, so each is one piece of work for a pool of processes.
"""

import hashlib
import multiprocessing
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from app.history.folding import Folded, fold, nearest
from app.history.repository import BlobReader, Version
from extractors.clauses import ClauseReader
from extractors.model import CORE_FAMILIES, Clause, Document, Family, Snapshot
from extractors.ruleset import load_ruleset
from extractors.text import ReadError, read_text
from registry.changes import compare_readings, material_families
from registry.model import Direction

Clauses = tuple[Clause, ...]

_LINEAGES = 4
"""How many documents that one page has shown are remembered, for when it shows one of them again."""
_READINGS = 32
"""How many readings of a document are kept: pages flip between a few texts more often than they change."""


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """A version that differs from the one before it, and what changed in substance, if anything."""

    path: str
    at: datetime
    flags: Mapping[Family, Direction]
    """Core families that changed, each with its direction; empty when nothing that matters did."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A text and what was read in it."""

    text: str
    clauses: Clauses


@dataclass(frozen=True, slots=True)
class _Lineage:
    """The latest version of one of the documents that a page has shown."""

    folded: Folded
    read: _Read


def replay_history(
    repository: Path, versions: Sequence[Version], workers: int, advance: Callable[[int], None]
) -> list[RecordedChange]:
    """Read and compare all versions of all documents; return every change, oldest first.

    `versions` is oldest first; `advance` is told how many versions were done. The first version of a
    document is no change. Raises ArchiveError where the repository lacks a version's text.
    """
    documents: defaultdict[str, list[Version]] = defaultdict(list)
    for version in versions:
        documents[version.path].append(version)
    changes: list[RecordedChange] = []
    for of_document in _replay_all(repository, list(documents.values()), workers):
        changes += of_document
        advance(len(of_document) + 1)
    return sorted(changes, key=lambda change: (change.at, change.path))


def _replay_all(
    repository: Path, documents: list[list[Version]], workers: int
) -> Iterator[list[RecordedChange]]:
    """Give each document's changes as they are done, the longest histories begun first."""
    if workers <= 1:
        for document in documents:
            yield replay_document(repository, document)
        return
    documents.sort(key=len, reverse=True)
    # Forking would copy the threads that show progress; a fresh process is safe and costs a second.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        futures = [pool.submit(replay_document, repository, document) for document in documents]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def replay_document(repository: Path, versions: Sequence[Version]) -> list[RecordedChange]:
    """Read and compare the versions of one document, oldest first."""
    reader = _clause_reader()
    with BlobReader(repository) as blobs:
        return list(
            compare_versions(
                versions,
                lambda version: _document(version, blobs.read(version.blob)),
                lambda document: reader.read(document).clauses,
            )
        )


def _document(version: Version, body: bytes) -> Document | None:
    """Read a recorded version; `None` where it is an error page, a wall or in a foreign language."""
    sha256 = hashlib.sha256(body).hexdigest()
    try:
        return read_text(
            Snapshot(body, sha256, "text/markdown", "utf-8", f"upload:{version.path}", version.at)
        )
    except ReadError:
        return None


@cache
def _clause_reader() -> ClauseReader:
    """Build the reader once a process: a pool's worker has no edge of its own to build it at."""
    return ClauseReader(load_ruleset())


def compare_versions(
    versions: Iterable[Version],
    document_of: Callable[[Version], Document | None],
    read: Callable[[Document], Clauses],
) -> Iterator[RecordedChange]:
    """Give a change for each version but the first; a version without a document shows no terms.

    A page that shows no terms, or another document, is no change of terms; what comes back after it is
    compared with the last version of the document that it shows.
    """
    lineages: list[_Lineage] = []
    recall = _Recall(read)
    for number, version in enumerate(versions):
        document = document_of(version)
        flags: Mapping[Family, Direction] = {}
        if document is not None:
            folded = fold(document.text)
            current = _Lineage(folded, recall.read(folded.digest, document))
            index = nearest(folded, [lineage.folded for lineage in lineages])
            if index is not None:
                flags = _flags(lineages.pop(index), current)
            lineages = [current, *lineages][:_LINEAGES]
        if number > 0:
            yield RecordedChange(version.path, version.at, flags)


def _flags(before: _Lineage, after: _Lineage) -> Mapping[Family, Direction]:
    """Compare two versions of a document in the families that matter to a decision."""
    if before.folded.digest == after.folded.digest:
        return {}
    was, now = before.read, after.read
    families = material_families(compare_readings(was.clauses, now.clauses, (was.text, now.text)))
    return {family: direction for family, direction in families.items() if family in CORE_FAMILIES}


class _Recall:
    """Reads texts and remembers the latest readings by what a person reads, not by the bytes."""

    def __init__(self, read: Callable[[Document], Clauses]) -> None:
        self._read = read
        self._known: OrderedDict[str, _Read] = OrderedDict()

    def read(self, digest: str, document: Document) -> _Read:
        """Return what is read in a document, or in one of the same words; `digest` is that of these words."""
        if digest in self._known:
            self._known.move_to_end(digest)
        else:
            self._known[digest] = _Read(document.text, self._read(document))
            if len(self._known) > _READINGS:
                self._known.popitem(last=False)
        return self._known[digest]
