"""The pattern language: what each sign means, and which mistakes are told."""

import pytest

from extractors.pattern import PatternError, Word, parse_pattern

CLASSES = {"keep": frozenset({"keep", "retain"})}
PHRASES = {"data": ((Word(frozenset({"data"})),),)}


def test_words_that_touch_make_one_step() -> None:
    pattern = parse_pattern("may|can @keep your?", CLASSES, PHRASES)
    assert [word.forms for word in pattern.steps[0].runs[0]] == [{"may", "can"}, {"keep", "retain"}, {"your"}]
    assert pattern.steps[0].runs[0][2].operator == "?"


def test_a_gap_stands_before_the_step_it_leads_to() -> None:
    pattern = parse_pattern("@keep ~6 <data> ~~9 #", CLASSES, PHRASES)
    assert [(step.gap, step.crosses) for step in pattern.steps] == [(0, False), (6, False), (9, True)]
    assert pattern.steps[2].runs[0][0].number


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "at least one word"),
        ("keep ~6", "ends in a gap"),
        ("keep ~six it", "is no gap"),
        ("@lose it", "@lose is not a word class"),
        ("<it>", "<it> is not a phrase"),
        ("Keep", "lower-case"),
        ("opt-out", "without hyphens"),
        ("maybe?", "may not be missing"),
    ],
)
def test_a_mistake_is_told(source: str, message: str) -> None:
    with pytest.raises(PatternError, match=message):
        parse_pattern(source, CLASSES, PHRASES)
