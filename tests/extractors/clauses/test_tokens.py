"""How sentences are written and cut before patterns are sought in them, and what stays behind of it."""

import pytest
import spacy
from hypothesis import assume, given
from hypothesis import strategies as st

from extractors.clauses import ClauseReader, tokens
from extractors.clauses.tokens import WordKeeper, plain_text, tokenize, words_of
from extractors.model import Document
from extractors.ruleset import load_ruleset

_SPACY = spacy.blank("en")
_LEGAL = st.text(alphabet="ab cdn ok.,;:'()-/&$%@1’…“”\nN9é—.", max_size=80)


def test_contractions_are_written_in_full() -> None:
    raw = "We won't keep it, they can’t, it doesn't, we'll erase what you've sent while you're away."
    full = (
        "We will not keep it, they can not, it does not, we will erase what you have sent while you are away."
    )
    assert plain_text(raw) == full


def test_the_gate_sees_the_words_of_contractions() -> None:
    assert {"will", "not", "have"} <= words_of("We won’t keep what you've sent.")


def test_a_number_joined_to_its_unit_is_two_words() -> None:
    assert plain_text("a 14-day history") == "a 14 day history"


def test_each_word_knows_its_places_and_the_lead_ends_before_the_sentence() -> None:
    cut = tokenize("We may", "keep what we keep.")
    assert cut.words == ("we", "may", ":", "keep", "what", "we", "keep", ".")
    assert (cut.own, cut.places["we"], cut.places["keep"]) == (3, 0b100001, 0b1001000)


@given(_LEGAL)
def test_cutting_stretch_by_stretch_gives_what_spacy_cuts_from_the_whole(raw: str) -> None:
    plain = plain_text(raw)
    # How spaCy cuts two apostrophes in a row depends on what it has cut before.
    assume("''" not in plain)
    assert WordKeeper().cut(plain) == [token.lower_ for token in _SPACY.make_doc(plain)]


def test_two_thousand_distinct_documents_leave_the_vocabulary_as_it_was() -> None:
    reader = ClauseReader(load_ruleset())
    strings = len(tokens._ENGLISH.vocab.strings)
    for number in range(2_000):
        text = f"We keep prompt{number} and your content for {number} days, unless word{number} says so."
        reader.read(Document(text, str(number)))
    assert len(tokens._ENGLISH.vocab.strings) == strings


def test_the_memory_of_stretches_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST_KNOWN", 10)
    keeper = WordKeeper()
    for number in range(50):
        assert keeper.cut(f"word{number}") == [f"word{number}"]
    assert len(keeper) <= 10
