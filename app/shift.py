"""A worker's shift: takes work until told to stop, and never outlives the process that started it."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Final, NoReturn

import structlog

from app.jobs import JobClient
from app.locks import only_one
from app.workflows import Corridor, Engine, sweep, working

LOOK_UP_S: Final = 1.0
"""How often the parent is looked for."""
PATIENCE_S: Final = 15.0
"""How long to wait for the end of a worker of the same name whose parent has died."""

log = structlog.get_logger(__name__)


def work(engine: Engine, corridor: Corridor, data_dir: Path, parent: int | None = None) -> None:
    """Work until SIGTERM or SIGINT, or until the process `parent` is gone; then end the steps under way.

    Raises `AlreadyRunningError` where a worker of this name runs, `ScheduleError` for an unreadable schedule.
    """
    with (
        _signals() as signals,
        # Two workers of one name would each take the other's work for its own unfinished.
        only_one(data_dir / f"{engine.worker_id}.lock", PATIENCE_S),
    ):
        stopping = threading.Event()
        client = JobClient(engine.url)
        with working(engine, corridor, client, stopping):
            log.info("worker_started", worker=engine.worker_id, pid=os.getpid())
            reason = _until_told(signals, parent, engine.sweep_s, lambda: sweep(corridor, client))
            log.info("worker_stopping", worker=engine.worker_id, because=reason)
            stopping.set()
        client.close()
    log.info("worker_stopped", worker=engine.worker_id)


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
    signals: "SimpleQueue[int]", parent: int | None, sweep_s: float, sweep_once: Callable[[], None]
) -> str:
    """Sweep now and then until there is a reason to stop; gives the reason."""
    next_sweep = 0.0
    while True:
        if time.monotonic() >= next_sweep:
            _sweep(sweep_once)
            next_sweep = time.monotonic() + sweep_s
        try:
            return signal.Signals(signals.get(timeout=LOOK_UP_S)).name
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
def _signals() -> Iterator["SimpleQueue[int]"]:
    """Collect requests to stop. A SimpleQueue may be filled from a signal handler, an Event may deadlock."""
    told: SimpleQueue[int] = SimpleQueue()

    def tell(number: int, _frame: FrameType | None) -> None:
        told.put(number)

    before = {number: signal.signal(number, tell) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
