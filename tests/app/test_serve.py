"""The process tree with real processes: what starts, what is started again, and what is gone at the end."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from app.children import Patience
from app.db import engine_from, readings_of
from app.locks import AlreadyRunningError, only_one
from app.serve import (
    WEB_REFUSED,
    WORKER_REFUSED,
    Deployment,
    PortError,
    WebRefusedError,
    WorkerRefusedError,
    prepare,
    serve,
)
from app.settings import Settings
from registry.keys import list_keys

SCRIPT = Path(__file__).with_name("sample_house.py")


class Tree:
    """A running process tree."""

    def __init__(self, folder: Path, web_processes: int = 1) -> None:
        self.folder = folder
        self.port = free_port()
        environment = os.environ | {"TERMGATE_DATA_DIR": str(folder), "TERMGATE_PORT": str(self.port)}
        with (folder / "log").open("wb") as log:
            self.root = subprocess.Popen(
                [sys.executable, str(SCRIPT), f"--web-processes={web_processes}"], stderr=log, env=environment
            )

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def workers(self) -> list[int]:
        """Every worker that has come up so far."""
        return [int(pid) for pid in re.findall(r'"pid": (\d+), "event": "worker_started"', self.log())]

    def answer(self) -> int:
        """Which process answers."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5) as answer:
            return int(answer.read())

    def wait(self, ready: Callable[[], object], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not ready():
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def build(_settings: Settings) -> ASGIApp:
    return PlainTextResponse("here")


def never_built(_settings: Settings) -> ASGIApp:
    raise AssertionError("nothing may be made before the way is free")


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    tree = Tree(tmp_path)
    yield tree
    tree.root.kill()
    tree.root.wait()
    tree.wait(lambda: not any(lives(pid) for pid in tree.workers()))


@pytest.mark.slow
def test_a_killed_worker_is_replaced_and_both_end_within_ten_seconds_of_a_signal(tree: Tree) -> None:
    tree.wait(tree.workers)
    assert tree.answer() == tree.root.pid
    (first,) = tree.workers()
    os.kill(first, signal.SIGKILL)
    tree.wait(lambda: len(tree.workers()) == 2)
    assert '"status": -9' in tree.log()
    assert tree.answer() == tree.root.pid

    asked = time.monotonic()
    tree.root.terminate()
    assert tree.root.wait(timeout=10) == 0
    assert time.monotonic() - asked < 10
    assert not any(lives(pid) for pid in tree.workers())
    assert tree.log().count("worker_stopped") == 1


@pytest.mark.slow
def test_a_worker_goes_when_the_server_is_killed(tree: Tree) -> None:
    tree.wait(tree.workers)
    tree.root.kill()
    tree.root.wait()
    tree.wait(lambda: not lives(tree.workers()[0]), seconds=10)


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Tree]:
    """A tree in which three processes answer."""
    tree = Tree(tmp_path, 3)
    yield tree
    tree.root.kill()
    tree.root.wait()
    tree.wait(lambda: not any(lives(pid) for pid in tree.workers()))


def answering(tree: Tree, several: int) -> set[int]:
    """The processes that answer, once there are so many of them."""
    seen: set[int] = set()
    until = time.monotonic() + 20
    while len(seen) < several and time.monotonic() < until:
        seen.add(tree.answer())
    return seen


@pytest.mark.slow
def test_several_processes_answer_on_one_address_and_a_killed_one_is_replaced_unnoticed(crew: Tree) -> None:
    crew.wait(crew.workers)
    first = answering(crew, 3)
    assert len(first) == 3
    assert crew.root.pid not in first
    killed = first.pop()
    os.kill(killed, signal.SIGKILL)
    crew.wait(lambda: not lives(killed))
    # Its connections go to the others meanwhile: none is refused.
    assert len(first | answering(crew, 2)) >= 2
    crew.wait(lambda: crew.answer() not in first)
    crew.root.terminate()
    assert crew.root.wait(timeout=10) == 0
    assert not any(lives(pid) for pid in [*first, *crew.workers()])


@pytest.mark.slow
def test_no_web_process_outlives_its_parent(crew: Tree) -> None:
    crew.wait(crew.workers)
    pids = answering(crew, 3)
    crew.root.kill()
    crew.root.wait()
    crew.wait(lambda: not any(lives(pid) for pid in pids), seconds=10)


def test_a_web_process_that_refuses_to_start_ends_the_others(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, port=free_port())
    refusing = (sys.executable, "-c", f"raise SystemExit({WEB_REFUSED})")
    with pytest.raises(WebRefusedError):
        serve(Deployment(settings, never_built, str, None, Patience(), 2, refusing))


def test_a_port_in_use_is_named_with_its_setting_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = Settings(data_dir=tmp_path, port=port)
        with pytest.raises(PortError, match=rf"127\.0\.0\.1:{port} is in use; set TERMGATE_PORT"):
            serve(Deployment(settings, never_built, str, None))
    assert [path.name for path in tmp_path.iterdir()] == ["serve.lock"]


def test_a_data_folder_is_served_once(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, port=free_port())
    with only_one(tmp_path / "serve.lock"), pytest.raises(AlreadyRunningError):
        serve(Deployment(settings, never_built, str, None))


def test_a_worker_that_refuses_to_start_ends_the_server(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, port=free_port())
    refusing = (sys.executable, "-c", f"raise SystemExit({WORKER_REFUSED})")
    with pytest.raises(WorkerRefusedError):
        serve(Deployment(settings, build, str, refusing, Patience()))


def test_the_first_key_is_shown_once(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert (prepare(settings) or "").startswith("tg_")
    assert prepare(settings) is None
    engine = engine_from(settings.registry_url)
    with readings_of(engine)() as session:
        assert len(list_keys(session)) == 1
    engine.dispose()


def test_the_web_process_loads_nothing_that_reads_or_fetches_pages() -> None:
    forbidden = "{'spacy', 'bs4', 'app.fetch.fetcher', 'pypdfium2', 'app.worker'}"
    program = f"import sys, app.cli.service; print(sorted({forbidden} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert loaded.stdout == b"[]\n"
