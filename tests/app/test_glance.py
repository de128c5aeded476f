"""The look that finds nothing new: it writes down that it was, and costs no reading and no judging."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from app import vetting
from app.db import Sessions, engine_from, sessions_of
from app.fetch.fetcher import fetcher_from
from app.settings import Settings
from app.vetting import begin, fail, finish, look, run_pass
from app.workshop import Workshop
from extractors.clauses import ClauseReader
from extractors.ruleset import load_ruleset
from registry.glances import is_quiet, known_source
from registry.notices import NoticeKind, Opening, open_notice
from registry.policy import load_policy
from registry.submissions import PassKind, PassState
from registry.tables import AssessmentRow, CaptureRow, PlanRow, SightingRow, SourceRow, VettingRow
from tests.app.test_vetting import Clock, again, request, submit
from tests.app.vendor_site import MAY_TRAIN, VendorSite, terms, vendor_site
from tests.registries import new_registry


@pytest.fixture
def site() -> Iterator[VendorSite]:
    with vendor_site() as site:
        yield site


@pytest.fixture(scope="module")
def reader() -> ClauseReader:
    return ClauseReader(load_ruleset())


@pytest.fixture
def workshop(tmp_path: Path, reader: ClauseReader, site: VendorSite) -> Iterator[Workshop]:
    engine = engine_from(new_registry(tmp_path))
    with fetcher_from(Settings(allowed_networks=("127.0.0.0/8",))) as fetcher:
        workshop = Workshop(sessions_of(engine), fetcher, reader, load_policy("default"), Clock())
        run_pass(workshop, submit(workshop, site, "/terms"))
        later(workshop)
        yield workshop
    engine.dispose()


def later(workshop: Workshop) -> None:
    assert isinstance(workshop.now, Clock)
    workshop.now.at += timedelta(days=7)


def assessments(sessions: Sessions) -> int:
    with sessions() as session:
        return session.exec(select(func.count()).select_from(AssessmentRow)).one()


def test_an_unchanged_page_leaves_a_capture_and_a_sighting(workshop: Workshop) -> None:
    again(workshop, PassKind.RECRAWL)
    with workshop.sessions() as session:
        first, second = session.exec(select(CaptureRow).order_by(col(CaptureRow.id))).all()
        assert (second.unchanged, second.http_status, second.snapshot) == (True, 304, first.snapshot)
        assert (second.etag, second.final_url, second.at) == (first.etag, first.final_url, workshop.now())
        was, now = session.exec(select(SightingRow).order_by(col(SightingRow.id))).all()
        assert (now.document_id, now.failure, now.at) == (was.document_id, None, workshop.now())


def test_an_unchanged_page_is_neither_read_nor_judged(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("nothing has changed")

    monkeypatch.setattr(vetting, "errand_for", never)
    monkeypatch.setattr(vetting, "judge", never)
    again(workshop, PassKind.RECRAWL)


def test_a_changed_page_is_asked_for_once(workshop: Workshop, site: VendorSite) -> None:
    site.pages["/terms"], site.hits = terms(MAY_TRAIN), 0
    before = assessments(workshop.sessions)
    again(workshop, PassKind.RECRAWL)
    assert (site.hits, assessments(workshop.sessions)) == (1, before + 1)


def test_what_a_broken_pass_saw_is_judged_although_the_page_is_the_same_since(
    workshop: Workshop, site: VendorSite
) -> None:
    site.pages["/terms"] = terms(MAY_TRAIN)
    broken = request(workshop, PassKind.RECRAWL)
    for source_id in begin(workshop, broken):
        look(workshop, broken, source_id)
    fail(workshop, broken, "the database went away")
    before = assessments(workshop.sessions)
    later(workshop)
    again(workshop, PassKind.RECRAWL)
    assert assessments(workshop.sessions) == before + 1


def test_a_look_that_is_done_twice_is_written_down_once(workshop: Workshop) -> None:
    key = request(workshop, PassKind.RECRAWL)
    for source_id in (*begin(workshop, key), *begin(workshop, key)):
        look(workshop, key, source_id)
    finish(workshop, key)
    with workshop.sessions() as session:
        seen = select(func.count()).select_from(SightingRow).where(SightingRow.pass_key == key)
        assert session.exec(seen).one() == 1
        assert session.exec(select(func.count()).select_from(CaptureRow)).one() == 2


@pytest.mark.parametrize("spoilt", ["rules", "changed", "failing", "retired", "told of", "captured since"])
def test_a_source_that_is_not_plain_is_looked_at_whole(workshop: Workshop, spoilt: str) -> None:
    key = request(workshop, PassKind.RECRAWL)
    with workshop.sessions() as session:
        source = session.exec(select(SourceRow)).one()
        assert known_source(session, source.id, key, workshop.ruleset) is not None
        match spoilt:
            case "changed":
                source.changed_at = workshop.now()
            case "failing":
                source.failures = 1
            case "retired":
                source.active = False
            case "told of":
                told = Opening(NoticeKind.SWAPPED, source.tool_id, source.id, "another document")
                open_notice(session, told, workshop.now())
            case "captured since":
                shown = session.exec(select(CaptureRow)).one()
                late = shown.model_dump(exclude={"id"}) | {"at": workshop.now()}
                session.add(CaptureRow(**late))
        session.add(source)
        session.flush()
        ruleset = "others" if spoilt == "rules" else workshop.ruleset
        assert known_source(session, source.id, key, ruleset) is None


def test_a_plan_that_waits_for_its_assessment_is_judged_whatever_its_pages_show(workshop: Workshop) -> None:
    with workshop.sessions() as session:
        plan = session.exec(select(PlanRow)).one()
        plan.status = "submitted"
        session.add(plan)
    again(workshop, PassKind.RECRAWL)
    with workshop.sessions() as session:
        assert session.exec(select(PlanRow)).one().status != "submitted"


def test_another_policy_judges_what_is_unchanged(workshop: Workshop) -> None:
    before = assessments(workshop.sessions)
    again(replace(workshop, policy=load_policy("strict")), PassKind.RECRAWL)
    assert assessments(workshop.sessions) == before + 1


def other_pass(tool_id: int, state: PassState, at: datetime) -> VettingRow:
    return VettingRow(
        key="other",
        tool_id=tool_id,
        kind=PassKind.RECRAWL,
        state=state,
        step="",
        total=1,
        queued_at=at,
        finished_at=at if state is PassState.FAILED else None,
    )


@pytest.mark.parametrize("happened", ["nothing", "another pass", "notice", "broken pass", "changed source"])
def test_a_tool_that_something_has_happened_to_is_not_quiet(workshop: Workshop, happened: str) -> None:
    key = request(workshop, PassKind.RECRAWL)
    for source_id in begin(workshop, key):
        look(workshop, key, source_id)
    with workshop.sessions() as session:
        source = session.exec(select(SourceRow)).one()
        match happened:
            case "another pass":
                session.add(other_pass(source.tool_id, PassState.QUEUED, workshop.now()))
            case "notice":
                told = Opening(NoticeKind.FAILING, source.tool_id, None, "a pass broke off")
                open_notice(session, told, workshop.now())
            case "broken pass":
                session.add(other_pass(source.tool_id, PassState.FAILED, workshop.now()))
            case "changed source":
                source.changed_at = workshop.now()
                session.add(source)
        session.flush()
        quiet = is_quiet(session, source.tool_id, key, workshop.ruleset, workshop.policy.version)
        assert quiet is (happened == "nothing")
