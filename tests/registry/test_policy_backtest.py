"""What another policy would change, told before it is in force."""

from dataclasses import replace

from extractors.model import Answer, Family
from registry.model import EvaluationStatus, Policy, Severity, Standing, Status
from registry.policy import load_policy
from registry.policy_backtest import NOT_UNDERSTOOD, Asked, backtest, judge_by, usual_contexts
from tests.registry.test_evaluate import APPROVED, NOW, PLAN

OLD = load_policy("default")
STRICT = load_policy("strict")
QUIET = {
    "data_class": "public",
    "use_case": "office",
    "output_stage": "exploration",
    "talent_involved": "no",
    "union_work": "no",
    "third_party_ip": "no",
    "personal_data": "no",
    "environment": "enterprise",
}


def standing(retention: Answer = Answer.BOUNDED, days: int | None = 20) -> Standing:
    answers = {
        Family.TRAINING: Answer.PROHIBITED,
        Family.RETENTION: retention,
        Family.REUSE: Answer.SERVICE_ONLY,
    }
    return replace(APPROVED, policy=OLD.version, answers=answers, days=days)


def with_max_days(days: int) -> Policy:
    changed = tuple(
        replace(one, max_days=days, tolerances={}) if one.family is Family.RETENTION else one
        for one in OLD.requirements
    )
    return replace(OLD, version="new", requirements=changed)


def test_the_same_policy_changes_nothing() -> None:
    tried = backtest([standing()], OLD, replace(OLD, version="new"), NOW)
    assert (tried.plans, tried.broken, tried.flips) == (1, (), ())


def test_an_approval_that_no_longer_holds_is_told_with_what_breaks_it() -> None:
    tried = backtest([standing()], OLD, with_max_days(19), NOW)
    assert [one.plan for one in tried.broken] == [PLAN]
    assert tried.broken[0].violations[0].requirement == "retention.short"
    assert {flip.after for flip in tried.flips} == {"denied"}


def test_a_violation_that_was_accepted_breaks_nothing() -> None:
    before = judge_by(standing(), with_max_days(19))
    assert before.decision is not None
    accepted = replace(standing(), decision=replace(before.decision, known=before.violations))
    assert backtest([accepted], OLD, with_max_days(19), NOW).broken == ()


def test_work_that_another_trigger_stops_is_told() -> None:
    triggers = tuple(
        replace(one, severity=Severity.BLOCK) if one.id == "union.work" else one for one in OLD.triggers
    )
    tried = backtest([standing()], OLD, replace(OLD, version="new", triggers=triggers), NOW)
    assert tried.broken == ()
    assert {(flip.before, flip.after) for flip in tried.flips} == {("escalate", "denied")}
    assert all("union.work" in flip.because for flip in tried.flips)


def test_a_plan_that_was_never_judged_is_left_out() -> None:
    listed = replace(standing(), status=Status.LISTED, policy=None)
    assert backtest([listed], OLD, STRICT, NOW).plans == 0


def test_usual_questions_ask_every_value_and_leave_out_every_field() -> None:
    contexts = usual_contexts(OLD)
    for field, known in OLD.context.items():
        assert known <= {context.get(field) for context in contexts}
        assert any(field not in context and len(context) == len(OLD.context) - 1 for context in contexts)
    assert contexts[0] == QUIET | {"data_class": "internal"}
    assert contexts[-1] == {}


def test_past_look_ups_that_would_differ_are_counted() -> None:
    asked = Asked(PLAN, QUIET, NOW, decision=True, status=EvaluationStatus.APPROVED)
    gone = replace(asked, plan="acme/gone@team")
    tried = backtest([standing()], OLD, STRICT, NOW, asked=(asked, asked, gone))
    assert tried.asked == 3
    (flip,) = tried.past
    assert (flip.plan, flip.before, flip.after, flip.times) == (PLAN, "approved", "denied", 2)


def test_a_past_question_with_a_field_that_is_gone_is_not_understood() -> None:
    without = {field: known for field, known in OLD.context.items() if field != "union_work"}
    triggers = tuple(one for one in OLD.triggers if one.field != "union_work")
    new = replace(OLD, version="new", context=without, triggers=triggers)
    asked = Asked(PLAN, QUIET, NOW, decision=True, status=EvaluationStatus.APPROVED)
    tried = backtest([standing()], OLD, new, NOW, asked=(asked,))
    assert [flip.after for flip in tried.past] == [NOT_UNDERSTOOD]
