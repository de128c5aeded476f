"""How long some work lets content be kept: what the plan's own limit allows is not enough for all work."""

from dataclasses import replace

import pytest

from extractors.model import Answer, Family
from registry.evaluate import evaluate
from registry.model import Evaluation, EvaluationStatus, Obligation, Policy, Requirement, Scope, Severity
from tests.registry.test_evaluate import APPROVED, DECISION, NOW, policy

KEPT = Requirement(
    id="kept",
    principle="temporary",
    family=Family.RETENTION,
    accepts=frozenset({Answer.NONE, Answer.BOUNDED}),
    max_days=30,
    conditions={Answer.USER_CONTROL: Obligation("Delete it.", "kim", "a picture")},
    otherwise={Answer.BOUNDED: Severity.ESCALATE},
    remedy="Agree on less.",
    tolerances={"stage": {"draft": 30, "final": 7, "secret": 0}},
)
RULES = replace(policy(), requirements=(KEPT,), context={"stage": frozenset({"draft", "final", "secret"})})


def ask(
    stage: str, answer: Answer | None, days: int | None = None, *, names: str = "", rules: Policy = RULES
) -> Evaluation:
    scope = Scope({"stage": frozenset({names})} if names else {})
    standing = replace(
        APPROVED,
        answers={} if answer is None else {Family.RETENTION: answer},
        days=days,
        decision=replace(DECISION, scope=scope),
    )
    return evaluate(standing, {"stage": stage} if stage else {}, rules, NOW)


@pytest.mark.parametrize(
    ("stage", "answer", "days", "passes"),
    [
        ("draft", Answer.BOUNDED, 30, True),
        ("final", Answer.BOUNDED, 30, False),
        ("final", Answer.BOUNDED, 8, False),
        ("final", Answer.BOUNDED, 7, True),
        ("secret", Answer.BOUNDED, 1, False),
        ("secret", Answer.BOUNDED, 0, True),
        ("secret", Answer.NONE, None, True),
        ("final", Answer.BOUNDED, None, False),
        ("final", Answer.USER_CONTROL, None, True),
        ("secret", Answer.USER_CONTROL, None, False),
        ("final", Answer.OPEN_ENDED, None, False),
        ("final", Answer.SILENT, None, False),
        ("final", Answer.CONFLICTING, None, False),
        ("final", Answer.UNREAD, None, False),
        ("final", None, None, False),
    ],
)
def test_some_work_tolerates_less_than_other(
    stage: str, answer: Answer | None, days: int | None, *, passes: bool
) -> None:
    told = ask(stage, answer, days)
    assert told.decision == passes
    assert ("kept.tolerance" in [one.rule for one in told.reasons]) != passes


@pytest.mark.parametrize("stage", ["", "unsure", "other"])
def test_work_that_is_not_stated_tolerates_what_the_most_careful_does(stage: str) -> None:
    assert ask(stage, Answer.BOUNDED, 1).status is EvaluationStatus.ESCALATE
    assert ask(stage, Answer.BOUNDED, 0).decision


def test_an_approval_that_names_the_work_accepts_how_long_it_is_kept() -> None:
    told = ask("secret", Answer.BOUNDED, 30, names="secret")
    assert told.decision
    assert "Approved in decision d-1." in told.reasons[1].message


def test_an_approval_never_covers_work_that_is_not_stated() -> None:
    assert not ask("unsure", Answer.BOUNDED, 30, names="unsure").decision


def test_a_period_that_blocks_is_denied_whatever_the_approval_names() -> None:
    blocks = replace(RULES, requirements=(replace(KEPT, otherwise={Answer.BOUNDED: Severity.BLOCK}),))
    told = ask("secret", Answer.BOUNDED, 30, names="secret", rules=blocks)
    assert told.status is EvaluationStatus.DENIED


def test_the_reason_says_how_long_and_for_which_work() -> None:
    reason = ask("final", Answer.BOUNDED, 30).reasons[0]
    assert "30 days, and since `stage` is final, at most 7 days" in reason.message
    assert reason.remedy == "Agree on less."


def test_an_approval_that_lists_unsure_work_does_not_count_as_naming_it() -> None:
    told = ask("unsure", Answer.BOUNDED, 30, names="unsure")
    (reason,) = [one for one in told.reasons if one.rule == "kept.tolerance"]
    assert "Approved in decision" not in reason.message
