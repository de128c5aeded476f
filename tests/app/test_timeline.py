"""A plan's facts over time: from what was recorded, and on through our own looks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select
from typer.testing import CliRunner, Result

from app.cli import application
from app.cli.telling import moment_of
from app.db import engine_from, sessions_of
from app.history.rereading import read_past, unread_past
from registry.model import Role
from registry.submissions import PassKind
from registry.tables import ReadingRow, ToolRow
from tests.app.recorded_past import RECORDED, as_markdown, day, record_past, take_in
from tests.app.shop import PLAN, Shop, open_shop
from tests.app.test_history import record
from tests.app.vendor_site import MAY_TRAIN, NO_TRAINING, terms
from tests.registries import new_registry


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("TERMGATE_DATA_DIR", str(tmp_path))
    engine = engine_from(new_registry(tmp_path))
    with open_shop(sessions_of(engine)) as shop:
        shop.submit()
        take_in(shop, record_past(tmp_path / "past", shop))
        yield shop
    engine.dispose()


def timeline(shop: Shop, **asked: Any) -> Any:
    shop.office.at += timedelta(minutes=1)
    answer = shop.office.ask("GET", f"{PLAN}/timeline", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def training(standing: Any) -> str:
    return str(next(fact["answer"] for fact in standing["facts"] if fact["family"] == "training"))


def at(standing: Any) -> datetime:
    return datetime.fromisoformat(standing["at"])


def test_facts_begin_where_the_recorded_past_begins(shop: Shop) -> None:
    shown = timeline(shop)
    assert [(at(one), training(one)) for one in shown["standings"]] == [
        (datetime.fromisoformat(day(1)), "prohibited"),
        (datetime.fromisoformat(day(2)), "permitted"),
        (datetime.fromisoformat(day(3)), "prohibited"),
    ]
    first, second, _ = shown["standings"]
    assert first["cause"] is None
    assert first["changes"] == []
    assert second["cause"] == "terms"
    change = next(one for one in second["changes"] if one["family"] == "training")
    assert (change["before"], change["after"], change["direction"]) == ("prohibited", "permitted", "worse")
    assert change["before_quotes"] == [NO_TRAINING]
    assert change["after_quotes"] == [MAY_TRAIN]


def test_every_fact_shows_a_sentence_that_stands_in_its_document(shop: Shop) -> None:
    for standing in timeline(shop)["standings"]:
        (document,) = standing["documents"]
        assert document["origin"] == "recorded"
        assert document["stored_as"] == "terms-recorded"
        text = shop.office.ask(
            "GET", f"/v1/tools/acme/brush/sources/terms-recorded/documents/{document['digest']}"
        ).json()["text"]
        for fact in standing["facts"]:
            for passage in fact["passages"]:
                assert passage["source"] == "terms"
                assert text[passage["start"] : passage["end"]] == passage["quote"]


def test_the_last_standing_is_what_the_plan_is_judged_by(shop: Shop) -> None:
    shop.office.at += timedelta(days=7)
    shop.site.pages["/terms"] = terms(MAY_TRAIN)
    shop.look()
    last = timeline(shop)["standings"][-1]
    assert {fact["family"]: fact["answer"] for fact in last["facts"]} == shop.answers
    assert last["cause"] == "terms"
    assert last["documents"][0]["origin"] == "seen"


def test_where_our_own_looks_begin_the_vendor_has_changed_nothing(tmp_path: Path, shop: Shop) -> None:
    past = tmp_path / "past"
    take_in(shop, record(past, [(RECORDED, as_markdown(shop, MAY_TRAIN), day(4))]))
    *_, archived, seen = timeline(shop)["standings"]
    assert (training(archived), archived["cause"]) == ("permitted", "terms")
    assert (training(seen), seen["cause"]) == ("prohibited", "rules")


def test_from_our_own_first_look_on_the_archive_counts_no_more(tmp_path: Path, shop: Shop) -> None:
    before = timeline(shop)["standings"]
    past = tmp_path / "past"
    later = (shop.office.at + timedelta(days=1)).isoformat()
    take_in(shop, record(past, [(RECORDED, as_markdown(shop, MAY_TRAIN), later)]))
    shop.office.at += timedelta(days=2)
    assert timeline(shop)["standings"] == before


def test_a_reread_changes_no_time(shop: Shop) -> None:
    before = timeline(shop)["standings"]
    shop.office.at += timedelta(days=1)
    shop.look(PassKind.REREAD)
    assert timeline(shop)["standings"] == before


def test_a_correction_holds_for_the_past_too(shop: Shop) -> None:
    shop.reject(NO_TRAINING)
    answers = [training(one) for one in timeline(shop)["standings"]]
    assert answers[0] == shop.answers["training"] != "prohibited"


def test_pages_come_one_after_the_other_and_lose_nothing(shop: Shop) -> None:
    shop.approve()
    shop.office.at += timedelta(days=7)
    shop.site.pages["/terms"] = terms(MAY_TRAIN)
    shop.look()
    whole = timeline(shop)
    assert whole["next"] is None
    found: dict[str, list[Any]] = {"standings": [], "happenings": []}
    asked: dict[str, Any] = {"limit": 1}
    for _ in range(30):
        page = timeline(shop, **asked)
        found["standings"] += page["standings"]
        found["happenings"] += page["happenings"]
        if page["next"] is None:
            break
        asked["since"] = page["next"]
    assert found["standings"] == whole["standings"]
    assert found["happenings"] == whole["happenings"]


def test_a_span_begins_with_how_the_plan_stood(shop: Shop) -> None:
    since = (datetime.fromisoformat(day(2)) + timedelta(hours=1)).isoformat()
    shown = timeline(shop, since=since, until="2024-12-31T00:00:00Z")
    assert training(shown["before"]) == "permitted"
    assert [training(one) for one in shown["standings"]] == ["prohibited"]


def test_decisions_suspensions_looks_and_flags_stand_beside_the_facts(shop: Shop) -> None:
    shop.approve()
    shop.office.at += timedelta(days=7)
    shop.site.pages["/terms"] = terms(MAY_TRAIN)
    shop.look()
    happened = [(one["kind"], one["what"]) for one in timeline(shop)["happenings"]]
    assert ("submitted", "submit") in happened
    assert ("past_taken_in", "import_versions") in happened
    assert ("decided", "approve") in happened
    assert ("suspended", "suspend") in happened
    assert ("looked_at", "recrawl") in happened
    assert ("flagged", "training") in happened
    decided = next(one for one in timeline(shop)["happenings"] if one["kind"] == "decided")
    assert decided["reference"].startswith("dec_")


def test_a_source_that_was_not_yet_read_by_these_rules_is_no_change_of_terms(shop: Shop) -> None:
    with shop.workshop.sessions() as session:
        rows = session.exec(select(ReadingRow).order_by(col(ReadingRow.id))).all()
        rows[-2].ruleset = "another"
        session.add(rows[-2])
    shown = timeline(shop)["standings"]
    assert [one["cause"] for one in shown[1:]] == ["rules", "rules"]


def test_former_documents_that_are_read_anew_are_told_by_the_same_rules(shop: Shop) -> None:
    reader, sessions = shop.workshop.reader, shop.workshop.sessions
    with sessions() as session:
        tool_id = session.exec(select(ToolRow.id)).one()
        for row in session.exec(select(ReadingRow)).all():
            row.ruleset = "another"
            session.add(row)
    assert {one["cause"] for one in timeline(shop)["standings"][1:]} == {"rules"}
    waiting = unread_past(sessions, tool_id, reader.ruleset.version)
    assert len(waiting) == 3
    before = (shop.plan, shop.flags())
    read_past(sessions, reader.read, waiting, shop.office.at, lambda: None)
    assert unread_past(sessions, tool_id, reader.ruleset.version) == ()
    assert [one["cause"] for one in timeline(shop)["standings"][1:]] == ["terms", "terms"]
    assert (shop.plan, shop.flags()) == before


def test_the_timeline_is_for_managers(shop: Shop) -> None:
    assert shop.office.ask("GET", f"{PLAN}/timeline", Role.LOOKUP).status_code == 403
    assert shop.office.ask("GET", f"{PLAN}x/timeline").status_code == 404


def ask(*words: str) -> Result:
    return CliRunner().invoke(application(["timeline"]), ["timeline", *words])


def test_the_command_line_tells_it_day_by_day(shop: Shop) -> None:
    done = ask("acme/brush@studio", "--until", shop.office.at.isoformat())
    assert done.exit_code == 0, done.output + repr(done.exception)
    lines = done.stdout.splitlines()
    assert lines[1].startswith("2024-03-01 06:30  training prohibited · retention bounded (30 days)")
    assert "    training: prohibited → permitted (worse; terms)" in lines
    assert f"      - {NO_TRAINING}" in lines


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["acme/brush"], "no tool ''"),
        (["acme/brush@team"], "it has: studio"),
        (["acme/brush@studio", "--since", "May"], "'May' is no day"),
    ],
)
def test_what_is_not_there_is_refused_in_a_line(shop: Shop, words: list[str], said: str) -> None:
    done = ask(*words)
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_day_without_a_zone_is_one_in_utc() -> None:
    assert moment_of("2024-03-01") == datetime(2024, 3, 1, tzinfo=UTC)
