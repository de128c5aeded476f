"""What changed between two policies, told in words."""

from dataclasses import replace
from typing import Any

import pytest

from extractors.model import Answer
from registry.model import Policy, Requirement, Severity, Trigger
from registry.policy import load_policy
from registry.policy_diff import compare_policies

OLD = load_policy("default")
RETENTION = next(one for one in OLD.requirements if one.id == "retention.short")
SENSITIVE = next(one for one in OLD.triggers if one.id == "data.sensitive")


def with_rule(rule: Requirement | Trigger) -> Policy:
    if isinstance(rule, Requirement):
        return replace(
            OLD, requirements=tuple(rule if one.id == rule.id else one for one in OLD.requirements)
        )
    return replace(OLD, triggers=tuple(rule if one.id == rule.id else one for one in OLD.triggers))


def told(new: Policy) -> tuple[str, ...]:
    return compare_policies(OLD, new)


def test_the_same_policy_differs_in_nothing() -> None:
    assert told(load_policy("default")) == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"contact": "desk@x.example"}, "Who needs an approval asks desk@x.example"),
        ({"evidence_max_age_days": 7}, "Evidence counts for a shorter time: 7 days, it was 21."),
        ({"evidence_max_age_days": 30}, "Evidence counts for a longer time: 30 days, it was 21."),
        ({"title": "Other work"}, "The policy is now called Other work"),
        ({"context": {**OLD.context, "place": frozenset({"sea"})}}, "Look-ups may say `place` (sea)"),
        ({"context": {**OLD.context, "union_work": frozenset({"no"})}}, "`union_work` no longer knows yes"),
        ({"triggers": OLD.triggers[1:]}, f"Trigger {OLD.triggers[0].id} is gone"),
        ({"requirements": OLD.requirements[1:]}, "Requirement training.off on training is gone."),
    ],
)
def test_a_change_of_the_whole_is_told(changes: dict[str, Any], words: str) -> None:
    (sentence,) = compare_policies(OLD, replace(OLD, **changes))
    assert words in sentence


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            replace(RETENTION, max_days=20),
            "content may be kept for at most 20 days, it was for at most 30 days",
        ),
        (
            replace(RETENTION, otherwise={**RETENTION.otherwise, Answer.SILENT: Severity.BLOCK}),
            "retention not a word is now refused, it was for a person",
        ),
        (
            replace(RETENTION, tolerances={"data_class": {"public": 30, "sensitive": 1}}),
            "by the kind of work: data_class: public 30 days, sensitive 1 days; not stated 1 days",
        ),
        (replace(SENSITIVE, severity=Severity.BLOCK), "data.sensitive is graver: it blocks, it escalated."),
        (replace(SENSITIVE, unsure=False), "is set off where data_class is sensitive; it was where"),
        (replace(SENSITIVE, attach=("a list",)), "data.sensitive wants attached: a list."),
        (replace(SENSITIVE, contact="vault@x.example"), "data.sensitive sends people to vault@x.example."),
        (replace(SENSITIVE, remedy="Wait."), "data.sensitive now advises: Wait."),
        (replace(SENSITIVE, principle="people"), "data.sensitive now stands under the principle people."),
    ],
)
def test_a_change_of_a_rule_is_told(rule: Requirement | Trigger, words: str) -> None:
    (sentence,) = told(with_rule(rule))
    assert words in sentence


def test_every_difference_between_two_versions_is_told_in_some_words() -> None:
    assert len(compare_policies(OLD, load_policy("strict"))) > 20
    assert len(compare_policies(load_policy("strict"), OLD)) > 20


def test_a_change_of_who_approves_is_told() -> None:
    (sentence,) = told(replace(OLD, approvals=replace(OLD.approvals, four_eyes=True, approvers=2)))
    assert "Approvals: two people give an approval, never who submitted the tool" in sentence


def test_a_change_of_what_scopes_may_name_is_told() -> None:
    (sentence,) = told(replace(OLD, open_fields=("shop",)))
    assert "freely name shop" in sentence
