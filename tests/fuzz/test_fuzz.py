"""Damaged terms, by a few fixed seeds; `make fuzz` goes on from there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.clauses import ClauseReader
from extractors.model import Document
from extractors.ruleset import load_ruleset
from tests.fuzz.holding import check_body, check_document, check_offsets
from tests.fuzz.material import SHARED, invented, recorded
from tests.fuzz.mutating import MUTATIONS, mutated

READER = ClauseReader(load_ruleset())

_PHRASES = (
    "We", "you", "may", "will not", "never", "use", "keep", "delete", "share", "your content", "prompts",
    "personal data", "to train", "to improve", "our models", "for 30 days", "unless",
    "only with your consent", "opt out", "except", "business customers", "for", "and", "or", "the",
)  # fmt: skip
_WORDS = st.sampled_from(_PHRASES)
_SENTENCE = st.lists(st.one_of(_WORDS, st.text(max_size=6)), min_size=1, max_size=14).map(" ".join)
_BLOCK = st.one_of(
    _SENTENCE.map(lambda text: f"{text}.\n\n"),
    st.tuples(st.integers(1, 6), _SENTENCE).map(lambda made: f"{'#' * made[0]} {made[1]}\n\n"),
    st.tuples(st.integers(0, 12), st.sampled_from(["-", "*", "1.", "(a)", "iv)"]), _SENTENCE).map(
        lambda made: f"{' ' * made[0]}{made[1]} {made[2]}:\n"
    ),
    st.lists(_SENTENCE, min_size=1, max_size=4).map(lambda cells: f"| {' | '.join(cells)} |\n"),
    st.sampled_from(
        ["| --- | --- |\n", "\n", "---\n", "===\n", "**", "<br>", "> ", "```\n", "\r\n", "\u2028"]
    ),
    _SENTENCE.map(lambda text: f"**{text}**\n"),
    _SENTENCE.map(lambda text: f"“Content” means {text}; "),
)


@pytest.mark.parametrize("seed", range(40))
def test_damaged_invented_terms_are_read_or_refused_and_offsets_hold(seed: int) -> None:
    material = invented()
    source = material[seed % len(material)] if seed % 2 else material[0]
    check_body(READER, mutated(source.text, seed), source.media_type)


@pytest.mark.corpus
@pytest.mark.skipif(not SHARED.is_dir(), reason=f"NO RECORDED TERMS: {SHARED} is missing")
@pytest.mark.parametrize("seed", range(24))
def test_damaged_recorded_pages_are_read_or_refused_and_offsets_hold(seed: int) -> None:
    material = recorded()
    source = material[seed * 7 % len(material)]
    check_body(READER, mutated(source.text, seed), source.media_type)


@settings(max_examples=150, deadline=None)
@given(st.lists(_BLOCK, max_size=25).map("".join))
def test_any_structured_text_is_read_and_offsets_hold(text: str) -> None:
    check_document(READER, Document(text, ""))


def test_a_seed_does_the_same_damage_again() -> None:
    source = invented()[0].text
    assert [mutated(source, seed) for seed in range(20)] == [mutated(source, seed) for seed in range(20)]
    assert len({mutated(source, seed) for seed in range(20)}) > 15


def test_damage_leaves_something_to_read() -> None:
    read = [check_body(READER, mutated(invented()[0].text, seed), "text/html") for seed in range(40)]
    assert sum(reading is not None and bool(reading.clauses) for reading in read) > len(MUTATIONS)


def test_a_wrong_offset_would_be_found() -> None:
    text = "We may use your prompts to train our models.\n"
    reading = READER.read(Document(text, ""))
    with pytest.raises(AssertionError, match="quote"):
        check_offsets("x" + text, reading)
