"""The process tree of a deployment on one machine: the web server here, the worker as its child.

Only this module knows how the two start, keep each other alive, and stop: within ten seconds of SIGTERM or
SIGINT both are gone, and a worker never outlives the web server.
"""

import errno
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from app.auth import first_key
from app.children import Child, Patience
from app.clock import utc_now
from app.db import Session, engine_from, sessions_of, telling_troubles
from app.jobs import prepare_queue
from app.locks import only_one
from app.migrate import migrate
from app.settings import Settings
from registry.entries import load_catalogue
from registry.policy import load_policy, policy_text
from registry.submissions import list_catalogue
from registry.versions import remember_missing, remember_started

WORKER: Final = (sys.executable, "-m", "app.worker")
WORKER_REFUSED: Final = 78
"""As in app/worker.py, which the web process must not import."""
WEB_GRACE_S: Final = 3
"""How long a stopping web server waits for the answers under way."""


class PortError(Exception):
    """The address cannot be listened on; the message names the setting to change."""


class FolderError(Exception):
    """The data folder cannot be used; the message names the setting to change."""


class WorkerRefusedError(Exception):
    """The worker cannot start as it is set up; its log says why."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """What is served, and by whom."""

    settings: Settings
    build: Callable[[Settings], ASGIApp]
    """Makes the web application, once the registry is ready."""
    say: Callable[[str], object]
    """Tells the person at the terminal."""
    worker: Sequence[str] | None = WORKER
    """The worker's command; none where workers run elsewhere."""
    patience: Patience = field(default_factory=Patience)


def serve(deployment: Deployment) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises `AlreadyRunningError` where this data folder is served, `FolderError`, `PortError`,
    `UnusableDatabaseError`, `WorkerRefusedError`, and what a broken catalogue or migration raises.
    """
    settings = deployment.settings
    _make_folder(settings.data_dir)
    with only_one(settings.data_dir / "serve.lock"), _listening(settings.host, settings.port) as listener:
        key = prepare(settings)
        server = _Server(_config(deployment.build(settings)))
        with _stopping(server), ExitStack() as stack:
            child = stack.enter_context(_worker(deployment, server)) if deployment.worker else None
            server.companion = child
            deployment.say(f"Termgate answers on {settings.address}")
            if key is not None:
                deployment.say(f"Key of the first administrator, shown this once: {key}")
            server.run(sockets=[listener])
        if child is not None and child.has_refused:
            raise WorkerRefusedError("the worker refuses to start; see its message above")


def prepare(settings: Settings) -> str | None:
    """Bring databases and catalogue up to date; gives the first administrator's key, if just made."""
    engine = engine_from(settings.registry_url)
    migrate(engine)
    with sessions_of(engine)() as session:
        list_catalogue(session, load_catalogue(), utc_now())
        key = first_key(session, utc_now())
        begin_record(session, settings.policy, utc_now())
    engine.dispose()
    _try_queue(settings.queue_url)
    prepare_queue(settings.queue_url)
    return key


def begin_record(session: Session, policy: str, now: datetime) -> None:
    """Write down what look-ups see from now on, as far as nobody did; raises `PolicyError`."""
    content, _ = policy_text(policy)
    remember_started(session, load_policy(policy).version, content, now)
    remember_missing(session, now)


def _try_queue(url: str) -> None:
    """Open the queue's database once: the work engine's own words on a broken one are long and beside it."""
    engine = engine_from(url)
    with telling_troubles(engine.url):
        engine.connect().close()
    engine.dispose()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderError(f"{folder} cannot be made ({error.strerror}); set TERMGATE_DATA_DIR") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FolderError(f"{folder} cannot be written to; set TERMGATE_DATA_DIR, or let us write there")


class _Server(uvicorn.Server):
    """A web server that tells its companion of the end as soon as it hears of it."""

    companion: Child | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop."""
        if self.companion is not None:
            self.companion.ask_to_stop()
        super().handle_exit(sig, frame)

    def give_up(self) -> None:
        """Stop from another thread."""
        self.should_exit = True


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=WEB_GRACE_S,
    )


def _worker(deployment: Deployment, server: _Server) -> Child:
    command = [*(deployment.worker or ()), "--parent", str(os.getpid())]
    return Child(command, WORKER_REFUSED, server.give_up, deployment.patience)


@contextmanager
def _stopping(server: _Server) -> Iterator[None]:
    """Let signals end the server, also before it has begun; it raises them again once it has stopped."""

    def stop(sig: int, frame: FrameType | None) -> None:
        server.handle_exit(sig, frame)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """Take the address before anything else is done, so that a mistake costs nothing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as refused:
        known = {errno.EADDRINUSE: "is in use", errno.EACCES: "is not ours to take"}
        problem = known.get(refused.errno or 0, f"cannot be listened on ({refused.strerror or refused})")
        raise PortError(f"{host}:{port} {problem}; set TERMGATE_PORT or TERMGATE_HOST") from refused
    with listener:
        yield listener
