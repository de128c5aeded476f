"""Why a sentence is read as it is, and what kept one from being read."""

import pytest

from extractors.clauses import ClauseReader
from extractors.explaining import HeldBack, explain_stance, held_back
from extractors.model import Document, Family
from extractors.ruleset import load_ruleset

RULESET = load_ruleset()
READER = ClauseReader(RULESET)


def held(text: str) -> tuple[HeldBack, ...]:
    document = Document(text, "d")
    return held_back(RULESET, document, READER.read(document))


def reasons(text: str) -> list[str]:
    return [one.reason for one in held(text) if one.clause.family is Family.TRAINING]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("You may train models on your Content.", "the customer acts, not the vendor"),
        ("We may train our models.", "it names no data of the customer"),
        (
            "We train models on your prompts for security training.",
            "an `unless` pattern of the rule stands there",
        ),
    ],
)
def test_the_fewest_safeguards_are_the_reason(text: str, reason: str) -> None:
    assert reasons(text) == [reason]


def test_what_is_read_is_not_held_back() -> None:
    assert reasons("We may train our models on your Content.") == []


def test_what_is_held_back_stands_in_reading_order_with_its_words() -> None:
    text = "We may train our models. The sea is blue. You may train your own models on your Content."
    found = held(text)
    assert [one.clause.start for one in found] == sorted(one.clause.start for one in found)
    assert all(text[one.clause.start : one.clause.end] == one.clause.quote for one in found)
    assert "The sea" not in " ".join(one.clause.quote for one in found)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("We train our models on your prompts.", "the rule says permits, no modifier counts"),
        (
            "We never train our models on your prompts.",
            "the rule says permits, which becomes prohibits by negation: never",
        ),
    ],
)
def test_a_stance_is_explained_from_the_rule_and_what_changed_it(text: str, why: str) -> None:
    (clause,) = READER.read(Document(text, "d")).clauses
    assert explain_stance(clause, RULESET) == why
