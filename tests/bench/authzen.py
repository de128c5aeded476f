"""How fast AuthZEN evaluations are answered, against a bare ASGI app that reads the body on the same uvicorn.

Run as `python -m tests.bench.authzen`. Index, generator and rounds are those of tests/bench/lookup.py; each
connection asks for another tool, on behalf of another user, again and again. Prints `bench authzen_rps`,
`bench authzen_vs_bare`, and as if no question were ever asked twice `bench authzen_unseen_vs_bare`.
"""

import asyncio
import json
import statistics
import sys
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import uvicorn
import uvloop
from starlette import types as asgi

from app.clock import utc_now
from app.lookup.authzen import Published
from app.lookup.endpoints import hot_endpoints
from app.lookup.front import LookupFront
from app.lookup.holder import IndexHolder
from app.lookup.index import LookupIndex
from app.lookup.quiet import quiet_interpreter
from app.lookup.refresh import keep_current
from tests.bench.lookup import CONNECTIONS, KEY, ROUNDS, WORK, bare, build, measure, recording, running

MODULE = "tests.bench.authzen"
PATH = "/access/v1/evaluation"


class Forgetful(IndexHolder):
    """Gives another index each time, equal to the one before, so that nothing counts as asked before."""

    def current(self, now: datetime) -> LookupIndex:
        return replace(super().current(now))


async def reading(scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
    """The least that an ASGI app can do with a body."""
    while (await receive()).get("more_body"):
        pass
    await bare(scope, receive, send)


async def serve(which: str, port: int) -> None:
    """Run one of the three servers until it is ended."""
    index = build()
    holder = (Forgetful if which == "unseen" else IndexHolder)(index, utc_now())
    with tempfile.TemporaryDirectory() as folder, recording(Path(folder)) as recorder:
        app: asgi.ASGIApp = reading
        if which != "bare":
            quiet_interpreter()
            app = LookupFront(reading, holder, utc_now, hot_endpoints(Published("")), recorder)
        server = uvicorn.Server(
            uvicorn.Config(app, port=port, log_level="warning", access_log=False, lifespan="off")
        )
        poller = asyncio.create_task(keep_current(holder, lambda: 1, lambda: index, utc_now))
        await server.serve()
        poller.cancel()


def request(at: int) -> bytes:
    """One user's question on one tool."""
    work = {name: value for name, value in WORK.items() if name != "plan"}
    asked = {
        "subject": {"type": "user", "id": f"user-{at}@studio.example"},
        "action": {"name": "use"},
        "resource": {"type": "tool", "id": f"tool-{at}.example", "properties": {"plan": WORK["plan"]}},
        "context": work,
    }
    body = json.dumps(asked).encode()
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {KEY}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def main() -> None:
    """Measure the servers in turn and print the medians; with arguments, be one of them."""
    if len(sys.argv) == 3:
        uvloop.run(serve(sys.argv[1], int(sys.argv[2])))
        return
    requests = [request(at) for at in range(CONNECTIONS)]
    with (
        running("bare", MODULE) as plain,
        running("front", MODULE) as front,
        running("unseen", MODULE) as unseen,
    ):
        rounds = [[measure(port, requests) for port in (plain, front, unseen)] for _ in range(ROUNDS)]
    sys.stdout.write(f"bench authzen_rps {statistics.median(one[1] for one in rounds):.0f} req/s\n")
    for name, at in (("authzen_vs_bare", 1), ("authzen_unseen_vs_bare", 2)):
        sys.stdout.write(f"bench {name} {statistics.median(one[at] / one[0] for one in rounds):.2f} ratio\n")


if __name__ == "__main__":
    main()
