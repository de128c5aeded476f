"""What is put back on the queue, and what is left alone, on both databases: the workers are only rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from dbos import DBOSClient, EnqueueOptions
from sqlalchemy import Engine, create_engine, text

from app.db import engine_from, sessions_of
from app.jobs import APPLICATION, VERSION, WEEKLY, Fate, JobClient, Ticket, prepare_queue
from app.recovery import Keeper
from app.roll import Roll, Watch
from registry.roll import Worker
from registry.submissions import PassKind

FIRST = Ticket("first_look:acme/writer:1", 1, PassKind.FIRST_LOOK)
RECRAWL = Ticket("recrawl:acme/writer:3", 1, PassKind.RECRAWL)
RECOVERIES = 2


@dataclass
class Queue:
    """A queue, and a way to make what workers would leave in it."""

    url: str
    engine: Engine
    client: JobClient

    def begin(self, ticket: Ticket, worker: str, version: str = VERSION) -> None:
        """Have a worker take a pass, once more."""
        self.client.enqueue_pass(ticket)
        change = (
            "status = 'PENDING', executor_id = :worker, application_version = :version, "
            "recovery_attempts = recovery_attempts + 1"
        )
        with self.engine.begin() as connection:
            connection.execute(
                text(f"UPDATE {self.table} SET {change} WHERE workflow_uuid = :key"),
                {"worker": worker, "version": version, "key": ticket.key},
            )

    def states(self) -> dict[str, tuple[str, str]]:
        """Each pass with its status and the queue that it stands in."""
        with self.engine.connect() as connection:
            rows = connection.execute(text(f"SELECT workflow_uuid, status, queue_name FROM {self.table}"))
            return {key: (status, queue) for key, status, queue in rows}

    @property
    def table(self) -> str:
        return "dbos.workflow_status" if self.engine.dialect.name == "postgresql" else "workflow_status"


@pytest.fixture
def queue(registry_url: str, tmp_path: Path) -> Iterator[Queue]:
    url = registry_url if registry_url.startswith("postgresql") else f"sqlite:///{tmp_path / 'jobs.db'}"
    prepare_queue(url)
    queue = Queue(url, create_engine(url), JobClient(url))
    yield queue
    queue.client.close()
    queue.engine.dispose()


@pytest.fixture
def roll(registry_url: str) -> Iterator[Roll]:
    """The roll as the worker `me` sees it, for whom every moment is too long."""
    engine = engine_from(registry_url)
    roll = Roll(sessions_of(engine), Worker("me", "1", VERSION), silent_s=0)
    roll.enlist()
    yield roll
    engine.dispose()


def test_what_a_silent_worker_had_under_way_goes_back_where_it_queued(queue: Queue, roll: Roll) -> None:
    queue.begin(FIRST, "dead")
    queue.begin(RECRAWL, "dead")
    roll.note(["dead"])
    Keeper(roll, queue.client, RECOVERIES, 1).take_up()
    assert queue.states() == {FIRST.key: ("ENQUEUED", "waited"), RECRAWL.key: ("ENQUEUED", "routine")}
    assert [worker.name for worker in roll.listed()] == ["me"]


def test_a_name_on_no_roll_is_watched_before_its_work_is_taken(queue: Queue, roll: Roll) -> None:
    queue.begin(FIRST, "stranger")
    keeper = Keeper(roll, queue.client, RECOVERIES, 1)
    keeper.take_up()
    assert queue.states() == {FIRST.key: ("PENDING", "waited")}
    keeper.take_up()
    assert queue.states() == {FIRST.key: ("ENQUEUED", "waited")}


def test_a_pass_whose_workers_keep_dying_is_given_up(queue: Queue, roll: Roll) -> None:
    for death in range(RECOVERIES + 1):
        queue.begin(FIRST, f"dead-{death}")
        roll.note([f"dead-{death}"])
        Keeper(roll, queue.client, RECOVERIES, 1).take_up()
    assert queue.client.fates([FIRST.key]) == {FIRST.key: Fate.GIVEN_UP}


def test_an_orderly_end_counts_as_no_death(queue: Queue) -> None:
    for _ in range(2 * RECOVERIES):
        queue.begin(FIRST, "me")
        queue.client.release("me")
    assert queue.states() == {FIRST.key: ("ENQUEUED", "waited")}


def test_who_was_replaced_gives_away_nothing_that_is_done_by_its_name(
    registry_url: str, queue: Queue, roll: Roll
) -> None:
    engine = engine_from(registry_url)
    with Keeper(roll, queue.client, RECOVERIES, 1).listed():
        Roll(sessions_of(engine), Worker("me", "2", VERSION), silent_s=0).enlist()
        queue.begin(FIRST, "me")
    assert queue.states() == {FIRST.key: ("PENDING", "waited")}
    assert [worker.token for worker in roll.listed()] == ["2"]
    engine.dispose()


def test_what_nobody_here_works_on_is_taken_up_again_and_nothing_else(queue: Queue, roll: Roll) -> None:
    queue.begin(FIRST, "me")
    queue.begin(RECRAWL, "me")
    Keeper(roll, queue.client, RECOVERIES, 1).pick_up(Watch(0), lambda: {FIRST.key})
    assert {key: status for key, (status, _) in queue.states().items()} == {
        FIRST.key: "PENDING",
        RECRAWL.key: "ENQUEUED",
    }


def test_a_pass_of_another_version_is_outdated_once_no_worker_of_it_lives(queue: Queue) -> None:
    queue.begin(FIRST, "old", version="0")
    assert queue.client.fates([FIRST.key], {VERSION, "0"}) == {FIRST.key: Fate.UNDER_WAY}
    assert queue.client.fates([FIRST.key], {VERSION}) == {FIRST.key: Fate.OUTDATED}


def test_a_round_that_waits_for_a_version_of_the_past_begins_anew(queue: Queue) -> None:
    engine = DBOSClient(system_database_url=queue.url, application_name=APPLICATION)
    options = EnqueueOptions(
        workflow_name=WEEKLY, queue_name="any", application_name=APPLICATION, app_version="0"
    )
    engine.enqueue(options, "slot", None)
    queue.client.take_over_rounds({VERSION, "0"})
    assert [row.app_version for row in engine.list_workflows(name=WEEKLY)] == ["0"]
    queue.client.take_over_rounds({VERSION})
    assert [row.app_version for row in engine.list_workflows(name=WEEKLY)] == [VERSION]
    engine.destroy()
