"""Cases beside a policy: what it must answer to some terms and some work, and whether it does. Pure.

Only this module knows the form of a file of cases. A case is judged as if a person had approved the plan with
its conditions and nothing graver, a minute ago; what else they accepted, or covered by name, the case says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from extractors.model import CORE_FAMILIES, Answer, Audience, Fact, Family
from registry.assess import assess
from registry.closed import Node, read_closed
from registry.evaluate import evaluate
from registry.model import (
    Decision,
    EvaluationStatus,
    Policy,
    Recommendation,
    Scope,
    Severity,
    Standing,
    Status,
    Verdict,
)
from registry.policy_words import UNSURE, answer_at, at_least, field_at, known_value, known_values, line

CASES = Path(__file__).parent / "policies" / "cases"

_FILLER = "decision.approved"
"""The reason that every approved plan has: no case needs to name it."""


@dataclass(frozen=True, slots=True)
class PolicyCase:
    """One question and the answer that the policy must give."""

    name: str
    line: int
    """Where in its file it stands."""
    facts: tuple[Fact, ...]
    context: Mapping[str, str]
    status: EvaluationStatus
    because: frozenset[str]
    """Rules that must be told, and no others."""
    recommendation: Recommendation | None = None
    """What the assessment of the terms must recommend; `None`: whatever it does."""
    accepted: frozenset[str] = frozenset()
    """Requirements whose failure the person has accepted."""
    covers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What the approval covers by name."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of a case; without `faults` it holds."""

    case: PolicyCase
    faults: tuple[str, ...]


def cases_from(text: str, file: str, policy: Policy) -> tuple[PolicyCase, ...]:
    """Read a file of cases for a policy; raises `ClosedError` at whatever the policy does not know."""
    node = read_closed(text, file)
    found = node.mapping(("terms", "work", "cases"), required=("terms", "work", "cases"))
    terms = _facts(found["terms"])
    work = _context(found["work"], policy)
    missing = sorted(set(CORE_FAMILIES) - terms.keys())
    if missing:
        raise found["terms"].error(f"says nothing of {', '.join(missing)}; cases say only what differs")
    cases = tuple(_case(item, policy, terms, work) for item in found["cases"].items())
    if not cases:
        raise found["cases"].error("is empty; write a case")
    return cases


def run_cases(policy: Policy, cases: tuple[PolicyCase, ...], now: datetime) -> tuple[CaseResult, ...]:
    """Ask a policy each case, and say where it answers otherwise than the case expects."""
    return tuple(CaseResult(case, tuple(_faults(policy, case, now))) for case in cases)


def _faults(policy: Policy, case: PolicyCase, now: datetime) -> list[str]:
    assessment = assess(case.facts, policy, "")
    known = tuple(
        one
        for one in assessment.violations
        if one.severity is Severity.CONDITION or one.requirement in case.accepted
    )
    plan = "vendor/tool@plan"
    decision = Decision(
        id="case",
        plan=plan,
        verdict=Verdict.APPROVE,
        scope=Scope(case.covers),
        conditions=(),
        reason="As the case has it.",
        decided_by="case",
        decided_at=now - timedelta(minutes=1),
        expires_at=now + timedelta(days=1),
        clauses=(),
        known=known,
    )
    standing = Standing(
        plan=plan,
        tool="vendor/tool",
        audience=Audience.BUSINESS,
        status=Status.APPROVED,
        policy=policy.version,
        violations=assessment.violations,
        answers={fact.family: fact.answer for fact in case.facts},
        decision=decision,
        evidence_at=now,
        days=next((fact.days for fact in case.facts if fact.family is Family.RETENTION), None),
    )
    answer = evaluate(standing, case.context, policy, now)
    told = {one.rule for one in answer.reasons} - {_FILLER}
    faults = []
    if answer.status is not case.status:
        faults.append(f"answers {answer.status}, not {case.status}")
    if told - case.because:
        faults.append(f"also says {', '.join(sorted(told - case.because))}")
    if case.because - told:
        faults.append(f"does not say {', '.join(sorted(case.because - told))}")
    if case.recommendation not in (None, assessment.recommendation):
        faults.append(f"recommends {assessment.recommendation}, not {case.recommendation}")
    return faults


def _case(node: Node, policy: Policy, terms: Mapping[Family, Fact], work: Mapping[str, str]) -> PolicyCase:
    required = ("name", "answer", "because")
    keys = (*required, "terms", "work", "recommends", "accepted", "covers")
    found = node.mapping(keys, required=required)
    other_terms = _facts(found["terms"]) if "terms" in found else {}
    other_work = _context(found["work"], policy) if "work" in found else {}
    context = {name: value for name, value in {**work, **other_work}.items() if value}
    rules = {one.id for one in policy.triggers} | {one.id for one in policy.requirements}
    rules |= {f"{one.id}.tolerance" for one in policy.requirements if one.tolerances}
    rules |= {f"scope.{name}" for name in policy.context}
    requirements = {one.id for one in policy.requirements}
    return PolicyCase(
        name=line(found["name"]),
        line=node.line,
        facts=tuple({**terms, **other_terms}.values()),
        context=context,
        status=found["answer"].enum(EvaluationStatus),
        because=frozenset(_known(item, rules) for item in found["because"].items()),
        recommendation=found["recommends"].enum(Recommendation) if "recommends" in found else None,
        accepted=frozenset(_known(item, requirements) for item in found["accepted"].items())
        if "accepted" in found
        else frozenset(),
        covers=_covers(found["covers"], policy) if "covers" in found else {},
    )


def _facts(node: Node) -> dict[Family, Fact]:
    """Facts by family: an answer, or for retention a number of days."""
    facts: dict[Family, Fact] = {}
    for name, value in node.mapping([family.value for family in CORE_FAMILIES] + ["days"]).items():
        if name == "days":
            continue
        family = Family(name)
        facts[family] = Fact(family, answer_at(value, value.text(), family))
    days = node.mapping().get("days")
    if days is not None:
        if Family.RETENTION not in facts or facts[Family.RETENTION].answer is not Answer.BOUNDED:
            raise days.error("goes with `retention: bounded`")
        facts[Family.RETENTION] = Fact(Family.RETENTION, Answer.BOUNDED, days=at_least(days, 0))
    return facts


def _context(node: Node, policy: Policy) -> dict[str, str]:
    """What is said of the work; `missing` leaves a field out, which stands here as an empty value."""
    stated: dict[str, str] = {}
    for name, value in node.mapping().items():
        field_at(value, name, policy.context)
        said = value.text()
        if said == "missing":
            stated[name] = ""
        elif said == UNSURE:
            stated[name] = UNSURE
        else:
            stated[name] = known_value(value, said, name, policy.context)
    return stated


def _covers(node: Node, policy: Policy) -> dict[str, frozenset[str]]:
    return {
        name: known_values(value, field_at(value, name, policy.context), policy.context)
        for name, value in node.mapping().items()
    }


def _known(node: Node, rules: set[str]) -> str:
    if node.text() not in rules:
        raise node.error(f"the policy has no rule `{node.text()}`; it has {', '.join(sorted(rules))}")
    return node.text()
