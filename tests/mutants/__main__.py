"""Breaks judging, deciding and the answers in one place after another; says which breaks no test notices.

Run as `python -m tests.mutants [MODULE…]`, or `make mutants`; a module is named as in the tables, or by its
beginning (`registry/signers`, `app/`). Each break is made in a copy, so the project is never touched, and
told as soon as it was tried. Exit status: 1 where a mutant lives, 2 where the tests fail before any.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.mutants.table import load_mutants
from tests.mutants.trial import Trial


def main(modules: Sequence[str]) -> int:
    """Try every mutant of the named modules, or all, print how each fares, and the totals."""
    wanted = [one for one in load_mutants() if not modules or one.module.startswith(tuple(modules))]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder))
        if not trial.passes(sorted({test for one in wanted for test in one.tests})):
            print(
                f"{trial.said()}\nthe tests fail before anything is broken; mend that first", file=sys.stderr
            )
            return 2
        living = 0
        for mutant in wanted:
            killed = trial.notices(mutant)
            living += not killed
            told = "killed" if killed else "LIVES"
            print(f"{told}: {mutant.place}: {mutant.old!r} → {mutant.new!r}", flush=True)
    print(f"mutants killed {len(wanted) - living}/{len(wanted)} in {time.monotonic() - began:.0f} s")
    return 1 if living else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
