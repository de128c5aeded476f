import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.locks import AlreadyRunningError, only_one, worker_name

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


def test_workers_of_one_folder_get_names_of_their_own_and_the_same_again(tmp_path: Path) -> None:
    with worker_name(tmp_path) as first, worker_name(tmp_path) as second:
        assert first != second
    with worker_name(tmp_path) as again:
        assert again == first


def test_workers_of_two_folders_are_never_of_one_name(tmp_path: Path) -> None:
    with worker_name(tmp_path / "a") as one, worker_name(tmp_path / "b") as other:
        assert one != other


def test_a_name_that_was_given_is_taken_as_it_is(tmp_path: Path) -> None:
    with worker_name(tmp_path, "ann") as name:
        assert name == "ann"
