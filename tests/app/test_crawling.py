"""Passes of the schedule: only what is due is looked at, later again, and less often where it fails."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from app.db import Sessions, engine_from, readings_of, sessions_of
from app.fetch.fetcher import fetcher_from
from app.fetch.turns import Refusal
from app.recrawl import Doors, due_recrawls
from app.settings import Settings
from app.vetting import begin, fail, run_pass
from app.workshop import Workshop
from extractors.clauses import ClauseReader
from extractors.model import Failure
from extractors.ruleset import load_ruleset
from registry.cadence import next_slot
from registry.policy import load_policy
from registry.tables import SightingRow, SourceRow
from tests.app.test_vetting import Clock, submit
from tests.app.vendor_site import VendorSite, terms, vendor_site

WEEK = timedelta(days=7)


@pytest.fixture
def site() -> Iterator[VendorSite]:
    with vendor_site() as site:
        site.pages["/privacy"] = terms()
        yield site


@pytest.fixture
def doors(registry_url: str) -> Iterator[Doors]:
    engine = engine_from(registry_url)
    yield Doors(sessions_of(engine), readings_of(engine))
    engine.dispose()


@pytest.fixture(scope="module")
def reader() -> ClauseReader:
    return ClauseReader(load_ruleset())


@pytest.fixture
def workshop(doors: Doors, reader: ClauseReader, site: VendorSite) -> Iterator[Workshop]:
    with fetcher_from(Settings(allowed_networks=("127.0.0.0/8",))) as fetcher:
        workshop = Workshop(doors.sessions, fetcher, reader, load_policy("default"), Clock())
        run_pass(workshop, submit(workshop, site, "/terms", "/privacy"))
        yield workshop


def source(doors: Doors, slug: str) -> SourceRow:
    with doors.readings() as session:
        return session.exec(select(SourceRow).where(SourceRow.slug == slug)).one()


def looks(doors: Doors, slug: str) -> int:
    with doors.readings() as session:
        rows = select(SightingRow).join(SourceRow).where(SourceRow.slug == slug)
        return len(session.exec(rows).all())


def set_due(sessions: Sessions, slug: str, clock: Clock) -> None:
    with sessions() as session:
        row = session.exec(select(SourceRow).where(SourceRow.slug == slug)).one()
        row.due_at = clock()
        session.add(row)


def clock_of(workshop: Workshop) -> Clock:
    assert isinstance(workshop.now, Clock)
    return workshop.now


def round_of(workshop: Workshop, doors: Doors) -> tuple[str, ...]:
    """Walk what is due now."""
    keys = due_recrawls(doors, workshop.now())
    for key in keys:
        run_pass(workshop, key)
    return keys


def test_a_tool_is_looked_at_once_a_week_all_its_sources_together(workshop: Workshop, doors: Doors) -> None:
    for _ in range(3 * 7 * 4):  # every six hours, for three weeks
        clock_of(workshop).at += timedelta(hours=6)
        round_of(workshop, doors)
    assert (looks(doors, "terms"), looks(doors, "privacy")) == (1 + 3, 1 + 3)


def test_a_pass_of_the_schedule_leaves_alone_what_is_not_due(workshop: Workshop, doors: Doors) -> None:
    set_due(doors.sessions, "terms", clock_of(workshop))
    assert len(round_of(workshop, doors)) == 1
    assert (looks(doors, "terms"), looks(doors, "privacy")) == (2, 1)


def test_a_site_that_is_down_is_tried_again_soon_and_one_that_says_no_is_not(
    workshop: Workshop, doors: Doors, site: VendorSite
) -> None:
    del site.pages["/terms"]
    set_due(doors.sessions, "terms", clock_of(workshop))
    round_of(workshop, doors)
    row = source(doors, "terms")
    assert (row.failures, row.due_at) == (1, next_slot("acme/brush", 7, workshop.now()))
    gone = replace(workshop, fetcher=fetcher_from(Settings()))  # may not reach the loopback interface
    set_due(doors.sessions, "privacy", clock_of(workshop))
    round_of(gone, doors)
    assert source(doors, "privacy").failures == 1


def test_a_busy_host_puts_a_look_off_and_is_no_failure(
    workshop: Workshop, doors: Doors, reader: ClauseReader
) -> None:
    until = clock_of(workshop).at + timedelta(days=40 * 365)

    class Closed:
        def take(self, _host: str, /) -> Refusal | None:
            return Refusal(until, taken=False)

        def leave(self, _host: str, _not_before: object, /) -> None:
            pass

    set_due(doors.sessions, "terms", clock_of(workshop))
    with fetcher_from(Settings(allowed_networks=("127.0.0.0/8",)), Closed()) as fetcher:
        round_of(replace(workshop, fetcher=fetcher), doors)
    row = source(doors, "terms")
    assert (row.failures, row.due_at, looks(doors, "terms")) == (0, until, 1)


def test_a_source_that_recovers_keeps_its_time(workshop: Workshop, doors: Doors, site: VendorSite) -> None:
    page = site.pages.pop("/terms")
    for _ in range(3):
        set_due(doors.sessions, "terms", clock_of(workshop))
        round_of(workshop, doors)
    assert source(doors, "terms").failures == 3
    site.pages["/terms"] = page
    set_due(doors.sessions, "terms", clock_of(workshop))
    round_of(workshop, doors)
    row = source(doors, "terms")
    assert (row.failures, row.failing_since) == (0, None)
    assert row.due_at == next_slot("acme/brush", 7, workshop.now())


def test_a_failing_source_keeps_its_last_good_document(
    workshop: Workshop, doors: Doors, site: VendorSite
) -> None:
    del site.pages["/terms"]
    set_due(doors.sessions, "terms", clock_of(workshop))
    (key,) = round_of(workshop, doors)
    with doors.readings() as session:
        rows = session.exec(select(SightingRow).where(SightingRow.pass_key == key)).all()
        assert [row.failure for row in rows] == [Failure.NOT_FOUND]


def test_a_pass_that_comes_to_no_end_is_not_promised_again_at_once(workshop: Workshop, doors: Doors) -> None:
    set_due(doors.sessions, "terms", clock_of(workshop))
    (key,) = due_recrawls(doors, workshop.now())
    begin(workshop, key)
    fail(workshop, key, "the reader fell over")
    assert due_recrawls(doors, workshop.now()) == ()
    clock_of(workshop).at += timedelta(hours=6)
    assert len(due_recrawls(doors, workshop.now())) == 1
