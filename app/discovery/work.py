"""Searches as the worker does them: promised by rows, done once in effect, kept or marked as failed."""

import structlog

from app.corridor import Searches
from app.db import Sessions
from app.discovery.job import discover
from app.discovery.visiting import Means, SearchLimits
from app.workshop import Workshop
from registry.discoveries import fail_discovery, finish_discovery, unfinished_discoveries

log = structlog.get_logger(__name__)


def searches_of(workshop: Workshop, readings: Sessions, limits: SearchLimits | None = None) -> Searches:
    """What the queue needs of searches, on what passes work with."""
    means = Means(workshop.fetcher, workshop.complete)

    def run(key: str) -> None:
        found = discover(workshop.sessions, means, key, limits or SearchLimits())
        if found is not None:
            with workshop.sessions() as session:
                finish_discovery(session, key, found, workshop.now())
            log.info("search_finished", key=key, proposals=len(found.proposals), requests=found.requests)

    def fail(key: str, error: str) -> None:
        with workshop.sessions() as session:
            fail_discovery(session, key, error, workshop.now())

    def unfinished() -> tuple[str, ...]:
        with readings() as session:
            return unfinished_discoveries(session)

    return Searches(run, fail, unfinished)
