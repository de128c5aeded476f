"""Keeps a child process running: starts it again when it dies, ever more slowly, and stops it at the end."""

import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

LOOK_UP_S: Final = 0.2

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds."""

    first_pause: float = 0.5
    longest_pause: float = 30.0
    healthy: float = 60.0
    """A child that lived this long has got over its trouble: the next pause is short again."""
    grace: float = 8.0
    """From SIGTERM to SIGKILL."""


class Child:
    """One child process, started when the block begins and gone when it ends."""

    def __init__(
        self,
        command: Sequence[str],
        refused: int,
        give_up: Callable[[], None],
        patience: Patience,
        descriptors: Sequence[int] = (),
    ) -> None:
        """`give_up` is called, on another thread, when the child ends with the status `refused`.

        `descriptors`: open files that the child inherits, each under its number.
        """
        self._command = tuple(command)
        self._descriptors = tuple(descriptors)
        self._refused = refused
        self._give_up = give_up
        self._patience = patience
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="child-keeper")
        self.has_refused = False

    def __enter__(self) -> "Child":
        self._keeper.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ask_to_stop()
        self._keeper.join()

    def ask_to_stop(self) -> None:
        """Begin to stop the child, without waiting for it."""
        self._stopping.set()

    def _keep(self) -> None:
        """Only this thread knows the process, so that none is started behind the back of who stops it."""
        pause = self._patience.first_pause
        while not self._stopping.is_set():
            began = time.monotonic()
            status = self._run_once()
            if self._stopping.is_set():
                return
            if status == self._refused:
                self.has_refused = True
                self._give_up()
                return
            if time.monotonic() - began >= self._patience.healthy:
                pause = self._patience.first_pause
            log.warning("child_died", command=self._command[1:], status=status, again_in_s=pause)
            self._stopping.wait(pause)
            pause = min(2 * pause, self._patience.longest_pause)

    def _run_once(self) -> int:
        # S603 wants literal commands; this one is built by the caller and never passes through a shell.
        with subprocess.Popen(  # noqa: S603
            self._command, stdin=subprocess.DEVNULL, pass_fds=self._descriptors
        ) as process:
            while process.poll() is None and not self._stopping.wait(LOOK_UP_S):
                pass
            process.terminate()
            try:
                return process.wait(self._patience.grace)
            except subprocess.TimeoutExpired:
                log.warning("child_killed", pid=process.pid)
                process.kill()
                return process.wait()
