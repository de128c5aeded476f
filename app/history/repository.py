"""Reads an Open Terms Archive versions repository; beside `writing`, the only module that calls git.

Such a repository holds one Markdown file for each document, `SERVICE/TERMS.md`, and one commit for each
recorded version, whose author date is when the page was fetched.
"""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

_COMMIT = "@"


class ArchiveError(Exception):
    """A path that holds no recorded versions; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Version:
    """One recorded version of a document."""

    path: str
    """`SERVICE/TERMS.md`, as in the repository."""
    at: datetime
    """When the page was fetched, in the zone that the recorder noted."""
    blob: str
    """Git's name of the text: equal texts have equal names."""
    commit: str = ""
    """Git's name of the commit that recorded it."""


def list_versions(repository: Path) -> tuple[Version, ...]:
    """Return every recorded version of every document, oldest first; deletions are no versions.

    Raises ArchiveError where there is no git repository, or none with documents in it.
    """
    if not repository.is_dir():
        raise ArchiveError(f"{repository} is not a folder; clone the versions repository and name the clone")
    if _show_prefix(repository).strip():
        raise ArchiveError(f"{repository} lies inside a git repository; name the repository itself")
    versions = tuple(_parse(_log(repository)))
    if not versions:
        raise ArchiveError(f"{repository} holds no documents: no SERVICE/TERMS.md was ever committed to it")
    return versions


def _parse(log: str) -> Iterator[Version]:
    """Read `git log -z --raw`: a commit's time, then a line of modes and blobs and a path for each file."""
    at: datetime | None = None
    commit = ""
    fields = iter(log.split("\0"))
    for entry in map(str.strip, fields):
        if entry.startswith(_COMMIT):
            commit, _, time = entry.removeprefix(_COMMIT).partition(" ")
            at = _time(time)
        elif entry.startswith(":"):
            # A deletion has no mode, and a link or a submodule is no text.
            _, mode, _, blob, _ = entry.split()
            path = next(fields)
            is_document = "/" in path and path.endswith(".md") and mode.startswith("100")
            if is_document and at is not None:
                yield Version(path, at, blob, commit)


def _time(raw: str) -> datetime:
    """Read git's `SECONDS +HHMM`."""
    seconds, zone = raw.split()
    return datetime.fromtimestamp(int(seconds), datetime.strptime(zone, "%z").tzinfo)


class BlobReader:
    """Reads the bytes of versions from one long-lived `git cat-file`; a context manager."""

    def __init__(self, repository: Path) -> None:
        self._process = subprocess.Popen(
            # By way of `env`, which finds git on the caller's path.
            ["/usr/bin/env", "git", "cat-file", "--batch"],
            cwd=repository,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=git_environment(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def read(self, blob: str) -> bytes:
        """Return a version's text as it was recorded.

        Raises ArchiveError when the repository lacks the blob, as a partial clone does.
        """
        pipe_in, pipe_out = self._process.stdin, self._process.stdout
        if pipe_in is None or pipe_out is None:
            raise ArchiveError("git cat-file gave no pipes")
        pipe_in.write(f"{blob}\n".encode())
        pipe_in.flush()
        header = pipe_out.readline().split()
        if len(header) != 3:
            raise ArchiveError(f"the repository lacks {blob}; clone it in full, without filters")
        size = int(header[2])
        return pipe_out.read(size + 1)[:size]


def _show_prefix(repository: Path) -> str:
    """Say where in a git repository a folder lies; empty at its top."""
    return _output(
        repository,
        subprocess.run(
            ["/usr/bin/env", "git", "rev-parse", "--show-prefix"],
            cwd=repository,
            env=git_environment(),
            capture_output=True,
            check=False,
        ),
    )


def _log(repository: Path) -> str:
    """Give every commit's time and files; a merge shows what it brought in."""
    return _output(
        repository,
        subprocess.run(
            [
                "/usr/bin/env",
                "git",
                "log",
                "-z",
                "--reverse",
                "--first-parent",
                "--diff-merges=first-parent",
                "--raw",
                "--no-abbrev",
                "--no-renames",
                "--date=raw",
                "--format=@%H %ad",
            ],
            cwd=repository,
            env=git_environment(),
            capture_output=True,
            check=False,
        ),
    )


def _output(repository: Path, done: subprocess.CompletedProcess[bytes]) -> str:
    """Return what git printed, or raise what it complained of."""
    if done.returncode != 0:
        complaint = done.stderr.decode(errors="replace").strip() or f"exit status {done.returncode}"
        raise ArchiveError(f"git cannot read {repository}: {complaint.splitlines()[0]}")
    return done.stdout.decode(errors="replace")


def git_environment() -> dict[str, str]:
    """Give git's environment: a hook's GIT_DIR would point it at another repository."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {"LC_ALL": "C"}
