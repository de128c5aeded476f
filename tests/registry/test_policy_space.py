"""The whole space of questions: each has one answer; nothing unknown, silent, stale or expired is allowed.

A second, plainer statement of the default policy says what may pass; the judging is held against it over all
combinations that can be listed, and over drawn ones beyond. Whoever changes the default policy changes both.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import product
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.model import Answer, Fact, Family
from registry.assess import assess
from registry.evaluate import ALLOWS, evaluate
from registry.model import EvaluationStatus, Policy, Severity, Standing, Status
from registry.policy import load_policy, shipped_policies
from registry.policy_backtest import usual_contexts
from registry.policy_words import ANSWERS
from tests.registry.test_evaluate import APPROVED, DAY, DECISION, NOW

DEFAULT: Final = load_policy("default")
QUIET: Final = usual_contexts(DEFAULT)[0]
GOOD: Final = (Answer.PROHIBITED, Answer.NONE, None, Answer.SERVICE_ONLY)

TRAINING: Final = (*sorted(ANSWERS[Family.TRAINING]), None)
RETENTION: Final = (
    *((Answer.BOUNDED, days) for days in (None, 0, 1, 7, 8, 30, 31, 3650)),
    *((answer, None) for answer in sorted(ANSWERS[Family.RETENTION] - {Answer.BOUNDED})),
    (None, None),
)
REUSE: Final = (*sorted(ANSWERS[Family.REUSE]), None)
Terms = tuple[Answer | None, Answer | None, int | None, Answer | None]
"""Training, retention, its days, reuse; `None` where there is no fact at all."""

STOPS: Final[Mapping[str, frozenset[str]]] = {
    "data_class": frozenset({"sensitive"}),
    "use_case": frozenset(
        {
            "story_background",
            "key_creative",
            "factual_depiction",
            "talent_replica",
            "talent_alteration",
            "model_training",
        }
    ),
    "output_stage": frozenset({"final"}),
    "talent_involved": frozenset({"yes"}),
    "union_work": frozenset({"yes"}),
    "third_party_ip": frozenset({"yes"}),
    "personal_data": frozenset({"yes"}),
    "environment": frozenset({"personal"}),
}
DAYS: Final = {"public": 30, "internal": 30, "owned": 7}


def may_pass(terms: Terms, context: Mapping[str, str]) -> bool:
    """What the default policy lets pass without a person: said again, without its file."""
    for field, known in DEFAULT.context.items():
        if context.get(field) not in known - STOPS[field]:
            return False
    if context["data_class"] == "owned" and context["environment"] != "enterprise":
        return False
    training, retention, days, reuse = terms
    kept_briefly = retention in {Answer.NONE, Answer.USER_CONTROL} or (
        retention is Answer.BOUNDED and days is not None and days <= DAYS[context["data_class"]]
    )
    trains_never = training in {Answer.PROHIBITED, Answer.OPT_IN, Answer.OPT_OUT}
    return trains_never and kept_briefly and reuse is Answer.SERVICE_ONLY


@cache
def approved(terms: Terms) -> Standing:
    """An approved plan with these terms, judged by the default policy."""
    return judged(terms, DEFAULT)


def judged(terms: Terms, policy: Policy) -> Standing:
    """An approved plan with these terms, whose approver accepted the conditions and nothing graver."""
    training, retention, days, reuse = terms
    given_answers = {Family.TRAINING: training, Family.RETENTION: retention, Family.REUSE: reuse}
    answers = {family: answer for family, answer in given_answers.items() if answer is not None}
    facts = [Fact(family, answer, days=days) for family, answer in answers.items()]
    violations = assess(facts, policy, "rules").violations
    known = tuple(one for one in violations if one.severity is Severity.CONDITION)
    return replace(
        APPROVED,
        policy=policy.version,
        answers=answers,
        days=days,
        violations=violations,
        decision=replace(DECISION, known=known),
    )


def ask(standing: Standing, context: Mapping[str, str], policy: Policy = DEFAULT) -> EvaluationStatus:
    """Ask, and hold the answer against what every answer must be."""
    answer = evaluate(standing, context, policy, NOW)
    assert answer.status in EvaluationStatus
    assert answer.decision == (answer.status in ALLOWS)
    assert answer.reasons
    assert bool(answer.obligations) == (answer.status is EvaluationStatus.APPROVED_WITH_OBLIGATIONS)
    return answer.status


def every_terms() -> Iterator[Terms]:
    for training, (retention, days), reuse in product(TRAINING, RETENTION, REUSE):
        yield training, retention, days, reuse


def some_terms() -> Iterator[Terms]:
    """Good terms with one thing otherwise."""
    for training in TRAINING:
        yield training, *GOOD[1:]
    for retention, days in RETENTION:
        yield GOOD[0], retention, days, GOOD[3]
    for reuse in REUSE:
        yield *GOOD[:3], reuse


def around(context: Mapping[str, str], policy: Policy) -> Iterator[Mapping[str, str]]:
    """A context with one field otherwise: another value, unsure, missing, unknown, empty."""
    yield context
    for field, known in policy.context.items():
        for value in (*sorted(known), "unsure", "moon", ""):
            yield {**context, field: value}
        yield {name: value for name, value in context.items() if name != field}


def test_over_all_terms_only_those_pass_that_the_policy_lets_pass() -> None:
    for terms in every_terms():
        for data_class in (*sorted(DEFAULT.context["data_class"]), "unsure"):
            context = {**QUIET, "data_class": data_class}
            assert (ask(approved(terms), context) in ALLOWS) == may_pass(terms, context), (terms, data_class)


def test_over_some_terms_and_all_single_changes_of_the_work_the_same_holds() -> None:
    for terms in some_terms():
        for context in around(QUIET, DEFAULT):
            assert (ask(approved(terms), context) in ALLOWS) == may_pass(terms, context), (terms, context)


@pytest.mark.slow
def test_over_all_work_only_that_passes_which_the_policy_lets_pass() -> None:
    fields = list(DEFAULT.context)
    choices = [(*sorted(DEFAULT.context[field]), None) for field in fields]
    standing = approved(GOOD)
    for values in product(*choices):
        context = {field: value for field, value in zip(fields, values, strict=True) if value is not None}
        answer = evaluate(standing, context, DEFAULT, NOW)
        assert answer.decision == may_pass(GOOD, context), context


@pytest.mark.parametrize("status", Status)
def test_whatever_the_status_age_and_expiry_nothing_stale_expired_or_unapproved_passes(
    status: Status,
) -> None:
    ages = (None, timedelta(0), 20 * DAY, 21 * DAY - timedelta(seconds=1), 21 * DAY, 400 * DAY)
    expiries = (-DAY, timedelta(0), timedelta(microseconds=1), DAY)
    judged_by = (DEFAULT.version, "another", None)
    for terms, age, expiry, policy in product(some_terms(), ages, expiries, judged_by):
        plan = approved(terms)
        assert plan.decision is not None
        standing = replace(
            plan,
            status=status,
            policy=policy,
            evidence_at=None if age is None else NOW - age,
            decision=replace(plan.decision, expires_at=NOW + expiry),
        )
        fresh = age is not None and age < 21 * DAY
        holds = status is Status.APPROVED and fresh and expiry > timedelta(0) and policy == DEFAULT.version
        assert (ask(standing, QUIET) in ALLOWS) == (holds and may_pass(terms, QUIET))
        assert ask(standing, {}) not in ALLOWS


@pytest.mark.parametrize("name", shipped_policies())
def test_under_every_shipped_policy_nothing_silent_conflicting_or_unread_passes(name: str) -> None:
    policy = load_policy(name)
    quiet = usual_contexts(policy)[0]
    unsafe = {Answer.SILENT, Answer.CONFLICTING, Answer.UNREAD, None}
    for training, (retention, days), reuse in product(TRAINING, RETENTION, REUSE):
        if unsafe & {training, retention, reuse}:
            standing = judged((training, retention, days, reuse), policy)
            assert ask(standing, quiet, policy) not in ALLOWS


@pytest.mark.parametrize("name", shipped_policies())
def test_under_every_shipped_policy_no_field_may_be_missing_unsure_or_unknown(name: str) -> None:
    policy = load_policy(name)
    quiet = usual_contexts(policy)[0]
    plan = judged(GOOD, policy)
    assert ask(plan, quiet, policy) in ALLOWS
    for field in policy.context:
        for value in ("unsure", "moon", "", None):
            context = {name: said for name, said in {**quiet, field: value}.items() if said is not None}
            assert ask(plan, context, policy) not in ALLOWS, (field, value)


STATED = st.fixed_dictionaries(
    {},
    optional={
        field: st.sampled_from([*sorted(known), "unsure", "moon", ""])
        for field, known in DEFAULT.context.items()
    },
)
TERMS = st.tuples(st.sampled_from(TRAINING), st.sampled_from(RETENTION), st.sampled_from(REUSE))


@settings(max_examples=300, deadline=None)
@given(
    terms=TERMS,
    context=STATED,
    status=st.sampled_from([Status.APPROVED] * 5 + list(Status)),
    age=st.sampled_from([0, 10, 20, 21, 22]),
    left=st.sampled_from([-1, 0, 1, 90]),
)
def test_over_drawn_questions_the_same_holds(
    terms: tuple[Answer | None, tuple[Answer | None, int | None], Answer | None],
    context: dict[str, str],
    status: Status,
    age: int,
    left: int,
) -> None:
    training, (retention, days), reuse = terms
    said: Terms = (training, retention, days, reuse)
    plan = approved(said)
    assert plan.decision is not None
    decision = replace(plan.decision, expires_at=NOW + left * DAY)
    standing = replace(plan, status=status, evidence_at=NOW - age * DAY, decision=decision)
    holds = status is Status.APPROVED and age < 21 and left > 0
    assert (ask(standing, context) in ALLOWS) == (holds and may_pass(said, context))
