"""Workers of the product on one PostgreSQL, killed, stalled and stopped in the middle of a crawl.

Five tools of three sources each, on two hosts that count who asks; whatever happens, each source is looked at
once in effect, and no host is asked by two at a time.
"""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, func, select, update

from app.clock import utc_now
from app.db import engine_from, readings_of, sessions_of
from app.jobs import JobClient, Ticket, prepare_queue
from app.migrate import migrate
from extractors.model import Audience, TermsType
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.submissions import PassKind, PassState, request_pass, submit_tool
from registry.tables import AssessmentRow, CaptureRow, FlagRow, SightingRow, SourceRow, VettingRow
from tests.app.vendor_site import MAY_TRAIN, terms
from tests.live.crowd import OLD_WORKER, Fleet, Host, deployed, hosts
from tests.live.postgres import Server

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("live")]
TOOLS = 5
PAGES = 3
RECOVERED_S = 30.0
OPEN = [PassState.QUEUED, PassState.RUNNING]


class Crawl(Fleet):
    """A fleet with something to do, and what has become of it."""

    def __init__(self, folder: Path, url: str, sites: list[Host]) -> None:
        named = {"DATABASE_URL": url, "JOBS_URL": url, "ALLOWED_NETWORKS": "127.0.0.0/8"}
        super().__init__(folder, named)
        self.url = url
        self.sites = sites
        self.engine = engine_from(url)
        migrate(self.engine)
        prepare_queue(url)
        self._list()

    def promise(self, kind: PassKind) -> None:
        """Queue a pass over every tool."""
        with sessions_of(self.engine)() as session:
            rows = [request_pass(session, tool, kind, utc_now()) for tool in self.tools]
            tickets = [Ticket(row.key, row.tool_id, kind) for row in rows]
        client = JobClient(self.url)
        for ticket in tickets:
            client.enqueue_pass(ticket)
        client.close()

    def count(self, state: PassState) -> int:
        with readings_of(self.engine)() as session:
            query = select(func.count()).select_from(VettingRow).where(VettingRow.state == state)
            return session.exec(query).one()

    def passes(self, kind: PassKind) -> list[int]:
        """The tools that passes of a kind were queued for, one entry for each pass."""
        with readings_of(self.engine)() as session:
            query = select(VettingRow.tool_id).where(VettingRow.kind == kind)
            return sorted(session.exec(query).all())

    def rows(self) -> dict[str, int]:
        """How many rows of evidence there are."""
        with readings_of(self.engine)() as session:
            return {
                table.__tablename__: session.exec(select(func.count()).select_from(table)).one()
                for table in (CaptureRow, SightingRow, AssessmentRow)
            }

    def judged(self) -> list[tuple[str, str]]:
        """Of each assessment after the first one: whether by the rules of that one, and why it was made."""
        with readings_of(self.engine)() as session:
            rows = session.exec(select(AssessmentRow).order_by(col(AssessmentRow.id))).all()
            was = rows[0].ruleset
            return sorted(("old" if one.ruleset == was else "new", one.cause or "") for one in rows[TOOLS:])

    def causes(self) -> list[str]:
        """Why flags were opened, one entry for each tool that has some."""
        with readings_of(self.engine)() as session:
            rows = session.exec(select(FlagRow.plan_id, FlagRow.cause).distinct()).all()
            return sorted(cause for _, cause in rows)

    def end(self) -> None:
        super().end()
        self.engine.dispose()

    def _list(self) -> None:
        plans = (PlanEntry("studio", "Studio", Audience.BUSINESS),)
        with sessions_of(self.engine)() as session:
            self.tools = []
            for number in range(TOOLS):
                site = self.sites[number % len(self.sites)]
                sources = tuple(
                    SourceEntry(
                        slug=f"terms-{page}",
                        terms_type=TermsType.TERMS_OF_SERVICE,
                        urls=(f"{site.address}/{number}/{page}",),
                        select=(),
                        remove=(),
                        plans=("studio",),
                    )
                    for page in range(PAGES)
                )
                tool = ToolEntry(f"tool-{number}", f"Tool {number}", plans, (), sources)
                vendor = VendorEntry("acme", "Acme", (tool,))
                self.tools.append(submit_tool(session, vendor, tool, "ann", utc_now()))


@pytest.fixture
def crawl(tmp_path: Path, postgres_server: Server) -> Iterator[Crawl]:
    with hosts(2) as sites:
        crawl = Crawl(tmp_path, postgres_server.database(), sites)
        yield crawl
        crawl.end()


def happened_once(crawl: Crawl) -> bool:
    """Whether every source was looked at once in effect, and every plan judged once."""
    return crawl.rows() == {"captures": TOOLS * PAGES, "sightings": TOOLS * PAGES, "assessments": TOOLS}


def test_three_workers_crawl_and_one_is_killed_in_the_middle(crawl: Crawl) -> None:
    pids = [crawl.start() for _ in range(3)]
    crawl.promise(PassKind.FIRST_LOOK)
    crawl.wait(lambda: sum(crawl.rows().values()) and crawl.count(PassState.RUNNING) >= 3)
    crawl.signal(pids[0], signal.SIGKILL)
    killed = time.monotonic()
    crawl.wait(lambda: "worker_is_dead" in crawl.log())
    missed_s = time.monotonic() - killed
    crawl.wait(lambda: crawl.count(PassState.DONE) == TOOLS)
    recovered_s = time.monotonic() - killed
    print(f"bench dead_worker_missed_s {missed_s:.1f} s")
    print(f"bench dead_worker_recovered_s {recovered_s:.1f} s ({TOOLS} tools, three workers, PostgreSQL)")
    assert recovered_s < RECOVERED_S
    assert happened_once(crawl)
    assert [site.most_at_once for site in crawl.sites] == [1, 1]


@pytest.mark.soak
def test_a_worker_that_stood_still_comes_back_and_writes_nothing_a_second_time(crawl: Crawl) -> None:
    pids = [crawl.start() for _ in range(2)]
    crawl.promise(PassKind.FIRST_LOOK)
    crawl.wait(lambda: sum(crawl.rows().values()) and crawl.count(PassState.RUNNING) >= 2)
    crawl.signal(pids[0], signal.SIGSTOP)
    crawl.wait(lambda: "worker_is_dead" in crawl.log())
    crawl.wait(lambda: crawl.count(PassState.DONE) == TOOLS)
    before = crawl.rows()
    crawl.signal(pids[0], signal.SIGCONT)
    crawl.wait(lambda: "was_taken_for_dead" in crawl.log())
    time.sleep(5)
    assert crawl.rows() == before
    assert happened_once(crawl)
    # It is of use again.
    crawl.signal(pids[1], signal.SIGKILL)
    crawl.promise(PassKind.RECRAWL)
    crawl.wait(lambda: crawl.count(PassState.DONE) == 2 * TOOLS)


@pytest.mark.soak
def test_a_crawl_goes_on_by_itself_when_the_database_was_away(crawl: Crawl, postgres_server: Server) -> None:
    for _ in range(2):
        crawl.start()
    crawl.promise(PassKind.FIRST_LOOK)
    crawl.wait(lambda: sum(crawl.rows().values()))
    postgres_server.stop()
    time.sleep(12)
    postgres_server.start()
    back = time.monotonic()
    crawl.wait(lambda: crawl.count(PassState.DONE) == TOOLS)
    print(f"bench database_back_s {time.monotonic() - back:.1f} s (away for 12 s, {TOOLS} tools)")
    assert crawl.count(PassState.FAILED) == 0
    assert happened_once(crawl)
    assert all(worker.poll() is None for worker in crawl.running.values())
    assert [site.most_at_once for site in crawl.sites] == [1, 1]


@pytest.mark.soak
def test_two_schedulers_queue_each_due_tool_once(crawl: Crawl) -> None:
    for _ in range(2):
        crawl.start(RECRAWL_CRON="* * * * * *")
    crawl.promise(PassKind.FIRST_LOOK)
    crawl.wait(lambda: crawl.count(PassState.DONE) >= TOOLS)
    with sessions_of(crawl.engine)() as session:
        session.exec(update(SourceRow).values(due_at=utc_now()))
    crawl.wait(lambda: len(crawl.passes(PassKind.RECRAWL)) >= TOOLS)
    crawl.wait(lambda: crawl.count(PassState.DONE) == 2 * TOOLS)
    time.sleep(5)
    assert crawl.passes(PassKind.RECRAWL) == sorted(tool.id for tool in crawl.tools)


@pytest.mark.soak
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_stuck_when_a_new_version_comes_while_work_is_queued_nor_on_the_way_back(
    crawl: Crawl, end: signal.Signals
) -> None:
    old = [crawl.start(OLD_WORKER) for _ in range(2)]
    crawl.promise(PassKind.FIRST_LOOK)
    crawl.wait(lambda: sum(crawl.rows().values()))
    new = crawl.start()
    for pid in old:
        crawl.signal(pid, end)
    crawl.wait(lambda: crawl.count(PassState.DONE) == TOOLS)
    assert happened_once(crawl)

    crawl.signal(new, end)
    crawl.promise(PassKind.RECRAWL)
    crawl.start(OLD_WORKER)
    crawl.wait(lambda: crawl.count(PassState.DONE) == 2 * TOOLS)
    assert crawl.count(PassState.FAILED) == 0
    assert [site.most_at_once for site in crawl.sites] == [1, 1]


@pytest.mark.soak
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_new_rules_come_while_a_recrawl_is_queued_and_what_changed_stays_the_vendors_doing(
    crawl: Crawl, tmp_path: Path, end: signal.Signals
) -> None:
    old = [crawl.start() for _ in range(2)]
    crawl.promise(PassKind.FIRST_LOOK)
    crawl.wait(lambda: crawl.count(PassState.DONE) == TOOLS)
    for site in crawl.sites:
        site.page = terms(MAY_TRAIN)
    before = crawl.rows()["sightings"]
    crawl.promise(PassKind.RECRAWL)
    crawl.wait(lambda: crawl.rows()["sightings"] > before)
    release = deployed(tmp_path / "release")
    crawl.start(release)
    for pid in old:
        crawl.signal(pid, end)
    crawl.wait(lambda: not crawl.count(PassState.QUEUED) and not crawl.count(PassState.RUNNING))
    assert crawl.count(PassState.FAILED) == 0
    assert crawl.passes(PassKind.RECRAWL) == sorted(tool.id for tool in crawl.tools)
    # The vendor's change is the vendor's for each tool, by the old rules or by the new ones, and never ours.
    assert crawl.causes() == ["terms"] * TOOLS
    assert [site.most_at_once for site in crawl.sites] == [1, 1]
    # Nothing of the old rules is left to be read anew.
    assert {one for one, cause in crawl.judged() if cause == "rules"} <= {"new"}
