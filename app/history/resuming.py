"""What a replay has done, kept beside the file that it will write: so that it can be broken off and go on.

A line for each document that is done, written at once. Only this module knows the file's form, and what of it
still counts: not a line that was broken off, nor what other rules or another comparison made of a document,
nor a document of which there are other versions by now.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.history.comparing import RecordedChange
from app.history.repository import Version
from extractors.model import Family
from registry.model import Direction


class Interim:
    """The documents that are done; a context manager, which leaves the file behind unless it is discarded."""

    def __init__(self, path: Path, reading: str) -> None:
        """`reading` tells rules and comparison apart; a file of other ones is begun anew."""
        known = _load(path, reading)
        self._done = known or {}
        self._file = path.open("w" if known is None else "a", encoding="utf-8")
        if known is None:
            self._write({"reading": reading})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def known(self, versions: Sequence[Version]) -> list[RecordedChange] | None:
        """Return the changes of a document that was done in these versions; `None` where it was not."""
        return self._done.get(_digest(versions))

    def keep(self, versions: Sequence[Version], changes: Sequence[RecordedChange]) -> None:
        """Keep what a document came to, on the disk too."""
        self._write({"document": _digest(versions), "changes": [_row(change) for change in changes]})

    def _write(self, row: dict[str, Any]) -> None:
        # The line break goes first, so that a line which was broken off takes none with it.
        self._file.write("\n" + json.dumps(row, ensure_ascii=False))
        self._file.flush()


def _load(path: Path, reading: str) -> dict[str, list[RecordedChange]] | None:
    """Read the documents of an earlier run; `None` where there are none of this reading."""
    if not path.is_file():
        return None
    rows = [row for line in path.read_text(encoding="utf-8").splitlines() if (row := _parse(line))]
    if not rows or rows[0].get("reading") != reading:
        return None
    return {row["document"]: [_change(one) for one in row["changes"]] for row in rows[1:]}


def _parse(line: str) -> dict[str, Any] | None:
    """Read a line; `None` where it was broken off."""
    try:
        row: dict[str, Any] = json.loads(line)
    except json.JSONDecodeError:
        return None
    return row


def _row(change: RecordedChange) -> list[Any]:
    return [change.path, change.at.isoformat(), {f.value: d.value for f, d in change.flags.items()}]


def _change(row: list[Any]) -> RecordedChange:
    path, at, flags = row
    return RecordedChange(
        path, datetime.fromisoformat(at), {Family(f): Direction(d) for f, d in flags.items()}
    )


def _digest(versions: Sequence[Version]) -> str:
    """Tell a document in these versions from every other."""
    lines = "\n".join(f"{one.path}\t{one.at.isoformat()}\t{one.blob}" for one in versions)
    return hashlib.sha256(lines.encode()).hexdigest()
