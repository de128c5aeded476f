"""Files of cases: those that come along hold, and a policy that answers otherwise is told where."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry.closed import ClosedError
from registry.model import EvaluationStatus
from registry.policy import load_policy, shipped_policies
from registry.policy_cases import CASES, cases_from, run_cases

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DEFAULT = load_policy("default")
HEAD = """\
terms: {training: prohibited, retention: none, reuse: service_only}
work: {data_class: public, use_case: office, output_stage: exploration, talent_involved: "no",
  union_work: "no", third_party_ip: "no", personal_data: "no", environment: enterprise}
cases:
"""
ONE = "  - {name: It passes, answer: approved, because: []}\n"


def faults(case: str) -> list[str]:
    results = run_cases(DEFAULT, cases_from(HEAD + case, "cases.yaml", DEFAULT), NOW)
    return [fault for result in results for fault in result.faults]


@pytest.mark.parametrize("name", shipped_policies())
def test_every_case_of_a_shipped_policy_holds(name: str) -> None:
    policy = load_policy(name)
    path = CASES / f"{name}.yaml"
    for result in run_cases(policy, cases_from(path.read_text("utf-8"), path.name, policy), NOW):
        assert result.faults == (), f"{path.name}:{result.case.line}: {result.case.name}"


@pytest.mark.parametrize("name", shipped_policies())
def test_the_cases_of_a_shipped_policy_speak_of_each_of_its_rules(name: str) -> None:
    policy = load_policy(name)
    path = CASES / f"{name}.yaml"
    cases = cases_from(path.read_text("utf-8"), path.name, policy)
    rules = {one.id for one in policy.triggers} | {one.id for one in policy.requirements}
    assert rules <= {rule for case in cases for rule in case.because}


def test_a_case_that_holds_has_no_faults() -> None:
    assert faults(ONE) == []


def test_another_answer_and_other_reasons_are_faults() -> None:
    found = faults(
        "  - {name: x, work: {output_stage: final}, recommends: reject, answer: approved,"
        " because: [union.work]}"
    )
    assert found == [
        "answers escalate, not approved",
        "also says output.final",
        "does not say union.work",
        "recommends approve, not reject",
    ]


def test_a_condition_counts_as_accepted_and_nothing_graver_does() -> None:
    held = "{name: x, terms: {training: opt_out}, answer: approved_with_obligations, because: [training.off]}"
    open_ = "{name: x, terms: {training: silent}, answer: escalate, because: [training.off]}"
    taken = open_.replace("answer: escalate", "accepted: [training.off], answer: approved")
    assert faults(f"  - {held}\n  - {open_}\n  - {taken}\n") == []


def test_a_missing_field_is_left_out_of_the_question() -> None:
    case = "{name: x, work: {output_stage: missing}, answer: escalate, because: [output.final]}"
    cases = cases_from(f"{HEAD}  - {case}\n", "cases.yaml", DEFAULT)
    assert "output_stage" not in cases[0].context
    assert run_cases(DEFAULT, cases, NOW)[0].faults == ()


def test_a_changed_policy_is_told_which_cases_no_longer_hold() -> None:
    path = CASES / "default.yaml"
    cases = cases_from(path.read_text("utf-8"), path.name, DEFAULT)
    lax = replace(DEFAULT, triggers=tuple(one for one in DEFAULT.triggers if one.id != "output.final"))
    failing = [result.case for result in run_cases(lax, cases, NOW) if result.faults]
    assert len(failing) == 2
    assert all(case.status is EvaluationStatus.ESCALATE for case in failing)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD + ONE.replace("approved", "fine"), "5: cases[0].answer: unknown word `fine`"),
        (HEAD + ONE.replace("[]", "[no.rule]"), "5: cases[0].because[0]: the policy has no rule `no.rule`"),
        (HEAD + ONE.replace("answer:", "work: {place: x}, answer:"), "no field `place`"),
        (HEAD + ONE.replace("answer:", "work: {data_class: x}, answer:"), "no value of `data_class`"),
        (HEAD + ONE.replace("answer:", "terms: {days: 3}, answer:"), "goes with `retention: bounded`"),
        (HEAD + ONE.replace("answer:", "terms: {training: none}, answer:"), "no answer of a training fact"),
        (
            HEAD + ONE.replace("answer:", "covers: {data_class: [unsure]}, answer:"),
            "no value of `data_class`",
        ),
        (HEAD + "  []\n", "is empty"),
        (HEAD.replace(", retention: none", "") + ONE, "1: terms: says nothing of retention"),
    ],
)
def test_a_mistake_in_a_file_of_cases_is_told_where_it_stands(text: str, words: str) -> None:
    with pytest.raises(ClosedError, match=r"^cases\.yaml:") as caught:
        cases_from(text, "cases.yaml", DEFAULT)
    assert words in str(caught.value)


def test_every_file_of_cases_belongs_to_a_policy() -> None:
    assert {path.stem for path in Path(CASES).glob("*.yaml")} == set(shipped_policies())
