"""Builds what passes work with: the same for the worker and for the command line."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.clock import utc_now
from app.db import Sessions
from app.fetch.fetcher import fetcher_from
from app.gather import as_it_came
from app.rendering.renderer import renderer_from
from app.settings import Settings
from app.turns import SharedTurns
from app.vetting import Workshop
from extractors.proposing import proposing_reader
from extractors.ruleset import load_ruleset
from registry.policy import load_policy


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
