"""A sentence that stands in a list twice is told once, and a person's word before what was only proposed."""

from dataclasses import dataclass, replace

from app.ui.said_once import said_once
from tests.registry.readings import MAY_TRAIN, NO_TRAINING, clause


@dataclass(frozen=True)
class Shown:
    source: str
    quote: str
    proposed: bool = False


@dataclass(frozen=True)
class Held:
    source: str
    clause: object


def test_the_same_words_of_one_source_are_told_once_in_their_order() -> None:
    first, other, again = Shown("terms", NO_TRAINING), Shown("terms", MAY_TRAIN), Shown("terms", NO_TRAINING)
    assert said_once([first, other, again]) == [first, other]


def test_the_same_words_of_two_sources_are_told_of_both() -> None:
    both = [Shown("terms", NO_TRAINING), Shown("privacy", NO_TRAINING)]
    assert said_once(both) == both


def test_what_a_person_confirmed_is_told_in_place_of_what_was_proposed() -> None:
    proposed = Held("terms", replace(clause(NO_TRAINING), rule="proposed", proposed=True))
    said = Held("terms", clause(NO_TRAINING))
    assert said_once([proposed, said]) == [said]
    assert said_once([said, proposed]) == [said]
