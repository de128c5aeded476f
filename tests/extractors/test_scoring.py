"""Scores on invented labels, and the same figures as the scorer beside the project."""

import importlib.util
import json
from pathlib import Path

import pytest

from app.cli.extract import prediction
from extractors.agreement import Found, Score, Share, WrongFact, total
from extractors.clauses import ClauseReader
from extractors.labels import Expected, load_labels
from extractors.measuring import measure
from extractors.model import Answer, Audience, Clause, Document, Family, Stance
from extractors.ruleset import load_ruleset
from extractors.scoring import score
from tests.extractors.labelled import clause, document, label, told

TRAINING, RETENTION = Family.TRAINING, Family.RETENTION
GOLD = Path(__file__).parents[1] / "gold" / "terms"
SHARED = Path(__file__).parents[2].parent / "shared"


def found(scored: Score, family: Family = TRAINING) -> Found:
    return scored.families[family]


def test_a_clause_over_half_of_a_labelled_segment_finds_it() -> None:
    assert found(score(document(label(0)), [clause(5, 10)], {})) == Found(right=1)


def test_a_clause_over_less_than_half_of_a_segment_does_not_touch_it() -> None:
    assert found(score(document(label(0)), [clause(6, 16)], {})) == Found(false=1, missed=1)


def test_a_short_clause_inside_a_long_segment_finds_it() -> None:
    assert found(score(document(label(0)), [clause(2, 4)], {})) == Found(right=1)


def test_a_clause_where_nothing_is_labelled_is_false() -> None:
    assert found(score(document(), [clause(0, 10)], {})) == Found(false=1)


def test_a_clause_of_another_family_is_false_and_the_label_is_missed() -> None:
    scored = score(document(label(0)), [clause(0, 10, RETENTION, Stance.BOUNDED)], {})
    assert (found(scored), found(scored, RETENTION)) == (Found(missed=1), Found(false=1))


@pytest.mark.parametrize("clauses", [(), (clause(0, 10),)])
def test_an_unsure_label_costs_nothing_missed_or_found(clauses: tuple[Clause, ...]) -> None:
    scored = score(document(label(0, sure=False)), clauses, {})
    assert (found(scored), scored.passages) == (Found(), ())


def test_a_segment_found_twice_counts_once() -> None:
    assert found(score(document(label(0)), [clause(0, 10), clause(0, 9)], {})) == Found(right=1)


def test_a_wrong_stance_is_found_and_costs_stance_accuracy() -> None:
    scored = score(document(label(0)), [clause(0, 10, stance=Stance.PROHIBITS)], {})
    assert (found(scored).recall, scored.stances[TRAINING]) == (1.0, Share(0, 1))


def test_a_period_is_right_where_one_clause_states_it() -> None:
    labelled = document(label(0, RETENTION, Stance.BOUNDED, days=30))
    clauses = [clause(0, 10, RETENTION, days=90), clause(0, 10, RETENTION, days=30)]
    assert score(labelled, clauses, {}).periods == Share(1, 1)
    assert score(labelled, clauses[:1], {}).periods == Share(0, 1)


def test_what_was_not_found_costs_no_period() -> None:
    assert score(document(label(0, RETENTION, days=30)), [], {}).periods == Share()


def expected(answer: Answer, family: Family = TRAINING) -> Expected:
    return Expected(Audience.CONSUMER, family, answer)


def test_a_fact_told_to_all_is_told_to_consumers() -> None:
    labelled = document(facts=(expected(Answer.PROHIBITED),))
    assert score(labelled, [], told(TRAINING, Answer.PROHIBITED)).facts[TRAINING] == Share(1, 1)


def test_nothing_told_is_silence() -> None:
    assert score(document(facts=(expected(Answer.SILENT),)), [], {}).facts[TRAINING] == Share(1, 1)


@pytest.mark.parametrize("labelled", [Answer.SILENT, Answer.OPT_OUT, Answer.PERMITTED])
def test_a_comforting_fact_that_is_not_so_is_a_false_safe(labelled: Answer) -> None:
    scored = score(document(facts=(expected(labelled),)), [], told(TRAINING, Answer.PROHIBITED))
    assert [wrong.expected.answer for wrong in scored.false_safe] == [labelled]


@pytest.mark.parametrize(
    ("labelled", "actual"),
    [
        (Answer.PROHIBITED, Answer.PERMITTED),
        (Answer.OPT_IN, Answer.PROHIBITED),
        (Answer.PERMITTED, Answer.OPT_OUT),
        (Answer.PERMITTED, Answer.CONFLICTING),
    ],
)
def test_a_wrong_fact_that_comforts_nobody_is_no_false_safe(labelled: Answer, actual: Answer) -> None:
    scored = score(document(facts=(expected(labelled),)), [], told(TRAINING, actual))
    assert (len(scored.wrong_facts), scored.false_safe) == (1, ())


def test_a_bound_told_where_the_user_must_delete_is_wrong_and_no_false_safe() -> None:
    labelled = document(facts=(expected(Answer.USER_CONTROL, RETENTION),))
    assert score(labelled, [], told(RETENTION, Answer.BOUNDED)).false_safe == ()


def test_a_rule_is_right_where_its_family_is_labelled() -> None:
    clauses = [clause(0, 10, rule="good"), clause(10, 20, rule="bad")]
    scored = score(document(label(0)), clauses, {})
    assert scored.rules == {"good": Share(1, 1), "bad": Share(0, 1)}


@pytest.mark.parametrize("labelled", [0, 1])
def test_a_clause_over_two_segments_is_one_hit_of_its_rule(labelled: int) -> None:
    assert score(document(label(labelled)), [clause(0, 20)], {}).rules == {"r": Share(1, 1)}


def test_missed_and_false_passages_stand_in_reading_order() -> None:
    scored = score(document(label(2)), [clause(0, 10)], {})
    assert [(one.start, one.label is None, one.rule) for one in scored.passages] == [
        (0, True, "r"),
        (20, False, ""),
    ]


def test_scores_add_up() -> None:
    one = score(document(label(0)), [clause(0, 10)], {})
    other = score(document(label(0)), [], {})
    both = total([one, other])
    assert (both.documents, both.core, both.core.f1) == (2, Found(right=1, missed=1), 0.6667)


def test_periods_passages_and_wrong_facts_add_up_too() -> None:
    labelled = document(label(0, RETENTION, days=30), label(1), facts=(expected(Answer.PERMITTED),))
    one = score(labelled, [clause(0, 10, RETENTION, days=30)], {})
    both = total([one, one])
    assert (both.periods, len(both.passages), len(both.wrong_facts)) == (Share(2, 2), 2, 2)


def _same_as_the_scorer(labels: Path, texts: Path | None, tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("scorer", SHARED / "eval/score.py")
    assert spec is not None
    assert spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    reader, documents = ClauseReader(load_ruleset()), load_labels(labels, texts)
    for one in documents:
        predicted = prediction(one.id, reader.read(Document(one.text, one.digest)))
        (tmp_path / f"{one.id}.json").write_text(json.dumps(predicted))
    theirs = scorer.score(labels, tmp_path)
    ours = total(measure(reader, documents).values())
    found_by_name = {family.value: one for family, one in ours.families.items()} | {"core": ours.core}
    prf = {
        name: {
            "precision": one.precision,
            "recall": one.recall,
            "f1": one.f1,
            "tp": one.right,
            "fp": one.false,
            "fn": one.missed,
        }
        for name, one in found_by_name.items()
    }
    assert ours.documents == theirs["documents"]
    assert prf == {**theirs["clauses"], "core": theirs["core"]}
    assert {family: one.ratio for family, one in ours.stances.items()} == theirs["stance_accuracy"]
    assert ours.periods.ratio == (theirs["period_accuracy"] or 0)
    assert {family: one.ratio for family, one in ours.facts.items()} == theirs["fact_accuracy"]
    assert {family: one.of for family, one in ours.facts.items()} == theirs["facts_n"]
    # Told as one word: a difference must not print what was wrong for vendors kept aside.
    same_wrong = sorted(map(_row, ours.wrong_facts)) == sorted(map(tuple, theirs["fact_misses"]))
    same_unsafe = sorted(map(_row, ours.false_safe)) == sorted(map(tuple, theirs["false_safe"]))
    assert (same_wrong, same_unsafe) == (True, True)


def _row(wrong: WrongFact) -> tuple[str, ...]:
    expected = wrong.expected
    return wrong.document, expected.audience, expected.family, expected.answer, wrong.actual


@pytest.mark.corpus
@pytest.mark.parametrize("corpus", ["invented", "recorded"])
def test_the_figures_are_those_of_the_scorer_beside_the_project(corpus: str, tmp_path: Path) -> None:
    if not SHARED.is_dir():
        pytest.skip("NO RECORDED TERMS BESIDE THE PROJECT: scores are not compared")
    labels = GOLD if corpus == "invented" else SHARED / "labels/terms"
    _same_as_the_scorer(labels, None if corpus == "invented" else SHARED, tmp_path)
