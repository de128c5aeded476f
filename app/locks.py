"""One process at a time: a lock on a file, which the kernel frees when its holder dies, however it dies.

Names of workers rest on it: one that is held cannot be taken a second time in the same data folder.
"""

import fcntl
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Final, TextIO

from app.secret_files import read_secret

POLL_S: Final = 0.1
PATIENCE_S: Final = 15.0
"""How long to wait for the end of a worker of the same name whose parent has died."""


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


@contextmanager
def worker_name(folder: Path, given: str = "") -> Iterator[str]:
    """Hold the name of a worker for the length of the block: a given one, or the first that is free here.

    A name that is made is the same after a restart, and no other machine's: it carries the host's name and a
    mark that the data folder keeps. Raises `AlreadyRunningError` where a given name is in use.
    """
    if given:
        with only_one(folder / f"{given}.lock", PATIENCE_S):
            yield given
        return
    folder.mkdir(parents=True, exist_ok=True)
    mark = read_secret(folder / "worker.mark", lambda: secrets.token_hex(3).encode()).decode()
    with ExitStack() as held:
        for number in count(1):
            try:
                held.enter_context(only_one(folder / f"worker-{number}.lock"))
            except AlreadyRunningError:
                continue
            yield f"{socket.gethostname()}-{mark}-{number}"
            return


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
