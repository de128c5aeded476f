"""What can be decided at all: each rule at its very border."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from extractors.model import Answer, Family
from registry.model import ApprovalRules, Obligation, Scope, Severity, Verdict, Violation
from registry.policy import load_policy
from registry.rulings import (
    LONGEST_APPROVAL,
    LONGEST_NAME,
    DecisionRefusedError,
    Ruling,
    check_ruling,
    obligations_asked,
    ruling_from_json,
    ruling_to_json,
    scope_of,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
RULES = ApprovalRules(emergency_lasts_hours=72)
POLICY = load_policy("default")
SWITCH = Obligation("Sharing is off.", "the administrator", "a picture", 30, before_use=True)


def ruling(verdict: Verdict = Verdict.APPROVE, after: timedelta = timedelta(days=1), **other: Any) -> Ruling:
    return replace(Ruling(verdict, "Fine.", NOW + after), **other)


def refused(one: Ruling) -> str:
    with pytest.raises(DecisionRefusedError) as error:
        check_ruling(one, RULES, NOW)
    return str(error.value)


def test_a_reason_is_more_than_space() -> None:
    check_ruling(ruling(), RULES, NOW)
    assert "give a reason" in refused(ruling(reason=" \n"))


def test_an_expiry_lies_ahead_and_not_too_far() -> None:
    check_ruling(ruling(after=TICK), RULES, NOW)
    check_ruling(ruling(after=LONGEST_APPROVAL), RULES, NOW)
    assert "lies in the past" in refused(ruling(after=timedelta(0)))
    assert "two years" in refused(ruling(after=LONGEST_APPROVAL + TICK))


def test_an_emergency_lasts_no_longer_than_the_policy_lets_it() -> None:
    check_ruling(ruling(after=timedelta(hours=72), emergency=True), RULES, NOW)
    assert "72 hours" in refused(ruling(after=timedelta(hours=72) + TICK, emergency=True))


@pytest.mark.parametrize("verdict", [Verdict.REJECT, Verdict.SUSPEND])
def test_only_an_approval_is_given_in_an_emergency(verdict: Verdict) -> None:
    assert "only an approval" in refused(ruling(verdict, emergency=True))


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.REJECT, Verdict.SUSPEND])
def test_conditions_and_obligations_belong_to_a_conditional_approval(verdict: Verdict) -> None:
    assert "conditions belong" in refused(ruling(verdict, conditions=("Alone.",)))
    assert "obligations belong" in refused(ruling(verdict, obligations=(SWITCH,)))


def test_a_conditional_approval_has_a_condition_or_an_obligation() -> None:
    check_ruling(ruling(Verdict.APPROVE_WITH_CONDITIONS, conditions=("Alone.",)), RULES, NOW)
    check_ruling(ruling(Verdict.APPROVE_WITH_CONDITIONS, obligations=(SWITCH,)), RULES, NOW)
    assert "at least one" in refused(ruling(Verdict.APPROVE_WITH_CONDITIONS))


def violation(
    severity: Severity, requirement: str = "training.off", answer: Answer = Answer.OPT_OUT
) -> Violation:
    return Violation(
        requirement, "no_reuse", Family.TRAINING, answer, None, severity, "It trains.", "Switch it off."
    )


def test_the_policy_asks_for_what_it_names_and_for_nothing_else() -> None:
    (asked,) = obligations_asked([violation(Severity.CONDITION)], POLICY)
    assert asked.before_use
    assert asked.renew_after_days == 180
    for severity in (Severity.BLOCK, Severity.ESCALATE):
        assert obligations_asked([violation(severity)], POLICY) == ()
    assert obligations_asked([violation(Severity.CONDITION, "gone.since")], POLICY) == ()
    assert obligations_asked([violation(Severity.CONDITION, answer=Answer.SILENT)], POLICY) == ()


def test_a_scope_names_what_the_policy_knows() -> None:
    assert scope_of({"data_class": ["public", "internal"]}, POLICY) == Scope(
        {"data_class": frozenset({"public", "internal"})}
    )
    for covers, words in (
        ({"data_clas": ["public"]}, "knows no field"),
        ({"data_class": []}, "covers nothing"),
        ({"data_class": ["public", "else"]}, "knows no value"),
        ({"data_class": ["unsure"]}, "knows no value"),
    ):
        with pytest.raises(DecisionRefusedError, match=words):
            scope_of(covers, POLICY)


def test_a_free_name_is_a_plain_name() -> None:
    field = next(iter(POLICY.open_fields))
    assert scope_of({field: ["Stone", "x" * LONGEST_NAME]}, POLICY).covers[field] == {
        "Stone",
        "x" * LONGEST_NAME,
    }
    for value in ("", " ", " Stone", "Stone ", "unsure", "x" * (LONGEST_NAME + 1)):
        with pytest.raises(DecisionRefusedError, match="is no name"):
            scope_of({field: [value]}, POLICY)


def test_a_ruling_that_waits_is_kept_whole() -> None:
    whole = ruling(
        Verdict.APPROVE_WITH_CONDITIONS,
        scope=Scope({"data_class": frozenset({"public"})}),
        conditions=("Alone.",),
        clauses=("a" * 64,),
        assessment="b" * 64,
        obligations=(SWITCH,),
        flags=("flag_1",),
        keep_open=("flag_2",),
        emergency=True,
    )
    assert ruling_from_json(ruling_to_json(whole)) == whole
