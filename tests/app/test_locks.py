import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.locks import AlreadyRunningError, only_one

HOLD = """
import sys, pathlib, app.locks
with app.locks.only_one(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    input()
"""


def test_a_second_holder_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "data" / "serve.lock"
    with (
        only_one(path),
        pytest.raises(AlreadyRunningError, match=rf"serve\.lock .*pid {os.getpid()}"),
        only_one(path),
    ):
        pass


def test_the_lock_is_free_after_the_block(tmp_path: Path) -> None:
    with only_one(tmp_path / "serve.lock"):
        pass
    with only_one(tmp_path / "serve.lock"):
        pass


def test_a_killed_holder_gives_the_lock_back_to_one_who_waits(tmp_path: Path) -> None:
    path = tmp_path / "serve.lock"
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunningError), only_one(path, patience_s=0.2):
            pass
        holder.kill()
        with only_one(path, patience_s=5):
            pass
