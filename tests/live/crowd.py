"""Several hosts on the loopback interface that count who asks them at the same time, and a fleet of workers.

Each host has an address of its own (127.0.0.2 and so on), as a worker takes two names for two hosts.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.app.vendor_site import terms

PATIENCE_S = 120.0
WORKER = "from app.worker import main; main()"
OLD_WORKER = f"import app.jobs; app.jobs.VERSION = '0'; {WORKER}"
"""A worker as it was before the steps of a pass were changed the last time."""
ROOT = Path(__file__).parents[2]


def deployed(folder: Path) -> str:
    """A copy of the program whose reading code differs, as the next release would; gives its worker."""
    for package in ("app", "extractors", "registry", "migrations"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "extractors" / "sentences.py").open("a") as code:
        code.write("# What the next release changes.\n")
    return f"import sys; sys.path.insert(0, {str(folder)!r}); {WORKER}"


class Host:
    """A site of slow pages: what was asked, and how many asked at once."""

    def __init__(self, answer_s: float) -> None:
        self.address = ""
        self.asked: Counter[str] = Counter()
        self.most_at_once = 0
        self.page = terms()
        self._answer_s = answer_s
        self._now = 0
        self._lock = threading.Lock()

    @contextmanager
    def visit(self, path: str) -> Iterator[None]:
        """One request, for as long as it takes."""
        with self._lock:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            self.asked[path] += 1
        time.sleep(self._answer_s)
        with self._lock:
            self._now -= 1
        yield


@contextmanager
def hosts(count: int, answer_s: float = 0.2) -> Iterator[list[Host]]:
    """Serve hosts for the length of the block."""
    with ExitStack() as stack:
        yield [stack.enter_context(_host(f"127.0.0.{2 + number}", answer_s)) for number in range(count)]


@contextmanager
def _host(address: str, answer_s: float) -> Iterator[Host]:
    host = Host(answer_s)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            with host.visit(self.path):
                found = not self.path.endswith("robots.txt")
                body = (host.page if found else "").encode()
                try:
                    self.send_response(200 if found else 404)
                    self.send_header("Content-Type", "text/html; charset=utf-8")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except ConnectionError:
                    """Who asked has been killed."""

    server = ThreadingHTTPServer((address, 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    host.address = f"http://{address}:{server.server_port}"
    try:
        yield host
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Fleet:
    """Workers of the product, each a process, on one registry and one queue."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self.settings = settings
        self.running: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, program: str = WORKER, **settings: str) -> int:
        """Start a worker, and wait until it works; gives its process identifier."""
        before = self.log().count("worker_started")
        given = {f"TERMGATE_{name}": value for name, value in {**self.settings, **settings}.items()}
        environment = os.environ | {"TERMGATE_DATA_DIR": str(self.folder)} | given
        with (self.folder / "log").open("ab") as log:
            worker = subprocess.Popen([sys.executable, "-c", program], stderr=log, env=environment)
        self.running[worker.pid] = worker
        self.wait(lambda: self.log().count("worker_started") > before)
        return worker.pid

    def log(self) -> str:
        """What they have said."""
        log = self.folder / "log"
        return log.read_text() if log.exists() else ""

    def signal(self, pid: int, number: signal.Signals) -> None:
        """Send a worker a signal; one that is to end has ended afterwards."""
        self.running[pid].send_signal(number)
        if number in {signal.SIGKILL, signal.SIGTERM}:
            self.running.pop(pid).wait(20)

    def wait(self, ready: Callable[[], Any], seconds: float = PATIENCE_S) -> float:
        """Wait until something holds; gives the seconds that took."""
        began = time.monotonic()
        while not ready():
            if time.monotonic() - began > seconds:
                raise TimeoutError(self.log()[-4000:])
            time.sleep(0.05)
        return time.monotonic() - began

    def end(self) -> None:
        """End all that still runs."""
        for worker in self.running.values():
            worker.send_signal(signal.SIGCONT)
            worker.kill()
            worker.wait()
