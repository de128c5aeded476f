"""The worker process: reads documents and judges tools, so that the web process answers undisturbed.

Run as `python -m app.worker`. It reads its settings from the environment as every process does;
`--parent PID` makes it stop when that process is gone.
"""

import argparse
import os
import secrets
import sys
from datetime import datetime
from functools import partial
from typing import Final

import structlog
from pydantic import ValidationError

from app.clock import utc_now
from app.corridor import Corridor
from app.db import (
    NotMigratedError,
    Sessions,
    UnusableDatabaseError,
    engine_from,
    readings_of,
    require_current,
    sessions_of,
)
from app.discovery.work import searches_of
from app.fetch.posting import poster_from
from app.jobs import Ticket, version_of
from app.locks import AlreadyRunningError, worker_name
from app.logs import configure_logging
from app.recrawl import Doors, due_recrawls, due_rereads
from app.rendering.model import RenderingSetupError
from app.roll import Roll
from app.secret_files import SecretFileError
from app.settings import PAGES, Settings
from app.shift import ReplacedError, leave, work
from app.vetting import begin, fail, finish, look
from app.webhooks.courier import Courier
from app.webhooks.signing import signing_key_of
from app.workflows import Engine, ScheduleError
from app.workshop import Workshop, workshop_from
from extractors.ruleset import RulesetError
from registry.evidence import failed_sightings
from registry.policy import PolicyError
from registry.roll import Worker
from registry.store import find_vetting, unfinished_vettings
from registry.submissions import PassKind
from registry.tables import ToolRow

REFUSED: Final = 78
"""Exit status of a worker that cannot start as it is set up; starting it again would not help."""


_REFUSALS: Final = (
    AlreadyRunningError,
    NotMigratedError,
    PolicyError,
    RenderingSetupError,
    ReplacedError,
    RulesetError,
    ScheduleError,
    SecretFileError,
    UnusableDatabaseError,
)

log = structlog.get_logger(__name__)


def run_worker(settings: Settings, parent: int | None = None) -> None:
    """Work until told to stop, or until the process `parent` is gone.

    Raises what `_REFUSALS` names.
    """
    registry = engine_from(settings.registry_url)
    require_current(registry)
    sessions = sessions_of(registry)
    with (
        worker_name(settings.data_dir, settings.worker_id) as name,
        workshop_from(settings, sessions) as workshop,
    ):
        doors = Doors(sessions, readings_of(registry))
        courier = courier_from(settings, doors)
        catch_up(workshop, doors)
        version = version_of(workshop.ruleset)
        engine = Engine(settings.queue_url, name, settings.recrawl_cron, version)
        roll = Roll(sessions, Worker(name, secrets.token_hex(8), version), engine.silent_s)
        with courier.at_work():
            work(engine, corridor_of(workshop, doors), roll, parent)
    registry.dispose()


def courier_from(settings: Settings, doors: Doors) -> Courier:
    """Who tells other systems. Raises `SecretFileError`."""
    return Courier(
        doors.sessions,
        doors.readings,
        poster_from(settings),
        signing_key_of(settings),
        f"{settings.address}{PAGES}",
        utc_now,
    )


def corridor_of(workshop: Workshop, doors: Doors) -> Corridor:
    """The product's own passes, as steps."""
    return Corridor(
        begin=partial(begin, workshop),
        look=partial(look, workshop),
        finish=partial(_finish, workshop, doors.readings),
        fail=partial(fail, workshop),
        due=partial(_due, workshop, doors),
        unfinished=partial(_unfinished, doors.readings),
        searches=searches_of(workshop, doors.readings),
    )


def catch_up(workshop: Workshop, doors: Doors) -> None:
    """Promise what fell due while no worker ran, and the re-reads that an upgrade calls for before it."""
    keys = due_rereads(doors, workshop.ruleset, workshop.policy_version(), workshop.now())
    if keys:
        log.info("rereads_promised", tools=len(keys), because="rules or policy have changed")
    due_recrawls(doors, workshop.now())


def _finish(workshop: Workshop, readings: Sessions, key: str) -> None:
    """Close a pass, and let whoever watches the log see that work is done."""
    finish(workshop, key)
    with readings() as session:
        row = find_vetting(session, key)
        if row is None or row.finished_at is None:
            return
        failed = len(failed_sightings(session, key))
        log.info(
            "pass_finished",
            tool=session.get_one(ToolRow, row.tool_id).slug,
            kind=row.kind,
            read=row.done - failed,
            failed=failed,
            put_off=row.total - row.done,
            # As long as somebody waited for it, in the queue too.
            seconds=round((row.finished_at - row.queued_at).total_seconds(), 1),
        )


def _due(workshop: Workshop, doors: Doors, _slot: datetime) -> None:
    """Promise the re-reads first: each pass then has one cause."""
    due_rereads(doors, workshop.ruleset, workshop.policy_version(), workshop.now())
    due_recrawls(doors, workshop.now())


def _unfinished(readings: Sessions) -> tuple[Ticket, ...]:
    with readings() as session:
        return tuple(Ticket(row.key, row.tool_id, PassKind(row.kind)) for row in unfinished_vettings(session))


def main() -> None:
    """Run this process."""
    parser = argparse.ArgumentParser(prog="python -m app.worker")
    parser.add_argument("--parent", type=int, help="stop when this process is gone")
    parent: int | None = parser.parse_args().parent
    try:
        settings = Settings()
    except ValidationError as refused:
        sys.stderr.write(f"termgate: {refused}\n")
        sys.exit(REFUSED)
    configure_logging(settings.log_level)
    # Reading takes a core for minutes and can wait; an answer cannot, and may need that core too.
    os.nice(settings.worker_nice)
    try:
        run_worker(settings, parent)
    except _REFUSALS as refused:
        log.critical("worker_refuses_to_start", because=str(refused))
        leave(REFUSED)
    leave(0)


if __name__ == "__main__":
    main()
