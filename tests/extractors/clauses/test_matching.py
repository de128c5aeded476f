"""How sentences are written before patterns are sought in them."""

from extractors.clauses.matching import plain_text, words_of


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
