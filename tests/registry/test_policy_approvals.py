"""What a policy file may say of approvals and of fields whose values are free."""

from dataclasses import replace

import pytest

from registry.model import ApprovalRules
from registry.policy import POLICIES, PolicyError, load_policy, parse_policy, policy_version

TEXT = (POLICIES / "strict.yaml").read_text(encoding="utf-8")
APPROVALS = TEXT[TEXT.index("approvals:") : TEXT.index("requirements:")]


def saying(approvals: str) -> str:
    return TEXT.replace(APPROVALS, approvals)


def test_the_strict_policy_asks_for_four_eyes_and_two_persons() -> None:
    assert load_policy("strict").approvals == ApprovalRules(
        four_eyes=True,
        approvers=2,
        routine_working_days=3,
        emergency_answer_hours=2,
        emergency_lasts_hours=24,
    )


def test_what_is_left_out_is_as_usual() -> None:
    assert parse_policy(saying(""), "p.yaml").approvals == ApprovalRules()
    assert parse_policy(saying("approvals: {four_eyes: true}\n"), "p.yaml").approvals == ApprovalRules(True)


@pytest.mark.parametrize(
    ("approvals", "says"),
    [
        ("approvals: {approvers: 3}\n", "more than two"),
        ("approvals: {approvers: 0}\n", "at least 1"),
        ("approvals: {emergency_lasts_hours: 0}\n", "at least 1"),
        ("approvals: {four_eyes: maybe}\n", "true or false"),
        ("approvals: {eyes: 4}\n", "unknown key"),
        ("approvals: {}\nopen_fields: [data_class]\n", "this key stands here twice"),
    ],
)
def test_what_cannot_be_meant_is_refused(approvals: str, says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        parse_policy(saying(approvals), "p.yaml")


@pytest.mark.parametrize(
    ("fields", "says"),
    [("[data_class]", "free or has known values"), ("[plan]", "uses the word itself"), ("[a, a]", "twice")],
)
def test_a_free_field_has_a_name_of_its_own(fields: str, says: str) -> None:
    text = TEXT.replace("open_fields: [production]", f"open_fields: {fields}")
    with pytest.raises(PolicyError, match=says):
        parse_policy(text, "p.yaml")


def test_what_is_asked_of_work_is_not_attested_beforehand() -> None:
    text = (POLICIES / "default.yaml").read_text(encoding="utf-8")
    told = "evidence: the contact's answer, naming the material"
    assert told in text
    with pytest.raises(PolicyError, match="is attested with it"):
        parse_policy(text.replace(told, f"{told}\n      before_use: true"), "p.yaml")


def test_the_version_tells_other_approvals_and_other_free_fields_apart() -> None:
    policy = load_policy("default")
    others = (
        replace(policy, approvals=ApprovalRules(four_eyes=True)),
        replace(policy, open_fields=()),
    )
    assert len({policy_version(one) for one in (policy, *others)}) == 3
