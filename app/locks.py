"""One process at a time: a lock on a file, which the kernel frees when its holder dies, however it dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

POLL_S = 0.1


class AlreadyRunningError(Exception):
    """Another process holds the lock; the message names the file and, where known, the holder."""


@contextmanager
def only_one(path: Path, patience_s: float = 0.0) -> Iterator[None]:
    """Hold the lock file for the length of the block; waits up to `patience_s`, then `AlreadyRunningError`.

    Child processes do not inherit the lock. The file stays: removing it would let two processes lock two
    files of one name.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as file:
        _acquire(file, path, time.monotonic() + patience_s)
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield


def _acquire(file: TextIO, path: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            if time.monotonic() >= deadline:
                file.seek(0)
                holder = file.read().strip() or "unknown"
                raise AlreadyRunningError(f"{path} is held by another process (pid {holder})") from taken
            time.sleep(POLL_S)
        else:
            return
