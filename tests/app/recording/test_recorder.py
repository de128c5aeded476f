"""What becomes of answers on their way to the record: nothing is waited for, nothing is lost unseen."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.clock import ticks_of
from app.db import sessions_of
from app.lookup.exchange import Reply, name_question
from app.recording.masks import Masks
from app.recording.recorder import Counts
from registry.lookups import Wanted, asked_before, time_of
from tests.app.lookup.gate import ASKED, EVALUATION, EVALUATIONS, SCRIBE
from tests.app.recording.ledger import Ledger

TARGET = "/v1/tools/acme/scribe/approval?plan=team&data_class=public"


@pytest.fixture
def ledger(registry_url: str) -> Iterator[Ledger]:
    ledger = Ledger(registry_url)
    yield ledger
    ledger.engine.dispose()


def wait_for(ledger: Ledger, recorded: int) -> Counts:
    for _ in range(200):
        if ledger.recorder.counts().recorded == recorded:
            break
        time.sleep(0.02)
    return ledger.recorder.counts()


def test_an_answer_is_on_record_under_the_name_it_gave(ledger: Ledger) -> None:
    ledger.recorder.start()
    answer = ledger.gate.send("GET", TARGET)
    ledger.close()
    (row,) = ledger.rows()
    assert row.id == answer.headers["x-decision-id"]
    assert (row.caller, row.subject, time_of(row.id)) == ("gateway", None, ledger.gate.now)
    assert json.loads(row.told.asked) == {
        "tool": "acme/scribe",
        "plan": "team",
        "context": {"data_class": "public"},
    }
    assert json.loads(row.told.answer) == answer.json()


def test_nothing_is_lost_on_an_orderly_stop(ledger: Ledger) -> None:
    ledger.recorder.start()
    names = [ledger.gate.send("GET", TARGET).headers["x-decision-id"] for _ in range(50)]
    assert ledger.recorder.close() == Counts(recorded=50, waiting=0, dropped=0)
    assert [row.id for row in ledger.rows()] == names[::-1]
    assert len({row.told.id for row in ledger.rows()}) == 1


def test_names_are_in_the_order_of_time(ledger: Ledger) -> None:
    first = ledger.gate.send("GET", TARGET).headers["x-decision-id"]
    second = ledger.gate.send("GET", TARGET).headers["x-decision-id"]
    ledger.gate.now += timedelta(microseconds=1)
    third = ledger.gate.send("GET", TARGET).headers["x-decision-id"]
    assert first < second < third


def test_an_answer_that_is_known_to_the_caller_has_a_name_too(ledger: Ledger) -> None:
    etag = ledger.gate.send("GET", TARGET).headers["etag"]
    known = ledger.gate.send("GET", TARGET, headers={"if-none-match": etag})
    assert known.status_code == 304
    ledger.recorder.start()
    ledger.close()
    assert known.headers["x-decision-id"] in {row.id for row in ledger.rows()}


def test_an_evaluation_is_on_record_with_its_subject(ledger: Ledger) -> None:
    ledger.recorder.start()
    answer = ledger.gate.post(EVALUATION, ASKED)
    ledger.close()
    (row,) = ledger.rows()
    assert row.id == answer.json()["context"]["evaluation_id"] == answer.headers["x-decision-id"]
    assert (row.subject, row.told.plan, row.told.decision) == (
        "user:alice@studio.example",
        "acme/scribe@team",
        True,
    )


def test_each_answer_of_a_batch_is_on_record_but_those_not_understood(ledger: Ledger) -> None:
    ledger.recorder.start()
    bob = {"type": "user", "id": "bob"}
    items = [{"resource": SCRIBE}, {"resource": {"type": "tool"}}, {"resource": SCRIBE, "subject": bob}]
    shared = {name: ASKED[name] for name in ("subject", "action", "context")}
    answer = ledger.gate.post(EVALUATIONS, {**shared, "evaluations": items})
    ledger.close()
    given = [one["context"]["evaluation_id"] for one in answer.json()["evaluations"]]
    found = {row.id: row.subject for row in ledger.rows()}
    assert found == {given[0]: "user:alice@studio.example", given[2]: "user:bob"}


def test_what_is_refused_is_no_answer_and_not_on_record(ledger: Ledger) -> None:
    refused = ledger.gate.send("GET", TARGET + "&colour=red")
    assert refused.status_code == 422
    assert "x-decision-id" not in refused.headers
    assert ledger.recorder.counts() == Counts(0, 0, 0)


def test_a_full_buffer_drops_and_counts_and_answers_go_on(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, buffered=3)
    statuses = {ledger.gate.send("GET", TARGET).status_code for _ in range(5)}
    assert statuses == {200}
    assert ledger.recorder.counts() == Counts(recorded=0, waiting=3, dropped=2)
    ledger.recorder.start()
    assert ledger.recorder.close() == Counts(recorded=3, waiting=0, dropped=2)
    assert len(ledger.rows()) == 3
    ledger.engine.dispose()


def test_a_locked_database_is_waited_out(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    other = sqlite3.connect(tmp_path / "registry.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    ledger.recorder.start()
    assert ledger.gate.send("GET", TARGET).status_code == 200
    time.sleep(0.4)
    assert ledger.recorder.counts() == Counts(recorded=0, waiting=1, dropped=0)
    other.execute("COMMIT")
    other.close()
    assert wait_for(ledger, 1) == Counts(recorded=1, waiting=0, dropped=0)
    ledger.close()
    assert len(ledger.rows()) == 1


def test_a_full_disk_costs_entries_and_no_answer(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, buffered=20)
    with ledger.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    ledger.recorder.start()
    for at in range(60):
        assert ledger.gate.send("GET", f"/v1/tools/{'x' * 500}{at}/approval").status_code == 200
    counts = ledger.recorder.close()
    assert counts.dropped + counts.waiting > 0
    assert counts.recorded + counts.waiting + counts.dropped == 60
    assert counts.recorded == len(ledger.rows())
    ledger.engine.dispose()


def test_what_is_old_enough_goes_and_its_answer_with_it(ledger: Ledger) -> None:
    ledger.recorder.start()
    ledger.gate.send("GET", TARGET)
    wait_for(ledger, 1)
    ledger.gate.now += timedelta(days=31)
    kept = ledger.gate.send("GET", "/v1/tools/nobody/approval").headers["x-decision-id"]
    wait_for(ledger, 2)
    ledger.recorder._tidy()
    ledger.close()
    assert [row.id for row in ledger.rows()] == [kept]
    with ledger.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM lookup_answers").scalar_one() == 1


def test_an_answer_that_was_forgotten_is_on_record_when_it_is_given_again(ledger: Ledger) -> None:
    ledger.gate.send("GET", TARGET)
    (line,) = ledger.recorder._lines.values()
    ledger.recorder._write_all()
    ledger.gate.now += timedelta(days=31)
    ledger.recorder._tidy()
    assert ledger.rows() == []
    name = name_question(ticks_of(ledger.gate.now), 1, 7)
    ledger.recorder(name, "gateway", Reply(200, (), b"", given=(line.given,)))
    ledger.recorder._write_all()
    assert [row.id for row in ledger.rows()] == [name]


def test_more_answers_than_are_remembered_stand_each_by_its_look_up(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.recording.entries.REMEMBERED", 3)
    monkeypatch.setattr("app.recording.entries.AT_ONCE", 4)
    sent = {}
    for tool in [*range(10), *range(10)]:
        answer = ledger.gate.send("GET", f"/v1/tools/unheard-of-{tool}/approval")
        sent[answer.headers["x-decision-id"]] = answer.json()
    ledger.recorder.start()
    ledger.close()
    assert {row.id: json.loads(row.told.answer) for row in ledger.rows()} == sent
    assert len({row.told.id for row in ledger.rows()}) == 10


def test_masks_keep_out_of_the_record_what_they_name(tmp_path: Path) -> None:
    masks = Masks(
        hashed=frozenset({"subject", "use_case"}), dropped=frozenset({"data_class"}), key=b"of the house"
    )
    ledger = Ledger(tmp_path, masks)
    ledger.recorder.start()
    ledger.gate.post(EVALUATION, ASKED)
    ledger.close()
    (row,) = ledger.rows()
    asked = json.loads(row.told.asked)["context"]
    assert row.subject == masks.hash("user:alice@studio.example")
    assert asked["use_case"] == masks.hash("office")
    assert "data_class" not in asked
    assert b"alice" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_the_record_is_searched_by_who_what_and_when(ledger: Ledger) -> None:
    ledger.recorder.start()
    ledger.gate.post(EVALUATION, ASKED)
    ledger.gate.now += timedelta(minutes=1)
    later = ledger.gate.now
    ledger.gate.send("GET", "/v1/tools/nobody/approval")
    ledger.close()

    def found(wanted: Wanted) -> list[str]:
        return [row.told.tool for row in ledger.rows(wanted)]

    assert found(Wanted(tool="acme/scribe")) == found(Wanted(tool="acme/scribe@team")) == ["acme/scribe"]
    assert found(Wanted(subject="user:alice@studio.example")) == ["acme/scribe"]
    assert found(Wanted(decision=False)) == found(Wanted(since=later)) == ["nobody"]
    assert found(Wanted(until=later)) == ["acme/scribe"]
    assert found(Wanted(caller="gateway")) == ["nobody", "acme/scribe"]
    assert found(Wanted(caller="another")) == []


def test_what_was_asked_can_be_asked_again_by_another_policy(ledger: Ledger) -> None:
    ledger.recorder.start()
    ledger.gate.post(EVALUATION, ASKED)
    ledger.gate.send("GET", "/v1/tools/nobody/approval")
    ledger.close()
    with sessions_of(ledger.engine)() as session:
        (asked,) = asked_before(session, 100)
    assert (asked.plan, asked.context, asked.decision) == ("acme/scribe@team", ASKED["context"], True)


def test_what_is_recorded_hashed_is_not_asked_again(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, Masks(hashed=frozenset({"use_case"}), key=b"of the house"))
    ledger.recorder.start()
    ledger.gate.post(EVALUATION, ASKED)
    ledger.close()
    with sessions_of(ledger.engine)() as session:
        assert asked_before(session, 100) == []


def test_look_ups_that_got_one_answer_within_a_second_are_one_row_and_listed_one_by_one(
    ledger: Ledger,
) -> None:
    ledger.gate.now = time_of("0641a2b3c00000")
    given = []
    for target in (TARGET, "/v1/tools/nobody/approval", TARGET):
        given.append(ledger.gate.send("GET", target).headers["x-decision-id"])
        ledger.gate.now += timedelta(microseconds=1)
    ledger.gate.now += timedelta(seconds=2)
    given.append(ledger.gate.send("GET", TARGET).headers["x-decision-id"])
    ledger.recorder.start()
    ledger.close()
    with ledger.engine.connect() as connection:
        names = connection.exec_driver_sql("SELECT names FROM lookups ORDER BY id").scalars().all()
    assert names == [f"{given[0]} {given[2]}", given[1], given[3]]
    assert [row.id for row in ledger.rows()] == given[::-1]
    assert [row.id for row in ledger.rows(Wanted(since=time_of(given[1]), before=given[3]))] == given[2:0:-1]


def test_a_batch_that_is_written_again_is_on_record_once(ledger: Ledger) -> None:
    name = ledger.gate.send("GET", TARGET).headers["x-decision-id"]
    ledger.recorder._batch = [*ledger.recorder._lines.values()]
    ledger.recorder._write()
    ledger.recorder._clerk.forget()
    ledger.recorder._write()
    assert [row.id for row in ledger.rows()] == [name]


def test_no_name_is_lost_between_who_answers_and_who_writes(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, buffered=1_000_000)
    ledger.gate.send("GET", TARGET)
    (line,) = ledger.recorder._lines.values()
    reply = Reply(200, (), b"", given=(line.given,))
    written = threading.Event()

    def write() -> None:
        while not written.is_set():
            ledger.recorder._write_all()

    writer = threading.Thread(target=write)
    writer.start()
    for at in range(20_000):
        ledger.recorder(name_question(at, at, 7), "gateway", reply)
    written.set()
    writer.join()
    ledger.recorder._write_all()
    assert ledger.recorder.counts() == Counts(recorded=20_001, waiting=0, dropped=0)
    with ledger.engine.connect() as connection:
        names = connection.exec_driver_sql("SELECT names FROM lookups").scalars().all()
    assert sum(len(one.split(" ")) for one in names) == 20_001
    ledger.engine.dispose()
