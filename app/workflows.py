"""The far side of the work queue: brings every promised pass to its end, whatever happens to the process.

The engine records each step as it ends. After a crash another worker goes on behind the last recorded step,
or the next one of the same name, so a step may be done twice and must have the effect of once. Steps hand on
numbers only: bodies and texts stand in the registry.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from threading import Event, Lock
from typing import Final, ParamSpec, TypeVar

import structlog
from dbos import DBOS, DBOSConfig, ScheduleInput, StepOptions, error

from app.corridor import Corridor
from app.db import UnusableDatabaseError
from app.jobs import (
    APPLICATION,
    ROUTINE_QUEUE,
    SEARCH_QUEUE,
    SEARCH_WORKFLOW,
    TIDY,
    VERSION,
    WAITED_QUEUE,
    WEEKLY,
    WORKFLOW,
    JobClient,
)

KEPT: Final = timedelta(days=30)
"""How long the queue remembers ended passes; the registry remembers them for good."""
TIDY_CRON: Final = "41 4 * * *"
ATTEMPTS: Final = 3
BACK_OFF: Final = 3.0
LONGEST_PAUSE_S: Final = 10.0
"""Between two looks at a database that was away."""

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Engine:
    """One worker's share in the queue."""

    url: str
    worker_id: str
    """Unique among running workers. Where it is the same after a restart, what was left unfinished is taken
    up at once, and not only when the others miss it."""
    recrawl_cron: str
    """Minute, hour, day, month, weekday in UTC."""
    version: str = VERSION
    """New work goes to the newest one; what was begun stays with its own, while a worker of it lives."""
    retry_s: float = 2.0
    """Wait before the second attempt at a step; the third waits three times as long."""
    recoveries: int = 5
    """How often a pass goes on after its worker died; then the pass counts as the cause, and is given up."""
    beat_s: float = 3.0
    """How often the worker shows that it lives, and looks whether others do."""
    silent_s: float = 15.0
    """After how long without a beat a worker counts as dead; one that only stood still loses its work."""
    sweep_s: float = 10.0
    grace_s: int = 6
    """How long a stopping worker waits for the steps under way."""


class ScheduleError(Exception):
    """The schedule of the weekly re-crawl cannot be read."""


class StepError(Exception):
    """A step came to an end that nobody foresaw: kind and message of the cause, which may not be storable."""


class Halted(BaseException):
    """The worker stops before its next step.

    Not an `Exception`: the engine would record one as the outcome, and this pass has none yet.
    """


@contextmanager
def working(
    engine: Engine, corridor: Corridor, client: JobClient, stopping: Event
) -> Iterator[Callable[[], frozenset[str]]]:
    """Take passes off the queue for the length of the block; gives what tells which are worked on.

    Once `stopping` is set no step begins; leaving the block waits for those under way.
    Raises `ScheduleError`. One block at a time in a process.
    """
    DBOS(config=_config(engine))
    at_work = _AtWork()
    steps = _Steps(stopping, engine.retry_s, at_work)
    schedules = _declare(engine, corridor, client, steps)
    try:
        DBOS.launch()
        _register_queues()
        _schedule(schedules, engine)
        yield at_work.keys
    finally:
        stopping.set()
        DBOS.destroy(workflow_completion_timeout_sec=engine.grace_s, destroy_registry=True)


class _AtWork:
    """The workflows that this process is in the middle of; one may be there twice for a moment."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._keys: Counter[str] = Counter()

    def keys(self) -> frozenset[str]:
        with self._lock:
            return frozenset(self._keys)

    def listing(self, body: Callable[P, None]) -> Callable[P, None]:
        """Keep a workflow's key in the list for as long as its body runs."""

        @wraps(body)
        def listed(*args: P.args, **kwargs: P.kwargs) -> None:
            key = DBOS.workflow_id or ""
            with self._lock:
                self._keys[key] += 1
            try:
                body(*args, **kwargs)
            finally:
                with self._lock:
                    self._keys -= Counter([key])

        return listed


@dataclass(frozen=True, slots=True)
class _Steps:
    """Does the steps of a workflow: each recorded as it ends, tried three times, none begun once stopping."""

    stopping: Event
    retry_s: float
    at_work: _AtWork

    def do(self, name: str, act: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do a step, or give what it gave when it was done before; raises `DBOSMaxStepRetriesExceeded`."""

        def attempt() -> R:
            try:
                return self._once_there_is_a_database(lambda: act(*args, **kwargs))
            except Exception as problem:
                raise StepError(f"{name}: {type(problem).__name__}: {problem}") from problem

        options = StepOptions(
            name=name,
            retries_allowed=True,
            interval_seconds=self.retry_s,
            max_attempts=ATTEMPTS,
            backoff_rate=BACK_OFF,
        )
        try:
            return DBOS.run_step(options, attempt)
        except error.DBOSMaxStepRetriesExceeded as exhausted:
            log.exception("step_given_up", workflow=DBOS.workflow_id, because=str(exhausted.errors[-1]))
            raise

    def _once_there_is_a_database(self, act: Callable[[], R]) -> R:
        """A database that is away, or full, is no failure of the pass: it waits, for as long as it takes."""
        pause = self.retry_s
        while not self.stopping.is_set():
            try:
                return act()
            except UnusableDatabaseError as trouble:
                log.warning("step_waits", workflow=DBOS.workflow_id, because=str(trouble), again_in_s=pause)
                self.stopping.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)
        raise Halted


def _declare(
    engine: Engine, corridor: Corridor, client: JobClient, steps: "_Steps"
) -> tuple[ScheduleInput, ScheduleInput]:
    """Make the workflows known to the engine; gives the schedules of those that have one."""
    step, at_work = steps.do, steps.at_work

    @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=engine.recoveries)
    @at_work.listing
    def run_pass(key: str) -> None:
        try:
            for source_id in step("begin", corridor.begin, key):
                step("look", corridor.look, key, source_id)
            step("finish", corridor.finish, key)
        except error.DBOSMaxStepRetriesExceeded as exhausted:
            step("fail", corridor.fail, key, str(exhausted.errors[-1]))

    @DBOS.workflow(name=SEARCH_WORKFLOW, max_recovery_attempts=engine.recoveries)
    @at_work.listing
    def search_site(key: str) -> None:
        try:
            step("search", corridor.searches.run, key)
        except error.DBOSMaxStepRetriesExceeded as exhausted:
            step("fail", corridor.searches.fail, key, str(exhausted.errors[-1]))

    @DBOS.workflow(name=WEEKLY, max_recovery_attempts=engine.recoveries)
    @at_work.listing
    def weekly(slot: datetime, _context: object) -> None:
        # The rows are the promise; the sweep hands them over.
        step("due", lambda: corridor.due(slot) and None)

    @DBOS.workflow(name=TIDY, max_recovery_attempts=engine.recoveries)
    @at_work.listing
    def tidy(slot: datetime, _context: object) -> None:
        step("forget", client.forget_before, slot - KEPT)

    return (
        # What fell due while no worker ran is found by the next slot: none has to be made up for.
        ScheduleInput(schedule_name=WEEKLY, workflow_fn=weekly, schedule=engine.recrawl_cron),
        ScheduleInput(schedule_name=TIDY, workflow_fn=tidy, schedule=TIDY_CRON),
    )


def _config(engine: Engine) -> DBOSConfig:
    return DBOSConfig(
        name=APPLICATION,
        system_database_url=engine.url,
        application_version=engine.version,
        executor_id=engine.worker_id,
        log_level="WARNING",
        enable_otlp=False,
    )


def _register_queues() -> None:
    """Two first looks at a time, in order; beside them one routine pass, and never two of one tool."""
    DBOS.register_queue(
        WAITED_QUEUE, worker_concurrency=2, polling_interval_sec=0.5, on_conflict="always_update"
    )
    DBOS.register_queue(
        ROUTINE_QUEUE,
        worker_concurrency=1,
        partition_concurrency=1,
        polling_interval_sec=1.0,
        on_conflict="always_update",
    )
    DBOS.register_queue(
        SEARCH_QUEUE, worker_concurrency=1, polling_interval_sec=1.0, on_conflict="always_update"
    )


def _schedule(schedules: tuple[ScheduleInput, ...], engine: Engine) -> None:
    try:
        DBOS.apply_schedules(list(schedules))
    except error.DBOSException as refused:
        raise ScheduleError(f"TERMGATE_RECRAWL_CRON={engine.recrawl_cron!r}: {refused}") from refused
