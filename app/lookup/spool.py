"""Where the quotes behind standings lie: in a file without a name, not in memory.

An answer needs them only when they are asked for, and they are most of what a plan brings along. What lies in
the file is read back by place and length, mostly from the system's page cache. It is gone when it is closed.
"""

import os
import tempfile
import weakref
from pathlib import Path
from typing import Final

_GATHERED: Final = 1 << 20
"""Bytes gathered before they are written: a million plans are not a million writes."""


class Spool:
    """Bytes by place. One thread adds, any may read what was flushed; nothing that was added is changed."""

    def __init__(self, folder: Path | None = None) -> None:
        """Make the file in a folder, else where the system has temporary ones."""
        # A descriptor and no file object: reading by place needs no position that threads would share.
        self._file, path = tempfile.mkstemp(prefix=".quotes-", dir=folder)
        Path(path).unlink()
        weakref.finalize(self, os.close, self._file)
        self._written = 0
        self._gathered = bytearray()

    def add(self, data: bytes) -> int:
        """Keep some bytes; gives their place."""
        place = self._written + len(self._gathered)
        self._gathered += data
        if len(self._gathered) >= _GATHERED:
            self.flush()
        return place

    def flush(self) -> None:
        """Make readable all that was added."""
        while self._gathered:
            done = os.pwrite(self._file, self._gathered, self._written)
            self._written += done
            del self._gathered[:done]

    def read(self, place: int, length: int) -> bytes:
        """Give bytes that were added; by another thread only what was flushed since."""
        if place + length > self._written:
            self.flush()
        data = os.pread(self._file, length, place)
        if len(data) != length:
            raise OSError(f"only {len(data)} of {length} bytes are at {place} in the spool")
        return data
