"""The near side of the queue, and the sweep, against a real SQLite queue and rows kept in a dict."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from structlog.testing import capture_logs

from app.corridor import Corridor, Searches
from app.jobs import Fate, JobClient, Ticket, prepare_queue
from app.sweeping import sweep
from registry.submissions import PassKind

FIRST = Ticket("first_look:acme/writer:1", 1, PassKind.FIRST_LOOK)
REREAD = Ticket("reread:acme/writer:2", 1, PassKind.REREAD)
RECRAWL = Ticket("recrawl:acme/writer:3", 1, PassKind.RECRAWL)


class Rows:
    """The registry's side of the sweep: open passes, and what was marked as failed."""

    def __init__(self, *tickets: Ticket) -> None:
        self.open = {ticket.key: ticket for ticket in tickets}
        self.failed: dict[str, str] = {}
        self.asked = 0

    def unfinished(self) -> tuple[Ticket, ...]:
        self.asked += 1
        return tuple(self.open.values())

    def fail(self, key: str, error: str) -> None:
        del self.open[key]
        self.failed[key] = error

    def corridor(self) -> Corridor:
        return Corridor(_never, _never, _never, self.fail, _never, self.unfinished)

    def searching(self, *keys: str) -> Corridor:
        searches = Searches(_never, self.failed.__setitem__, lambda: keys)
        return Corridor(_never, _never, _never, self.fail, _never, self.unfinished, searches)


def _never(*args: object) -> NoReturn:
    raise AssertionError("the sweep runs no pass")


@pytest.fixture(scope="module")
def empty_queue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("queue") / "jobs.db"
    prepare_queue(f"sqlite:///{path}")
    return path


@pytest.fixture
def queue(empty_queue: Path) -> Iterator[Path]:
    yield empty_queue
    _write(empty_queue, "DELETE FROM workflow_status")


@pytest.fixture
def client(queue: Path) -> Iterator[JobClient]:
    client = JobClient(f"sqlite:///{queue}")
    yield client
    client.close()


def test_a_pass_handed_over_twice_queues_once(queue: Path, client: JobClient) -> None:
    client.enqueue_pass(FIRST)
    client.enqueue_pass(FIRST)
    assert _read(queue, "SELECT workflow_uuid, status FROM workflow_status") == [(FIRST.key, "ENQUEUED")]


def test_first_looks_do_not_queue_behind_a_weekly_round(queue: Path, client: JobClient) -> None:
    for ticket in (RECRAWL, FIRST):
        client.enqueue_pass(ticket)
    queues = _read(queue, "SELECT workflow_uuid, queue_name FROM workflow_status")
    assert set(queues) == {(FIRST.key, "waited"), (RECRAWL.key, "routine")}


def test_a_tool_is_read_again_before_it_is_crawled_again(queue: Path, client: JobClient) -> None:
    for ticket in (RECRAWL, REREAD):
        client.enqueue_pass(ticket)
    order = "SELECT workflow_uuid, queue_partition_key FROM workflow_status ORDER BY priority"
    assert _read(queue, order) == [(REREAD.key, "1"), (RECRAWL.key, "1")]


def test_the_queue_can_be_written_while_it_is_read(queue: Path) -> None:
    assert _read(queue, "PRAGMA journal_mode") == [("wal",)]


def test_a_queue_out_of_reach_is_said_and_does_not_fail_the_request(tmp_path: Path) -> None:
    client = JobClient(f"sqlite:///{tmp_path / 'absent' / 'jobs.db'}")
    with capture_logs() as said:
        client.enqueue_pass(FIRST)
    client.close()
    assert [(line["event"], line["key"]) for line in said] == [("pass_not_handed_over", FIRST.key)]


def test_handing_over_needs_nothing_that_reads_documents() -> None:
    program = "import sys, app.jobs; sys.exit(bool({'spacy', 'bs4', 'httpx'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_sweep_queues_what_was_promised_and_never_handed_over(client: JobClient) -> None:
    sweep(Rows(FIRST, RECRAWL).corridor(), client)
    assert client.fates([FIRST.key, RECRAWL.key]) == {
        FIRST.key: Fate.UNDER_WAY,
        RECRAWL.key: Fate.UNDER_WAY,
    }


def test_the_sweep_leaves_alone_what_is_under_way(queue: Path, client: JobClient) -> None:
    client.enqueue_pass(FIRST)
    _write(queue, "UPDATE workflow_status SET status = 'PENDING', executor_id = 'worker-1'")
    rows = Rows(FIRST)
    sweep(rows.corridor(), client)
    assert _read(queue, "SELECT status, executor_id FROM workflow_status") == [("PENDING", "worker-1")]
    assert rows.failed == {}


@pytest.mark.parametrize("status", ["ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"])
def test_the_sweep_marks_what_the_queue_gave_up_as_failed(
    queue: Path, client: JobClient, status: str
) -> None:
    client.enqueue_pass(FIRST)
    _write(queue, "UPDATE workflow_status SET status = ?", status)
    rows = Rows(FIRST)
    sweep(rows.corridor(), client)
    assert list(rows.failed) == [FIRST.key]


def test_a_registry_restored_from_before_a_pass_ended_gets_the_pass_again(
    queue: Path, client: JobClient
) -> None:
    client.enqueue_pass(FIRST)
    _write(queue, "UPDATE workflow_status SET status = 'SUCCESS'")
    sweep(Rows(FIRST).corridor(), client)
    assert client.fates([FIRST.key]) == {FIRST.key: Fate.UNDER_WAY}


def test_a_pass_begun_by_another_shape_of_workflow_begins_anew(queue: Path, client: JobClient) -> None:
    client.enqueue_pass(FIRST)
    _write(queue, "UPDATE workflow_status SET status = 'PENDING', application_version = 'older'")
    sweep(Rows(FIRST).corridor(), client)
    assert _read(queue, "SELECT status, application_version FROM workflow_status") == [("ENQUEUED", None)]


def test_a_pass_that_ends_during_the_sweep_is_not_done_again(queue: Path, client: JobClient) -> None:
    class Ending(Rows):
        def unfinished(self) -> tuple[Ticket, ...]:
            return super().unfinished() if self.asked == 0 else ()

    client.enqueue_pass(FIRST)
    _write(queue, "UPDATE workflow_status SET status = 'SUCCESS'")
    sweep(Ending(FIRST).corridor(), client)
    assert _read(queue, "SELECT status FROM workflow_status") == [("SUCCESS",)]


def test_a_search_that_was_never_handed_over_is_queued_by_the_sweep(queue: Path, client: JobClient) -> None:
    sweep(Rows().searching("discovery:1"), client)
    sweep(Rows().searching("discovery:1"), client)
    queued = _read(queue, "SELECT workflow_uuid, name, queue_name FROM workflow_status")
    assert queued == [("discovery:1", "search_site", "searches")]


def test_a_search_that_the_queue_gave_up_is_marked_as_failed(queue: Path, client: JobClient) -> None:
    client.enqueue_search("discovery:1")
    _write(queue, "UPDATE workflow_status SET status = 'CANCELLED'")
    rows = Rows()
    sweep(rows.searching("discovery:1"), client)
    assert "given up" in rows.failed["discovery:1"]


def test_a_search_that_ended_without_being_kept_begins_anew(queue: Path, client: JobClient) -> None:
    client.enqueue_search("discovery:1")
    _write(queue, "UPDATE workflow_status SET status = 'SUCCESS'")
    sweep(Rows().searching("discovery:1"), client)
    assert client.fates(["discovery:1"]) == {"discovery:1": Fate.UNDER_WAY}


def test_old_passes_are_forgotten_and_unfinished_ones_never(queue: Path, client: JobClient) -> None:
    now = datetime.now(UTC)
    for ticket in (FIRST, REREAD, RECRAWL):
        client.enqueue_pass(ticket)
    ended = "UPDATE workflow_status SET status = 'SUCCESS', completed_at = ? WHERE workflow_uuid = ?"
    _write(queue, ended, int((now - timedelta(days=31)).timestamp() * 1000), FIRST.key)
    _write(queue, ended, int(now.timestamp() * 1000), REREAD.key)
    assert client.forget_before(now - timedelta(days=30)) == 1
    assert client.fates([FIRST.key, REREAD.key, RECRAWL.key]) == {
        FIRST.key: Fate.UNKNOWN,
        REREAD.key: Fate.ENDED,
        RECRAWL.key: Fate.UNDER_WAY,
    }


def _read(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(query).fetchall()


def _write(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(statement, values)
