import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from app.children import Child, Patience

REFUSED = 78


def python(program: str) -> list[str]:
    return [sys.executable, "-S", "-c", program]


def wait(ready: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_child_that_dies_is_started_again_ever_more_slowly() -> None:
    patience = Patience(first_pause=0.05, longest_pause=0.2)
    with capture_logs() as said, Child(python("raise SystemExit(3)"), REFUSED, pytest.fail, patience):
        wait(lambda: len(said) >= 4)
    assert [line["again_in_s"] for line in said[:4]] == [0.05, 0.1, 0.2, 0.2]
    assert {line["status"] for line in said} == {3}


def test_a_child_that_has_lived_long_is_started_again_soon() -> None:
    patience = Patience(first_pause=0.05, longest_pause=5, healthy=0)
    with capture_logs() as said, Child(python("raise SystemExit(3)"), REFUSED, pytest.fail, patience):
        wait(lambda: len(said) >= 3)
    assert {line["again_in_s"] for line in said} == {0.05}


def test_a_child_that_refuses_is_not_started_again() -> None:
    told: list[str] = []
    command = python(f"raise SystemExit({REFUSED})")
    with (
        capture_logs() as said,
        Child(command, REFUSED, lambda: told.append("given up"), Patience()) as child,
    ):
        wait(lambda: told)
        time.sleep(0.1)
    assert (told, said, child.has_refused) == (["given up"], [], True)


def test_a_child_is_asked_to_stop_and_may_tidy_up(tmp_path: Path) -> None:
    program = f"""
import pathlib, signal, sys, time
def stop(*_):
    pathlib.Path({str(tmp_path / "tidied")!r}).touch()
    sys.exit()
signal.signal(signal.SIGTERM, stop)
pathlib.Path({str(tmp_path / "up")!r}).touch()
time.sleep(60)
"""
    with Child(python(program), REFUSED, pytest.fail, Patience()):
        wait((tmp_path / "up").exists)
    assert (tmp_path / "tidied").exists()


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    program = f"""
import pathlib, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path({str(tmp_path / "up")!r}).touch()
time.sleep(60)
"""
    began = time.monotonic()
    with capture_logs() as said, Child(python(program), REFUSED, pytest.fail, Patience(grace=0.2)):
        wait((tmp_path / "up").exists)
    assert [line["event"] for line in said] == ["child_killed"]
    assert time.monotonic() - began < 10
