"""Facts and a policy → an assessment: what the machine makes of a plan's terms. Pure.

Only this module knows how an answer is held against a requirement and what is said of it. The work that a
tool is used for plays no part here; that is evaluate.py.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import assert_never

from extractors.model import Answer, Fact, Family
from registry.model import Assessment, Policy, Recommendation, Requirement, Severity, Violation
from registry.obligations import obligation_told
from registry.policy_words import ANSWERS

SEVERITIES = (Severity.BLOCK, Severity.ESCALATE, Severity.CONDITION)
"""The heaviest first."""

_RECOMMENDATIONS: Mapping[Severity, Recommendation] = {
    Severity.BLOCK: Recommendation.REJECT,
    Severity.ESCALATE: Recommendation.ESCALATE,
    Severity.CONDITION: Recommendation.CONDITIONS,
}

_SAYS: Mapping[tuple[Family, Answer], str] = {
    (Family.TRAINING, Answer.PROHIBITED): "The terms rule out training on customer content",
    (
        Family.TRAINING,
        Answer.OPT_IN,
    ): "The terms allow training on customer content only where the customer agrees",
    (
        Family.TRAINING,
        Answer.OPT_OUT,
    ): "The terms allow training on customer content unless it is switched off",
    (Family.TRAINING, Answer.PERMITTED): "The terms allow training on customer content",
    (Family.RETENTION, Answer.NONE): "The terms say that content is not stored",
    (Family.RETENTION, Answer.BOUNDED): "The terms let content be stored for a limited time",
    (Family.RETENTION, Answer.USER_CONTROL): "The terms let content be stored until the customer deletes it",
    (Family.RETENTION, Answer.OPEN_ENDED): "The terms let content be stored without a limit",
    (Family.REUSE, Answer.SERVICE_ONLY): "The terms limit the use of content to providing the service",
    (Family.REUSE, Answer.IMPROVE): "The terms allow content to be used to improve the vendor's services",
    (
        Family.REUSE,
        Answer.BROAD,
    ): "The terms allow content to be used beyond providing and improving the service",
}


def assess(facts: Sequence[Fact], policy: Policy, ruleset: str) -> Assessment:
    """Hold a plan's facts against every requirement; a family without a fact counts as silent.

    `ruleset` is the version that the facts were read with. Violations stand by severity, the heaviest first.
    Raises `ValueError` for facts that cannot be: two of a family, or an answer of another family.
    """
    by_family = _by_family(facts)
    found = [_violation(one, by_family.get(one.family) or _silent(one.family)) for one in policy.requirements]
    violations = tuple(
        sorted((one for one in found if one is not None), key=lambda one: SEVERITIES.index(one.severity))
    )
    ordered = tuple(by_family[family] for family in Family if family in by_family)
    return Assessment(
        facts=ordered,
        violations=violations,
        recommendation=_RECOMMENDATIONS[violations[0].severity] if violations else Recommendation.APPROVE,
        policy=policy.version,
        ruleset=ruleset,
        digest=_digest(ordered, violations, policy.version, ruleset),
    )


def _by_family(facts: Sequence[Fact]) -> dict[Family, Fact]:
    found: dict[Family, Fact] = {}
    for fact in facts:
        if fact.family in found:
            raise ValueError(f"two facts answer for {fact.family}; a plan has one of each family")
        if fact.family in ANSWERS and fact.answer not in ANSWERS[fact.family]:
            raise ValueError(f"a {fact.family} fact cannot answer `{fact.answer}`")
        found[fact.family] = fact
    return found


def _silent(family: Family) -> Fact:
    return Fact(family=family, answer=Answer.SILENT)


def _violation(requirement: Requirement, fact: Fact) -> Violation | None:
    if _accepted(requirement, fact):
        return None
    obligation = requirement.conditions.get(fact.answer)
    if obligation is None:
        # Whoever built a policy without this answer did not accept it either.
        severity = requirement.otherwise.get(fact.answer, Severity.ESCALATE)
    else:
        severity = Severity.CONDITION
    return Violation(
        requirement=requirement.id,
        principle=requirement.principle,
        family=fact.family,
        answer=fact.answer,
        days=fact.days,
        severity=severity,
        message=_message(requirement, fact),
        remedy=requirement.remedy if obligation is None else obligation_told(obligation),
    )


def _accepted(requirement: Requirement, fact: Fact) -> bool:
    match fact.answer:
        case Answer.SILENT | Answer.CONFLICTING | Answer.UNREAD:
            return False
        case Answer.BOUNDED:
            within = (
                fact.days is not None
                and requirement.max_days is not None
                and fact.days <= requirement.max_days
            )
            return within and Answer.BOUNDED in requirement.accepts
        case (
            Answer.PROHIBITED
            | Answer.OPT_IN
            | Answer.OPT_OUT
            | Answer.PERMITTED
            | Answer.NONE
            | Answer.USER_CONTROL
            | Answer.OPEN_ENDED
            | Answer.SERVICE_ONLY
            | Answer.IMPROVE
            | Answer.BROAD
        ):
            return fact.answer in requirement.accepts
    assert_never(fact.answer)


def _message(requirement: Requirement, fact: Fact) -> str:
    accepted = ", ".join(sorted(one.replace("_", " ") for one in requirement.accepts)) or "no answer"
    if requirement.max_days is not None:
        accepted += f" (at most {requirement.max_days} days)"
    return f"{_says(fact)}; the policy accepts {accepted}."


def _says(fact: Fact) -> str:
    match fact.answer:
        case Answer.SILENT:
            return f"The terms say nothing of {fact.family}"
        case Answer.CONFLICTING:
            return f"The terms contradict themselves on {fact.family}"
        case Answer.UNREAD:
            missing = f" ({', '.join(sorted(fact.missing))})" if fact.missing else ""
            return f"Terms that govern {fact.family} could not be read{missing}"
        case Answer.BOUNDED:
            length = "no number of days is stated" if fact.days is None else f"{fact.days} days"
            return f"{_SAYS[fact.family, fact.answer]} ({length})"
        case _:
            return _SAYS[fact.family, fact.answer]


def _digest(facts: Sequence[Fact], violations: Sequence[Violation], policy: str, ruleset: str) -> str:
    """Digest of all that an assessment rests on. Clauses count by what they say, not by where they stand."""
    content = {
        "facts": [
            {
                "family": fact.family,
                "answer": fact.answer,
                "days": fact.days,
                "clauses": sorted([one.source, one.clause.digest] for one in fact.citations),
                "searched": sorted(fact.searched),
                "missing": sorted(fact.missing),
            }
            for fact in facts
        ],
        "violations": [[one.requirement, one.answer, one.days, one.severity] for one in violations],
        "policy": policy,
        "ruleset": ruleset,
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
