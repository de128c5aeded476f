"""The roll of workers: one process to a name, and silence found by whoever looks."""

from sqlmodel import Session

from app.db import engine_from, sessions_of
from registry.roll import Beat, Standing, Worker, beat, beats, enlist, enlist_stranger, leave, striking_off

ANN = Worker("ann", "1", "7")
OTHER_ANN = Worker("ann", "2", "7")


def test_a_worker_beats_for_as_long_as_it_is_on_the_roll(session: Session) -> None:
    enlist(session, ANN)
    (before,) = beats(session)
    assert beat(session, ANN) is Standing.LISTED
    (after,) = beats(session)
    assert (after.worker, after.number) == (ANN, before.number + 1)


def test_a_name_belongs_to_whoever_came_last(session: Session) -> None:
    enlist(session, ANN)
    enlist(session, OTHER_ANN)
    assert beat(session, ANN) is Standing.REPLACED
    assert beat(session, OTHER_ANN) is Standing.LISTED


def test_who_leaves_takes_nobody_else_off_the_roll(session: Session) -> None:
    enlist(session, ANN)
    enlist(session, OTHER_ANN)
    leave(session, ANN)
    assert [one.worker for one in beats(session)] == [OTHER_ANN]
    leave(session, OTHER_ANN)
    assert beats(session) == ()


def test_a_worker_that_was_struck_off_is_told_so(session: Session) -> None:
    enlist(session, ANN)
    (last,) = beats(session)
    with striking_off(session, last) as is_silent:
        assert is_silent
    assert beats(session) == ()
    assert beat(session, ANN) is Standing.STRUCK_OFF


def test_a_worker_that_has_beaten_since_is_not_struck_off(session: Session) -> None:
    enlist(session, ANN)
    (last,) = beats(session)
    beat(session, ANN)
    with striking_off(session, last) as is_silent:
        assert not is_silent
    assert beat(session, ANN) is Standing.LISTED


def test_a_process_that_took_the_name_is_not_struck_off_for_the_one_before(session: Session) -> None:
    enlist(session, ANN)
    (last,) = beats(session)
    enlist(session, OTHER_ANN)
    with striking_off(session, Beat(ANN, last.number + 1)) as is_silent:
        assert not is_silent


def test_a_name_that_nobody_goes_by_is_silent_until_somebody_does(session: Session) -> None:
    enlist_stranger(session, "ann")
    enlist_stranger(session, "ann")
    (found,) = beats(session)
    assert beat(session, ANN) is Standing.STRUCK_OFF
    enlist(session, ANN)
    with striking_off(session, found) as is_silent:
        assert not is_silent


def test_what_fails_on_the_way_leaves_the_name_on_the_roll(registry_url: str) -> None:
    engine = engine_from(registry_url)
    sessions = sessions_of(engine)
    with sessions() as session:
        enlist(session, ANN)
        (last,) = beats(session)
    try:
        with sessions() as session, striking_off(session, last):
            raise ConnectionError("the queue is away")
    except ConnectionError:
        pass
    with sessions() as session:
        assert beats(session) == (last,)
    engine.dispose()
