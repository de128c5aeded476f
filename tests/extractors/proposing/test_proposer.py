"""What the trained component proposes, and where it must not: on invented sentences."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import pytest

from extractors.clauses import ClauseReader
from extractors.clauses.offering import Offer, Passage
from extractors.model import PROPOSED, Audience, Clause, Document, Family, Purpose, Stance
from extractors.proposing import proposing_reader
from extractors.proposing.features import BUCKETS, Features
from extractors.proposing.proposer import QUESTIONS, LinearProposer
from extractors.proposing.weights import SHIPPED, WeightsError, from_bytes
from extractors.ruleset import load_ruleset

RULESET = load_ruleset()
NOBODY_SAYS_SO = "Your poems are the flour from which next year's model is baked."


@dataclass
class Eager:
    """Offers every family it is asked about, and remembers what it was asked."""

    telling: frozenset[Family] = frozenset({Family.TRAINING, Family.REUSE})

    def __post_init__(self) -> None:
        self.asked: list[tuple[Passage, Set[Family]]] = []

    def worth_asking(self, words: Set[str]) -> frozenset[Family]:
        return self.telling if "model" in words or "models" in words else frozenset()

    def offers(self, passage: Passage, families: Set[Family]) -> Sequence[Offer]:
        self.asked.append((passage, families))
        purpose = {Family.REUSE: Purpose.IMPROVE}
        return [Offer(family, purpose.get(family), 0.9, 0.5) for family in sorted(families)]


def read(text: str, proposer: Eager) -> list[Clause]:
    return list(ClauseReader(RULESET, proposer).read(Document(text, "")).clauses)


def test_a_sentence_that_no_rule_reads_may_be_proposed_at_its_most_permissive() -> None:
    clause = next(one for one in read(NOBODY_SAYS_SO, Eager()) if one.family is Family.TRAINING)
    assert (clause.proposed, clause.rule, clause.stance) == (True, PROPOSED, Stance.PERMITS)
    assert clause.quote == NOBODY_SAYS_SO
    assert clause.modifiers == ("proposed: scored 0.90, offered from 0.50",)


def test_nothing_is_proposed_of_a_family_that_a_rule_has_found_in_the_sentence() -> None:
    text = "We never use your content to train our models."
    found = [clause for clause in read(text, Eager()) if clause.family is Family.TRAINING]
    assert [(clause.proposed, clause.stance) for clause in found] == [(False, Stance.PROHIBITS)]


def test_a_sentence_without_a_telling_word_is_not_asked() -> None:
    eager = Eager()
    read("We like the sea. The sea likes us.", eager)
    assert eager.asked == []


def test_nothing_is_proposed_in_a_section_on_other_matters() -> None:
    assert not any(
        clause.proposed for clause in read(f"# Terms\n\n## Governing law\n\n{NOBODY_SAYS_SO}\n", Eager())
    )


def test_a_passage_is_asked_about_with_its_headings_its_list_and_the_sentence_before() -> None:
    eager = Eager()
    text = "# Terms\n\n## Baking\n\nWe bake at night. What we bake:\n\n- cakes\n- next year's model\n"
    read(text, eager)
    passage = eager.asked[-1][0]
    assert passage.headings == ("Terms", "Baking")
    assert (passage.lead, passage.before) == ("Baking : What we bake:", "cakes")


def test_a_proposal_is_said_to_whom_its_section_speaks() -> None:
    clauses = read(f"# Terms\n\n## For business customers\n\n{NOBODY_SAYS_SO}\n", Eager())
    assert {clause.audience for clause in clauses} == {Audience.BUSINESS}


def test_rules_alone_propose_nothing() -> None:
    assert not any(one.proposed for one in ClauseReader(RULESET).read(Document(NOBODY_SAYS_SO, "")).clauses)


def test_proposals_leave_what_rules_found_as_it_is() -> None:
    text = "\n\n".join(("We keep your prompts for 30 days.", NOBODY_SAYS_SO, "You can opt out of training."))
    alone = ClauseReader(RULESET).read(Document(text, "")).clauses
    beside = [clause for clause in read(text, Eager()) if not clause.proposed]
    assert beside == list(alone)


def test_the_shipped_weights_answer_what_the_code_asks() -> None:
    weights = from_bytes(SHIPPED.read_bytes())
    assert weights.questions == QUESTIONS
    assert SHIPPED.stat().st_size < 2_000_000
    assert proposing_reader(RULESET).ruleset is RULESET


def test_the_shipped_weights_never_propose_a_promise() -> None:
    reader = proposing_reader(RULESET)
    text = "\n\n".join(example.text for rule in RULESET.rules for example in (*rule.misses, *rule.near))
    proposed = [one for one in reader.read(Document(text, "")).clauses if one.proposed]
    assert all(one.stance in (Stance.PERMITS, Stance.OPEN_ENDED) for one in proposed)
    assert all(one.purpose is not Purpose.SERVICE_ONLY for one in proposed)


def test_weights_score_a_sentence_on_training_above_one_on_the_sea() -> None:
    weights, features = from_bytes(SHIPPED.read_bytes()), Features(RULESET.classes)
    question = QUESTIONS.index(Family.TRAINING)
    told, sea = (
        weights.scores(features.of(Passage(text)))[question]
        for text in ("We train our models on the content that you submit.", "We like the sea.")
    )
    assert told > 0 > sea


def test_strange_text_has_marks_within_the_buckets() -> None:
    for text in ("", "\udc80 \x00", "a" * 5000, "1 2 3"):
        marks = Features(RULESET.classes).of(Passage(text, text, (text,), text))
        assert all(0 <= bucket < BUCKETS for bucket in marks.buckets)


@pytest.mark.parametrize("content", [b"", b"{}\n", b"[1]\n", SHIPPED.read_bytes()[:-1]])
def test_a_damaged_file_of_weights_is_refused(content: bytes) -> None:
    with pytest.raises(WeightsError):
        from_bytes(content)


def test_a_missing_file_of_weights_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="cannot be read"):
        proposing_reader(RULESET, tmp_path / "none.bin")


def test_weights_for_other_questions_are_refused() -> None:
    weights = from_bytes(SHIPPED.read_bytes().replace(b'"training"', b'"trainers"', 1))
    with pytest.raises(WeightsError, match="train them anew"):
        LinearProposer(RULESET, weights)
