"""`bench page_ms_max`: how long the slowest page of the console takes with years of rows behind it.

Run as `python -m tests.bench.pages_ui`. The whole service answers in this process, on a registry of 10,000
tools, 100,000 documents and a million audit events, where one tool has endless terms; each page is asked for
some times over a connection that stays open, and the median of them counts.
"""

import http.client
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import uvicorn

from app.clock import utc_now
from app.db import engine_from, sessions_of
from app.main import create_app
from app.migrate import migrate
from app.settings import PAGES, Settings
from app.ui.visitor import COOKIE
from registry.model import Role
from registry.visits import open_visit
from tests.bench.figures import tell
from tests.bench.large import fill
from tests.bench.vast import fill_vast

LIMIT_MS: Final = 150
ROUNDS: Final = 5
TOOL: Final = "/tools/vendor-1235/tool-1234"
ENDLESS: Final = "/tools/vendor-322/tool-4321"
"""The tool of tests/bench/vast.py."""
ASKED: Final[Sequence[str]] = (
    "/",
    "/tools",
    "/tools?search=tool-77",
    "/tools?search=alias-123&order=status",
    "/tools?search=nothing+fits+this",
    "/tools?status=approved&training=permitted&reuse=broad",
    "/tools?order=facts&descending=yes&submitted=yes",
    "/tools?order=expiry",
    "/tools?order=expiry&before=9999-01-01T00:00:00~vendor-2/tool-1~1",
    "/tools?order=status&after=4~vendor-3000/tool-2999~1",
    "/tools?before=vendor-999/tool-998~vendor-999/tool-998~999",
    "/tools?ends=month&vendor=vendor-1",
    "/tools?flagged=yes&order=status",
    TOOL,
    f"{TOOL}/sources/terms-0",
    f"{TOOL}/sources/terms-0/set",
    f"{TOOL}/plans/plan-0/timeline",
    f"{TOOL}/plans/plan-0/decide",
    f"{TOOL}/progress",
    f"{TOOL}/found/discovery:1234",
    f"{TOOL}/track",
    ENDLESS,
    f"{ENDLESS}/sources/terms-0",
    f"{ENDLESS}/sources/terms-0?part=40",
    f"{ENDLESS}/sources/terms-0?at=4000000-4000100",
    f"{ENDLESS}/plans/plan-0/decide",
    f"{ENDLESS}/plans/plan-0/timeline",
    "/changes",
    "/changes/flag_7",
    "/ask",
    "/ask?tool=vendor-1235/tool-1234&plan=plan-0",
    "/policy",
    "/policy/edit",
    "/submit",
    "/submit/new",
    "/submit/found/discovery:1235",
    "/submit/similar?q=tool-77",
    "/audit",
    "/audit?actor=person-7",
    "/audit?after=500000",
    "/audit?before=1000",
    "/audit?actor=termgate&action=reject",
    "/audit?action=approve&from=2026-01-01&to=2026-02-01",
    "/audit?subject=vendor-1235/tool-1234",
    "/settings",
    "/settings/keys/key-7/end",
    "/settings/webhooks",
    "/settings/webhooks/hook-7",
)
"""Every page that can be asked for by GET, with hard questions of those that take some."""


def main() -> int:
    """Make the registry, ask for every page, print a line each; 1 where one takes too long or fails."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), log_level="WARNING")
        engine = engine_from(settings.registry_url)
        migrate(engine)
        started = time.perf_counter()
        fill(engine)
        fill_vast(engine)
        print(f"made in {time.perf_counter() - started:.0f} s", file=sys.stderr)
        with sessions_of(engine)() as session:
            secret = open_visit(session, "bench", Role.ADMIN, utc_now())
        engine.dispose()
        with _served(settings) as port:
            times = {path: _milliseconds(port, f"{PAGES}{path}", secret) for path in ASKED}
    for path, milliseconds in sorted(times.items(), key=lambda one: one[1]):
        tell(f"page_ms {path}", milliseconds, "ms")
    return 0 if tell("page_ms_max", max(times.values()), "ms", most=LIMIT_MS) else 1


@contextmanager
def _served(settings: Settings) -> Iterator[int]:
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise SystemExit("the service did not start")
        time.sleep(0.05)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def _milliseconds(port: int, path: str, secret: str) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        connection.request("GET", path, headers={"cookie": f"{COOKIE}={secret}"})
        answer = connection.getresponse()
        answer.read()
        times.append((time.perf_counter() - started) * 1000)
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}")
    connection.close()
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
