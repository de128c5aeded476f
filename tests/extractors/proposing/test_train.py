"""Training: the same material gives the same bytes, and what is known of a sentence is what labels say."""

from pathlib import Path

import pytest

from extractors.clauses.offering import Passage
from extractors.labels import Label, LabelledDocument, load_labels
from extractors.model import Family, Purpose, Stance, TermsType
from extractors.proposing.features import Features
from extractors.proposing.material import Row, answers_of, digest_of, labelled_rows, phrase_rows
from extractors.proposing.proposer import QUESTIONS
from extractors.proposing.train import KEPT_ASIDE, PROJECT, rows_from, train, without
from extractors.proposing.weights import SHIPPED, from_bytes, to_bytes
from extractors.ruleset import load_ruleset

RULESET = load_ruleset()
LABELS = PROJECT.parent / "shared/labels/terms"
TRAINING = QUESTIONS.index(Family.TRAINING)
NOTHING = (0,) * (len(QUESTIONS) - 3)


def row(text: str, training: int) -> Row:
    return Row(Passage(text), (training, -1, -1, *NOTHING))


ROWS = [
    row("We train our models on your content.", 1),
    row("Models are trained on what you write.", 1),
    row("We like the sea.", -1),
    row("You pay each month.", -1),
]


def labelled(*labels: Label) -> LabelledDocument:
    text = "We train on prompts. We sell them. We like the sea."
    return LabelledDocument(
        "Acme__Terms", "Acme", TermsType.OTHER, text, ((0, 20), (21, 34), (35, 51)), labels, (), ""
    )


def test_the_same_rows_give_the_same_bytes() -> None:
    assert to_bytes(train(ROWS, RULESET)) == to_bytes(train(ROWS, RULESET))


def test_weights_stay_the_same_through_their_file() -> None:
    content = to_bytes(train(ROWS, RULESET))
    assert to_bytes(from_bytes(content)) == content


def test_what_was_taught_is_told_of_sentences_alike() -> None:
    weights, features = train(ROWS, RULESET), Features(RULESET.classes)
    asked = ("We train on your content.", "You pay for the sea.")
    trains, pays = (weights.scores(features.of(Passage(text)))[TRAINING] for text in asked)
    assert trains > 0 > pays


def test_a_label_is_a_yes_and_its_absence_a_no() -> None:
    rows = list(labelled_rows([labelled(Label(0, Family.TRAINING, Stance.PERMITS))], frozenset()))
    assert [one.known[TRAINING] for one in rows] == [1, -1, -1]


def test_of_a_label_that_annotators_differ_on_nothing_is_known() -> None:
    rows = list(labelled_rows([labelled(Label(0, Family.TRAINING, sure=False))], frozenset()))
    assert [one.known[TRAINING] for one in rows] == [0, -1, -1]


def test_a_purpose_is_known_of_sentences_on_reuse_alone() -> None:
    label = Label(1, Family.REUSE, Stance.PERMITS, Purpose.THIRD_PARTY)
    rows = list(labelled_rows([labelled(label)], frozenset()))
    column = QUESTIONS.index(Purpose.THIRD_PARTY)
    assert [one.known[column] for one in rows] == [0, 1, 0]
    assert rows[1].known[QUESTIONS.index(Purpose.MARKETING)] == -1


def test_phrasebooks_teach_their_own_family_alone() -> None:
    known = [one.known for one in phrase_rows(PROJECT / "tests/gold/phrases")]
    assert all(sum(value != 0 for value in one[:3]) == 1 for one in known)
    assert {one[TRAINING] for one in known} == {-1, 0, 1}


@pytest.mark.corpus
@pytest.mark.skipif(not LABELS.is_dir(), reason="the labelled terms are not beside the project")
def test_the_shipped_weights_are_what_training_gives() -> None:
    rows = tuple(rows_from(without(load_labels(LABELS), [KEPT_ASIDE]), RULESET, PROJECT / "tests/gold"))
    features = Features(RULESET.classes)
    shipped = SHIPPED.read_bytes()
    marks, answers = [features.of(one.passage) for one in rows], answers_of(rows)
    if digest_of(marks, answers) != from_bytes(shipped).material:
        pytest.skip(
            "rules, phrases or labels have changed since the weights were trained: "
            "`python -m extractors.proposing.train ../shared/labels/terms --except kept-aside` renews them"
        )
    assert to_bytes(train(rows, RULESET)) == shipped


def test_vendors_kept_aside_teach_nothing(tmp_path: Path) -> None:
    kept = (PROJECT / "tests/kept_aside.txt").read_text().split("\n")[-2]
    aside = LabelledDocument("x", kept, TermsType.OTHER, "x", (), (), (), "")
    assert without([labelled(), aside], [KEPT_ASIDE]) == [labelled()]
    assert without([labelled(), aside], ["Acme"]) == [aside]
