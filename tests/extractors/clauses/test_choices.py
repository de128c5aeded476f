"""What the next sentence lets one refuse, and what takes a consent back."""

from extractors.clauses import ClauseReader
from extractors.model import Document, Stance
from extractors.ruleset import load_ruleset

READER = ClauseReader(load_ruleset())


def stances(text: str) -> list[Stance | None]:
    return [clause.stance for clause in READER.read(Document(text, "")).clauses]


def test_a_permission_that_the_next_sentence_lets_one_refuse_is_one_to_opt_out_of() -> None:
    text = "We train our models on your prompts. You can opt out of training in your settings.\n"
    assert stances(text) == [Stance.OPT_OUT, Stance.OPT_OUT]


def test_a_way_out_right_after_a_consent_takes_the_consent_back() -> None:
    text = "We train our models on your voice only if you agree. You can opt out of training at any time.\n"
    assert stances(text) == [Stance.OPT_IN, Stance.OPT_IN]


def test_a_way_out_under_another_heading_changes_nothing_before_it() -> None:
    text = "## Voice\n\nWe train our models on your prompts.\n\n## Choices\n\nYou can opt out of training.\n"
    assert stances(text) == [Stance.PERMITS, Stance.OPT_OUT]


def test_what_is_done_unless_one_opts_out_takes_no_consent_back() -> None:
    text = "We train on your files only if you agree. We train on your chats unless you opt out.\n"
    assert stances(text) == [Stance.OPT_IN, Stance.OPT_OUT]
