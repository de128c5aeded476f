"""Versions → a git repository in Open Terms Archive's layout: `SERVICE/TERMS.md`, a commit for each version.

Texts go to one `git fast-import` as they come, so that memory holds one of them. The same versions make the
same commits, whoever writes them and when.
"""

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from app.history.repository import ArchiveError, git_environment

_WHO: Final = "Termgate <termgate@localhost>"
_BRANCH: Final = "refs/heads/main"


@dataclass(frozen=True, slots=True)
class Written:
    """A version to be written."""

    path: str
    """`SERVICE/TERMS.md`"""
    at: datetime
    text: str
    note: str
    """What the commit says of where it comes from."""


def write_repository(folder: Path, versions: Iterable[Written]) -> int:
    """Make a repository of versions, which come oldest first; how many there were.

    Raises ArchiveError for a folder that holds something already, and where git cannot write.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ArchiveError(f"{folder} holds something already; name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    begun = subprocess.run(
        ["/usr/bin/env", "git", "init", "--quiet", "--initial-branch=main"],
        cwd=folder,
        env=git_environment(),
        capture_output=True,
        check=False,
    )
    _check(folder, begun)
    count = _import(folder, versions)
    if count:
        shown = subprocess.run(
            ["/usr/bin/env", "git", "reset", "--quiet", "--hard"],
            cwd=folder,
            env=git_environment(),
            capture_output=True,
            check=False,
        )
        _check(folder, shown)
    return count


def _import(folder: Path, versions: Iterable[Written]) -> int:
    known: set[str] = set()
    count = 0
    with subprocess.Popen(
        ["/usr/bin/env", "git", "fast-import", "--quiet", "--date-format=raw"],
        cwd=folder,
        env=git_environment(),
        stdin=subprocess.PIPE,
    ) as process:
        if process.stdin is None:
            raise ArchiveError("git fast-import gave no pipe")
        for version in versions:
            _commit(process.stdin, version, is_first=version.path not in known)
            known.add(version.path)
            count += 1
        process.stdin.close()
    if process.returncode != 0:
        raise ArchiveError(f"git could not write {folder}: exit status {process.returncode}")
    return count


def _commit(pipe: IO[bytes], version: Written, *, is_first: bool) -> None:
    at = f"{int(version.at.astimezone(UTC).timestamp())} +0000"
    name = version.path.removesuffix(".md").replace("/", " ", 1)
    title = f"First record of {name}" if is_first else f"Record new changes of {name}"
    message = f"{title}\n\n{version.note}\n".encode()
    text = version.text.encode("utf-8", "surrogatepass")
    pipe.write(f"commit {_BRANCH}\nauthor {_WHO} {at}\ncommitter {_WHO} {at}\n".encode())
    pipe.write(b"data %d\n%s\n" % (len(message), message))
    pipe.write(f"M 100644 inline {version.path}\n".encode())
    pipe.write(b"data %d\n%s\n" % (len(text), text))


def _check(folder: Path, done: subprocess.CompletedProcess[bytes]) -> None:
    if done.returncode != 0:
        complaint = done.stderr.decode(errors="replace").strip() or f"exit status {done.returncode}"
        raise ArchiveError(f"git cannot write {folder}: {complaint.splitlines()[0]}")
