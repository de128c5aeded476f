"""Policies as files: what loads, what is refused and where the finger points."""

from pathlib import Path

import pytest

from extractors.model import Answer, Family
from registry.model import Obligation, Severity
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
    conditions: {opt_out: {obligation: Switch it off., attested_by: IT, evidence: a picture}}
    otherwise: {opt_in: escalate, permitted: block, silent: escalate, conflicting: escalate, unread: escalate}
    remedy: Choose another plan.
  - id: retention
    principle: ours
    family: retention
    accepts: [bounded, none, user_control, open_ended]
    max_days: 9
    tolerances: {data_class: {public: 9, secret: 0}}
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
    contact: vault@company.example
  - id: outside
    principle: ours
    field: environment
    values: [outside]
    unsure: true
    severity: block
    reason: It is done outside.
    remedy: Come in.
  - id: public
    principle: ours
    field: data_class
    values: [public]
    unsure: false
    severity: condition
    reason: It is public.
    obligation: {obligation: It is., attested_by: the press office, evidence: a link, renew_after_days: 30}
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
    ("{opt_out: {obl", "{unread: {obl", "15: requirements[0].conditions", "never safe"),
    (", evidence: a picture", "", "15: requirements[0].conditions.opt_out", "missing `evidence`"),
    ("evidence: a picture", "evidence: a picture, renew_after_days: 0",
     "15: requirements[0].conditions.opt_out.renew_after_days", "at least 1"),
    ("public: 9, secret", "public: 10, secret",
     "23: requirements[1].tolerances.data_class.public", "more than"),
    ("public: 9, secret", "secret",
     "23: requirements[1].tolerances.data_class", "nothing is said of `public`"),
    ("public: 9, secret", "open: 9, secret", "23: requirements[1].tolerances.data_class.open", "no value"),
    ("{data_class: {public", "{date_class: {public", "23: requirements[1].tolerances.date_class", "no field"),
    ("secret: 0", "secret: -1", "23: requirements[1].tolerances.data_class.secret", "at least 0"),
    ("    max_days: 9\n    tol", "    tol", "22: requirements[1].tolerances", "narrows `max_days`"),
    ("    attach: [what it is]\n", "", "33: triggers[0]", "needs `attach`"),
    ("[what it is]", "[]", "42: triggers[0].attach", "is empty"),
    ("    remedy: Leave it out.\n", "", "33: triggers[0]", "needs `remedy`"),
    ("    remedy: Come in.\n", "", "44: triggers[1]", "needs `remedy`"),
    ("    obligation: {obligation: It is.,", "    remedy: {obligation: It is.,",
     "52: triggers[2]", "needs `obligation`"),
    ("reason: It is public.", "remedy: Do.\n    reason: It is public.",
     "58: triggers[2].remedy", "does not go"),
    ("    unsure: true\n    severity: block", "    unsure: false\n    severity: block",
     "9: context.environment", "nothing happens where this is not stated"),
    ("    severity: block\n    reason: It is done outside.\n    remedy: Come in.",
     "    severity: condition\n    reason: It.\n    obligation: {obligation: I, attested_by: I, evidence: e}",
     "9: context.environment", "nothing happens where this is not stated"),
    ("{opt_in: escalate, ", "{opt_out: block, opt_in: escalate, ", "16: requirements[0].otherwise", "twice"),
    ("{opt_in: escalate, ", "{", "16: requirements[0].otherwise", "nothing is said of `opt_in`"),
    ("permitted: block", "permitted: condition",
     "16: requirements[0].otherwise.permitted", "needs its obligation"),
    ("permitted: block", "permitted: deny", "16: requirements[0].otherwise.permitted", "unknown word `deny`"),
    ("    max_days: 9\n    tolerances: {data_class: {public: 9, secret: 0}}\n", "",
     "21: requirements[1].accepts", "go together"),
    ("max_days: 9", "max_days: -1", "22: requirements[1].max_days", "at least 0"),
    ("id: reuse", "id: training", "26: requirements[2].id", "stands twice"),
    ("id: secret", "id: training", "33: triggers[0].id", "stands twice"),
    ("field: data_class", "field: data_clas", "35: triggers[0].field", "no field `data_clas`"),
    ("values: [secret]", "values: [top_secret]", "36: triggers[0].values[0]", "no value of `data_class`"),
    ("values: [secret]\n    unsure: true", "values: []\n    unsure: false",
     "36: triggers[0].values", "never be set off"),
    ("unsure: true", "unsure: sometimes", "37: triggers[0].unsure", "true or false"),
    ("unless: {environment: [inside]}", "unless: {place: [inside]}",
     "39: triggers[0].unless.place", "no field `place`"),
    ("unless: {environment: [inside]}", "unless: {environment: [moon]}",
     "39: triggers[0].unless.environment[0]", "no value"),
    ("unless: {environment: [inside]}", "unless: {data_class: [public]}",
     "39: triggers[0].unless.data_class", "looks at"),
    ("reason: It is secret.", "reason: It is secret.\n    reason: Twice.", "41: triggers[0].reason", "twice"),
    ("title: A small policy", "title: [A small policy", "3", "cannot be read as YAML"),
]  # fmt: skip


def write(folder: Path, text: str | bytes) -> str:
    path = folder / "policy.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_a_file_is_read_as_it_stands(tmp_path: Path) -> None:
    policy = load_policy(write(tmp_path, SMALL))
    assert policy.context["data_class"] == {"public", "secret"}
    assert policy.requirements[0].conditions == {
        Answer.OPT_OUT: Obligation("Switch it off.", attested_by="IT", evidence="a picture")
    }
    assert policy.requirements[1].tolerances == {"data_class": {"public": 9, "secret": 0}}
    assert policy.requirements[1].max_days == 9
    assert policy.triggers[0].severity is Severity.ESCALATE
    assert policy.triggers[0].unless == {"environment": {"inside"}}
    assert policy.triggers[0].attach == ("what it is",)
    assert policy.triggers[0].contact == "vault@company.example"


def test_an_obligation_says_who_attests_it_with_what_and_for_how_long(tmp_path: Path) -> None:
    policy = load_policy(write(tmp_path, SMALL))
    assert policy.triggers[2].obligation == Obligation("It is.", "the press office", "a link", 30)
    assert policy.triggers[2].remedy == (
        "It is. Attested by the press office, anew every 30 days; evidence: a link."
    )


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
        ("attested_by: IT", "attested_by: HR"),
        ("evidence: a picture", "evidence: a film"),
        ("renew_after_days: 30", "renew_after_days: 31"),
        ("secret: 0", "secret: 1"),
        ("vault@", "cellar@"),
        ("permitted: block", "permitted: escalate"),
        ("max_days: 9", "max_days: 10"),
        ("Choose another plan", "Choose a plan"),
        ("values: [secret]", "values: [public]"),
        ("unsure: false", "unsure: true"),
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
