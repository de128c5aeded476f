"""Facts against a policy. The default policy is used where it makes the case readable."""

from dataclasses import replace
from itertools import product

import pytest

from extractors.model import (
    CORE_FAMILIES,
    Answer,
    Audience,
    Citation,
    Clause,
    DataKind,
    Fact,
    Family,
    Party,
    Stance,
)
from registry.assess import assess
from registry.model import Assessment, Policy, Recommendation, Severity
from registry.obligations import obligation_told
from registry.policy import load_policy
from registry.policy_words import ANSWERS, UNSAFE

POLICY = load_policy("default")
GOOD = {Family.TRAINING: Answer.PROHIBITED, Family.RETENTION: Answer.NONE, Family.REUSE: Answer.SERVICE_ONLY}


def judge(changes: dict[Family, Answer], days: int | None = None, policy: Policy = POLICY) -> Assessment:
    answers = GOOD | changes
    facts = [
        Fact(family, answer, days=days if answer is Answer.BOUNDED else None)
        for family, answer in answers.items()
    ]
    return assess(facts, policy, "rules-1")


def clause(start: int, digest: str = "d1") -> Clause:
    return Clause(
        family=Family.TRAINING,
        stance=Stance.PROHIBITS,
        party=Party.VENDOR,
        data=(DataKind.CONTENT,),
        purpose=None,
        period_days=None,
        audience=Audience.ALL,
        start=start,
        end=start + 9,
        quote="We do not",
        heading="",
        rule="training.no",
        modifiers=(),
        digest=digest,
    )


def test_terms_that_meet_every_requirement_are_recommended_for_approval() -> None:
    assessment = judge({})
    assert assessment.violations == ()
    assert assessment.recommendation is Recommendation.APPROVE


def test_a_switch_that_must_be_off_becomes_a_condition_with_its_obligation() -> None:
    assessment = judge({Family.TRAINING: Answer.OPT_OUT})
    assert assessment.recommendation is Recommendation.CONDITIONS
    assert assessment.violations[0].remedy == obligation_told(
        POLICY.requirements[0].conditions[Answer.OPT_OUT]
    )


def test_training_on_content_is_recommended_for_rejection() -> None:
    assert judge({Family.TRAINING: Answer.PERMITTED}).recommendation is Recommendation.REJECT


@pytest.mark.parametrize("answer", sorted(UNSAFE))
@pytest.mark.parametrize("family", CORE_FAMILIES)
def test_what_is_silent_conflicting_or_unread_asks_a_person(family: Family, answer: Answer) -> None:
    assert judge({family: answer}).recommendation is Recommendation.ESCALATE


@pytest.mark.parametrize("family", CORE_FAMILIES)
def test_a_missing_family_counts_as_silent(family: Family) -> None:
    facts = [Fact(other, answer) for other, answer in GOOD.items() if other is not family]
    (violation,) = assess(facts, POLICY, "rules-1").violations
    assert (violation.family, violation.answer) == (family, Answer.SILENT)


@pytest.mark.parametrize(("days", "violations"), [(0, 0), (30, 0), (31, 1), (None, 1)])
def test_a_period_is_accepted_up_to_its_limit_and_not_without_a_number(
    days: int | None, violations: int
) -> None:
    assert len(judge({Family.RETENTION: Answer.BOUNDED}, days).violations) == violations


def test_the_heaviest_violation_stands_first() -> None:
    assessment = judge(
        {Family.TRAINING: Answer.OPT_OUT, Family.RETENTION: Answer.SILENT, Family.REUSE: Answer.BROAD}
    )
    assert [one.severity for one in assessment.violations] == [
        Severity.BLOCK,
        Severity.ESCALATE,
        Severity.CONDITION,
    ]


def test_an_answer_that_a_policy_forgot_asks_a_person() -> None:
    forgetful = replace(
        POLICY, requirements=tuple(replace(one, conditions={}, otherwise={}) for one in POLICY.requirements)
    )
    assert judge({Family.REUSE: Answer.BROAD}, policy=forgetful).recommendation is Recommendation.ESCALATE


def test_every_combination_of_answers_is_judged_and_only_accepted_ones_pass() -> None:
    for answers in product(*(sorted(ANSWERS[family]) for family in CORE_FAMILIES)):
        facts = [Fact(family, answer, days=30) for family, answer in zip(CORE_FAMILIES, answers, strict=True)]
        assessment = assess(facts, POLICY, "rules-1")
        accepted = all(
            one.answer in requirement.accepts
            for one, requirement in zip(facts, POLICY.requirements, strict=True)
        )
        assert (assessment.recommendation is Recommendation.APPROVE) == accepted
        assert all(violation.message and violation.remedy for violation in assessment.violations)


def test_the_digest_stays_when_clauses_move_and_facts_come_in_another_order() -> None:
    facts = [Fact(family, answer) for family, answer in GOOD.items()]
    moved = [replace(one, citations=(Citation("tos", clause(50)),)) for one in reversed(facts)]
    stayed = [replace(one, citations=(Citation("tos", clause(10)),)) for one in facts]
    assert assess(moved, POLICY, "rules-1").digest == assess(stayed, POLICY, "rules-1").digest


@pytest.mark.parametrize("what", ["answer", "clause", "source", "policy", "ruleset"])
def test_the_digest_changes_with_everything_it_rests_on(what: str) -> None:
    fact = Fact(Family.TRAINING, Answer.PROHIBITED, citations=(Citation("tos", clause(10)),))
    before = assess([fact], POLICY, "rules-1").digest
    changed = {
        "answer": replace(fact, answer=Answer.OPT_IN),
        "clause": replace(fact, citations=(Citation("tos", clause(10, "d2")),)),
        "source": replace(fact, citations=(Citation("privacy", clause(10)),)),
    }.get(what, fact)
    policy = replace(POLICY, version="other") if what == "policy" else POLICY
    assert assess([changed], policy, "rules-2" if what == "ruleset" else "rules-1").digest != before


def test_unread_terms_are_named() -> None:
    (violation,) = assess(
        [
            Fact(Family.TRAINING, Answer.UNREAD, missing=("privacy",)),
            Fact(Family.RETENTION, Answer.NONE),
            Fact(Family.REUSE, Answer.SERVICE_ONLY),
        ],
        POLICY,
        "rules-1",
    ).violations
    assert "(privacy)" in violation.message


def test_two_facts_of_a_family_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="two facts"):
        assess([Fact(Family.TRAINING, Answer.SILENT), Fact(Family.TRAINING, Answer.PROHIBITED)], POLICY, "r")


def test_an_answer_of_another_family_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="cannot answer"):
        assess([Fact(Family.TRAINING, Answer.NONE)], POLICY, "r")


def test_the_gravest_violation_decides_what_is_recommended_and_stands_first() -> None:
    assessment = judge({Family.TRAINING: Answer.OPT_OUT, Family.REUSE: Answer.BROAD})
    assert assessment.recommendation is Recommendation.REJECT
    assert [one.severity for one in assessment.violations] == [Severity.BLOCK, Severity.CONDITION]
