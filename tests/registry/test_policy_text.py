"""A policy as people read it."""

from dataclasses import replace

from extractors.model import Answer
from registry.model import Severity
from registry.policy import load_policy
from registry.policy_text import (
    asked_told,
    occasion_told,
    requirement_rows,
    summary_told,
    tolerances_told,
)
from registry.policy_words import ANSWERS

DEFAULT = load_policy("default")
RETENTION = next(one for one in DEFAULT.requirements if one.id == "retention.short")
OWNED = next(one for one in DEFAULT.triggers if one.id == "data.owned")


def test_a_requirement_is_told_from_what_passes_to_what_does_not() -> None:
    rows = requirement_rows(RETENTION)
    assert [outcome for outcome, _, _ in rows] == ["yes", "yes, if", "ask"]
    assert rows[0][1] == "nothing is stored; for at most 30 days"
    assert rows[1][2].startswith("Inputs and outputs are deleted")
    assert rows[2][1].startswith("for longer than 30 days, or nobody says how long; without a limit")


def test_every_answer_of_every_requirement_is_told() -> None:
    for one in DEFAULT.requirements:
        told = "; ".join(answers for _, answers, _ in requirement_rows(one))
        twice = one.max_days is not None and Answer.BOUNDED in one.otherwise
        assert len(told.split("; ")) == len(ANSWERS[one.family]) + twice


def test_a_refusal_is_told_as_one() -> None:
    blocks = replace(RETENTION, otherwise=dict.fromkeys(RETENTION.otherwise, Severity.BLOCK))
    assert [outcome for outcome, _, _ in requirement_rows(blocks)][-1] == "no"


def test_tolerances_are_told_from_the_most_patient_work_on() -> None:
    (told,) = tolerances_told(RETENTION)
    each, _, unsaid = told.partition("; ")
    assert each == "data_class: internal 30 days, public 30 days, owned 7 days, sensitive nothing stored"
    assert unsaid == "not stated nothing stored"


def test_a_trigger_says_when_it_is_set_off_and_what_it_asks_for() -> None:
    assert occasion_told(OWNED) == "data_class is owned, unless environment is enterprise"
    assert occasion_told(replace(OWNED, unsure=True, unless={})) == "data_class is owned or not stated"
    asked = asked_told(replace(OWNED, contact="desk@x.example"))
    assert "Ask desk@x.example. Attach: a list of the material; the agreement" in asked


def test_the_summary_counts_the_rules() -> None:
    told = summary_told(DEFAULT)
    assert "5 principles, 3 requirements on the terms" in told
    assert DEFAULT.contact in told
