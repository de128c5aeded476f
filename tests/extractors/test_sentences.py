"""Finding a quoted sentence in a text: what makes it another one, and what does not."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from extractors.sentences import headings_above, places_of, words_of

PROMISE = "Acme does not train on Customer Content."


def found(text: str, quote: str = PROMISE) -> list[str]:
    return [text[start:end] for start, end in places_of(text, quote)]


@pytest.mark.parametrize(
    "text",
    [
        PROMISE,
        f"# Terms\n\n{PROMISE}",
        f"# Terms\n{PROMISE}\nMore.",
        f"**Training**\n{PROMISE}",
        f"We like the sea. {PROMISE} We like the hills.",
        f"- First.\n- {PROMISE}\n- Last.",
        f"1. {PROMISE}",
        f"2\\. {PROMISE}",
        f"(a) We like the sea; (b) {PROMISE}",
        f"| Topic | {PROMISE} |",
        f"We like the sea.\n{PROMISE}",
        "Acme does\n  not train on **Customer Content**.",
        "Acme does not train on [Customer Content](https://acme.example/terms#content).",
        "_Acme does not train on “Customer Content”._",
        "Acme does not\u00a0train on Customer\u200b Content.",
    ],
)
def test_a_sentence_stands_however_it_is_laid_out(text: str) -> None:
    assert len(found(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Acme does train on Customer Content.",
        "Acme does not train on customer content.",
        "Acme does not train on Customer Content, unless you agree.",
        "Acme does not train on Customer Content unless you agree.",
        f"Except on the Free plan, {PROMISE}",
        f"Except on the Free plan,\n{PROMISE}",
        f"For paid plans: {PROMISE}",
        f"On the Enterprise plan {PROMISE}",
        f"{PROMISE[:-1]}, Inc. and others.",
        f"New{PROMISE}",
        f"{PROMISE}s",
        "",
    ],
)
def test_a_word_more_or_less_makes_another_sentence(text: str) -> None:
    assert found(text) == []


def test_a_quote_without_its_stop_is_the_sentence_and_no_part_of_a_longer_one() -> None:
    assert found(PROMISE, PROMISE[:-1]) == [PROMISE[:-1]]
    assert found("Acme does not train on Customer Content\nexcept with consent.", PROMISE[:-1]) == []
    assert found("- Acme does not train on Customer Content\n- Other", PROMISE[:-1]) == [PROMISE[:-1]]


def test_an_abbreviation_at_the_end_of_a_quote_is_no_stop() -> None:
    assert found("We share it with Acme Inc. unless you object.", "We share it with Acme Inc.") == []


def test_a_sentence_that_stands_twice_is_found_twice_in_order() -> None:
    places = places_of(f"{PROMISE} Yes. {PROMISE}", PROMISE)
    assert len(places) == 2
    assert all(one[1] <= other[0] for one, other in pairwise(places))


def test_a_bullet_that_was_copied_along_is_no_word() -> None:
    assert words_of(f"- {PROMISE}") == words_of(f"2. {PROMISE}") == words_of(PROMISE)


def test_apostrophes_of_any_shape_are_the_same() -> None:
    assert found("We don’t train.", "We don't train.") == ["We don’t train."]


def test_headings_above_a_place_are_those_it_stands_under() -> None:
    text = "# Terms\n\n## 1. Use\n\na\n\n## 2. **Data**\n\n### Keeping\n\nb"
    assert headings_above(text, text.index("b", 20)) == "Terms › 2. Data › Keeping"
    assert headings_above(text, 0) == ""


@settings(deadline=None)  # a busy machine is no finding
@given(some.text(), some.text())
def test_no_text_and_no_quote_break_it(text: str, quote: str) -> None:
    for start, end in places_of(text, quote):
        assert words_of(text[start:end]) == words_of(quote)
