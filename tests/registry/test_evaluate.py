"""Look-ups' answers: single cases in sentences, then all combinations against a second, plainer statement."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from typing import Any

import pytest

from extractors.model import Answer, Audience, Family
from registry.evaluate import ALLOWS, HORIZON, UnknownContextError, evaluate, step_end
from registry.model import (
    Decision,
    Evaluation,
    EvaluationStatus,
    Policy,
    Principle,
    Scope,
    Severity,
    Standing,
    Status,
    Trigger,
    Verdict,
    Violation,
)
from registry.policy import load_policy

NOW = datetime(2026, 11, 22, 12, 34, 56, tzinfo=UTC)
DAY = timedelta(days=1)
PLAN = "acme/scribe@team"


def trigger(
    severity: Severity, *, unsure: bool = True, unless: Mapping[str, frozenset[str]] | None = None
) -> Trigger:
    return Trigger(
        id="stage.final",
        principle="temporary",
        field="stage",
        values=frozenset({"final"}),
        unsure=unsure,
        severity=severity,
        reason="It is delivered.",
        remedy="Keep it back.",
        unless=unless or {},
        attach=("the cut",),
    )


def policy(*triggers: Trigger) -> Policy:
    return Policy(
        id="test",
        title="Test",
        version="v1",
        contact="desk@company.example",
        evidence_max_age_days=21,
        principles=(Principle("temporary", "Nothing generated is delivered."),),
        context={"stage": frozenset({"draft", "final"}), "place": frozenset({"inside", "outside"})},
        requirements=(),
        triggers=triggers,
    )


def violation(severity: Severity, *, answer: Answer = Answer.SILENT, days: int | None = None) -> Violation:
    return Violation(
        "training.off", "temporary", Family.TRAINING, answer, days, severity, "It trains.", "Switch off."
    )


DECISION = Decision(
    id="d-1",
    plan=PLAN,
    verdict=Verdict.APPROVE,
    scope=Scope(),
    conditions=(),
    reason="Terms are fine.",
    decided_by="kim",
    decided_at=NOW - 10 * DAY,
    expires_at=NOW + 100 * DAY,
    clauses=(),
)
APPROVED = Standing(
    plan=PLAN,
    tool="acme/scribe",
    audience=Audience.BUSINESS,
    status=Status.APPROVED,
    policy="v1",
    violations=(),
    answers={},
    decision=DECISION,
    evidence_at=NOW - DAY,
)
ESCALATES = policy(trigger(Severity.ESCALATE))


def ask(
    standing: Standing | None, *, rules: Policy = ESCALATES, now: datetime = NOW, **context: str
) -> Evaluation:
    return evaluate(standing, context, rules, now)


def decided(**changes: Any) -> Standing:
    return replace(APPROVED, decision=replace(DECISION, **changes))


def rules_of(evaluation: Evaluation) -> list[str]:
    return [one.rule for one in evaluation.reasons]


def test_an_approved_plan_is_allowed_for_harmless_work() -> None:
    answer = ask(APPROVED, stage="draft")
    assert (answer.decision, answer.status) == (True, EvaluationStatus.APPROVED)
    assert "Terms are fine." in answer.reasons[0].message


def test_an_unknown_tool_is_not_allowed() -> None:
    answer = ask(None, stage="draft")
    assert (answer.decision, answer.status, answer.plan) == (False, EvaluationStatus.UNKNOWN, None)


@pytest.mark.parametrize("judged_by", [None, "v0"])
def test_an_approval_waits_until_its_terms_are_judged_by_the_policy_in_force(judged_by: str | None) -> None:
    answer = ask(replace(APPROVED, policy=judged_by), stage="draft")
    assert (answer.decision, answer.status) == (False, EvaluationStatus.ESCALATE)
    assert rules_of(answer)[0] == "assessment.outdated"


@pytest.mark.parametrize("status", [Status.LISTED, Status.SUBMITTED, Status.IN_REVIEW])
def test_a_plan_that_nobody_decided_on_is_pending(status: Status) -> None:
    answer = ask(replace(APPROVED, status=status), stage="draft")
    assert (answer.decision, answer.status) == (False, EvaluationStatus.PENDING)


def test_a_rejected_plan_says_why() -> None:
    answer = ask(replace(decided(verdict=Verdict.REJECT, reason="It trains."), status=Status.REJECTED))
    assert answer.status is EvaluationStatus.DENIED
    assert "It trains." in answer.reasons[0].message


def test_a_suspended_plan_says_why() -> None:
    answer = ask(
        replace(APPROVED, status=Status.SUSPENDED, suspended_because="Training was added."), stage="draft"
    )
    assert answer.status is EvaluationStatus.DENIED
    assert "Training was added." in answer.reasons[0].message


def test_an_approval_ends_with_its_last_moment() -> None:
    assert ask(decided(expires_at=NOW + timedelta(microseconds=1)), stage="draft").decision
    expired = ask(decided(expires_at=NOW), stage="draft")
    assert expired.status is EvaluationStatus.ESCALATE
    assert rules_of(expired) == ["decision.expired"]


@pytest.mark.parametrize("changes", [{"verdict": Verdict.SUSPEND}, {"plan": "acme/scribe@free"}])
def test_an_approved_plan_without_an_approval_of_its_own_escalates(changes: Mapping[str, object]) -> None:
    assert rules_of(ask(decided(**changes), stage="draft")) == ["decision.missing"]
    assert rules_of(ask(replace(APPROVED, decision=None), stage="draft")) == ["decision.missing"]


def test_evidence_that_was_never_seen_or_is_overdue_escalates() -> None:
    assert rules_of(ask(replace(APPROVED, evidence_at=None), stage="draft"))[0] == "evidence.missing"
    overdue = ask(replace(APPROVED, evidence_at=NOW - 21 * DAY), stage="draft")
    assert (overdue.status, rules_of(overdue)[0]) == (EvaluationStatus.ESCALATE, "evidence.overdue")
    assert ask(replace(APPROVED, evidence_at=NOW - 21 * DAY + timedelta(seconds=1)), stage="draft").decision


@pytest.mark.parametrize("severity", Severity)
def test_a_violation_that_nobody_accepted_never_passes(severity: Severity) -> None:
    assert not ask(replace(APPROVED, violations=(violation(severity),)), stage="draft").decision


def test_a_violation_passes_where_the_person_had_it_before_them() -> None:
    standing = replace(
        decided(known=(violation(Severity.ESCALATE),)), violations=(violation(Severity.ESCALATE),)
    )
    answer = ask(standing, stage="draft")
    assert answer.status is EvaluationStatus.APPROVED
    assert "Accepted in decision d-1." in answer.reasons[1].message


@pytest.mark.parametrize(
    ("known", "now"),
    [
        (violation(Severity.CONDITION), violation(Severity.ESCALATE)),
        (violation(Severity.ESCALATE), violation(Severity.BLOCK)),
        (violation(Severity.ESCALATE), violation(Severity.ESCALATE, answer=Answer.UNREAD)),
        (violation(Severity.ESCALATE, days=60), violation(Severity.ESCALATE, days=61)),
        (violation(Severity.ESCALATE, days=60), violation(Severity.ESCALATE)),
        (violation(Severity.ESCALATE), violation(Severity.ESCALATE, days=1)),
    ],
)
def test_accepting_a_violation_accepts_nothing_graver_longer_or_other(
    known: Violation, now: Violation
) -> None:
    assert not ask(replace(decided(known=(known,)), violations=(now,)), stage="draft").decision
    assert ask(replace(decided(known=(now,)), violations=(now,)), stage="draft").decision


def test_a_known_condition_is_an_obligation_beside_those_of_the_decision() -> None:
    condition = violation(Severity.CONDITION)
    standing = replace(decided(known=(condition,), conditions=("Tell Kim.",)), violations=(condition,))
    answer = ask(standing, stage="draft")
    assert answer.status is EvaluationStatus.APPROVED_WITH_OBLIGATIONS
    assert answer.obligations == ("Tell Kim.", "Switch off.")


def test_work_that_sets_off_a_trigger_escalates_and_says_what_to_attach() -> None:
    answer = ask(APPROVED, stage="final")
    assert answer.status is EvaluationStatus.ESCALATE
    assert answer.reasons[0].remedy == "Keep it back. Attach: the cut."


def test_an_approval_that_names_the_value_ends_the_escalation() -> None:
    assert ask(decided(scope=Scope({"stage": frozenset({"final"})})), stage="final").decision


def test_an_approval_for_everything_does_not_end_an_escalation() -> None:
    assert not ask(decided(scope=Scope({})), stage="final").decision


@pytest.mark.parametrize("context", [{}, {"stage": "unsure"}, {"stage": "finished"}, {"stage": ""}])
def test_a_missing_field_and_an_unknown_value_count_as_unsure(context: dict[str, str]) -> None:
    for scope in (Scope(), Scope({"stage": frozenset({"final", "draft", "unsure"})})):
        assert evaluate(decided(scope=scope), context, ESCALATES, NOW).status is EvaluationStatus.ESCALATE
    tolerant = policy(trigger(Severity.ESCALATE, unsure=False))
    assert evaluate(APPROVED, context, tolerant, NOW).decision


def test_an_approval_that_lists_unsure_work_does_not_end_an_escalation() -> None:
    listed = decided(scope=Scope({"stage": frozenset({"draft", "unsure"})}))
    (reason,) = [one for one in ask(listed).reasons if one.rule == "stage.final"]
    assert "Approved in decision" not in reason.message


def test_a_trigger_that_blocks_denies_whatever_the_approval_covers() -> None:
    blocks = policy(trigger(Severity.BLOCK))
    covered = decided(scope=Scope({"stage": frozenset({"final"})}))
    assert ask(covered, rules=blocks, stage="final").status is EvaluationStatus.DENIED


def test_a_trigger_with_a_condition_is_an_obligation() -> None:
    answer = ask(APPROVED, rules=policy(trigger(Severity.CONDITION)), stage="final")
    assert (answer.status, answer.obligations) == (
        EvaluationStatus.APPROVED_WITH_OBLIGATIONS,
        ("Keep it back.",),
    )


def test_an_exception_excuses_a_named_value_but_never_an_unsure_one() -> None:
    rules = policy(trigger(Severity.ESCALATE, unless={"place": frozenset({"inside"})}))
    assert ask(APPROVED, rules=rules, stage="final", place="inside").decision
    assert not ask(APPROVED, rules=rules, stage="final", place="outside").decision
    assert not ask(APPROVED, rules=rules, stage="final").decision
    assert not ask(APPROVED, rules=rules, place="inside").decision


def test_an_exception_of_two_fields_excuses_only_where_both_hold() -> None:
    rules = replace(
        policy(
            trigger(Severity.ESCALATE, unless={"place": frozenset({"inside"}), "team": frozenset({"own"})})
        ),
        context={**ESCALATES.context, "team": frozenset({"own", "other"})},
    )
    assert ask(APPROVED, rules=rules, stage="final", place="inside", team="own").decision
    assert not ask(APPROVED, rules=rules, stage="final", place="inside", team="other").decision


def test_work_outside_the_scope_escalates() -> None:
    standing = decided(scope=Scope({"place": frozenset({"inside"})}))
    assert rules_of(ask(standing, stage="draft", place="outside")) == ["scope.place", "decision.approved"]
    assert rules_of(ask(standing, stage="draft")) == ["scope.place", "decision.approved"]
    assert ask(standing, stage="draft", place="inside").decision


def test_a_scope_over_a_field_that_the_policy_dropped_covers_nothing() -> None:
    assert not ask(decided(scope=Scope({"gone": frozenset({"a"})})), stage="draft").decision


def test_a_scope_never_covers_unsure() -> None:
    assert not ask(decided(scope=Scope({"place": frozenset({"inside", "unsure"})})), stage="draft").decision


def test_an_unknown_field_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownContextError) as caught:
        ask(APPROVED, stgae="final")
    assert caught.value.unknown == ("stgae",)
    assert caught.value.known == ("stage", "place")


def test_all_reasons_are_told_the_gravest_first() -> None:
    standing = replace(
        decided(expires_at=NOW - DAY), evidence_at=None, violations=(violation(Severity.BLOCK),)
    )
    assert rules_of(ask(standing)) == ["training.off", "decision.expired", "evidence.missing", "stage.final"]


def test_an_answer_holds_for_an_hour_at_most_and_not_past_expiry_or_evidence() -> None:
    assert ask(APPROVED).valid_until == datetime(2026, 11, 22, 13, 30, tzinfo=UTC)
    assert ask(decided(expires_at=NOW + timedelta(minutes=5))).valid_until == NOW + timedelta(minutes=5)
    old = replace(APPROVED, evidence_at=NOW - 21 * DAY + timedelta(minutes=3))
    assert ask(old).valid_until == NOW + timedelta(minutes=3)
    assert ask(None).valid_until == datetime(2026, 11, 22, 13, 30, tzinfo=UTC)


def test_the_same_question_gets_the_same_answer_until_the_step_ends() -> None:
    later = step_end(NOW) - timedelta(microseconds=1)
    assert step_end(NOW) == datetime(2026, 11, 22, 12, 40, tzinfo=UTC)
    assert ask(APPROVED, stage="draft") == ask(APPROVED, now=later, stage="draft")


@dataclass(frozen=True)
class Case:
    """One combination of an approved plan, and whether it may pass."""

    standing: Standing
    rules: Policy
    context: dict[str, str]
    passes: bool


@cache
def every_case() -> list[Case]:
    decisions: dict[str, tuple[Decision | None, bool]] = {
        "none": (None, False),
        "approves": (DECISION, True),
        "approves with conditions": (
            replace(DECISION, verdict=Verdict.APPROVE_WITH_CONDITIONS, conditions=("Tell Kim.",)),
            True,
        ),
        "rejects": (replace(DECISION, verdict=Verdict.REJECT), False),
        "suspends": (replace(DECISION, verdict=Verdict.SUSPEND), False),
        "expired": (replace(DECISION, expires_at=NOW - DAY), False),
    }
    evidence = [(None, False), (NOW - DAY, True), (NOW - 30 * DAY, False)]
    found = [violation(severity) for severity in Severity]
    violations: list[tuple[tuple[Violation, ...], tuple[Violation, ...], bool]] = [
        ((), (), True),
        *(((one,), (), False) for one in found),
        *(((one,), (one,), True) for one in found),
    ]
    scopes = [
        {},
        {"stage": frozenset({"draft"})},
        {"stage": frozenset({"draft", "final"})},
        {"place": frozenset({"inside"})},
    ]
    contexts = [
        {field: value for field, value in (("stage", stage), ("place", place)) if value}
        for stage in ("", "unsure", "other", "draft", "final")
        for place in ("", "inside", "outside")
    ]
    cases = []
    for (decision, decides), (seen, fresh), (
        standing_now,
        known,
        accepted,
    ), scope, severity, context in product(
        decisions.values(), evidence, violations, scopes, Severity, contexts
    ):
        taken = replace(decision, scope=Scope(scope), known=known) if decision else None
        standing = replace(APPROVED, decision=taken, evidence_at=seen, violations=standing_now)
        in_scope = all(context.get(field) in values for field, values in scope.items())
        stage = context.get("stage")
        quiet = (
            stage == "draft"
            or severity is Severity.CONDITION
            or (severity is Severity.ESCALATE and stage == "final" and "final" in scope.get("stage", ()))
        )
        passes = decides and fresh and accepted and in_scope and quiet
        cases.append(Case(standing, policy(trigger(severity)), context, passes))
    return cases


def test_over_all_combinations_an_approved_plan_passes_exactly_when_nothing_is_amiss() -> None:
    for case in every_case():
        answer = evaluate(case.standing, case.context, case.rules, NOW)
        assert answer.decision == case.passes, case
        assert answer.decision == (answer.status in ALLOWS)
        assert (answer.status is EvaluationStatus.APPROVED_WITH_OBLIGATIONS) == bool(answer.obligations)
        assert answer.reasons
        assert NOW < answer.valid_until <= NOW + HORIZON


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (Status.LISTED, EvaluationStatus.PENDING),
        (Status.SUBMITTED, EvaluationStatus.PENDING),
        (Status.IN_REVIEW, EvaluationStatus.PENDING),
        (Status.REJECTED, EvaluationStatus.DENIED),
        (Status.SUSPENDED, EvaluationStatus.DENIED),
    ],
)
def test_over_all_combinations_a_plan_that_is_not_approved_has_one_outcome(
    status: Status, outcome: EvaluationStatus
) -> None:
    for case in every_case()[::11]:
        answer = evaluate(replace(case.standing, status=status), case.context, case.rules, NOW)
        assert (answer.decision, answer.status, answer.obligations) == (False, outcome, ())


def test_the_default_policy_allows_fully_described_harmless_work_and_names_every_doubt_otherwise() -> None:
    default = load_policy("default")
    harmless = {
        "data_class": "public",
        "use_case": "office",
        "output_stage": "exploration",
        "talent_involved": "no",
        "union_work": "no",
        "third_party_ip": "no",
        "personal_data": "no",
        "environment": "enterprise",
    }
    approved = replace(APPROVED, policy=default.version)
    assert evaluate(approved, harmless, default, NOW).status is EvaluationStatus.APPROVED
    for field in harmless:
        context = {name: value for name, value in harmless.items() if name != field}
        answer = evaluate(approved, context, default, NOW)
        assert answer.status is EvaluationStatus.ESCALATE
        assert f"`{field}` is not given" in answer.reasons[0].message
