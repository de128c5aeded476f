"""The near side of the work queue: how a pass is handed over, and the names that both sides share.

A pass is promised by its row in the registry, written in the same transaction as what asked for it. Putting
it on the queue only makes it prompt: should that fail, the worker's sweep finds the row and does the same
seconds later. Nothing here runs work, so the web process can import it without the libraries that read.
"""

import contextlib
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import structlog
from dbos import DBOS, DBOSClient, EnqueueOptions, WorkflowStatus, WorkflowStatusString

from registry.submissions import PassKind

APPLICATION: Final = "termgate"
VERSION: Final = "1"
"""The shape of the workflows; raise it when their steps change, and unfinished passes begin anew."""
_NAMED: Final = 12
"""Characters of a ruleset's version that name it."""
WORKFLOW: Final = "run_pass"
WAITED_QUEUE: Final = "waited"
"""First looks, which a person waits for: a weekly round over hundreds of tools must not go before them."""
ROUTINE_QUEUE: Final = "routine"
"""Re-reads and re-crawls, never two of one tool at a time."""
SEARCH_WORKFLOW: Final = "search_site"
SEARCH_QUEUE: Final = "searches"
"""Searches of sites for terms: they mostly pause, so one at a time is enough, and they hold up nobody."""
WEEKLY: Final = "weekly"
TIDY: Final = "tidy"

_SQLITE: Final = "sqlite:///"
_ROUTINE_PRIORITY: Final = {PassKind.REREAD: 1, PassKind.RECRAWL: 2}
"""Within a tool the re-read goes first: otherwise a change of our rules would look like one of the terms."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A promised pass: what the queue must know of its row."""

    key: str
    tool_id: int
    kind: PassKind


class Fate(StrEnum):
    """What became of a pass, as the queue knows it."""

    UNKNOWN = "unknown"
    UNDER_WAY = "under_way"
    OUTDATED = "outdated"
    """Begun by workflows of another shape, which no living worker continues."""
    ENDED = "ended"
    GIVEN_UP = "given_up"
    """Failed beyond its own handling, cancelled, or took its worker down each time."""


_FATES: Final = {
    WorkflowStatusString.ENQUEUED: Fate.UNDER_WAY,
    WorkflowStatusString.DELAYED: Fate.UNDER_WAY,
    WorkflowStatusString.PENDING: Fate.UNDER_WAY,
    WorkflowStatusString.SUCCESS: Fate.ENDED,
    WorkflowStatusString.ERROR: Fate.GIVEN_UP,
    WorkflowStatusString.CANCELLED: Fate.GIVEN_UP,
    WorkflowStatusString.MAX_RECOVERY_ATTEMPTS_EXCEEDED: Fate.GIVEN_UP,
}
_ENDS: Final = [status.value for status, fate in _FATES.items() if fate in {Fate.ENDED, Fate.GIVEN_UP}]
_BATCH: Final = 500
_RUNNING: Final = WorkflowStatusString.PENDING.value
_OPEN: Final = [WorkflowStatusString.ENQUEUED.value, _RUNNING]
_RECOVERIES: Final = "recoveries"
"""How often a workflow's worker has died: the engine's own count begins anew when a workflow is resumed."""


def version_of(ruleset: str) -> str:
    """What the queue knows a worker's version by: the shape of its workflows, and the rules it reads by.

    A pass that was begun under some rules is never continued under others: it ends under its own, or begins
    anew.
    """
    return f"{VERSION}.{ruleset[:_NAMED]}"


def prepare_queue(url: str) -> None:
    """Make the queue's database and bring its tables up to date; harmless to repeat.

    A SQLite file is put into WAL mode (it stays so), which lets the web process hand work over while the
    worker polls.
    """
    if url.startswith(_SQLITE):
        path = Path(url.removeprefix(_SQLITE))
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(path, timeout=30)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
    DBOS.migrate(url)


def enqueue_options(ticket: Ticket) -> EnqueueOptions:
    """Where a pass queues. Its key is the workflow's, so handing it over twice runs it once.

    No version is named, so that an upgrade takes waiting passes along.
    """
    options = EnqueueOptions(
        workflow_name=WORKFLOW,
        queue_name=WAITED_QUEUE,
        workflow_id=ticket.key,
        application_name=APPLICATION,
    )
    match ticket.kind:
        case PassKind.FIRST_LOOK:
            # At most one is under way for a tool, so they need no order but that of asking.
            pass
        case PassKind.REREAD | PassKind.RECRAWL:
            options["queue_name"] = ROUTINE_QUEUE
            options["queue_partition_key"] = str(ticket.tool_id)
            options["priority"] = _ROUTINE_PRIORITY[ticket.kind]
    return options


class JobClient:
    """The way to the queue: built once, closed at the end, safe to use from several threads.

    `version` is that of the worker that asks; who only hands work over names none, nor needs one.
    """

    def __init__(self, url: str, version: str = VERSION) -> None:
        self._version = version
        # A queue out of reach must not hold a request: it fails at once, and the sweep makes up for it.
        self._client = DBOSClient(
            system_database_url=url, application_name=APPLICATION, lazy=True, retry_connection_errors=False
        )

    def enqueue_pass(self, ticket: Ticket) -> None:
        """Hand over a pass whose row is committed; a queue out of reach is logged, not raised."""
        try:
            self._client.enqueue(enqueue_options(ticket), ticket.key)
        except Exception:
            log.exception("pass_not_handed_over", key=ticket.key, remedy="the worker's sweep takes it up")

    def enqueue_search(self, key: str) -> None:
        """Hand over a search whose row is committed; a queue out of reach is logged, not raised."""
        options = EnqueueOptions(
            workflow_name=SEARCH_WORKFLOW,
            queue_name=SEARCH_QUEUE,
            workflow_id=key,
            application_name=APPLICATION,
        )
        try:
            self._client.enqueue(options, key)
        except Exception:
            log.exception("search_not_handed_over", key=key, remedy="the worker's sweep takes it up")

    def fates(self, keys: Iterable[str], versions: Collection[str] = ()) -> Mapping[str, Fate]:
        """What became of each of these passes; `versions` are those of the living workers."""
        asked = list(keys)
        if not asked:
            return {}
        known = self._client.list_workflows(workflow_ids=asked, load_input=False, load_output=False)
        living = {self._version, *versions}
        return dict.fromkeys(asked, Fate.UNKNOWN) | {row.workflow_id: _fate(row, living) for row in known}

    def forget(self, keys: Iterable[str]) -> None:
        """Delete what the queue knows of these passes."""
        self._client.delete_workflows(list(keys))

    def forget_before(self, moment: datetime) -> int:
        """Delete what ended before an aware time; gives how many passes and schedule runs that were."""
        forgotten = 0
        while ended := self._client.list_workflows(
            status=_ENDS,
            completed_before=moment.isoformat(),
            limit=_BATCH,
            load_input=False,
            load_output=False,
        ):
            self.forget(row.workflow_id for row in ended)
            forgotten += len(ended)
        return forgotten

    def executors(self) -> set[str]:
        """The names of the workers that have work under way, living or dead."""
        return {row.executor_id for row in self._listed(status=_RUNNING) if row.executor_id}

    def held(self, executor: str) -> set[str]:
        """What a worker has under way, by what the queue knows."""
        return {row.workflow_id for row in self._listed(status=_RUNNING, executor_id=executor)}

    def release_keys(self, executor: str, keys: Collection[str]) -> None:
        """Put some of what a worker has under way back on its queues."""
        for row in self._listed(status=_RUNNING, executor_id=executor):
            if row.workflow_id in keys:
                self._client.resume_workflow(row.workflow_id, queue_name=row.queue_name)

    def release(self, executor: str, recoveries: int | None = None) -> tuple[str, ...]:
        """Put what a worker has under way back on its queues, behind the last step that was recorded.

        The worker must be dead, or about to end: a running workflow would be taken from it. What has gone on
        `recoveries` times is given up instead; None: this one is no death, and not counted.
        """
        left = self._listed(status=_RUNNING, executor_id=executor)
        for row in left:
            deaths = _deaths(row)
            if recoveries is not None and deaths > recoveries:
                self._client.cancel_workflow(row.workflow_id)
                continue
            if recoveries is not None:
                self._client.update_workflow_attributes(row.workflow_id, {_RECOVERIES: deaths}, merge=True)
            # Without its queue it would run outside the limits that hold there.
            self._client.resume_workflow(row.workflow_id, queue_name=row.queue_name)
        return tuple(row.workflow_id for row in left)

    def take_over_rounds(self, versions: Collection[str]) -> None:
        """Begin the schedule's open rounds anew that wait for a version of which no worker lives."""
        for row in self._listed(status=_OPEN, name=[WEEKLY, TIDY]):
            if row.app_version not in {None, *versions}:
                self._client.fork_workflow(row.workflow_id, 1, application_version=self._version)
                self.forget((row.workflow_id,))

    def latest_version(self) -> str:
        """The version whose workers take new work, by when it was first seen."""
        return self._client.get_latest_application_version()["version_name"]

    def claim_latest(self) -> None:
        """Let workers of this version take new work from now on."""
        self._client.set_latest_application_version(self._version)

    def _listed(self, **wanted: Any) -> list[WorkflowStatus]:
        return self._client.list_workflows(load_input=False, load_output=False, **wanted)

    def close(self) -> None:
        """Give the connections back."""
        self._client.destroy()


def _deaths(row: WorkflowStatus) -> int:
    """How often a workflow was begun whose worker has died since, the one that has just died included."""
    return int((row.attributes or {}).get(_RECOVERIES, 0)) + max(1, row.recovery_attempts or 0)


def _fate(row: WorkflowStatus, versions: Collection[str]) -> Fate:
    fate = _FATES[WorkflowStatusString(row.status)]
    outdated = fate is Fate.UNDER_WAY and row.app_version not in {None, *versions}
    return Fate.OUTDATED if outdated else fate
