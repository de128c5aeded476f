"""Breaks the judging of look-ups in one place after another, and says which breaks no test notices.

Run as `python -m tests.mutants`, or `make mutants`. Each mutation is a single point: a finding dropped, a
comparison turned, a severity swapped. It is made in a copy, so the project itself is never touched.
Exit status: 1 where a mutant lives.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
TESTS: Final = (
    "test_evaluate.py",
    "test_assess.py",
    "test_tolerances.py",
    "test_policy_cases.py",
    "test_policy_space.py",
)
"""The tests that must notice, the quickest first."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One break: a text that stands once in a module of the registry, and what stands there instead."""

    module: str
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
)


def place_of(mutant: Mutant) -> Path:
    """The file that a mutant changes, from the project's root."""
    return Path("registry") / f"{mutant.module}.py"


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
        return not _passes(copy)
    finally:
        path.write_text(sound, "utf-8")


def main() -> int:
    """Try every mutant, print those that live, and the totals."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        _copy(copy)
        if not _passes(copy):
            print("the tests fail before anything is broken; mend that first", file=sys.stderr)
            return 2
        living = [mutant for mutant in MUTANTS if not is_noticed(mutant, copy)]
    for mutant in living:
        print(f"lives: {place_of(mutant)}: {mutant.old!r} → {mutant.new!r}")
    print(f"mutants killed {len(MUTANTS) - len(living)}/{len(MUTANTS)}")
    return 1 if living else 0


def _copy(copy: Path) -> None:
    for name in ("registry", "extractors"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    there = copy / "tests" / "registry"
    there.mkdir(parents=True)
    for name in TESTS:
        shutil.copy(ROOT / "tests" / "registry" / name, there)
    shutil.copy(ROOT / "pyproject.toml", copy)


def _passes(copy: Path) -> bool:
    # No bytecode: two mutants of one length in one second would pass for each other.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(copy)}
    tests = [f"tests/registry/{name}" for name in TESTS]
    command = [sys.executable, "-m", "pytest", "--noconftest", "-n0", "-x", "-q", "-m", "not slow", *tests]
    ended = subprocess.run(command, cwd=copy, env=environment, capture_output=True, check=False)
    return ended.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
