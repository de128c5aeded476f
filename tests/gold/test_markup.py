"""The markup of the invented terms: what it says is what the label files say."""

import pytest

from tests.gold.build import TERMS, built
from tests.gold.markup import MarkupError, build

HEAD = "vendor: Acme\nterms: Terms of Service\ngoverns: all\n"
FACTS = "facts all: training opt_out, retention bounded 30, reuse silent\n"


def made(body: str, facts: str = FACTS) -> tuple[str, list[str], list[dict[str, object]]]:
    one = build("Acme__Terms", HEAD + facts + "\n" + body)
    segments, labels = one.labels["segments"], one.labels["labels"]
    assert isinstance(segments, list)
    assert isinstance(labels, list)
    return one.text, [one.text[start:end] for start, end in segments], labels


def test_marks_leave_the_text() -> None:
    text, _, _ = made("Hi. [[training permits content: We train.]] Bye.")
    assert text == "Hi. We train. Bye."


def test_what_stands_between_marks_is_cut_into_sentences() -> None:
    _, segments, labels = made("Hello you. Second one.\n- [[training permits content: We train.]] Bye now.")
    assert segments == ["Hello you.", "Second one.", "We train.", "Bye now."]
    assert labels[0]["seg"] == 2


def test_a_bullet_or_number_is_no_segment() -> None:
    assert made("4.2 (a) [[security: We encrypt.]]\n| --- |")[1] == ["We encrypt."]


def test_a_mark_can_hold_several_labels() -> None:
    _, _, labels = made("[[training opt_in content; reuse permits improve content+usage api: X it is.]]")
    assert [(one["family"], one.get("purpose"), one["audience"]) for one in labels] == [
        ("training", None, "all"),
        ("reuse", "improve", "api"),
    ]
    assert labels[1]["data"] == ["content", "usage"]


def test_a_feedback_clause_has_feedback_as_purpose_and_as_data() -> None:
    (label,) = made("[[reuse permits feedback feedback: Ideas are ours.]]")[2]
    assert (label["purpose"], label["data"]) == ("feedback", ["feedback"])


def test_a_period_and_a_doubt_can_stand() -> None:
    (label,) = made("[[retention bounded content 30d unsure: For a month.]]")[2]
    assert (label["period_days"], label["sure"]) == (30, False)


def test_facts_are_read_with_their_days_and_doubts() -> None:
    facts = "facts all: training opt_in, retention bounded 30 unsure, reuse broad\n"
    assert build("Acme__Terms", HEAD + facts + "\nHello.").labels["facts"] == {
        "all": {
            "training": "opt_in",
            "retention": "bounded",
            "retention_days": 30,
            "retention_sure": False,
            "reuse": "broad",
        }
    }


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("[[trainig permits content: X.]]", "trainig"),
        ("[[training bounded content: X.]]", "bounded is no stance of training"),
        ("[[reuse permits content: X.]]", "content"),
        ("[[training permits content X.]]", "not closed or not understood"),
        ("[[training permits content: X.", "not closed or not understood"),
        ("[[training permits content soon: X.]]", "soon"),
    ],
)
def test_a_mark_that_says_nothing_is_refused(body: str, message: str) -> None:
    with pytest.raises(MarkupError, match=message):
        made(body)


def test_facts_of_every_core_family_must_be_told() -> None:
    with pytest.raises(MarkupError, match="facts tell training, retention, reuse"):
        made("Hello.", "facts all: training silent\n")


def test_the_label_files_are_those_that_the_documents_make() -> None:
    standing = {path.name: path.read_text(encoding="utf-8") for path in TERMS.iterdir()}
    assert standing == built(), "run `python -m tests.gold.build`"


def test_the_documents_are_of_many_kinds() -> None:
    kinds = {name.removesuffix(".md").partition("__")[2] for name in built() if name.endswith(".md")}
    assert len(kinds) >= 5
