"""Rows are the promise: what the queue has lost, or has given up, is put right from them now and then."""

from collections.abc import Collection

import structlog

from app.corridor import Corridor, Searches
from app.jobs import Fate, JobClient

log = structlog.get_logger(__name__)


def sweep(corridor: Corridor, client: JobClient, versions: Collection[str] = ()) -> None:
    """Bring the queue in line with the registry, whose rows are the promise.

    A pass that the queue does not know, or knows as ended, is queued (again), and so is one that waits for a
    version which is none of `versions`, those of the living workers; one that the queue has given up is
    marked as failed. Harmless to repeat, and to do in several workers.
    """
    _sweep_searches(corridor.searches, client, versions)
    fates = client.fates((ticket.key for ticket in corridor.unfinished()), versions)
    astray = {key: fate for key, fate in fates.items() if fate is not Fate.UNDER_WAY}
    if not astray:
        return
    # Asked again, since a pass may have ended between the two questions: its row closes first.
    for ticket in corridor.unfinished():
        match astray.get(ticket.key):
            case None | Fate.UNDER_WAY:
                continue
            case Fate.UNKNOWN:
                client.enqueue_pass(ticket)
            case Fate.ENDED | Fate.OUTDATED as fate:
                log.warning("pass_begins_anew", key=ticket.key, fate=fate.value)
                client.forget((ticket.key,))
                client.enqueue_pass(ticket)
            case Fate.GIVEN_UP:
                log.warning("pass_given_up", key=ticket.key)
                corridor.fail(ticket.key, "the pass was given up: its worker failed or was stopped each time")


def _sweep_searches(searches: Searches, client: JobClient, versions: Collection[str]) -> None:
    """The same for searches: one that is lost is handed over again, one that is given up is marked."""
    fates = client.fates(searches.unfinished(), versions)
    astray = {key: fate for key, fate in fates.items() if fate is not Fate.UNDER_WAY}
    if not astray:
        return
    for key in searches.unfinished():
        match astray.get(key):
            case None | Fate.UNDER_WAY:
                continue
            case Fate.UNKNOWN:
                client.enqueue_search(key)
            case Fate.ENDED | Fate.OUTDATED:
                client.forget((key,))
                client.enqueue_search(key)
            case Fate.GIVEN_UP:
                searches.fail(key, "the search was given up: its worker failed or was stopped each time")
