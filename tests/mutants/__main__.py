"""Breaks judging, deciding and the answers in one place after another; says which breaks no test notices.

Run as `python -m tests.mutants [MODULE…]`, or `make mutants`; a module is named as in the tables, or by its
beginning (`registry/signers`, `app/`). Each break is made in a copy, so the project is never touched, and
told as soon as it was tried. Exit status: 1 where a mutant lives, 2 where the tests fail before any.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.mutants.table import ROOT, Mutant, load_mutants, mutated


def main(modules: Sequence[str]) -> int:
    """Try every mutant of the named modules, or all, print how each fares, and the totals."""
    wanted = [one for one in load_mutants() if not modules or one.module.startswith(tuple(modules))]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        _copy(copy)
        if not _passes(copy, sorted({test for one in wanted for test in one.tests})):
            print("the tests fail before anything is broken; mend that first", file=sys.stderr)
            return 2
        living = sum(not _is_killed(mutant, copy) for mutant in wanted)
    print(f"mutants killed {len(wanted) - living}/{len(wanted)}")
    return 1 if living else 0


def _is_killed(mutant: Mutant, copy: Path) -> bool:
    """Whether a test fails in a copy of the project while the mutant stands in it."""
    path = copy / mutant.place
    sound = path.read_text("utf-8")
    path.write_text(mutated(mutant), "utf-8")
    try:
        killed = not _passes(copy, mutant.tests)
    finally:
        path.write_text(sound, "utf-8")
    print(f"{'killed' if killed else 'LIVES'}: {mutant.place}: {mutant.old!r} → {mutant.new!r}", flush=True)
    return killed


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
    sys.exit(main(sys.argv[1:]))
