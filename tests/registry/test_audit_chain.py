"""The chain of the audit log: what was changed, dropped or slipped in past Termgate is found and named."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from app.db import Sessions, engine_from, readings_of, sessions_of
from registry.audit_chain import Head, altered, head_of, verify_chain
from registry.journal import note

NOW = datetime(2027, 3, 1, 9, 0, 0, 123456, tzinfo=UTC)
EVENTS = 7


@pytest.fixture
def engine(registry_url: str) -> Iterator[Engine]:
    engine = engine_from(registry_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    sessions = sessions_of(engine)
    for at in range(EVENTS - 1):
        with sessions() as session:
            note(session, NOW, "kim", "approve", f"acme/tool-{at}@team", reason="“Ça va” ✓", days=[at, None])
            if at == 2:
                note(session, NOW, "termgate", "suspend", "acme/tool-2@team")
    return sessions


def break_by(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))


def findings(engine: Engine, known: Head | None = None) -> list[str]:
    return [*verify_chain(readings_of(engine), known).findings]


def shown_broken(engine: Engine) -> list[int]:
    with readings_of(engine)() as session:
        return altered(session, [*range(1, EVENTS + 1)])


def test_what_stands_as_it_was_written_is_found_so(engine: Engine, sessions: Sessions) -> None:
    found = verify_chain(readings_of(engine), None)
    assert (found.findings, found.head.place, found.before) == ([], EVENTS, 0)
    assert shown_broken(engine) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_events SET actor = 'lee' WHERE id = 3",
        "UPDATE audit_events SET action = 'reject' WHERE id = 3",
        "UPDATE audit_events SET subject = 'acme/other' WHERE id = 3",
        "UPDATE audit_events SET at = '2027-03-01 09:00:00.123457' WHERE id = 3",
        """UPDATE audit_events SET detail = '{"reason": "none"}' WHERE id = 3""",
        "UPDATE audit_links SET digest = (SELECT digest FROM audit_links WHERE place = 1) WHERE event_id = 3",
    ],
)
def test_a_changed_event_is_named(engine: Engine, sessions: Sessions, change: str) -> None:
    break_by(engine, change)
    first, *_ = findings(engine)
    assert first.startswith("event 3, at place 3, is not as it was written")
    assert 3 in shown_broken(engine)


def test_a_dropped_event_is_named(engine: Engine, sessions: Sessions) -> None:
    break_by(engine, "DELETE FROM audit_events WHERE id = 4")
    assert findings(engine) == ["event 4, at place 4, is gone"]


def test_an_event_dropped_with_its_link_leaves_a_gap(engine: Engine, sessions: Sessions) -> None:
    break_by(engine, "DELETE FROM audit_events WHERE id = 4")
    break_by(engine, "DELETE FROM audit_links WHERE event_id = 4")
    assert findings(engine) == ["the chain has a gap: place 4 is missing"]


def test_an_event_that_was_slipped_in_is_named(engine: Engine, sessions: Sessions) -> None:
    columns = "(id, at, actor, action, subject, detail)"
    values = "(99, '2027-03-01 09:00:00', 'kim', 'approve', 'acme/bad@free', '{}')"
    break_by(engine, f"INSERT INTO audit_events {columns} VALUES {values}")
    assert findings(engine) == ["event 99 is in no place of the chain: Termgate did not write it"]
    with readings_of(engine)() as session:
        assert altered(session, [99]) == [99]


def test_an_end_that_was_cut_off_is_found(engine: Engine, sessions: Sessions) -> None:
    break_by(engine, "DELETE FROM audit_events WHERE id > 5")
    break_by(engine, "DELETE FROM audit_links WHERE place > 5")
    assert findings(engine) == [f"the chain ends at place 5, and its head is at place {EVENTS}"]


def test_a_chain_written_anew_is_found_by_a_head_that_was_kept(engine: Engine, sessions: Sessions) -> None:
    with readings_of(engine)() as session:
        kept = head_of(session)
    for table in ("audit_events", "audit_links", "audit_head"):
        break_by(engine, f"DELETE FROM {table}")
    with sessions() as session:
        for at in range(EVENTS):
            note(session, NOW, "lee", "approve", f"acme/tool-{at}@team")
    assert findings(engine) == []
    assert findings(engine, kept) == [
        f"the chain is not the one whose head was written down at place {EVENTS}: it has another digest there"
    ]
    assert "reaches no further" in findings(engine, Head(EVENTS + 1, kept.digest))[0]


def test_a_head_that_was_kept_holds_as_the_log_grows(engine: Engine, sessions: Sessions) -> None:
    with readings_of(engine)() as session:
        kept = head_of(session)
    with sessions() as session:
        note(session, NOW, "kim", "reject", "acme/tool-1@team")
    assert findings(engine, kept) == []
    assert findings(engine, Head(0, "")) == []


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM audit_head",
        "UPDATE audit_head SET place = 0, digest = ''",
        "UPDATE audit_head SET place = 2, digest = (SELECT digest FROM audit_links WHERE place = 2)",
    ],
)
def test_a_head_that_was_put_back_hides_nothing(engine: Engine, sessions: Sessions, change: str) -> None:
    break_by(engine, change)
    break_by(engine, "UPDATE audit_events SET actor = 'lee' WHERE id = 5")
    (found,) = findings(engine)
    assert found.startswith(f"the chain goes on to place {EVENTS}, and its head is at place ")


def test_a_beginning_that_was_moved_hides_no_event_that_was_slipped_in(
    engine: Engine, sessions: Sessions
) -> None:
    columns = "(id, at, actor, action, subject, detail)"
    values = "(99, '2027-03-01 09:00:00', 'kim', 'approve', 'acme/bad@free', '{}')"
    break_by(engine, f"INSERT INTO audit_events {columns} VALUES {values}")
    break_by(engine, "UPDATE audit_head SET since_event = 99")
    assert findings(engine) == [
        "the chain says that it begins after event 99, and event 1 is in it: its beginning was moved"
    ]
    break_by(engine, "UPDATE audit_events SET actor = 'lee' WHERE id = 3")
    assert shown_broken(engine) == [3]


def test_what_is_rolled_back_leaves_no_link(engine: Engine, sessions: Sessions) -> None:
    with pytest.raises(LookupError), sessions() as session:
        note(session, NOW, "kim", "approve", "acme/tool-1@team")
        raise LookupError
    assert verify_chain(readings_of(engine), None).head.place == EVENTS


def test_events_of_many_at_once_stand_in_one_chain(engine: Engine, sessions: Sessions) -> None:
    def act(who: int) -> None:
        for _ in range(10):
            with sessions() as session:
                note(session, NOW, f"person-{who}", "approve", "acme/tool-1@team")
                note(session, NOW, f"person-{who}", "reject", "acme/tool-2@team")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(4)))
    found = verify_chain(readings_of(engine), None)
    assert (found.findings, found.head.place) == ([], EVENTS + 80)
