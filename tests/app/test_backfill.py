"""A recorded past that is taken in: with its own dates, beside all that is judged now."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from app.db import Sessions, engine_from, sessions_of
from app.history.matching import UnmatchedError
from extractors.model import Audience, TermsType
from registry import tables
from registry.entries import EntryError, PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.recorded import RecordedElsewhereError
from registry.sources import put_source
from registry.store import find_tool, revision
from registry.submissions import list_catalogue
from tests.app.recorded_past import RECORDED, day, record_past, take_in
from tests.app.shop import Shop, open_shop
from tests.app.test_history import WALL, record
from tests.app.vendor_site import MAY_TRAIN, terms


@pytest.fixture
def sessions(registry_url: str) -> Iterator[Sessions]:
    engine = engine_from(registry_url)
    yield sessions_of(engine)
    engine.dispose()


@pytest.fixture
def shop(sessions: Sessions) -> Iterator[Shop]:
    with open_shop(sessions) as shop:
        shop.submit()
        yield shop


@pytest.fixture
def past(tmp_path: Path, shop: Shop) -> Path:
    return record_past(tmp_path / "past", shop)


def seen(session: Session) -> list[tables.SightingRow]:
    query = select(tables.SightingRow).where(col(tables.SightingRow.pass_key).startswith("import:"))
    return list(session.exec(query.order_by(col(tables.SightingRow.id))))


def test_versions_are_kept_with_their_own_dates_and_where_they_come_from(shop: Shop, past: Path) -> None:
    (done,) = take_in(shop, past)
    assert (done.source, done.path) == ("terms", RECORDED)
    assert (done.versions, done.added, done.unreadable) == (3, 3, 0)
    with shop.workshop.sessions() as session:
        rows = seen(session)
        assert [row.at.isoformat() for row in rows] == [day(1), day(2), day(3)]
        captures = session.exec(
            select(tables.CaptureRow).where(tables.CaptureRow.source_id == rows[0].source_id)
        ).all()
        commits = [row.pass_key.removeprefix("import:") for row in rows]
        assert [one.url for one in captures] == [f"git:past@{commit}:{RECORDED}" for commit in commits]
        (recorded,) = session.exec(select(tables.RecordedSourceRow)).all()
        assert (recorded.repository, recorded.path) == ("past", RECORDED)


def test_what_is_judged_now_stays_as_it_is(shop: Shop, past: Path) -> None:
    shop.approve()
    sources = "/v1/tools/acme/brush/sources"
    before = (shop.plan, shop.flags(), shop.looked_up(), shop.office.ask("GET", sources).json())
    with shop.workshop.sessions() as session:
        number = revision(session)
    take_in(shop, past)
    after = (shop.plan, shop.flags(), shop.looked_up(), shop.office.ask("GET", sources).json())
    assert after == before
    with shop.workshop.sessions() as session:
        assert revision(session) == number
    shop.look()
    assert shop.plan["status"] == "approved"
    assert shop.flags() == []


def test_a_change_is_still_compared_with_our_own_last_look(shop: Shop, past: Path) -> None:
    shop.approve()
    take_in(shop, past)
    shop.site.pages["/terms"] = terms(MAY_TRAIN)
    shop.look()
    assert shop.plan["status"] == "suspended"
    assert {flag["cause"] for flag in shop.flags()} == {"terms"}


def test_an_import_that_is_run_again_adds_nothing(shop: Shop, past: Path) -> None:
    take_in(shop, past)
    reads: list[int] = []
    (again,) = take_in(shop, past, advance=reads.append)
    assert again.added == 0
    assert sum(reads) == 3
    with shop.workshop.sessions() as session:
        assert len(seen(session)) == 3


def test_an_import_that_was_interrupted_goes_on(
    shop: Shop, past: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.history.backfill._AT_ONCE", 1)

    def interrupt(done: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in(shop, past, advance=interrupt)
    with shop.workshop.sessions() as session:
        assert len(seen(session)) == 1
    (rest,) = take_in(shop, past)
    assert rest.added == 2


def test_a_version_that_is_a_wall_is_kept_as_one(tmp_path: Path, shop: Shop, past: Path) -> None:
    record(past, [(RECORDED, WALL, day(4))])
    (done,) = take_in(shop, past)
    assert done.unreadable == 1
    with shop.workshop.sessions() as session:
        last = seen(session)[-1]
        assert last.document_id is None
        assert last.failure == "bot_wall"


def test_one_source_has_one_past(shop: Shop, past: Path) -> None:
    take_in(shop, past)
    with pytest.raises(RecordedElsewhereError, match="of past already"):
        take_in(shop, past, name="another")


def test_a_past_cannot_be_made_a_source_again(shop: Shop, past: Path) -> None:
    take_in(shop, past)
    entry = SourceEntry(
        "terms-recorded", TermsType.TERMS_OF_SERVICE, ("https://a.example/",), (), (), ("studio",)
    )
    with shop.workshop.sessions() as session:
        tool = find_tool(session, "acme/brush")
        assert tool is not None
        with pytest.raises(EntryError, match="holds a recorded past"):
            put_source(session, tool, entry, "ann", shop.office.at)


def test_a_tool_that_is_only_listed_gets_no_past(tmp_path: Path, shop: Shop, past: Path) -> None:
    source = SourceEntry("terms", TermsType.TERMS_OF_SERVICE, ("https://a.example/",), (), (), ("team",))
    plan = PlanEntry("team", "Team", Audience.BUSINESS)
    listed = VendorEntry("acme", "Acme", (ToolEntry("pen", "Pen", (plan,), (), (source,)),))
    with shop.workshop.sessions() as session:
        list_catalogue(session, [listed], shop.office.at)
    with pytest.raises(UnmatchedError, match="submit it first"):
        take_in(shop, past, tool="acme/pen")
    with shop.workshop.sessions() as session:
        assert session.exec(select(tables.RecordedSourceRow)).all() == []
