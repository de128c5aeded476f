"""A real service in a process tree of its own, as `make run` starts it, and a client that speaks to it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

START_S = 60.0
STOP_S = 15.0


@dataclass(frozen=True, slots=True)
class LiveService:
    """A running service: where it answers, its first administrator's key, its process."""

    address: str
    key: str
    pid: int
    folder: Path

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """One request's JSON; raises for a problem, and shows it."""
        headers = {"Authorization": f"Bearer {self.key}"}
        answer = httpx.request(
            method, f"{self.address}{path}", headers=headers, timeout=30, trust_env=False, **options
        )
        if answer.is_error:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json()

    def wait_for(self, keys: list[str], limit_s: float, told: Callable[[int], None] = lambda _: None) -> None:
        """Wait until every pass has ended; raises `TimeoutError`."""
        until = time.monotonic() + limit_s
        waiting = list(keys)
        while waiting:
            waiting = [one for one in waiting if self.ask("GET", f"/v1/vettings/{one}")["state"] in _OPEN]
            told(len(keys) - len(waiting))
            if time.monotonic() > until:
                raise TimeoutError(f"after {limit_s:.0f} s still open: {', '.join(waiting)}")
            if waiting:
                time.sleep(0.2)

    def worker_pids(self) -> list[int]:
        """The service's child processes that work."""
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        children = [int(pid) for task in tasks for pid in (task / "children").read_text().split()]
        return [pid for pid in children if b"app.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def kill_worker(self) -> int:
        """Kill the worker without warning; gives its process identifier."""
        (pid,) = self.worker_pids()
        os.kill(pid, signal.SIGKILL)
        return pid


_OPEN = {"queued", "running"}


@contextmanager
def live_service(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[LiveService]:
    """Start a service on a data folder and a free port; stop it as a person would when the block ends."""
    port = free_port()
    environment = {
        **os.environ,
        "TERMGATE_DATA_DIR": str(folder),
        "TERMGATE_PORT": str(port),
        "TERMGATE_ALLOWED_NETWORKS": "127.0.0.0/8",
        "TERMGATE_HOST_GAP_S": "0",
        **(settings or {}),
    }
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve"]
    with (folder / "service.log").open("ab+") as log:
        began = log.seek(0, os.SEEK_END)
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            yield _started(process, folder, f"http://127.0.0.1:{port}", began)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


def free_port() -> int:
    """A port on the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _started(process: "subprocess.Popen[bytes]", folder: Path, address: str, began: int) -> LiveService:
    until = time.monotonic() + START_S
    kept = folder / "first-admin.key"
    while time.monotonic() < until:
        said = (folder / "service.log").read_bytes()[began:].decode(errors="replace")
        if process.poll() is not None:
            raise RuntimeError(f"the service ended with {process.returncode}:\n{said}")
        if key := re.search(r"tg_[\w-]{40,}", said):
            kept.write_text(key.group())
        if kept.exists() and _is_ready(address):
            return LiveService(address, kept.read_text(), process.pid, folder)
        time.sleep(0.1)
    raise TimeoutError(f"the service was not ready after {START_S:.0f} s:\n{said}")


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", trust_env=False).is_success
    except httpx.TransportError:
        return False
