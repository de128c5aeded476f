"""Takes down what was answered, and writes it to the registry behind the answers' back.

An answer only leaves its name, in the list of those that were given the same. A thread of its own writes the
lists that wait; what cannot be written waits there, and what finds the buffer full is dropped and counted. So
a locked database or a full disk costs entries of the record, never an answer.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from app.db import ConflictError, Sessions, UnusableDatabaseError
from app.lookup.exchange import Given, Reply, Searched
from app.recording.entries import Clerk, Line
from app.recording.masks import Masks
from registry.lookups import forget_answers, forget_lookups, keep_answers, keep_lookups

EVERY_S: Final = 1.0
"""A write holds up all that ask at that moment: it is seldom enough to meet fewer than one in a hundred."""
BUFFERED: Final = 100_000
"""Answers that wait at most: some seconds of a busy service, some tens of MB."""
BATCH: Final = 2000
"""Rows in one transaction: others who write wait for it no longer than some hundredths of a second."""
TIDIED_EVERY_S: Final = 3600.0
FORGOTTEN_AT_ONCE: Final = 10_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the answers that this process has given."""

    recorded: int
    waiting: int
    dropped: int


class Recorder:
    """Called with each question and reply by the one thread that answers; `close` writes what waits."""

    def __init__(
        self,
        sessions: Sessions,
        masks: Masks,
        now: Callable[[], datetime],
        kept: timedelta,
        buffered: int = BUFFERED,
    ) -> None:
        self._sessions = sessions
        self._now = now
        self._kept = kept
        self._buffered = buffered
        self._clerk = Clerk(masks)
        self._adding = threading.Lock()
        self._lines: dict[tuple[str, int, str | None], Line] = {}
        """What waits, by caller, answer and subject; a line holds its answer: none takes its place."""
        self._again: dict[tuple[str, int], tuple[Reply, Callable[[str], None]]] = {}
        """By caller and reply, held too: how a name is added where the reply is given again, as most are."""
        self._next: list[Line] = []
        """What is written after the batch."""
        self._batch: Sequence[Line] = ()
        """What is being written; it stays until it is."""
        # Each number is written by one thread alone.
        self._taken = self._dropped = 0
        self._recorded = self._lost = 0
        self._room = buffered
        """How many answers may be taken until more of them are done with."""
        self._failing = False
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="look-up-record", daemon=True)

    def __call__(self, name: str, caller: str, reply: Reply) -> None:
        """Take an answer down: never waits, never fails."""
        # Held for as long as it takes to add a name or to put other lists in their place.
        with self._adding:
            known = self._again.get((caller, id(reply)))
            if known is not None and self._taken < self._room:
                self._taken += 1
                known[1](name)
                return
        given = reply.given
        if not given:
            return
        size = 1 if len(given) == 1 else len(given) - given.count(None)
        if self._taken + size > self._room:
            self._dropped += size
            return
        self._taken += size
        subjects = reply.subjects
        with self._adding:
            if not reply.is_several and given[0] is not None:
                line = self._add(name, caller, given[0], subjects[0] if subjects else None)
                if reply.settled_until is not None:
                    self._again[caller, id(reply)] = reply, line.names.append
                return
            for at, one in enumerate(given):
                if one is not None:
                    self._add(f"{name}-{at}", caller, one, subjects[at] if subjects else None)

    def _add(self, name: str, caller: str, given: Given | Searched, subject: str | None) -> Line:
        kind = (caller, id(given), subject)
        line = self._lines.get(kind)
        if line is None:
            line = self._lines[kind] = Line(caller, given, subject, [name])
        else:
            line.names.append(name)
        return line

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def close(self, patience_s: float = 3.0) -> Counts:
        """Write what waits, and stop; what cannot be written in that time is dropped, counted and logged."""
        self._ending.set()
        self._thread.join(patience_s)
        counts = self.counts()
        if counts.waiting or counts.dropped:
            log.error("lookups_not_recorded", waiting=counts.waiting, dropped=counts.dropped)
        return counts

    def counts(self) -> Counts:
        """What became of the answers so far."""
        dropped = self._dropped + self._lost
        return Counts(self._recorded, self._taken - self._recorded - self._lost, dropped)

    def _run(self) -> None:
        next_tidy = time.monotonic()
        while not self._ending.wait(EVERY_S):
            self._write_all()
            if time.monotonic() >= next_tidy:
                next_tidy = time.monotonic() + TIDIED_EVERY_S
                self._attempt(self._tidy)
        while self._lines or self._next or self._batch:
            if not self._write_all():
                break

    def _write_all(self) -> bool:
        """Write what waits by now, not what comes meanwhile; whether the database let us."""
        with self._adding:
            lines, self._lines, self._again = self._lines, {}, {}
        self._next += lines.values()
        while self._batch or self._next:
            if not self._batch:
                self._batch = self._next[:BATCH]
                del self._next[:BATCH]
            done = self._attempt(self._write)
            if done is None:
                return False
            size = sum(len(line.names) for line in self._batch)
            self._batch = ()
            if done:
                self._recorded += size
            else:
                self._lost += size
            self._room += size
        return True

    def _attempt(self, act: Callable[[], None]) -> bool | None:
        """Do something with the registry: whether it is done, or `None` where it may be tried again."""
        try:
            act()
        except (UnusableDatabaseError, ConflictError) as error:
            self._clerk.forget()
            if not self._failing:
                log.warning("lookups_cannot_be_recorded", because=str(error), **self._told())
            self._failing = True
            return None
        except Exception:
            # A fault of ours in one batch: it would be one again, and all that comes after would wait for it.
            self._clerk.forget()
            log.exception("lookups_lost", **self._told())
            return False
        if self._failing:
            log.info("lookups_are_recorded_again", **self._told())
        self._failing = False
        return True

    def _told(self) -> dict[str, int]:
        counts = self.counts()
        return {"waiting": counts.waiting, "dropped": counts.dropped}

    def _write(self) -> None:
        with self._sessions() as session:
            keep_lookups(session, self._clerk.entries(self._batch, partial(keep_answers, session)))

    def _tidy(self) -> None:
        """Forget what is older than the record goes back, some at a time: others have to write too.

        What is remembered of answers goes first: what a process has learnt since then has look-ups on record
        that are new, so that none remembers what another takes away here.
        """
        self._clerk.forget()
        before = self._now() - self._kept
        forgotten = FORGOTTEN_AT_ONCE
        while forgotten == FORGOTTEN_AT_ONCE and not self._ending.is_set():
            with self._sessions() as session:
                forgotten = forget_lookups(session, before, FORGOTTEN_AT_ONCE)
        with self._sessions() as session:
            forget_answers(session)
