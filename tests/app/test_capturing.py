"""A page that a site shows to people alone: saved by one of them, brought, read, and marked as theirs."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from app.db import Sessions, engine_from, sessions_of
from app.fetch.fetcher import fetcher_from
from app.settings import Settings
from app.vetting import run_pass
from app.workshop import Workshop
from extractors.clauses import ClauseReader
from extractors.model import Answer, Audience, Failure, Family, Snapshot, TermsType
from extractors.ruleset import load_ruleset
from registry.capturing import CaptureRefusedError, brought_pages, keep_capture, needs_capture
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.evidence import last_sighting
from registry.judgements import facts_of, last_assessment
from registry.policy import load_policy
from registry.standings import load_standings
from registry.store import find_tool, plans_of, sources_of
from registry.submissions import PassKind, request_pass, submit_tool
from registry.tables import AuditRow, CaptureRow, SourceRow, ToolRow
from tests.app.vendor_site import MAY_TRAIN, VendorSite, terms, vendor_site

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SAVED = START + timedelta(hours=1)
BROUGHT = START + timedelta(days=1)
SHELL = "<!doctype html><html><body><div id=root></div><script src=/app.js></script></body></html>"


@dataclass
class Scene:
    """A tool whose terms only a browser shows, and the time of day."""

    workshop: Workshop
    site: VendorSite
    at: datetime = START

    @property
    def url(self) -> str:
        return self.site.url("/terms")

    def walk(self, kind: PassKind = PassKind.RECRAWL) -> None:
        """Walk a pass over the tool, a minute later."""
        self.at += timedelta(minutes=1)
        with self.workshop.sessions() as session:
            key = request_pass(session, self.tool(session), kind, self.at).key
        run_pass(self.workshop, key)

    def bring(self, page: str = "", saved: datetime = SAVED, url: str = "") -> None:
        """Bring the page as a person saved it, at the time that it is."""
        body = (page or terms()).encode()
        snapshot = Snapshot(body, hashlib.sha256(body).hexdigest(), "text/html", None, url or self.url, saved)
        with self.workshop.sessions() as session:
            keep_capture(session, self.source(session), snapshot, "terms.html", "rita", self.at)

    def tool(self, session: Session) -> ToolRow:
        tool = find_tool(session, "acme/brush")
        assert tool is not None
        return tool

    def source(self, session: Session) -> SourceRow:
        return sources_of(session, self.tool(session).id)[0]

    def training(self) -> Answer:
        with self.workshop.sessions() as session:
            (plan,) = plans_of(session, self.tool(session).id)
            assessment = last_assessment(session, plan.id)
            assert assessment is not None
            return next(f.answer for f in facts_of(session, assessment.id) if f.family is Family.TRAINING)

    def failure(self) -> str | None:
        with self.workshop.sessions() as session:
            seen = last_sighting(session, self.source(session).id)
            assert seen is not None
            return seen.failure


@pytest.fixture(scope="module")
def reader() -> ClauseReader:
    return ClauseReader(load_ruleset())


@pytest.fixture
def sessions(registry_url: str) -> Iterator[Sessions]:
    engine = engine_from(registry_url)
    yield sessions_of(engine)
    engine.dispose()


@pytest.fixture
def scene(sessions: Sessions, reader: ClauseReader) -> Iterator[Scene]:
    settings = Settings(allowed_networks=("127.0.0.0/8",))
    with vendor_site() as site, fetcher_from(settings) as fetcher:
        site.pages["/terms"] = SHELL
        made: list[Scene] = []
        workshop = Workshop(sessions, fetcher, reader, load_policy("default"), lambda: made[0].at)
        made.append(scene := Scene(workshop, site))
        source = SourceEntry("terms", TermsType.TERMS_OF_SERVICE, (scene.url,), (), (), ("studio",))
        plan = PlanEntry("studio", "Studio", Audience.BUSINESS)
        brush = ToolEntry("brush", "Brush", (plan,), (), (source,))
        with sessions() as session:
            submit_tool(session, VendorEntry("acme", "Acme", (brush,)), brush, "ann", START)
        scene.walk(PassKind.FIRST_LOOK)
        scene.at = BROUGHT
        yield scene


def test_a_page_that_a_script_would_show_waits_for_a_person(scene: Scene) -> None:
    assert scene.failure() == Failure.SCRIPT_SHELL
    assert needs_capture(Failure.SCRIPT_SHELL)
    assert not needs_capture(Failure.NOT_FOUND)
    assert not needs_capture(None)
    assert scene.training() is Answer.UNREAD


def test_what_a_person_brings_is_read_in_place_of_the_sites_answer(scene: Scene) -> None:
    hits = scene.site.hits
    scene.bring()
    scene.walk()
    assert scene.failure() is None
    assert scene.training() is Answer.PROHIBITED
    assert scene.site.hits == hits


def test_it_stands_on_record_with_its_person_its_address_and_its_times(scene: Scene) -> None:
    scene.bring()
    with scene.workshop.sessions() as session:
        query = select(CaptureRow).order_by(col(CaptureRow.id).desc())
        capture = session.exec(query).first()
        assert capture is not None
        assert (capture.captured_by, capture.url, capture.at, capture.brought_at) == (
            "rita",
            scene.url,
            SAVED,
            BROUGHT,
        )
        assert capture.snapshot == hashlib.sha256(terms().encode()).hexdigest()
        event = session.exec(select(AuditRow).where(AuditRow.action == "capture")).one()
        assert (event.actor, event.detail["url"], event.detail["name"]) == ("rita", scene.url, "terms.html")


def test_evidence_is_as_old_as_the_page_was_saved(scene: Scene) -> None:
    scene.bring()
    scene.walk()
    with scene.workshop.sessions() as session:
        (standing,) = load_standings(session)
        assert standing.evidence_at == SAVED


def test_a_brought_page_is_taken_in_once_and_then_the_site_is_asked_again(scene: Scene) -> None:
    scene.bring()
    scene.walk()
    scene.at += timedelta(days=7)
    scene.walk()
    assert scene.failure() == Failure.SCRIPT_SHELL, "the site was asked"
    assert scene.training() is Answer.PROHIBITED, "what was read stays read"
    with scene.workshop.sessions() as session:
        assert brought_pages(session, scene.source(session)) == {}


def test_reading_it_does_not_count_as_another_look_at_the_site(scene: Scene) -> None:
    scene.bring()
    scene.walk()
    with scene.workshop.sessions() as session:
        captures = session.exec(select(CaptureRow).order_by(col(CaptureRow.id))).all()
        assert [capture.captured_by for capture in captures] == [None, "rita"]


def test_a_look_between_saving_and_bringing_does_not_use_it_up(scene: Scene) -> None:
    scene.at = SAVED + timedelta(hours=1)
    scene.walk()
    scene.at = BROUGHT
    scene.bring()
    scene.walk()
    assert scene.failure() is None


def test_a_re_read_in_between_does_not_use_it_up(scene: Scene) -> None:
    scene.bring()
    scene.walk(PassKind.REREAD)
    scene.walk()
    assert scene.failure() is None


def test_worse_terms_that_a_person_brings_are_news_of_the_vendor(scene: Scene) -> None:
    scene.bring()
    scene.walk()
    scene.at += timedelta(days=7)
    scene.bring(terms(MAY_TRAIN), saved=scene.at)
    scene.walk()
    assert scene.training() is Answer.PERMITTED


def test_a_page_of_another_address_is_refused(scene: Scene) -> None:
    with pytest.raises(CaptureRefusedError, match="no page of terms"):
        scene.bring(url=scene.site.url("/other"))


def test_a_page_saved_in_time_to_come_is_refused(scene: Scene) -> None:
    with pytest.raises(CaptureRefusedError, match="yet to come"):
        scene.bring(saved=BROUGHT + timedelta(hours=1))


def test_a_page_older_than_what_was_seen_is_refused(scene: Scene) -> None:
    scene.bring()
    scene.walk()
    with pytest.raises(CaptureRefusedError, match="save it again"):
        scene.bring(terms(MAY_TRAIN), saved=SAVED - timedelta(minutes=1))
