"""Floors rise by themselves and fall only when asked to."""

import pytest

from extractors.agreement import Found, Score, Share
from extractors.floors import Floors, FloorsError, parse_floors, pin, shortfalls, write_floors
from extractors.labels import Expected
from extractors.model import Answer, Audience, Family
from extractors.scoring import score
from tests.extractors.labelled import document, told


def scored(right: int, missed: int = 0) -> Score:
    return Score(families={Family.TRAINING: Found(right=right, missed=missed)})


PERFECT, HALF = scored(4), scored(2, 4)
UNSAFE = score(
    document(facts=(Expected(Audience.ALL, Family.TRAINING, Answer.PERMITTED),)),
    [],
    told(Family.TRAINING, Answer.PROHIBITED),
)


def test_a_score_holds_the_floors_pinned_from_it() -> None:
    assert shortfalls(pin(None, "c", HALF).floors, "c", HALF) == ()


def test_a_figure_below_its_floor_is_told_with_both() -> None:
    fallen = shortfalls(pin(None, "c", PERFECT).floors, "c", HALF)
    assert "f1.training is 0.5000, its floor is 1.0000" in fallen


def test_a_figure_that_is_measured_no_more_falls_short() -> None:
    floors = Floors("c", {"stance.training": 0.9, "f1.training": 0.5, "f1.core": 0.5}, 0)
    assert shortfalls(floors, "c", HALF) == ("stance.training is not measured any more, its floor is 0.9000",)


def test_a_figure_without_a_floor_asks_for_one() -> None:
    assert "f1.training has no floor" in " ".join(shortfalls(Floors("c", {"f1.core": 0.1}, 0), "c", HALF))


def test_another_corpus_falls_short_whatever_its_figures() -> None:
    (message,) = shortfalls(pin(None, "old", HALF).floors, "new", PERFECT)
    assert "pin them anew" in message


def test_one_false_safe_more_falls_short() -> None:
    before = Score(facts={Family.TRAINING: Share(0, 1)})
    floors = pin(None, "c", before).floors
    assert shortfalls(floors, "c", UNSAFE)[-1] == "1 facts are told safe that are not, allowed are 0"


def test_floors_rise_with_the_figures() -> None:
    pinned = pin(pin(None, "c", HALF).floors, "c", PERFECT)
    assert (pinned.floors.figures["f1.training"], pinned.lowered) == (1.0, ())


def test_a_floor_that_would_fall_is_told() -> None:
    pinned = pin(pin(None, "c", PERFECT).floors, "c", HALF)
    assert "f1.training from 1.0000 to 0.5000" in pinned.lowered


def test_a_margin_leaves_room_below_and_lowers_no_floor_that_holds() -> None:
    first = pin(None, "c", PERFECT, margin=0.01)
    assert first.floors.figures["f1.training"] == 0.99
    assert pin(Floors("c", {"f1.training": 0.995}, 0), "c", PERFECT, margin=0.01).floors.figures[
        "f1.training"
    ] == (0.995)


def test_a_floor_that_vanishes_counts_as_lowered() -> None:
    before = Floors("c", {"stance.training": 0.9}, 0)
    assert pin(before, "c", HALF).lowered == ("stance.training from 0.9000 to nothing",)


def test_more_false_safes_count_as_lowered() -> None:
    assert "false_safe from 0 to 1" in pin(Floors("c", {}, 0), "c", UNSAFE).lowered


def test_floors_are_read_as_they_were_written() -> None:
    floors = pin(None, "c", HALF).floors
    assert parse_floors(write_floors(floors)) == floors


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"corpus": "c", "figures": {"a": "b"}, "false_safe": 0}'])
def test_what_is_no_file_of_floors_is_refused(text: str) -> None:
    with pytest.raises(FloorsError):
        parse_floors(text)
