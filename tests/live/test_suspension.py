"""A suspension is committed, and every web process refuses within a second: on SQLite and on PostgreSQL."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from app.db import Session, Sessions, engine_from, readings_of, sessions_of
from app.serve import prepare
from app.settings import Settings
from registry.entries import ToolEntry, VendorEntry
from registry.model import Status, Verdict
from registry.reviews import decide, suspend
from registry.rulings import Ruling
from registry.store import find_plan, find_tool, revision, sources_of
from registry.submissions import submit_tool
from registry.tables import PlanRow
from tests.live.demo import WORK
from tests.live.postgres import Server
from tests.live.service import free_port
from tests.registry.conftest import acme, brush
from tests.registry.readings import NO_TRAINING, clause, judged, show

__all__ = ["acme", "brush"]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("live")]
PROCESSES = 3
ROUNDS = 5
LIMIT_S = 1.0
PATIENCE_S = 60.0


class Gates:
    """Web processes on one registry, and what each of them answers on the one tool."""

    def __init__(self, folder: Path, url: str, key: str) -> None:
        self.folder = folder
        self.url = url
        self.client = httpx.Client(headers={"Authorization": f"Bearer {key}"}, trust_env=False, timeout=10)
        self.addresses: list[str] = []

    @contextmanager
    def one(self, name: str) -> Iterator[None]:
        """Run a web process with a data folder of its own."""
        port, folder = free_port(), self.folder / name
        folder.mkdir()
        environment = {
            **os.environ,
            "TERMGATE_DATA_DIR": str(folder),
            "TERMGATE_DATABASE_URL": self.url,
            "TERMGATE_PORT": str(port),
        }
        command = [sys.executable, "-c", "from app.cli import main; main()", "serve", "--no-worker"]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        self.addresses.append(f"http://127.0.0.1:{port}")
        try:
            yield
        finally:
            process.terminate()
            process.wait(20)

    def seconds_until(self, address: str, decision: bool) -> float:
        """How long one process takes from now on until it decides so."""
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE_S:
            try:
                answer = self.client.get(f"{address}/v1/tools/acme/brush/approval", params=WORK)
            except httpx.TransportError:
                time.sleep(0.1)
                continue
            if answer.is_success and answer.json()["decision"] is decision:
                return time.monotonic() - began
            time.sleep(0.005)
        raise TimeoutError(f"{address} never answered {decision}")

    def all_until(self, decision: bool) -> list[float]:
        """The same of all processes, asked side by side."""
        with ThreadPoolExecutor(len(self.addresses)) as threads:
            return list(threads.map(lambda address: self.seconds_until(address, decision), self.addresses))


def stock(sessions: Sessions, vendor: VendorEntry, entry: ToolEntry) -> None:
    """Put a tool in the registry whose one plan is read, judged and waits for a decision."""
    now = datetime.now(UTC) - timedelta(minutes=1)
    own = ToolEntry(
        slug=entry.slug,
        name=entry.name,
        plans=entry.plans[1:],
        aliases=entry.aliases,
        sources=tuple(entry.sources[1:]),
    )
    with sessions() as session:
        tool = submit_tool(session, vendor, own, "ann", now)
        (source,) = sources_of(session, tool.id)
        found = clause(NO_TRAINING)
        show(session, source, found, "first", now)
        judged(session, plan_of(session), source, found, now)


def plan_of(session: Session) -> PlanRow:
    tool = find_tool(session, "acme/brush")
    assert tool is not None
    plan = find_plan(session, tool.id, "studio")
    assert plan is not None
    return plan


def approve(sessions: Sessions) -> None:
    now = datetime.now(UTC)
    with sessions() as session:
        ruling = Ruling(Verdict.APPROVE, "the terms are fine", now + timedelta(days=9))
        decide(session, plan_of(session), ruling, "rita", now)


def measure(folder: Path, url: str, vendor: VendorEntry, entry: ToolEntry) -> list[float]:
    """Seconds from the commit of a suspension to the first refusal, of every process and round."""
    key = prepare(Settings(data_dir=folder, database_url=url))
    assert key is not None
    engine = engine_from(url)
    sessions = sessions_of(engine)
    stock(sessions, vendor, entry)
    gates = Gates(folder, url, key)
    taken: list[float] = []
    with ExitStack() as running:
        for at in range(PROCESSES):
            running.enter_context(gates.one(f"web-{at}"))
        for _ in range(ROUNDS):
            approve(sessions)
            gates.all_until(decision=True)
            with sessions() as session:
                suspend(session, plan_of(session), "a test", datetime.now(UTC))
            taken += gates.all_until(decision=False)
    gates.client.close()
    engine.dispose()
    return taken


def check(taken: list[float], database: str) -> None:
    worst = max(taken)
    print(
        f"bench suspension_reaches_all_s {worst:.2f} s ({database}, {PROCESSES} processes, {ROUNDS} rounds)"
    )
    assert worst < LIMIT_S


def test_a_suspension_reaches_every_process_on_sqlite_within_a_second(
    tmp_path: Path, acme: VendorEntry, brush: ToolEntry
) -> None:
    check(measure(tmp_path, f"sqlite:///{tmp_path / 'registry.db'}", acme, brush), "SQLite")


def test_a_suspension_reaches_every_process_on_postgresql_within_a_second(
    tmp_path: Path, postgres_server: Server, acme: VendorEntry, brush: ToolEntry
) -> None:
    check(measure(tmp_path, postgres_server.database(), acme, brush), "PostgreSQL")


def test_a_reading_transaction_on_postgresql_sees_one_state_from_end_to_end(
    tmp_path: Path, postgres_server: Server, acme: VendorEntry, brush: ToolEntry
) -> None:
    url = postgres_server.database()
    prepare(Settings(data_dir=tmp_path, database_url=url))
    engine = engine_from(url)
    stock(sessions_of(engine), acme, brush)
    with readings_of(engine)() as session:
        before = revision(session)
        approve(sessions_of(engine))
        assert revision(session) == before
        assert plan_of(session).status == Status.IN_REVIEW
    with readings_of(engine)() as session:
        assert plan_of(session).status == Status.APPROVED
    engine.dispose()
