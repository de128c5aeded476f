"""The product's own worker, as a process, on an invented vendor's site."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from app.clock import utc_now
from app.db import engine_from, readings_of, sessions_of
from app.jobs import prepare_queue
from app.migrate import migrate
from app.serve import WORKER_REFUSED
from app.settings import Settings
from app.worker import REFUSED
from extractors.model import Audience, TermsType
from extractors.ruleset import load_ruleset
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.judgements import last_assessment
from registry.store import find_vetting, plans_of, sources_of
from registry.submissions import PassKind, request_pass, submit_tool
from registry.tables import AssessmentRow, SightingRow, VettingRow
from tests.app.vendor_site import VendorSite, terms, vendor_site
from tests.registry.readings import NO_TRAINING, RULESET, clause, judged, show

pytestmark = pytest.mark.slow

PAGES = 6


class House:
    """A data folder with a registry, and the environment of processes that work on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(data_dir=folder)
        self.engine = engine_from(self.settings.registry_url)
        self.workers: list[subprocess.Popen[bytes]] = []

    def start(self, **settings: str) -> subprocess.Popen[bytes]:
        given = {f"TERMGATE_{name}": value for name, value in settings.items()}
        environment = os.environ | {"TERMGATE_DATA_DIR": str(self.folder), "TERMGATE_HOST_GAP_S": "0"} | given
        with (self.folder / "log").open("ab") as log:
            worker = subprocess.Popen([sys.executable, "-m", "app.worker"], stderr=log, env=environment)
        self.workers.append(worker)
        return worker

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def told(self, event: str) -> list[dict[str, Any]]:
        """The lines of the log on one kind of event."""
        lines = [json.loads(line) for line in self.log().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == event]

    def vetting(self, key: str) -> VettingRow:
        with readings_of(self.engine)() as session:
            row = find_vetting(session, key)
        assert row is not None
        return row

    def passes(self, kind: PassKind) -> list[str]:
        """The states of all passes of a kind, oldest first."""
        with readings_of(self.engine)() as session:
            query = select(VettingRow.state).where(VettingRow.kind == kind)
            return list(session.exec(query.order_by(col(VettingRow.id))))

    def wait(self, ready: Callable[[], object], seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not ready():
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.02)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    for worker in house.workers:
        worker.kill()
        worker.wait()
    house.engine.dispose()


@pytest.fixture
def site() -> Iterator[VendorSite]:
    with vendor_site() as site:
        site.pages = {f"/terms-{number}": terms() for number in range(PAGES)}
        yield site


def submit(house: House, site: VendorSite) -> str:
    """Submit an invented tool with a source for each page of the site; gives the key of its first look."""
    sources = tuple(
        SourceEntry(path[1:], TermsType.TERMS_OF_SERVICE, (site.url(path),), (), (), ("studio",))
        for path in site.pages
    )
    brush = ToolEntry("brush", "Brush", (PlanEntry("studio", "Studio", Audience.BUSINESS),), (), sources)
    with sessions_of(house.engine)() as session:
        tool = submit_tool(session, VendorEntry("acme", "Acme", (brush,)), brush, "ann", utc_now())
        return request_pass(session, tool, PassKind.FIRST_LOOK, utc_now()).key


def test_a_tool_is_looked_at_once_though_its_worker_was_killed_in_the_middle(
    house: House, site: VendorSite
) -> None:
    migrate(house.engine)
    prepare_queue(house.settings.queue_url)
    key = submit(house, site)
    worker = house.start(ALLOWED_NETWORKS="127.0.0.0/8")
    house.wait(lambda: house.vetting(key).done >= 1)
    worker.kill()
    worker.wait()
    assert house.vetting(key).state == "running"

    worker = house.start(ALLOWED_NETWORKS="127.0.0.0/8")
    house.wait(lambda: house.vetting(key).state == "done")
    with readings_of(house.engine)() as session:
        assert len(session.exec(select(SightingRow)).all()) == PAGES
        assert len(session.exec(select(AssessmentRow)).all()) == 1
    house.wait(lambda: house.told("pass_finished"))
    (told,) = house.told("pass_finished")
    assert [told[name] for name in ("tool", "kind", "read", "failed")] == [
        "acme/brush",
        "first_look",
        PAGES,
        0,
    ]
    assert told["seconds"] > 0
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=10) == 0


def test_an_upgrade_is_felt_at_once_and_not_at_the_next_weekly_slot(house: House, site: VendorSite) -> None:
    migrate(house.engine)
    prepare_queue(house.settings.queue_url)
    first = submit(house, site)
    with sessions_of(house.engine)() as session:
        row = find_vetting(session, first)
        assert row is not None
        row.state = "done"
        session.add(row)
        (plan,) = plans_of(session, row.tool_id)
        for source in sources_of(session, row.tool_id):
            show(session, source, clause(NO_TRAINING), first, utc_now())
        judged(session, plan, sources_of(session, row.tool_id)[0], clause(NO_TRAINING), utc_now())
    worker = house.start()
    house.wait(lambda: house.passes(PassKind.REREAD) == ["done"])
    with readings_of(house.engine)() as session:
        newest = last_assessment(session, plan.id)
    assert newest is not None
    assert newest.ruleset == load_ruleset().version != RULESET
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=10) == 0
    assert house.passes(PassKind.RECRAWL) == []


def test_a_worker_refuses_a_registry_that_was_never_set_up(house: House) -> None:
    assert house.start().wait(timeout=30) == REFUSED == WORKER_REFUSED
    assert "run `termgate migrate` first" in house.log()


def test_a_worker_refuses_a_policy_that_is_not_there(house: House) -> None:
    migrate(house.engine)
    assert house.start(POLICY="absent").wait(timeout=30) == REFUSED
    assert "worker_refuses_to_start" in house.log()


def test_a_worker_refuses_a_damaged_registry_in_a_line(house: House) -> None:
    (house.folder / "termgate.db").write_bytes(b"no database, whatever its name says" * 100)
    assert house.start().wait(timeout=30) == REFUSED
    (told,) = house.log().splitlines()
    assert "the file is damaged" in told
