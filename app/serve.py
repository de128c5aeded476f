"""The process tree of a deployment on one machine: the web server here, the worker as its child.

Only this module knows how they start, keep each other alive, and stop: within ten seconds of SIGTERM or
SIGINT all are gone, and no child outlives this process. Where several processes answer, this one listens and
answers nothing: each child takes connections off the one address that all of them hold.
"""

import errno
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from types import FrameType
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from app.auth import FIRST_KEY, first_key
from app.children import Child, Patience
from app.clock import utc_now
from app.db import Session, engine_from, sessions_of, telling_troubles
from app.jobs import prepare_queue
from app.locks import only_one
from app.migrate import migrate
from app.settings import Settings
from registry.entries import load_catalogue
from registry.journal import SYSTEM
from registry.model import Role
from registry.policy import load_policy, policy_text
from registry.submissions import list_catalogue
from registry.versions import remember_missing, remember_started
from registry.visits import make_sign_in

WORKER: Final = (sys.executable, "-m", "app.worker")
WORKER_REFUSED: Final = 78
"""As in app/worker.py, which the web process must not import."""
WEB: Final = (sys.executable, "-m", "app.web")
WEB_REFUSED: Final = 78
"""Exit status of a web process that cannot start as it is set up."""
PARENT_LOOK_UP_S: Final = 1.0
"""How often a web process looks whether its parent lives."""
WEB_GRACE_S: Final = 3
"""How long a stopping web server waits for the answers under way."""


class PortError(Exception):
    """The address cannot be listened on; the message names the setting to change."""


class FolderError(Exception):
    """The data folder cannot be used; the message names the setting to change."""


class WorkerRefusedError(Exception):
    """The worker cannot start as it is set up; its log says why."""


class WebRefusedError(Exception):
    """A web process cannot start as it is set up; its log says why."""


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
    web_processes: int = 1
    """How many answer side by side; one of several is made by `web`, not by `build`."""
    web: Sequence[str] = WEB
    """The command of a web process that is one of several."""


def serve(deployment: Deployment) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises `AlreadyRunningError` where this data folder is served, `FolderError`, `PortError`,
    `UnusableDatabaseError`, `WebRefusedError`, `WorkerRefusedError`, and what a broken catalogue or migration
    raises.
    """
    settings = deployment.settings
    _make_folder(settings.data_dir)
    with only_one(settings.data_dir / "serve.lock"), _listening(settings.host, settings.port) as listener:
        key = prepare(settings)
        if deployment.web_processes > 1:
            _answer_in_children(deployment, listener, key)
        else:
            _answer_here(deployment, listener, key)


def answer_on(app: ASGIApp, descriptor: int, parent: int) -> None:
    """Answer where the parent listens, until SIGTERM or SIGINT, or until the parent is gone."""
    server = _Server(_config(app))
    threading.Thread(target=_follow, args=(server, parent), name="parent-watch", daemon=True).start()
    with _stopping(server.handle_exit), socket.socket(fileno=descriptor) as listener:
        server.run(sockets=[listener])


def _answer_here(deployment: Deployment, listener: socket.socket, key: str | None) -> None:
    server = _Server(_config(deployment.build(deployment.settings)))
    with _stopping(server.handle_exit), ExitStack() as stack:
        child = stack.enter_context(_worker(deployment, server.give_up)) if deployment.worker else None
        server.companion = child
        _tell(deployment, key)
        server.run(sockets=[listener])
    _require_worker(child)


def _answer_in_children(deployment: Deployment, listener: socket.socket, key: str | None) -> None:
    # A SimpleQueue may be filled from a signal handler, an Event may deadlock.
    told: SimpleQueue[int] = SimpleQueue()
    with _stopping(lambda number, _frame: told.put(number)), ExitStack() as stack:
        give_up = partial(told.put, 0)
        web = [
            stack.enter_context(_web(deployment, listener, give_up)) for _ in range(deployment.web_processes)
        ]
        worker = stack.enter_context(_worker(deployment, give_up)) if deployment.worker else None
        _tell(deployment, key)
        told.get()
        for child in [*web, worker]:
            if child is not None:
                child.ask_to_stop()
    if any(child.has_refused for child in web):
        raise WebRefusedError("a web process refuses to start; see its message above")
    _require_worker(worker)


def _tell(deployment: Deployment, key: str | None) -> None:
    deployment.say(f"Termgate answers on {deployment.settings.address}")
    if key is not None:
        deployment.say(f"Key of the first administrator, shown this once: {key}")
        if deployment.settings.local_links:
            deployment.say(
                f"The pages for people; this link signs in once: {_first_link(deployment.settings)}"
            )


def _first_link(settings: Settings) -> str:
    """An address that signs the first administrator in to the pages."""
    engine = engine_from(settings.registry_url)
    with sessions_of(engine)() as session:
        secret = make_sign_in(session, FIRST_KEY, Role.ADMIN, SYSTEM, utc_now())
    engine.dispose()
    return settings.sign_in_address(secret)


def _require_worker(child: Child | None) -> None:
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


def _worker(deployment: Deployment, give_up: Callable[[], None]) -> Child:
    command = [*(deployment.worker or ()), "--parent", str(os.getpid())]
    return Child(command, WORKER_REFUSED, give_up, deployment.patience)


def _web(deployment: Deployment, listener: socket.socket, give_up: Callable[[], None]) -> Child:
    settings, descriptor = deployment.settings, listener.fileno()
    place = ["--socket", str(descriptor), "--host", settings.host, "--port", str(settings.port)]
    command = [*deployment.web, *place, "--parent", str(os.getpid())]
    return Child(command, WEB_REFUSED, give_up, deployment.patience, (descriptor,))


def _follow(server: _Server, parent: int) -> None:
    """End the server when its parent is gone: orphans are given another one."""
    while os.getppid() == parent:
        time.sleep(PARENT_LOOK_UP_S)
    server.give_up()


@contextmanager
def _stopping(stop: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Let signals end the server, also before it has begun; it raises them again once it has stopped."""
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
