"""What passes work with: the same for the worker and for the command line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from app.clock import utc_now
from app.db import Sessions
from app.fetch.fetcher import Fetcher, fetcher_from
from app.gather import Complete, as_it_came
from app.rendering.renderer import renderer_from
from app.settings import Settings
from app.turns import SharedTurns
from extractors.clauses import ClauseReader
from extractors.proposing import proposing_reader
from extractors.ruleset import load_ruleset
from registry.adoptions import policy_in_force
from registry.model import Policy
from registry.policy import load_policy


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a pass works with: built once at the edge."""

    sessions: Sessions
    fetcher: Fetcher
    reader: ClauseReader
    policy: Policy
    """In force until another is adopted."""
    now: Callable[[], datetime]
    failing_after: int = 3
    """Failed looks in a row after which a source counts as failing."""
    complete: Complete = as_it_came
    """What makes a page whole that came as a part of it: a browser, where the settings allow one."""

    @property
    def ruleset(self) -> str:
        """Version of the rules in use."""
        return self.reader.ruleset.version

    def policy_version(self) -> str:
        """Version of the policy in force at this moment."""
        with self.sessions() as session:
            return policy_in_force(session, self.policy).version


@contextmanager
def workshop_from(settings: Settings, sessions: Sessions) -> Iterator[Workshop]:
    """Load rules and policy and open the fetcher, for the length of the block. RenderingSetupError."""
    reader = proposing_reader(load_ruleset())
    policy = load_policy(settings.policy)
    with SharedTurns(sessions, utc_now) as turns, fetcher_from(settings, turns) as fetcher:
        renderer = renderer_from(settings, fetcher, utc_now)
        yield Workshop(
            sessions=sessions,
            fetcher=fetcher,
            reader=reader,
            policy=policy,
            now=utc_now,
            failing_after=settings.failing_after,
            complete=as_it_came if renderer is None else renderer.where_needed,
        )
