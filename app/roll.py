"""This process's place on the roll of workers, and its watch over the others.

Whether a worker is silent is judged by how long its beat has stood still on this process's own clock: clocks
of two machines are never compared, and time in which the roll could not be read counts for nobody.
"""

import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from app.db import Sessions
from registry import roll
from registry.roll import Beat, Standing, Worker

T = TypeVar("T", bound=Hashable)


class Watch(Generic[T]):
    """Since when each thing that is looked at, a beat for one, has been as it is."""

    def __init__(self, silent_s: float) -> None:
        self._silent_s = silent_s
        self._since: dict[T, float] = {}

    def silent(self, seen: Iterable[T], at: float) -> tuple[T, ...]:
        """Those that have stood still for too long at `at`, in seconds of a clock that only goes forward."""
        self._since = {one: self._since.get(one, at) for one in seen}
        return tuple(one for one, since in self._since.items() if at - since >= self._silent_s)

    def begin_anew(self) -> None:
        """Count for nobody the time in which nothing was seen."""
        self._since.clear()


class Roll:
    """The roll as one worker sees it; who is silent is asked from one thread."""

    def __init__(
        self,
        sessions: Sessions,
        me: Worker,
        silent_s: float,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sessions = sessions
        self.me = me
        self.silent_s = silent_s
        self._watch: Watch[Beat] = Watch(silent_s)
        self._now = now

    def enlist(self) -> None:
        """Put this worker on the roll."""
        with self._sessions() as session:
            roll.enlist(session, self.me)

    def leave(self) -> None:
        """Take this worker off the roll."""
        with self._sessions() as session:
            roll.leave(session, self.me)

    def beat(self) -> Standing:
        """Beat once; a worker that was struck off is on the roll again."""
        with self._sessions() as session:
            standing = roll.beat(session, self.me)
            if standing is Standing.STRUCK_OFF:
                roll.enlist(session, self.me)
            return standing

    def versions(self) -> set[str]:
        """The versions that living workers run; a name that nobody goes by runs none."""
        return {worker.version for worker in self.listed() if worker.version}

    def leads(self) -> bool:
        """Whether this worker is the first of the living: the one that does what one should do."""
        return self.me.name == min((worker.name for worker in self.listed() if worker.version), default="")

    def listed(self) -> tuple[Worker, ...]:
        """Everybody on the roll."""
        with self._sessions() as session:
            return tuple(one.worker for one in roll.beats(session))

    def silent(self) -> tuple[Beat, ...]:
        """The others that have been silent for too long."""
        try:
            with self._sessions() as session:
                beats = roll.beats(session)
        except Exception:
            self._watch.begin_anew()
            raise
        return self._watch.silent((one for one in beats if one.worker.name != self.me.name), self._now())

    def note(self, names: Iterable[str]) -> None:
        """Put names on the roll that were found on work: who goes by one shows it, or is dead."""
        with self._sessions() as session:
            for name in names:
                roll.enlist_stranger(session, name)

    @contextmanager
    def striking_off(self, last: Beat) -> Iterator[bool]:
        """Strike a silent worker off at the end of the block; false where there is nothing to do any more."""
        with self._sessions() as session, roll.striking_off(session, last) as is_silent:
            yield is_silent
