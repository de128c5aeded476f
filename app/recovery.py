"""What workers leave behind when they die, and who goes on with it: any worker that lives.

The queue engine gives a dead process's work back only to a process of the same name. Here every worker beats
on the roll and watches the others; the first to find one silent puts its work back on the queue, behind the
last step that was recorded. A worker that only stood still finds its work fenced off when it comes back.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from app.jobs import JobClient
from app.roll import Roll, Watch
from registry.roll import Standing

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Keeps one worker on the roll, and takes up what silent ones left."""

    roll: Roll
    client: JobClient
    recoveries: int
    """How often a pass goes on after its worker died."""
    beat_s: float

    @contextmanager
    def listed(self) -> Iterator[None]:
        """Be on the roll for the length of the block; at its end, what is unfinished goes to the others."""
        self.roll.enlist()
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def beating(
        self, replaced: Callable[[], object], at_work: Callable[[], Collection[str]]
    ) -> Iterator[None]:
        """Show for the length of the block that this worker lives, and take up what dead ones left.

        `replaced` is called, on another thread, when another process has taken this worker's name; `at_work`
        gives what this process really works on.
        """
        over = threading.Event()
        keeper = threading.Thread(target=self._keep, args=(replaced, at_work, over), name="roll-keeper")
        keeper.start()
        try:
            yield
        finally:
            over.set()
            keeper.join()

    def take_up(self) -> None:
        """Put back on the queue what silent workers had under way; harmless to repeat, and to do in several.

        A name that stands on work and on no roll is put on the roll first: should it live, it beats.
        """
        for last in self.roll.silent():
            with self.roll.striking_off(last) as is_silent:
                if is_silent:
                    keys = self.client.release(last.worker.name, self.recoveries)
                    log.warning("worker_is_dead", worker=last.worker.name, taken_up=len(keys))
        strangers = self.client.executors() - {worker.name for worker in self.roll.listed()}
        if strangers:
            self.roll.note(sorted(strangers))

    def follow_versions(self) -> None:
        """Let nothing wait for a version of which no worker lives: an old one, or a newer one taken back."""
        living = self.roll.versions()
        if self.client.latest_version() not in living:
            log.warning("version_is_latest_again", version=self.roll.me.version)
            self.client.claim_latest()
        self.client.take_over_rounds(living)

    def pick_up(self, dropped: Watch[str], at_work: Callable[[], Collection[str]]) -> None:
        """Put back what the queue takes for under way here and nobody works on.

        The engine gives a workflow up where it cannot write down how it came on, as on a full disk.
        """
        at_hand = self.client.held(self.roll.me.name) - set(at_work())
        keys = dropped.silent(at_hand, time.monotonic())
        if keys:
            log.warning("dropped_work_taken_up", keys=keys)
            self.client.release_keys(self.roll.me.name, keys)

    def _keep(
        self, replaced: Callable[[], object], at_work: Callable[[], Collection[str]], over: threading.Event
    ) -> None:
        is_well = True
        dropped: Watch[str] = Watch(self.roll.silent_s)
        while not over.wait(self.beat_s):
            try:
                standing = self.roll.beat()
                if standing is Standing.REPLACED:
                    replaced()
                    return
                if standing is Standing.STRUCK_OFF:
                    log.warning("was_taken_for_dead", because="this process stood still for too long")
                self.take_up()
                self.pick_up(dropped, at_work)
                self.follow_versions()
            except Exception:
                # The database may be away for a while; passes wait for it too, and so does this.
                if is_well:
                    log.exception("roll_cannot_be_kept")
                is_well = False
            else:
                is_well = True

    def _leave(self) -> None:
        try:
            # What another process has under way by our name is not ours to give.
            if self.roll.beat() is not Standing.REPLACED:
                self.client.release(self.roll.me.name)
                self.roll.leave()
        except Exception:
            log.exception("roll_not_left", remedy="the other workers miss this one, and take up its work")
