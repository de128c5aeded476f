"""Versions → changes of terms: each version read once, by several processes, and gone on with after a break.

Documents are independent of one another, so each is one piece of work for a pool of processes. Only this
module knows how the pool ends: when the replay is broken off or killed, no process of it stays behind.
"""

import hashlib
import multiprocessing
import os
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from multiprocessing.synchronize import Event
from pathlib import Path

from app.history.comparing import RecordedChange, compare_versions
from app.history.repository import BlobReader, Version
from app.history.resuming import Interim
from extractors.clauses import ClauseReader
from extractors.model import Document, Snapshot
from extractors.ruleset import load_ruleset
from extractors.text import ReadError, read_text

_GLANCE_S = 0.5
"""How often a process of the pool looks whether it is still wanted."""


def replay_history(
    repository: Path,
    versions: Sequence[Version],
    workers: int,
    advance: Callable[[int], None],
    interim: Interim | None = None,
) -> list[RecordedChange]:
    """Read and compare all versions of all documents; return every change, oldest first.

    `versions` is oldest first; `advance` is told how many versions were done. The first version of a
    document is no change. What `interim` holds is not done again, and what is done is put into it at once.
    Raises ArchiveError where the repository lacks a version's text.
    """
    documents: defaultdict[str, list[Version]] = defaultdict(list)
    for version in versions:
        documents[version.path].append(version)
    changes: list[RecordedChange] = []
    left: list[list[Version]] = []
    for document in documents.values():
        known = interim.known(document) if interim else None
        if known is None:
            left.append(document)
        else:
            changes += known
            advance(len(document))
    for document, found in _replay_all(repository, left, workers):
        if interim:
            interim.keep(document, found)
        changes += found
        advance(len(document))
    return sorted(changes, key=lambda change: (change.at, change.path))


def _replay_all(
    repository: Path, documents: list[list[Version]], workers: int
) -> Iterator[tuple[list[Version], list[RecordedChange]]]:
    """Give each document with its changes as they are done, the longest histories begun first."""
    if workers <= 1 or len(documents) <= 1:
        for document in documents:
            yield document, replay_document(repository, document)
        return
    documents.sort(key=len, reverse=True)
    # Forking would copy the threads that show progress; a fresh process is safe and costs a second.
    context = multiprocessing.get_context("spawn")
    over = context.Event()
    with ProcessPoolExecutor(workers, context, _watch, (os.getpid(), over)) as pool:
        futures = {pool.submit(replay_document, repository, document): document for document in documents}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BaseException:
            # Nothing is worth waiting for: what is not done is done by the replay that goes on from here.
            over.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _watch(parent: int, over: Event) -> None:
    """Make a process of the pool end as soon as the replay does, however that ends."""
    # Ctrl-C reaches every process of a terminal; the first one tells the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def leave_in_time() -> None:
        while os.getppid() == parent and not over.is_set():
            time.sleep(_GLANCE_S)
        os._exit(1)

    threading.Thread(target=leave_in_time, daemon=True).start()


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
