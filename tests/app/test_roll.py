"""Who counts as silent: judged by one clock, and never by time in which nothing could be seen."""

from app.roll import Watch
from registry.roll import Beat, Worker

ANN = Worker("ann", "1", "7")
BOB = Worker("bob", "1", "7")


def test_a_beat_that_stands_still_for_long_enough_is_silent() -> None:
    watch: Watch[Beat] = Watch(15)
    assert watch.silent([Beat(ANN, 1)], 100) == ()
    assert watch.silent([Beat(ANN, 1)], 114) == ()
    assert watch.silent([Beat(ANN, 1)], 115) == (Beat(ANN, 1),)


def test_a_beat_counts_from_anew_when_it_moves() -> None:
    watch: Watch[Beat] = Watch(15)
    watch.silent([Beat(ANN, 1), Beat(BOB, 1)], 100)
    watch.silent([Beat(ANN, 2), Beat(BOB, 1)], 110)
    assert watch.silent([Beat(ANN, 2), Beat(BOB, 1)], 116) == (Beat(BOB, 1),)


def test_another_process_of_the_name_is_another_beat() -> None:
    watch: Watch[Beat] = Watch(15)
    watch.silent([Beat(ANN, 1)], 100)
    assert watch.silent([Beat(Worker("ann", "2", "7"), 1)], 120) == ()


def test_time_in_which_nothing_was_seen_counts_for_nobody() -> None:
    watch: Watch[Beat] = Watch(15)
    watch.silent([Beat(ANN, 1)], 100)
    watch.begin_anew()
    assert watch.silent([Beat(ANN, 1)], 120) == ()
    assert watch.silent([Beat(ANN, 1)], 135) == (Beat(ANN, 1),)
