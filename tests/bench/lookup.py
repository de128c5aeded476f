"""How fast look-ups are answered: the front on uvicorn against a bare ASGI app on the same, on loopback.

Run as `python -m tests.bench.lookup`. Drives each server with wrk where there is one, else with connections
of its own, each with one question under way. Prints `bench lookup_rps` and `bench lookup_vs_bare`.
"""

import asyncio
import hashlib
import json
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

import uvicorn
import uvloop
from starlette import types as asgi

from app.clock import utc_now
from app.db import engine_from, sessions_of
from app.lookup.authzen import Published
from app.lookup.endpoints import hot_endpoints
from app.lookup.front import LookupFront
from app.lookup.holder import IndexHolder
from app.lookup.index import IndexRows, KeyHash, LookupIndex, ToolAlias, build_index
from app.lookup.quiet import quiet_interpreter
from app.lookup.refresh import keep_current
from app.recording.masks import Masks
from app.recording.recorder import Recorder
from extractors.model import Audience
from registry.model import AliasKind, Decision, Role, Scope, Standing, Status, Verdict
from registry.policy import load_policy
from registry.tables import METADATA

PLANS = 1000
CONNECTIONS = 32
ROUNDS = 5
WARM_S = 0.2
MEASURED_S = 1.0
KEY = "tg_bench"
POLICY = load_policy("default")
WORK = {
    "plan": "team",
    "data_class": "public",
    "use_case": "office",
    "output_stage": "exploration",
    "talent_involved": "no",
    "union_work": "no",
    "third_party_ip": "no",
    "personal_data": "no",
    "environment": "enterprise",
}
TARGET = f"/v1/tools/tool-7.example/approval?{urlencode(WORK)}"
REQUEST = f"GET {TARGET} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {KEY}\r\n\r\n".encode()


def build() -> LookupIndex:
    """An index of approved plans, one to a tool, each with a host name."""
    now = utc_now()
    tools = [f"vendor-{at}/tool-{at}" for at in range(PLANS)]
    return build_index(
        IndexRows(
            revision=1,
            standings=tuple(_approved(tool, now) for tool in tools),
            aliases=tuple(
                ToolAlias(tool, AliasKind.HOST, f"{tool.rpartition('/')[2]}.example") for tool in tools
            ),
            keys=(KeyHash(hashlib.sha256(KEY.encode()).hexdigest(), "bench", Role.LOOKUP),),
        ),
        POLICY,
    )


def _approved(tool: str, now: datetime) -> Standing:
    plan = f"{tool}@team"
    return Standing(
        plan=plan,
        tool=tool,
        audience=Audience.BUSINESS,
        status=Status.APPROVED,
        policy=POLICY.version,
        violations=(),
        answers={},
        decision=Decision(
            id=plan,
            plan=plan,
            verdict=Verdict.APPROVE,
            scope=Scope(),
            conditions=(),
            reason="The terms are fine.",
            decided_by="bench",
            decided_at=now,
            expires_at=now + timedelta(days=90),
            clauses=(),
        ),
        evidence_at=now,
    )


async def bare(scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
    """The least that an ASGI app can do."""
    body = b'{"decision":true}'
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def serve(which: str, port: int) -> None:
    """Run one of the two servers until it is ended; the front as in the service, with poller and record."""
    index = build()
    holder = IndexHolder(index, utc_now())
    with tempfile.TemporaryDirectory() as folder, recording(Path(folder)) as recorder:
        app: asgi.ASGIApp = bare
        if which == "front":
            quiet_interpreter()
            app = LookupFront(bare, holder, utc_now, hot_endpoints(Published("")), recorder)
        server = uvicorn.Server(
            uvicorn.Config(app, port=port, log_level="warning", access_log=False, lifespan="off")
        )
        poller = asyncio.create_task(keep_current(holder, lambda: 1, lambda: index, utc_now))
        await server.serve()
        poller.cancel()


@contextmanager
def recording(folder: Path) -> Iterator[Recorder]:
    """The record of look-ups, in a registry of its own."""
    engine = engine_from(f"sqlite:///{folder / 'registry.db'}")
    METADATA.create_all(engine)
    recorder = Recorder(sessions_of(engine), Masks(), utc_now, timedelta(days=1))
    recorder.start()
    try:
        yield recorder
    finally:
        recorder.close()
        engine.dispose()


@contextmanager
def running(which: str, module: str = "tests.bench.lookup") -> Iterator[int]:
    """A server of that module in a process of its own; gives its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    process = subprocess.Popen([sys.executable, "-m", module, which, str(port)])
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(2400):
        if process.poll() is not None:
            raise SystemExit(f"the server ended with {process.returncode} before it listened")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("the server did not listen within two minutes")


class Connection(asyncio.Protocol):
    """A connection that asks again as soon as it is answered. All answers to one question have one length."""

    def __init__(self, request: bytes) -> None:
        self.answers = 0
        self._request = request
        self._length = 0
        self._received = bytearray()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclass of asyncio's.
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._length:
            self._length = _answer_length(bytes(self._received))
        if self._length and len(self._received) >= self._length:
            if b'{"decision":true' not in self._received:
                raise SystemExit(f"answered otherwise than expected: {bytes(self._received)!r}")
            self._received.clear()
            self.answers += 1
            self._transport.write(self._request)


def _answer_length(received: bytes) -> int:
    """Length of an answer, headers included; 0 while they have not all come."""
    head, end, _ = received.partition(b"\r\n\r\n")
    found = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return len(head) + len(end) + int(found[1]) if end and found else 0


async def drive(port: int, requests: Sequence[bytes]) -> float:
    """Answers per second to connections that each ask one of these, again and again."""
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(partial(Connection, one), "127.0.0.1", port)
        for one in islice(cycle(requests), CONNECTIONS)
    ]
    await asyncio.sleep(WARM_S)
    before, started = sum(one.answers for _, one in made), time.perf_counter()
    await asyncio.sleep(MEASURED_S)
    answered, taken = sum(one.answers for _, one in made) - before, time.perf_counter() - started
    for transport, _ in made:
        transport.abort()
    if not answered:
        raise SystemExit("no question was answered")
    return answered / taken


def _drive_with_wrk(wrk: str, port: int, requests: Sequence[bytes]) -> float:
    """The same, with wrk: a script hands it the requests, one after the other."""
    told = ", ".join(json.dumps(one.decode()) for one in requests)
    script = (
        f"local asked, at = {{{told}}}, 0\nrequest = function() at = at % #asked + 1 return asked[at] end\n"
    )
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        address = f"http://127.0.0.1:{port}"
        command = [wrk, f"-d{MEASURED_S:.0f}s", "-t1", f"-c{CONNECTIONS}", "-s", file.name, address]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if found is None or "Non-2xx" in done.stdout:
        raise SystemExit(f"wrk was not answered as expected:\n{done.stdout}")
    return float(found[1])


def measure(port: int, requests: Sequence[bytes] = (REQUEST,)) -> float:
    """Answers per second of the server on that port to connections that ask these."""
    wrk = shutil.which("wrk")
    return _drive_with_wrk(wrk, port, requests) if wrk else uvloop.run(drive(port, requests))


def main() -> None:
    """Measure both in turn and print the medians; with arguments, be one of the servers."""
    if len(sys.argv) == 3:
        uvloop.run(serve(sys.argv[1], int(sys.argv[2])))
        return
    with running("bare") as bare_port, running("front") as front_port:
        # In turn, so that whatever else the machine does falls on both.
        rounds = [(measure(bare_port), measure(front_port)) for _ in range(ROUNDS)]
    rate = statistics.median(front for _, front in rounds)
    ratio = statistics.median(front / plain for plain, front in rounds)
    sys.stdout.write(f"bench lookup_rps {rate:.0f} req/s\n")
    sys.stdout.write(f"bench lookup_vs_bare {ratio:.2f} ratio\n")


if __name__ == "__main__":
    main()
