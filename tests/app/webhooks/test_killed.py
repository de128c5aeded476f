"""A real worker that is killed in the middle of a call: the next one makes it again, under the same name."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlmodel import select

from app.clock import utc_now
from app.db import engine_from, sessions_of
from app.migrate import migrate
from app.settings import Settings
from app.webhooks.signing import signing_key_of
from registry.events import EventKind
from registry.tables import DeliveryRow
from registry.webhooks import WebhookEntry, create_webhook, send_test

pytestmark = pytest.mark.slow


class Receiver:
    """Keeps the first caller waiting, and takes what the others send."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.freed = Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                receiver.ids.append(self.headers["webhook-id"])
                if len(receiver.ids) == 1:
                    receiver.freed.wait(30)
                self.send_response(204)
                self.end_headers()

            def log_request(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.freed.set()
    receiver.server.shutdown()
    receiver.server.server_close()


def test_a_call_that_died_with_its_worker_is_made_again(tmp_path: Path, receiver: Receiver) -> None:
    settings = Settings(data_dir=tmp_path)
    engine = engine_from(settings.registry_url)
    migrate(engine)
    sessions = sessions_of(engine)
    url = f"http://127.0.0.1:{receiver.server.server_port}/hook"
    with sessions() as session:
        entry = WebhookEntry(url, (EventKind.PLAN_SUSPENDED,))
        secret_of = signing_key_of(settings).secret_of
        row, _ = create_webhook(session, entry, secret_of, "ada", utc_now())
        message = send_test(session, row, "ada", utc_now())

    first = start(tmp_path)
    wait(lambda: len(receiver.ids) == 1)
    first.kill()
    first.wait()
    with sessions() as session:
        row_left = session.exec(select(DeliveryRow)).one()
        assert (row_left.state, row_left.tries) == ("waiting", 1)
        row_left.next_at = utc_now() - timedelta(seconds=1)  # its minute is over
        session.add(row_left)

    second = start(tmp_path)
    try:
        wait(lambda: len(receiver.ids) == 2)
    finally:
        second.terminate()
        second.wait(30)
    assert receiver.ids == [message, message]
    with sessions() as session:
        assert session.exec(select(DeliveryRow.state)).one() == "delivered"
    engine.dispose()


def start(folder: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "TERMGATE_DATA_DIR": str(folder),
        "TERMGATE_ALLOWED_NETWORKS": "127.0.0.0/8",
    }
    with (folder / "log").open("ab") as log:
        return subprocess.Popen([sys.executable, "-m", "app.worker"], stderr=log, env=environment)


def wait(ready: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.02)
