"""Workers as real processes, killed and stopped in the middle of passes that keep a tally.

`sample_worker.py` is the product's worker with other passes; see there.
"""

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOSClient

from app.jobs import JobClient, Ticket
from registry.submissions import PassKind

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("sample_worker.py")
PARENT = """
import subprocess, sys, os
subprocess.Popen([*sys.argv[1:], "--parent", str(os.getpid())])
input()
"""


class House:
    """A data folder with workers on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workers: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            worker = subprocess.Popen([sys.executable, str(SCRIPT), str(self.folder), *arguments], stderr=log)
        self.workers.append(worker)
        return worker

    def promise(self, *keys: str, kind: PassKind = PassKind.FIRST_LOOK) -> None:
        with closing(sqlite3.connect(self.folder / "tally.db")) as db, db:
            rows = [(key, number, kind) for number, key in enumerate(keys)]
            db.executemany("INSERT INTO passes VALUES (?, ?, ?, 'queued', NULL)", rows)

    def hand_over(self, *keys: str) -> None:
        client = JobClient(f"sqlite:///{self.folder / 'jobs.db'}")
        for number, key in enumerate(keys):
            client.enqueue_pass(Ticket(key, number, PassKind.FIRST_LOOK))
        client.close()

    def change_queue(self, statement: str, *values: object) -> None:
        with closing(sqlite3.connect(self.folder / "jobs.db", timeout=30)) as db, db:
            db.execute(statement, values)

    def ask(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(self.folder / "tally.db")) as db:
            return db.execute(query).fetchall()

    def states(self) -> dict[str, str]:
        return dict(self.ask("SELECT key, state FROM passes"))

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def wait(self, ready: Callable[[], object], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not _asked_in_peace(ready):
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)


def _asked_in_peace(ready: Callable[[], object]) -> object:
    """The answer; none while the worker has not yet made its tables."""
    try:
        return ready()
    except (sqlite3.OperationalError, FileNotFoundError):
        return None


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    for worker in house.workers:
        worker.kill()
        worker.wait()


def _started(house: House) -> bool:
    return "worker_started" in house.log()


def test_every_pass_ends_once_though_its_worker_was_killed_in_the_middle(house: House) -> None:
    keys = ("acme/a", "acme/b", "acme/c")
    worker = house.start("--look-s", "0.3")
    house.wait(lambda: _started(house))
    house.promise(*keys)
    house.hand_over(*keys, *keys)
    house.wait(lambda: house.ask("SELECT 1 FROM attempts WHERE step = 'look 2'"))
    worker.kill()
    worker.wait()
    assert "done" not in house.states().values()
    ((ahead,), *_) = house.ask("SELECT key FROM attempts WHERE step = 'look 2'")

    house.start()
    house.wait(lambda: set(house.states().values()) == {"done"})
    assert house.ask("SELECT key, count(*) FROM effects GROUP BY key ORDER BY key") == [
        (key, 4) for key in keys
    ]
    first_looks = house.ask(f"SELECT count(*) FROM attempts WHERE key = '{ahead}' AND step = 'look 1'")
    assert first_looks == [(1,)], "what was recorded as done is not done again"


def test_what_a_killed_worker_had_under_way_goes_on_in_the_others(house: House) -> None:
    keys = tuple(f"acme/{number}" for number in range(9))
    workers = {name: house.start("--name", name, "--look-s", "0.3") for name in ("a", "b", "c")}
    house.wait(lambda: house.log().count("worker_started") == 3)
    house.promise(*keys)
    house.hand_over(*keys)
    house.wait(
        lambda: house.ask(f"SELECT 1 FROM attempts WHERE step = 'look 2' AND pid = {workers['a'].pid}")
    )
    workers["a"].kill()
    house.wait(lambda: set(house.states().values()) == {"done"}, 30)
    assert house.ask("SELECT DISTINCT count(*) FROM effects GROUP BY key") == [(4,)]
    assert house.ask("SELECT key FROM attempts WHERE step = 'finish' GROUP BY key HAVING count(*) > 1") == []
    assert house.log().count("worker_is_dead") == 1


def test_a_worker_that_stood_still_has_lost_its_work_and_no_more(house: House) -> None:
    stalled = house.start("--name", "a", "--look-s", "1")
    house.wait(lambda: _started(house))
    house.promise("acme/a")
    house.hand_over("acme/a")
    house.wait(lambda: house.ask("SELECT 1 FROM attempts WHERE step = 'look 2'"))
    # In the middle of the step: one that stands still with a lock in hand keeps everybody out.
    time.sleep(0.3)
    stalled.send_signal(signal.SIGSTOP)
    house.start("--name", "b")
    house.wait(lambda: house.states() == {"acme/a": "done"}, 60)
    stalled.send_signal(signal.SIGCONT)
    house.wait(lambda: "was_taken_for_dead" in house.log())
    house.promise("acme/b")
    house.hand_over("acme/b")
    house.wait(lambda: house.states() == {"acme/a": "done", "acme/b": "done"})
    later = house.ask(f"SELECT step FROM attempts WHERE pid = {stalled.pid} AND key = 'acme/a'")
    assert later[-1] in {("look 2",), ("looked 2",)}, "no step is begun that others have done"
    assert house.ask("SELECT count(*) FROM attempts WHERE key = 'acme/a' AND step = 'finish'") == [(1,)]


def test_what_a_stopped_worker_had_under_way_goes_to_the_others_at_once(house: House) -> None:
    stopped = house.start("--name", "a", "--look-s", "0.5")
    house.wait(lambda: _started(house))
    house.promise("acme/a")
    house.hand_over("acme/a")
    house.wait(lambda: house.ask("SELECT 1 FROM attempts WHERE step = 'look 1'"))
    house.start("--name", "b")
    house.wait(lambda: house.log().count("worker_started") == 2)
    stopped.terminate()
    stopped.wait(10)
    left = time.monotonic()
    house.wait(lambda: house.states() == {"acme/a": "done"})
    assert time.monotonic() - left < 2
    assert "worker_is_dead" not in house.log()


def test_work_of_a_worker_that_was_on_no_roll_is_found(house: House) -> None:
    worker = house.start("--name", "a", "--look-s", "0.5")
    house.wait(lambda: _started(house))
    house.promise("acme/a")
    house.hand_over("acme/a")
    house.wait(lambda: house.ask("SELECT 1 FROM attempts WHERE step = 'look 1'"))
    worker.kill()
    worker.wait()
    with closing(sqlite3.connect(house.folder / "registry.db", timeout=30)) as db, db:
        db.execute("DELETE FROM workers")
    house.start("--name", "b")
    house.wait(lambda: house.states() == {"acme/a": "done"})


def test_a_pass_that_takes_down_one_worker_after_another_is_given_up(house: House) -> None:
    for name in ("a", "b", "c", "d"):
        house.start("--name", name)
    house.wait(lambda: house.log().count("worker_started") == 4)
    house.promise("deadly/a")
    house.hand_over("deadly/a")
    house.wait(lambda: house.states() == {"deadly/a": "failed"}, 40)
    assert [worker.poll() is None for worker in house.workers].count(True) == 1


def test_a_worker_whose_name_another_one_takes_stops(house: House) -> None:
    worker = house.start("--name", "a")
    house.wait(lambda: _started(house))
    (house.folder / "a.lock").unlink()
    house.start("--name", "a")
    assert worker.wait(15) != 0
    assert "another worker is named a" in house.log()


def test_a_step_that_keeps_failing_marks_its_pass_as_failed_and_no_other(house: House) -> None:
    house.start()
    house.wait(lambda: _started(house))
    house.promise("broken/a", "acme/b")
    house.hand_over("broken/a", "acme/b")
    house.wait(lambda: set(house.states().values()) == {"failed", "done"})
    assert house.states() == {"broken/a": "failed", "acme/b": "done"}
    errors = house.ask("SELECT error FROM passes WHERE state = 'failed'")
    assert errors == [("look: RuntimeError: the page came to life",)]
    assert house.ask("SELECT count(*) FROM attempts WHERE key = 'broken/a' AND step = 'look 3'") == [(3,)]
    assert house.ask("SELECT 1 FROM attempts WHERE key = 'broken/a' AND step = 'finish'") == []


def test_a_pass_that_was_never_handed_over_is_found_at_the_start(house: House) -> None:
    worker = house.start()
    house.wait(lambda: _started(house))
    worker.terminate()
    worker.wait(timeout=10)
    house.promise("acme/a")
    house.start()
    house.wait(lambda: house.states() == {"acme/a": "done"})


def test_a_pass_that_takes_its_worker_down_each_time_is_given_up(house: House) -> None:
    worker = house.start()
    house.wait(lambda: _started(house))
    house.promise("deadly/a")
    house.hand_over("deadly/a")
    deaths = 0
    while deaths < 5 and house.states() != {"deadly/a": "failed"}:
        if worker.poll() is not None:
            deaths += 1
            worker = house.start()
        time.sleep(0.05)
    assert house.states() == {"deadly/a": "failed"}
    assert deaths == 3


def test_a_weekly_slot_is_due_once_though_two_workers_keep_the_schedule(house: House) -> None:
    every_second = ("--cron", "* * * * * *")
    house.start("--name", "worker-1", *every_second)
    house.start("--name", "worker-2", *every_second)
    house.wait(lambda: len(house.ask("SELECT 1 FROM passes WHERE state = 'done'")) >= 4)
    twice = "SELECT key FROM attempts WHERE step = 'due' GROUP BY key HAVING count(*) > 1"
    assert house.ask(twice) == []
    finished = house.ask("SELECT key, count(*) FROM attempts WHERE step = 'finish' GROUP BY key")
    assert {count for _key, count in finished} == {1}


def test_a_re_read_of_a_tool_comes_before_its_re_crawl(house: House) -> None:
    house.start("--cron", "* * * * * *")
    house.wait(lambda: house.ask("SELECT 1 FROM attempts WHERE step = 'finish'"))
    assert [key.split(":")[0] for key in house.states()][:2] == ["reread", "recrawl"]


def test_what_ended_long_ago_is_forgotten_by_the_daily_round(house: House) -> None:
    house.start()
    house.wait(lambda: _started(house))
    house.promise("acme/a")
    house.wait(lambda: house.states() == {"acme/a": "done"})
    client = DBOSClient(system_database_url=f"sqlite:///{house.folder / 'jobs.db'}")
    house.wait(lambda: client.list_workflows(workflow_ids=["acme/a"], status="SUCCESS"))
    house.change_queue("UPDATE workflow_status SET completed_at = 1 WHERE workflow_uuid = 'acme/a'")
    client.trigger_schedule("tidy")
    house.wait(lambda: not client.list_workflows(workflow_ids=["acme/a"]))
    client.destroy()


def test_a_step_that_outlasts_the_grace_does_not_hold_the_worker(house: House) -> None:
    worker = house.start("--look-s", "60")
    house.wait(lambda: _started(house))
    house.promise("acme/a")
    house.wait(lambda: house.ask("SELECT 1 FROM attempts WHERE step = 'look 1'"))
    worker.terminate()
    assert worker.wait(timeout=10) == 0
    assert "step_abandoned" in house.log()
    house.start()
    house.wait(lambda: house.states() == {"acme/a": "done"})


def test_a_stopped_worker_ends_its_step_and_the_next_one_goes_on_behind_it(house: House) -> None:
    worker = house.start("--look-s", "1")
    house.wait(lambda: _started(house))
    house.promise("acme/a")
    house.hand_over("acme/a")
    house.wait(lambda: house.ask("SELECT 1 FROM attempts WHERE step = 'look 2'"))
    worker.send_signal(signal.SIGINT)
    assert worker.wait(timeout=8) == 0
    assert house.ask("SELECT step FROM attempts WHERE step LIKE 'look%' ORDER BY rowid") == [
        ("look 1",),
        ("looked 1",),
        ("look 2",),
        ("looked 2",),
    ]
    house.start()
    house.wait(lambda: house.states() == {"acme/a": "done"})
    assert house.ask("SELECT step FROM attempts WHERE step = 'look 2'") == [("look 2",)]


def test_a_worker_does_not_outlive_its_parent(house: House) -> None:
    command = [sys.executable, "-c", PARENT, sys.executable, str(SCRIPT), str(house.folder)]
    with (house.folder / "log").open("ab") as log:
        parent = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=log)
    with parent:
        house.wait(lambda: _started(house))
        parent.kill()
    house.wait(lambda: "worker_stopped" in house.log())
    assert '"because": "the parent is gone"' in house.log()
