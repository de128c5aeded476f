"""The corridor over a page that only a browser shows, from the settings to what is on record."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from app.db import Sessions, engine_from, sessions_of
from app.settings import Settings
from app.vetting import run_pass
from app.workshop import workshop_from
from extractors.model import Audience, Failure, TermsType
from registry.capturing import needs_capture
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.submissions import PassKind, request_pass, submit_tool
from registry.tables import CaptureRow, ClauseRow, SightingRow
from tests.app.rendering.script_site import ScriptSite, script_site
from tests.app.vendor_site import NO_TRAINING
from tests.registries import new_registry

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.slow
browses = pytest.mark.usefixtures("browser_here")


@pytest.fixture
def site() -> Iterator[ScriptSite]:
    with script_site() as site:
        yield site


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    engine = engine_from(new_registry(tmp_path))
    yield sessions_of(engine)
    engine.dispose()


def walk(sessions: Sessions, site: ScriptSite, *, render: bool) -> tuple[CaptureRow, SightingRow, list[str]]:
    """A first look under these settings: what was captured, what it came to, and the clauses read."""
    source = SourceEntry("terms", TermsType.TERMS_OF_SERVICE, (site.url(),), (), (), ("team",))
    brush = ToolEntry("brush", "Brush", (PlanEntry("team", "Team", Audience.BUSINESS),), (), (source,))
    with sessions() as session:
        tool = submit_tool(session, VendorEntry("acme", "Acme", (brush,)), brush, "ann", NOW)
        key = request_pass(session, tool, PassKind.FIRST_LOOK, NOW).key
    settings = Settings(allowed_networks=("127.0.0.0/8",), render=render)
    with workshop_from(settings, sessions) as workshop:
        run_pass(workshop, key)
    with sessions() as session:
        capture, seen = session.exec(select(CaptureRow)).one(), session.exec(select(SightingRow)).one()
        return capture, seen, [clause.quote for clause in session.exec(select(ClauseRow))]


@browses
def test_what_the_browser_shows_is_read_and_marked_as_rendered(sessions: Sessions, site: ScriptSite) -> None:
    capture, seen, quotes = walk(sessions, site, render=True)
    assert seen.failure is None
    assert (capture.rendered, capture.etag) == (True, None)
    assert NO_TRAINING in quotes


def test_without_the_setting_the_page_waits_for_a_person(sessions: Sessions, site: ScriptSite) -> None:
    capture, seen, quotes = walk(sessions, site, render=False)
    assert seen.failure == Failure.SCRIPT_SHELL
    assert needs_capture(Failure(seen.failure))
    assert (capture.rendered, quotes) == (False, [])


@browses
def test_what_the_site_refuses_to_the_browser_waits_for_a_person(
    sessions: Sessions, site: ScriptSite
) -> None:
    site.once["/terms"] = site.pages["/terms"]
    site.pages["/terms"] = (403, {}, "<title>Attention Required! | Cloudflare</title>")
    capture, seen, _ = walk(sessions, site, render=True)
    assert seen.failure == capture.failure == Failure.BOT_WALL
    assert needs_capture(Failure(seen.failure))
