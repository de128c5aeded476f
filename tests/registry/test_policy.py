"""Policies as files: what loads, what is refused and where the finger points."""

from pathlib import Path

import pytest

from extractors.model import Answer, Family
from registry.model import Severity
from registry.policy import MAX_BYTES, PolicyError, load_policy, shipped_policies

SMALL = """\
id: small
title: A small policy
contact: desk@company.example
evidence_max_age_days: 14
principles:
  - {id: ours, title: What is ours stays ours.}
context:
  data_class: [public, secret]
  environment: [inside, outside]
requirements:
  - id: training
    principle: ours
    family: training
    accepts: [prohibited]
    conditions: {opt_out: Switch it off.}
    otherwise: {opt_in: escalate, permitted: block, silent: escalate, conflicting: escalate, unread: escalate}
    remedy: Choose another plan.
  - id: retention
    principle: ours
    family: retention
    accepts: [bounded, none, user_control, open_ended]
    max_days: 9
    otherwise: {bounded: block, silent: escalate, conflicting: escalate, unread: escalate}
    remedy: Agree on less.
  - id: reuse
    principle: ours
    family: reuse
    accepts: [service_only, improve, broad]
    otherwise: {silent: escalate, conflicting: escalate, unread: escalate}
    remedy: Agree on less.
triggers:
  - id: secret
    principle: ours
    field: data_class
    values: [secret]
    unsure: true
    severity: escalate
    unless: {environment: [inside]}
    reason: It is secret.
    remedy: Leave it out.
    attach: [what it is]
"""

MISTAKES = [
    ("title: A small policy", "titel: A small policy", "2: titel", "did you mean `title`"),
    ("title: A small policy\n", "", "1", "missing `title`"),
    ("evidence_max_age_days: 14", "evidence_max_age_days: 0", "4: evidence_max_age_days", "at least 1"),
    ("evidence_max_age_days: 14", "evidence_max_age_days: two weeks",
     "4: evidence_max_age_days", "whole number"),
    ("{id: ours,", "{id: Our Own,", "6: principles[0].id", "no identifier"),
    ("  - {id: ours,", "  - {id: ours, title: Twice.}\n  - {id: ours,",
     "7: principles[1].id", "stands twice"),
    ("[public, secret]", "[public, secret, unsure]", "8: context.data_class[2]", "leave it out"),
    ("[public, secret]", "[public, secret, public]", "8: context.data_class[2]", "twice"),
    ("[public, secret]", "[yes, secret]", "8: context.data_class[0]", "put it in quotes"),
    ("[inside, outside]", "[]", "9: context.environment", "no known value"),
    ("  environment:", "  plan: [a]\n  environment:", "9: context.plan", "cannot name a context field"),
    ("principle: ours\n    family: training", "principle: theirs\n    family: training",
     "12: requirements[0].principle", "known are ours"),
    ("family: training", "family: likeness", "13: requirements[0].family", "no fact answers"),
    ("family: training", "family: trainig", "13: requirements[0].family", "did you mean `training`"),
    ("family: training", "family: reuse", "14: requirements[0].accepts[0]", "no answer of a reuse fact"),
    ("accepts: [prohibited]", "accepts: [prohibited, silent]", "14: requirements[0].accepts", "never safe"),
    ("{opt_out: Switch it off.}", "{unread: Hope.}", "15: requirements[0].conditions", "never safe"),
    ("{opt_in: escalate, ", "{opt_out: block, opt_in: escalate, ", "16: requirements[0].otherwise", "twice"),
    ("{opt_in: escalate, ", "{", "16: requirements[0].otherwise", "nothing is said of `opt_in`"),
    ("permitted: block", "permitted: condition",
     "16: requirements[0].otherwise.permitted", "needs its obligation"),
    ("permitted: block", "permitted: deny", "16: requirements[0].otherwise.permitted", "unknown word `deny`"),
    ("    max_days: 9\n", "", "21: requirements[1].accepts", "go together"),
    ("max_days: 9", "max_days: -1", "22: requirements[1].max_days", "at least 0"),
    ("id: reuse", "id: training", "25: requirements[2].id", "stands twice"),
    ("id: secret", "id: training", "32: triggers[0].id", "stands twice"),
    ("field: data_class", "field: data_clas", "34: triggers[0].field", "no field `data_clas`"),
    ("values: [secret]", "values: [top_secret]", "35: triggers[0].values[0]", "no value of `data_class`"),
    ("values: [secret]\n    unsure: true", "values: []\n    unsure: false",
     "35: triggers[0].values", "never be set off"),
    ("unsure: true", "unsure: sometimes", "36: triggers[0].unsure", "true or false"),
    ("unless: {environment: [inside]}", "unless: {place: [inside]}",
     "38: triggers[0].unless.place", "no field `place`"),
    ("unless: {environment: [inside]}", "unless: {environment: [moon]}",
     "38: triggers[0].unless.environment[0]", "no value"),
    ("unless: {environment: [inside]}", "unless: {data_class: [public]}",
     "38: triggers[0].unless.data_class", "looks at"),
    ("reason: It is secret.", "reason: It is secret.\n    reason: Twice.", "40: triggers[0].reason", "twice"),
    ("title: A small policy", "title: [A small policy", "3", "cannot be read as YAML"),
]  # fmt: skip


def write(folder: Path, text: str | bytes) -> str:
    path = folder / "policy.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_a_file_is_read_as_it_stands(tmp_path: Path) -> None:
    policy = load_policy(write(tmp_path, SMALL))
    assert policy.context["data_class"] == {"public", "secret"}
    assert policy.requirements[0].conditions == {Answer.OPT_OUT: "Switch it off."}
    assert policy.requirements[1].max_days == 9
    assert policy.triggers[0].severity is Severity.ESCALATE
    assert policy.triggers[0].unless == {"environment": {"inside"}}
    assert policy.triggers[0].attach == ("what it is",)


@pytest.mark.parametrize(("old", "new", "place", "words"), MISTAKES)
def test_a_mistake_is_refused_where_it_stands(
    tmp_path: Path, old: str, new: str, place: str, words: str
) -> None:
    assert old in SMALL
    path = write(tmp_path, SMALL.replace(old, new, 1))
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    assert str(caught.value).startswith(f"{path}:{place}: ")
    assert words in str(caught.value)


def test_a_core_family_without_a_requirement_is_refused(tmp_path: Path) -> None:
    start, end = SMALL.index("  - id: reuse"), SMALL.index("triggers:")
    with pytest.raises(PolicyError, match="nothing is required of `reuse`"):
        load_policy(write(tmp_path, SMALL[:start] + SMALL[end:]))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"id: \xff", "not UTF-8"),
        (b"#" * (MAX_BYTES + 1), "larger"),
        (b"[" * 5000, "levels deep"),
        (b"id: a\n---\nid: b\n", "YAML"),
        (b"just a text", "expected a mapping"),
    ],
)
def test_a_file_that_is_no_policy_is_refused(tmp_path: Path, body: bytes, words: str) -> None:
    with pytest.raises(PolicyError, match=words):
        load_policy(write(tmp_path, body))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="cannot be opened"):
        load_policy(str(tmp_path / "none.yaml"))


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="cannot be opened"):
        load_policy(str(tmp_path))


def test_an_unknown_name_is_answered_with_the_shipped_ones() -> None:
    with pytest.raises(PolicyError, match=r"use one of .*default"):
        load_policy("defualt")


def test_the_version_stays_when_only_layout_changes(tmp_path: Path) -> None:
    before = load_policy(write(tmp_path, SMALL)).version
    laid_out = "# a comment\n" + SMALL.replace("[public, secret]", "\n    - secret\n    - public")
    assert load_policy(write(tmp_path, laid_out)).version == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("small policy", "smaller policy"),
        ("desk@", "office@"),
        ("days: 14", "days: 15"),
        ("stays ours", "stays here"),
        ("[inside, outside]", "[inside, outside, between]"),
        ("improve, broad]\n    otherwise: {", "improve]\n    otherwise: {broad: block, "),
        ("Switch it off", "Switch it on"),
        ("permitted: block", "permitted: escalate"),
        ("max_days: 9", "max_days: 8"),
        ("Choose another plan", "Choose a plan"),
        ("values: [secret]", "values: [public]"),
        ("unsure: true", "unsure: false"),
        ("severity: escalate", "severity: block"),
        ("unless: {environment: [inside]}", "unless: {environment: [outside]}"),
        ("It is secret", "It was secret"),
        ("Leave it out", "Keep it out"),
        ("[what it is]", "[what it was]"),
    ],
)  # fmt: skip
def test_the_version_changes_with_everything_a_policy_says(tmp_path: Path, old: str, new: str) -> None:
    before = load_policy(write(tmp_path, SMALL)).version
    assert old in SMALL
    assert load_policy(write(tmp_path, SMALL.replace(old, new, 1))).version != before


@pytest.mark.parametrize("name", shipped_policies())
def test_every_shipped_policy_loads_under_its_own_name(name: str) -> None:
    assert load_policy(name).id == name


def test_the_default_policy_lets_every_field_that_can_escalate_do_so_when_unsure() -> None:
    policy = load_policy("default")
    escalating = {one.field for one in policy.triggers if one.severity is not Severity.CONDITION}
    assert escalating == policy.context.keys()
    assert {one.field for one in policy.triggers if one.unsure} == escalating


def test_the_default_policy_has_a_rule_for_each_principle_and_one_for_each_core_family() -> None:
    policy = load_policy("default")
    used = {one.principle for one in policy.requirements} | {one.principle for one in policy.triggers}
    assert used == {one.id for one in policy.principles}
    assert {one.family for one in policy.requirements} == {Family.TRAINING, Family.RETENTION, Family.REUSE}
