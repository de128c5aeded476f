"""A copy of the project to break, and its tests run there in one forked process after another.

What every run needs of other packages is loaded once, before the forks; of the project itself nothing is, so
that each run imports what stands in the copy then. Bytecode is checked by the content of its source: two
mutants of one length in one second would pass for each other.
"""

import compileall
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Final

import pytest

from tests.mutants.table import ROOT, Mutant, mutated

ROOMS: Final = ("app", "extractors", "migrations", "registry", "tests")
WARM: Final = ("alembic.config", "fastapi", "httpx", "hypothesis", "psycopg", "sqlmodel", "uvicorn", "xdist")
"""What takes long to import, and starts no thread when it is."""
PATIENCE_S: Final = 600.0
"""A mutant whose tests have not ended by then runs in a circle, which nobody would miss."""
GRACE_S: Final = 30.0
_FORKED: Final = get_context("fork")


class Trial:
    """A copy of the project in a folder. Use it from a process that has one thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in WARM:
            import_module(name)
        for name in ROOMS:
            unread = shutil.ignore_patterns("__pycache__", "gold")
            shutil.copytree(ROOT / name, folder / name, ignore=unread)
            by_content = PycInvalidationMode.CHECKED_HASH
            compileall.compile_dir(folder / name, quiet=1, invalidation_mode=by_content)
        shutil.copy(ROOT / "pyproject.toml", folder)

    def notices(self, mutant: Mutant) -> bool:
        """Whether a test fails while the mutant stands in the copy."""
        path = self._folder / mutant.place
        sound = path.read_text("utf-8")
        path.write_text(mutated(mutant), "utf-8")
        try:
            # Most mutants change what both databases would show, and one of them has to be started.
            return not (self.passes(mutant.tests, "not postgresql") and self.passes(mutant.tests))
        finally:
            path.write_text(sound, "utf-8")

    def passes(self, tests: Sequence[str], chosen: str = "") -> bool:
        """Whether these files of tests pass, or those tests in them whose names are chosen (`pytest -k`)."""
        run = _FORKED.Process(target=_run, args=(self._folder, tests, chosen))
        run.start()
        run.join(PATIENCE_S)
        if run.is_alive() and run.pid is not None:
            # As by Ctrl-C, so that what the tests have started ends with them.
            os.kill(run.pid, signal.SIGINT)
            run.join(GRACE_S)
            run.kill()
            run.join()
        return run.exitcode in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}

    def said(self) -> str:
        """What the last run printed."""
        return (self._folder / "said").read_text("utf-8")


def _run(folder: Path, tests: Sequence[str], chosen: str) -> None:
    with (folder / "said").open("wb") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    os.chdir(folder)
    os.environ["PYTHONPATH"] = sys.path[0] = str(folder)
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    for name in [one for one in sys.modules if one.partition(".")[0] in ROOMS]:
        del sys.modules[name]
    named = [f"tests/{one}" for one in tests]
    # Asserts are not rewritten: how one fails is nobody's interest here.
    sys.exit(
        pytest.main(
            [
                "-n0",
                "-x",
                "-q",
                "--assert=plain",
                "--hypothesis-seed=0",
                "-m",
                "not slow",
                "-k",
                chosen,
                *named,
            ]
        )
    )
