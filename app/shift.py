"""A worker's shift: takes work until told to stop, and never outlives the process that started it."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Final, NoReturn

import structlog

from app.corridor import Corridor
from app.jobs import JobClient, prepare_queue
from app.recovery import Keeper
from app.roll import Roll
from app.sweeping import sweep
from app.workflows import Engine, working

LOOK_UP_S: Final = 1.0
"""How often the parent is looked for."""
REPLACED: Final = "another process has taken its name"

log = structlog.get_logger(__name__)


class ReplacedError(Exception):
    """Another worker goes by the name of this one, which has stopped."""


def work(engine: Engine, corridor: Corridor, roll: Roll, parent: int | None = None) -> None:
    """Work until SIGTERM or SIGINT, or until the process `parent` is gone; then end the steps under way.

    Raises `ScheduleError` for an unreadable schedule, `ReplacedError` where another worker took its name.
    """
    with _signals() as told:
        stopping = threading.Event()
        client = JobClient(engine.url, engine.version)
        prepare_queue(engine.url)
        keeper = Keeper(roll, client, engine.recoveries, engine.beat_s)

        def sweep_once() -> None:
            # Two at a time would each take what the other has just queued anew for lost.
            if roll.leads():
                sweep(corridor, client, roll.versions())

        with (
            keeper.listed(),
            working(engine, corridor, client, stopping) as at_work,
            keeper.beating(lambda: told.put(REPLACED), at_work),
        ):
            log.info("worker_started", worker=engine.worker_id, pid=os.getpid())
            reason = _until_told(told, parent, engine.sweep_s, sweep_once)
            log.info("worker_stopping", worker=engine.worker_id, because=reason)
            stopping.set()
        client.close()
    log.info("worker_stopped", worker=engine.worker_id)
    if reason == REPLACED:
        raise ReplacedError(
            f"another worker is named {engine.worker_id}; give each a TERMGATE_WORKER_ID of its own, or none"
        )


def leave(status: int) -> NoReturn:
    """End this process now.

    A step that has outlasted its grace still runs on a thread, for which an ordinary exit would wait; the
    next worker does that step again.
    """
    here = threading.current_thread()
    late = [thread for thread in threading.enumerate() if thread is not here and not thread.daemon]
    if late:
        log.warning("step_abandoned", steps=len(late))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _until_told(
    told: "SimpleQueue[str]", parent: int | None, sweep_s: float, sweep_once: Callable[[], None]
) -> str:
    """Sweep now and then until there is a reason to stop; gives the reason."""
    next_sweep = 0.0
    while True:
        if time.monotonic() >= next_sweep:
            _sweep(sweep_once)
            next_sweep = time.monotonic() + sweep_s
        try:
            return told.get(timeout=LOOK_UP_S)
        except Empty:
            # Orphans are given another parent.
            if parent is not None and os.getppid() != parent:
                return "the parent is gone"


def _sweep(sweep_once: Callable[[], None]) -> None:
    """Sweep; what goes wrong is logged, since the next sweep is seconds away and the passes must go on."""
    try:
        sweep_once()
    except Exception:
        log.exception("sweep_failed")


@contextmanager
def _signals() -> Iterator["SimpleQueue[str]"]:
    """Collect reasons to stop. A SimpleQueue may be filled from a signal handler, an Event may deadlock."""
    told: SimpleQueue[str] = SimpleQueue()

    def tell(number: int, _frame: FrameType | None) -> None:
        told.put(signal.Signals(number).name)

    before = {number: signal.signal(number, tell) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
