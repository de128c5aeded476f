"""Breaks judging, deciding and the answers in one place after another; says which breaks no test notices.

Run as `python -m tests.mutants`, or `make mutants`. Each mutation is a single point: a finding dropped, a
comparison turned, a severity swapped. It is made in a copy, so the project itself is never touched.
Exit status: 1 where a mutant lives.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
JUDGING: Final = (
    "registry/test_evaluate.py",
    "registry/test_assess.py",
    "registry/test_tolerances.py",
    "registry/test_policy_cases.py",
    "registry/test_policy_space.py",
)
TESTED_BY: Final[Mapping[str, Sequence[str]]] = {
    "registry/holding": ("registry/test_holding.py",),
    "registry/clocks": ("registry/test_clocks.py",),
    "registry/rulings": ("registry/test_rulings.py",),
    "registry/signers": (
        "registry/test_pending.py",
        "registry/test_signers.py",
        "registry/test_approvals.py",
    ),
    "registry/attestations": ("registry/test_attestations.py",),
    "registry/grounds": ("registry/test_pending.py", "registry/test_reviews.py"),
    "registry/approvals": (
        "registry/test_pending.py",
        "registry/test_signers.py",
        "registry/test_approvals.py",
    ),
    "registry/versions": ("app/lookup/test_past.py", "app/lookup/test_past_walk.py"),
    "app/lookup/past": ("app/lookup/test_past.py", "app/lookup/test_past_walk.py"),
    "app/lookup/several": ("app/lookup/test_several.py", "app/lookup/test_bad_input.py"),
    "app/lookup/outcome": ("app/lookup/test_outcome.py", "app/test_lookup_front.py"),
}
"""By module the tests that must notice, the quickest first; where it is not named, those of judging."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One break: a text that stands once in a module, and what stands there instead."""

    module: str
    """Its path without the ending; of one in `registry` its name is enough."""
    old: str
    new: str


MUTANTS: Final = (
    # evaluate.py: how the findings make one answer
    Mutant("evaluate", "status = min((one.status", "status = max((one.status"),
    Mutant(
        "evaluate",
        "    EvaluationStatus.DENIED,\n    EvaluationStatus.ESCALATE,\n",
        "    EvaluationStatus.ESCALATE,\n    EvaluationStatus.DENIED,\n",
    ),
    Mutant(
        "evaluate",
        "ALLOWS = frozenset({EvaluationStatus.APPROVED,",
        "ALLOWS = frozenset({EvaluationStatus.ESCALATE, EvaluationStatus.APPROVED,",
    ),
    Mutant("evaluate", "in _GRAVITY else -1", "in _GRAVITY else 99"),
    Mutant("evaluate", "if unknown:\n", "if False:\n"),
    Mutant("evaluate", "if allowed and obligations:", "if False:"),
    Mutant("evaluate", "*of_evidence(standing, policy, now),", ""),
    Mutant("evaluate", "*of_judgement(standing, policy),", ""),
    Mutant("evaluate", "for one in standing.violations),", "for one in ()),"),
    Mutant("evaluate", "*of_tolerances(standing, context, policy),", ""),
    Mutant("evaluate", "*of_scope(standing.decision, context, policy),", ""),
    Mutant("evaluate", "*of_triggers(standing.decision, context, policy),", ""),
    Mutant("evaluate", "case Status.REJECTED | Status.SUSPENDED:", "case Status.REJECTED:"),
    # findings.py: what the plan's own standing makes of it
    Mutant("findings", "decision.plan != standing.plan or", ""),
    Mutant("findings", "or decision.verdict not in _APPROVING", ""),
    Mutant("findings", "frozenset({Verdict.APPROVE, Verdict.APPROVE_WITH_CONDITIONS})", "frozenset(Verdict)"),
    Mutant("findings", "decision.expires_at <= now", "decision.expires_at < now"),
    Mutant(
        "findings",
        'EvaluationStatus.ESCALATE, "decision.expired"',
        'EvaluationStatus.APPROVED, "decision.expired"',
    ),
    Mutant("findings", "if standing.evidence_at is None:", "if False:"),
    Mutant(
        "findings",
        "evidence_end(standing.evidence_at, policy) <= now",
        "evidence_end(standing.evidence_at, policy) < now",
    ),
    Mutant("findings", "standing.policy != policy.version", "standing.policy is None"),
    Mutant(
        "findings",
        "if decision is None or not is_accepted(violation, decision.known):",
        "if decision is None:",
    ),
    Mutant("findings", "refused = violation.severity is Severity.BLOCK", "refused = False"),
    Mutant("findings", "if violation.severity is Severity.CONDITION:", "if False:"),
    Mutant(
        "findings",
        "if (known.requirement, known.answer) != (now.requirement, now.answer):",
        "if known.requirement != now.requirement:",
    ),
    Mutant("findings", "now.days > known.days", "now.days < known.days"),
    Mutant("findings", "known.days is None or now.days is None or", "known.days is None or"),
    Mutant("findings", "SEVERITIES.index(known.severity) <= SEVERITIES.index(now.severity)", "True"),
    Mutant("findings", "finding(EvaluationStatus.PENDING,", "finding(EvaluationStatus.APPROVED,"),
    Mutant(
        "findings", 'finding(EvaluationStatus.DENIED, f"plan.', 'finding(EvaluationStatus.APPROVED, f"plan.'
    ),
    # work.py: what the work makes of it
    Mutant("work", "not in covered - {UNSURE}", "not in covered"),
    Mutant(
        "work",
        'yield finding(EvaluationStatus.ESCALATE, f"scope',
        'yield finding(EvaluationStatus.APPROVED, f"scope',
    ),
    Mutant("work", "if trigger.severity is Severity.BLOCK:", "if False:"),
    Mutant("work", "elif value in covered - {UNSURE} and decision:", "elif value in covered and decision:"),
    Mutant("work", "elif value in covered - {UNSURE} and decision:", "elif decision:"),
    Mutant(
        "work",
        "if value == UNSURE:\n        return trigger.unsure",
        "if value == UNSURE:\n        return False",
    ),
    Mutant("work", "excused = bool(trigger.unless) and all(", "excused = bool(trigger.unless) and any("),
    Mutant("work", "return value in trigger.values and not excused", "return value in trigger.values"),
    Mutant("work", "return value in trigger.values and not excused", "return not excused"),
    Mutant("work", "context.get(field, UNSURE)", 'context.get(field, "no")'),
    Mutant("work", "return value if value in policy.context.get(field, ()) else UNSURE", "return value"),
    # tolerances.py: how long some work lets content be kept
    Mutant("tolerances", "min(by_value.values())", "max(by_value.values())"),
    Mutant("tolerances", "days >= requirement.max_days", "days > requirement.max_days"),
    Mutant(
        "tolerances",
        "standing.days is None or standing.days > days",
        "standing.days is not None and standing.days > days",
    ),
    Mutant("tolerances", "standing.days > days", "standing.days >= days"),
    Mutant("tolerances", "if answer is Answer.NONE:", "if answer in {Answer.NONE, Answer.SILENT}:"),
    Mutant("tolerances", "return days == 0 or", "return"),
    Mutant("tolerances", "or answer not in requirement.conditions", "or False"),
    Mutant("tolerances", "is Severity.BLOCK:", "is Severity.CONDITION:"),
    Mutant("tolerances", "elif value in covered - {UNSURE} and", "elif value in covered and"),
    # assess.py: what an answer comes to
    Mutant(
        "assess",
        "SEVERITIES = (Severity.BLOCK, Severity.ESCALATE, Severity.CONDITION)",
        "SEVERITIES = (Severity.CONDITION, Severity.ESCALATE, Severity.BLOCK)",
    ),
    Mutant("assess", "or _silent(one.family)", "or Fact(one.family, Answer.PROHIBITED)"),
    Mutant(
        "assess",
        "requirement.otherwise.get(fact.answer, Severity.ESCALATE)",
        "requirement.otherwise.get(fact.answer, Severity.CONDITION)",
    ),
    Mutant(
        "assess",
        "Answer.UNREAD:\n            return False",
        "Answer.UNREAD:\n            return fact.answer is Answer.SILENT",
    ),
    Mutant(
        "assess",
        "Answer.UNREAD:\n            return False",
        "Answer.UNREAD:\n            return fact.answer is Answer.UNREAD",
    ),
    Mutant("assess", "fact.days <= requirement.max_days", "fact.days < requirement.max_days"),
    Mutant("assess", "fact.days is not None\n                and requirement", "requirement"),
    Mutant(
        "assess",
        "return within and Answer.BOUNDED in requirement.accepts",
        "return Answer.BOUNDED in requirement.accepts",
    ),
    Mutant("assess", "return fact.answer in requirement.accepts", "return True"),
    Mutant("assess", "severity = Severity.CONDITION", "severity = Severity.ESCALATE"),
    Mutant("assess", "if fact.family in found:", "if False:"),
    Mutant("assess", "violations[0].severity] if violations", "violations[-1].severity] if violations"),
    # holding.py: how long a decision holds
    Mutant("holding", "decision is None or not decision.emergency", "decision is None or decision.emergency"),
    Mutant("holding", "min(decision.expires_at, cap)", "max(decision.expires_at, cap)"),
    Mutant("holding", "min(decision.expires_at, cap)", "decision.expires_at"),
    Mutant("holding", "return min(ends, default=None)", "return max(ends, default=None)"),
    Mutant("holding", "if one.asked.renew_after_days is not None:", "if False:"),
    Mutant("holding", "ends = [] if one.attestation.until is None else [one.attestation.until]", "ends = []"),
    Mutant("holding", "end is None or now < end", "end is None or now <= end"),
    Mutant("holding", "return ObligationState.OPEN\n", "return ObligationState.ATTESTED\n"),
    Mutant("holding", "    yield decision.expires_at\n", ""),
    Mutant("holding", "        if end is not None:\n            yield end\n", "        pass\n"),
    Mutant(
        "holding", "case ObligationState.OPEN if one.asked.before_use:", "case ObligationState.OPEN if False:"
    ),
    Mutant(
        "holding",
        'EvaluationStatus.ESCALATE, "obligation.lapsed"',
        'EvaluationStatus.APPROVED, "obligation.lapsed"',
    ),
    # clocks.py: when a request is overdue
    Mutant("clocks", "hours=rules.emergency_answer_hours", "days=rules.emergency_answer_hours"),
    Mutant("clocks", "_SATURDAY = 5", "_SATURDAY = 6"),
    Mutant("clocks", "hour=0, minute=0, second=0, microsecond=0", "second=0, microsecond=0"),
    Mutant("clocks", "at.astimezone(UTC)", "at"),
    Mutant("clocks", "range(days)", "range(days + 1)"),
    # rulings.py, grounds.py: what can be decided at all
    Mutant("rulings", "if not ruling.reason.strip():", "if not ruling.reason:"),
    Mutant("rulings", "if ruling.expires_at <= now:", "if ruling.expires_at < now:"),
    Mutant("rulings", "> now + LONGEST_APPROVAL", ">= now + LONGEST_APPROVAL"),
    Mutant("rulings", "if ruling.emergency:\n", "if False:\n"),
    Mutant("rulings", "one.severity is Severity.CONDITION", "one.severity is not None"),
    Mutant("rulings", "and one.requirement in requirements\n", ""),
    Mutant("rulings", "if name not in policy.fields:", "if False:"),
    Mutant("rulings", "if not values:", "if values is None:"),
    Mutant("rulings", "if foreign:", "if len(foreign) > 1:"),
    Mutant("rulings", "or value == UNSURE", ""),
    Mutant("rulings", "or value != value.strip()", ""),
    Mutant("rulings", "or len(value) > LONGEST_NAME", ""),
    Mutant("rulings", "if conditional and not (", "if not conditional and not ("),
    Mutant("rulings", "if ruling.conditions and not conditional:", "if False:"),
    Mutant("rulings", "if ruling.obligations and not conditional:", "if False:"),
    Mutant("rulings", "if not ruling.approves:\n        raise", "if False:\n        raise"),
    Mutant(
        "rulings",
        "> now + timedelta(hours=rules.emergency_lasts_hours)",
        "> now + timedelta(days=rules.emergency_lasts_hours)",
    ),
    Mutant("rulings", 'emergency=kept["emergency"]', "emergency=False"),
    Mutant("grounds", "if ruling.emergency and review is not None:", "if False:"),
    Mutant("grounds", "newest.digest != ruling.assessment", "False"),
    Mutant("grounds", "if ruling.approves and newest is not None and newest.violations:", "if False:"),
    Mutant("grounds", "if foreign:", "if False:"),
    Mutant("grounds", "return ruling.clauses or cited", "return ruling.clauses"),
    # approvals.py, signers.py: who may approve, and how many it takes
    Mutant("approvals", "signers_needed(session, plan, ruling, rules) > 1", "False"),
    Mutant("approvals", "    check_signers(session, plan, ruling, (actor,), policy.approvals)\n", ""),
    Mutant("approvals", "    check_ruled(session, plan, ruling, policy.approvals, now)\n", ""),
    Mutant("approvals", "None if newest is None else newest.digest", "None"),
    Mutant("approvals", "    close_pending(session, plan, now)\n", ""),
    Mutant("approvals", "if row.closed_at is not None:", "if False:"),
    Mutant("approvals", "if actor == row.proposed_by:", "if False:"),
    Mutant("approvals", "(row.proposed_by, actor)", "(actor, row.proposed_by)"),
    Mutant("signers", "if not ruling.approves:\n        return 1", "if False:\n        return 1"),
    Mutant("signers", "if rules.four_eyes and _has_asked_unnamed(session, plan):", "if False:"),
    Mutant("signers", "if signer == submitted_by:", "if False:"),
    Mutant("signers", "if signer in asked:", "if False:"),
    Mutant("signers", "len(set(signers)) >=", "len(signers) >="),
    Mutant("signers", "ruling.approves and rules.four_eyes", "rules.four_eyes"),
    # attestations.py: what was attested of an obligation
    Mutant("attestations", "if not attestation.evidence.strip():", "if False:"),
    Mutant("attestations", "attestation.until <= attestation.at", "attestation.until < attestation.at"),
    Mutant("attestations", "newest.id != decision.id", "False"),
    Mutant("attestations", "decision.expires_at <= attestation.at", "decision.expires_at < attestation.at"),
    Mutant("attestations", "    raise_revision(session, (tool.id,))\n", ""),
    Mutant("attestations", "func.max(AttestationRow.id)", "func.min(AttestationRow.id)"),
    # several.py: what a chain and a batch are told
    Mutant("app/lookup/several", "allowed = all(", "allowed = any("),
    Mutant("app/lookup/several", "weakest = min(", "weakest = max("),
    Mutant("app/lookup/several", "min(one.valid_until", "max(one.valid_until"),
    Mutant(
        "app/lookup/several", "if not step.outcome.evaluation.decision", "if step.outcome.evaluation.decision"
    ),
    Mutant("app/lookup/several", "if allowed else []", "if True else []"),
    Mutant(
        "app/lookup/several",
        "{**shared, **_context(item, pointer, policy)}",
        "{**_context(item, pointer, policy), **shared}",
    ),
    Mutant("app/lookup/several", "        if field not in known:", "        if False:"),
    Mutant("app/lookup/several", "if len(items) > MAX_ITEMS:", "if False:"),
    Mutant("app/lookup/several", "        if not items:\n", "        if False:\n"),
    # outcome.py: an ambiguous name, an index in doubt
    Mutant("app/lookup/outcome", "if not index.confirmed:", "if False:"),
    Mutant(
        "app/lookup/outcome",
        "EvaluationStatus.ESCALATE if evaluation.decision",
        "evaluation.status if evaluation.decision",
    ),
    Mutant("app/lookup/outcome", "        decision=False,\n", ""),
    Mutant(
        "app/lookup/outcome", "min(step_end(now), evaluation.valid_until - MAX_AGE)", "evaluation.valid_until"
    ),
    # versions.py, past.py: what is answered of the past
    Mutant(
        "versions",
        "        for some in _parted(sorted(changed)):\n            _remember(session, some, now)\n",
        "",
    ),
    Mutant("versions", "    if changed is not None:", "    if changed:"),
    Mutant("versions", "PastRevisionRow.since <= at", "PastRevisionRow.since < at"),
    Mutant("versions", "if past.policy_id is not None:", "if False:"),
    Mutant("versions", "StartedPolicyRow.since <= at", "StartedPolicyRow.since > at"),
    Mutant("versions", "where(ToolVersionRow.since <= at)", "where(ToolVersionRow.since < at)"),
    Mutant("versions", "where(ToolVersionRow.since <= at)", "where(True)"),
    Mutant("versions", "func.max(ToolVersionRow.id)", "func.min(ToolVersionRow.id)"),
    Mutant("versions", "known_as(AliasKind(alias.kind), alias.value)", "alias.value.upper()"),
    Mutant("versions", 'names[tool].add(slug.rpartition("/")[2])', "pass"),
    Mutant("versions", "policy_id=policy", "policy_id=None"),
    Mutant("app/lookup/past", "if at > now:", "if False:"),
    Mutant("app/lookup/past", "or at.tzinfo is None", ""),
    Mutant(
        "app/lookup/past", "answer_lookup(index, tool, rest, at)", "answer_lookup(index, tool, rest, now)"
    ),
    Mutant("app/lookup/past", "revision=moment.revision", "revision=0"),
    Mutant("app/lookup/past", "len(times) != 1", "not times"),
    Mutant("app/lookup/past", '"cache-control": "no-store"', '"x": "y"'),
    Mutant("app/lookup/past", 'and "\\0" not in name', ""),
)


def place_of(mutant: Mutant) -> Path:
    """The file that a mutant changes, from the project's root."""
    return Path(f"{_named(mutant)}.py")


def mutated(mutant: Mutant) -> str:
    """The mutant's module; raises `ValueError` where its text does not stand there just once."""
    text = (ROOT / place_of(mutant)).read_text("utf-8")
    if text.count(mutant.old) != 1:
        raise ValueError(f"{place_of(mutant)}: {mutant.old!r} stands there {text.count(mutant.old)} times")
    return text.replace(mutant.old, mutant.new)


def is_noticed(mutant: Mutant, copy: Path) -> bool:
    """Whether a test fails in a copy of the project while the mutant stands in it."""
    path = copy / place_of(mutant)
    sound = path.read_text("utf-8")
    path.write_text(mutated(mutant), "utf-8")
    try:
        return not _passes(copy, TESTED_BY.get(_named(mutant), JUDGING))
    finally:
        path.write_text(sound, "utf-8")


def main() -> int:
    """Try every mutant, print those that live, and the totals."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        _copy(copy)
        if not _passes(copy, sorted({*JUDGING, *(test for tests in TESTED_BY.values() for test in tests)})):
            print("the tests fail before anything is broken; mend that first", file=sys.stderr)
            return 2
        living = [mutant for mutant in MUTANTS if not is_noticed(mutant, copy)]
    for mutant in living:
        print(f"lives: {place_of(mutant)}: {mutant.old!r} → {mutant.new!r}")
    print(f"mutants killed {len(MUTANTS) - len(living)}/{len(MUTANTS)}")
    return 1 if living else 0


def _named(mutant: Mutant) -> str:
    return mutant.module if "/" in mutant.module else f"registry/{mutant.module}"


def _copy(copy: Path) -> None:
    unread = shutil.ignore_patterns("__pycache__", "gold")
    for name in ("app", "extractors", "migrations", "registry", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=unread)
    shutil.copy(ROOT / "pyproject.toml", copy)


def _passes(copy: Path, tests: Iterable[str]) -> bool:
    # No bytecode: two mutants of one length in one second would pass for each other.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(copy)}
    named = [f"tests/{name}" for name in tests]
    command = [sys.executable, "-m", "pytest", "-n0", "-x", "-q", "-m", "not slow", *named]
    ended = subprocess.run(command, cwd=copy, env=environment, capture_output=True, check=False)
    return ended.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
