"""A generator that notes when each answer came: evenly paced or without pause, from one connection or many.

Nothing is measured here.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle, pairwise
from typing import cast

import uvloop

from tests.bench.registry import questions

QUESTIONS = 1000
"""Different ones, spread over all plans."""
CONNECTIONS = 32
MEASURED_S = 1.0
CHANGES = 20
WINDOW_S = 0.5


class Asker(asyncio.Protocol):
    """A connection that asks one question after another, at once or at a pace, and notes the times."""

    def __init__(self, questions: Sequence[bytes], pace_s: float = 0.0) -> None:
        self.answered: list[tuple[float, float]] = []
        """When each answer came, and how long it took from when it was due to be asked."""
        self._questions = cycle(questions)
        self._pace_s = pace_s
        self._due = 0.0
        self._received = bytearray()
        self._length = 0
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclass of asyncio's.
        self._transport = cast(asyncio.WriteTransport, transport)
        self._ask(time.perf_counter())

    def data_received(self, data: bytes) -> None:
        self._received += data
        # What tells an answer's length is read only where it is not as long as the last one.
        if len(self._received) != self._length and not self._is_whole():
            return
        if b'{"decision":true' not in self._received:
            raise SystemExit(f"answered otherwise than expected: {bytes(self._received)!r}")
        self._length = len(self._received)
        self._received.clear()
        now = time.perf_counter()
        self.answered.append((now, now - self._due))
        wait = self._due + self._pace_s - now
        if wait <= 0:
            self._ask(now)
        else:
            asyncio.get_running_loop().call_later(wait, self._ask, now + wait)

    def _is_whole(self) -> bool:
        head, end, body = bytes(self._received).partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        return bool(end) and len(body) >= int(length)

    def _ask(self, due: float) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._due = due
            self._transport.write(next(self._questions))


async def ask(port: int, plans: int, connections: int, pace_s: float, seconds: float) -> list[Asker]:
    """Ask from some connections for that long, after a little more to warm up."""
    loop = asyncio.get_running_loop()
    known = questions(plans, min(plans, QUESTIONS))
    askers = []
    for at in range(connections):
        start = at * len(known) // connections
        turned = known[start:] + known[:start]
        # Not all at once: each has a place of its own within the pace.
        await asyncio.sleep(pace_s / connections)
        transport, asker = await loop.create_connection(partial(Asker, turned, pace_s), "127.0.0.1", port)
        askers.append((transport, asker))
    await asyncio.sleep(0.1)
    for _, asker in askers:
        asker.answered.clear()
    await asyncio.sleep(seconds)
    for transport, _ in askers:
        transport.abort()
    return [asker for _, asker in askers]


def latencies(port: int, plans: int, connections: int = CONNECTIONS, pace_s: float = 0.0) -> list[float]:
    """Seconds that each answer took, in order of length."""
    askers = uvloop.run(ask(port, plans, connections, pace_s, MEASURED_S))
    return sorted(taken for asker in askers for _, taken in asker.answered)


def p99(taken: Sequence[float]) -> float:
    """The length that one answer in a hundred exceeds, of sorted ones."""
    return taken[len(taken) * 99 // 100]


def gaps(port: int, plans: int, change: Callable[[], object]) -> tuple[list[float], list[float]]:
    """Longest gaps between answers, in seconds: in windows without, and in windows with a change.

    `change` only gives the word: what it takes must not keep this process from asking.
    """
    times: list[float] = []
    changed: list[float] = []

    async def run() -> None:
        asking = asyncio.create_task(ask(port, plans, 1, 0.0, 2 * CHANGES * WINDOW_S + 1))
        await asyncio.sleep(0.6)
        for _ in range(CHANGES):
            await asyncio.sleep(WINDOW_S)
            changed.append(time.perf_counter())
            change()
            await asyncio.sleep(WINDOW_S)
        (asker,) = await asking
        times.extend(at for at, _ in asker.answered)

    uvloop.run(run())
    still = [_longest(times, at - WINDOW_S, at) for at in changed]
    return still, [_longest(times, at, at + WINDOW_S) for at in changed]


def _longest(times: Sequence[float], start: float, end: float) -> float:
    within = [at for at in times if start <= at <= end]
    return max((b - a for a, b in pairwise(within)), default=end - start)
