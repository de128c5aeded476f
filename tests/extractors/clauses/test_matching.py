"""Where patterns are found: gaps, leads, optional words; and shifted bits find what plain trying finds."""

import random
from collections.abc import Iterator

import pytest

from extractors.clauses.matching import PatternMatcher
from extractors.clauses.tokens import tokenize, words_of
from extractors.pattern import parse_pattern, parse_run

_PHRASES = {"it": (parse_run("b", {}), parse_run("b c", {}))}


def find(pattern: str, text: str, lead: str = "") -> list[tuple[int, int]]:
    matcher = PatternMatcher({"it": (parse_pattern(pattern, {}, _PHRASES),)}, frozenset())
    numbers = matcher.candidates(words_of(text) | words_of(lead))
    return [span for _, span in matcher.find(tokenize(lead, text), numbers)]


def test_a_gap_lets_so_many_words_stand_between_and_no_more() -> None:
    assert find("a ~2 b", "a x x b") == [(0, 4)]
    assert find("a ~2 b", "a x x x b") == []


def test_without_a_gap_steps_touch() -> None:
    assert find("a <it>", "a b c") == [(0, 2), (0, 3)]
    assert find("a <it>", "a x b") == []


def test_an_optional_word_may_be_missing() -> None:
    assert find("a x? b", "a b a x b") == [(0, 2), (2, 5)]


def test_a_repeated_word_and_a_number_are_found() -> None:
    assert find("x* b", "x x b") == [(2, 3)]
    assert find("a x* b", "a b a x x b") == [(0, 2), (2, 6)]
    assert find("# days", "for 30 days or three days") == [(1, 3), (4, 6)]


def test_the_span_begins_at_the_nearest_first_step() -> None:
    assert find("a ~9 b", "a a b") == [(1, 3)]


def test_only_a_crossing_gap_begins_in_the_lead() -> None:
    assert find("a ~3 b", "x b", lead="a") == []
    assert find("a ~~3 b", "x b", lead="a y y y y y") == [(0, 9)]
    assert find("a ~~3 b", "x x x x b", lead="a") == []


def test_what_ends_in_the_lead_is_not_found() -> None:
    assert find("a b", "x", lead="a b") == []


def _plainly(first: str, gap: int, last: str, words: list[str], own: int, *, crosses: bool) -> Iterator[int]:
    """Yield the ends of `first ~gap last`, tried place by place."""
    for end, word in enumerate(words):
        for begin in range(end):
            if word != last or words[begin] != first or end < own:
                continue
            between = end - begin - 1
            inside = not own or begin >= own
            if (inside and between <= gap) or (own and crosses and (between <= gap or end - own <= gap)):
                yield end + 1


@pytest.mark.parametrize("crosses", [True, False])
def test_shifted_bits_find_what_trying_each_place_finds(crosses: bool) -> None:
    dice = random.Random(7)
    for _ in range(400):
        lead = " ".join(dice.choices("abx", k=dice.randrange(0, 5)))
        text = " ".join(dice.choices("abx", k=dice.randrange(1, 12)))
        gap = dice.randrange(1, 5)
        sentence = tokenize(lead, text)
        ends = {end for _, end in find(f"a {'~~' if crosses else '~'}{gap} b", text, lead)}
        tried = _plainly("a", gap, "b", list(sentence.words), sentence.own, crosses=crosses)
        assert ends == set(tried), (lead, text, gap)
