"""The registry's page: what is found, in which order, and what can be taken along."""

import csv
import io
import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from registry.judgements import last_assessment
from registry.model import Role
from registry.store import find_plan
from registry.tables import FlagRow
from tests.app.api.office import NARRATOR, PAINTER, Office, the_tool
from tests.app.ui.counting import counted_queries
from tests.app.ui.desk import Desk


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """Two tools with three plans: one vetted and approved, one vetted, one that waits for its uploads."""
    desk.office.submit()
    desk.office.submit(NARRATOR)
    desk.office.vet()
    desk.office.approved()
    desk.sign_in()
    return desk


def plans(text: str) -> list[str]:
    """The plans that a page lists, in its order."""
    return re.findall(r'<th scope="row"><a[^>]*>([^<]+)</a>', text)


def test_one_step_leaves_out_what_nobody_has_submitted(shop: Desk) -> None:
    assert 'href="/tools?search=acme&amp;submitted=yes">Submitted tools only' in shop.read(
        "/tools?search=acme"
    )
    assert 'href="/tools?search=acme">Listed tools too' in shop.read("/tools?search=acme&submitted=yes")


def a_flag(plan_id: int, assessment_id: int, at: datetime) -> FlagRow:
    return FlagRow(
        plan_id=plan_id,
        family="training",
        direction="worse",
        cause="terms",
        before_answer="prohibited",
        after_answer="permitted",
        before_assessment_id=assessment_id,
        after_assessment_id=assessment_id,
        opened_at=at,
    )


def more(office: Office, count: int) -> None:
    for number in range(count):
        office.submit({**PAINTER, "slug": f"painter-{number:02}", "aliases": {}})


def test_all_plans_are_listed_by_tool_with_where_they_stand_in_words(shop: Desk) -> None:
    text = shop.read("/tools")
    assert plans(text) == ["acme/narrator@enterprise", "acme/painter@free", "acme/painter@team"]
    assert "does not train on it" in text
    assert "not read yet" in text
    assert "3 plans" in text


@pytest.mark.parametrize("search", ["PAINTER", "painter.acme.example", "acme painter", "er/p"])
def test_a_search_finds_tools_by_slug_name_and_alias_whatever_the_case(shop: Desk, search: str) -> None:
    found = plans(shop.read(f"/tools?search={search}"))
    assert found == ([] if search == "er/p" else ["acme/painter@free", "acme/painter@team"])


def test_what_is_looked_for_is_meant_letter_for_letter(shop: Desk) -> None:
    assert plans(shop.read("/tools?search=%25")) == []
    assert plans(shop.read("/tools?search=pa_nter")) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=approved", ["acme/painter@team"]),
        ("training=prohibited", ["acme/painter@free", "acme/painter@team"]),
        ("training=unread", ["acme/narrator@enterprise"]),
        ("training=prohibited&status=in_review", ["acme/painter@free"]),
        ("vendor=ACM&status=submitted", ["acme/narrator@enterprise"]),
        ("vendor=other", []),
        ("ends=quarter", ["acme/painter@team"]),
        ("ends=month", []),
        ("ends=ended", []),
        ("flagged=yes", []),
        ("status=&training=&vendor=+&search=", None),
    ],
)
def test_filters_narrow_the_list_and_empty_ones_do_not(
    shop: Desk, query: str, found: list[str] | None
) -> None:
    everything = plans(shop.read("/tools"))
    assert plans(shop.read(f"/tools?{query}")) == (everything if found is None else found)


def test_an_approval_that_has_ended_is_found_as_such(shop: Desk) -> None:
    shop.office.at += timedelta(days=91)
    shop.sign_in()
    assert plans(shop.read("/tools?ends=ended")) == ["acme/painter@team"]


def test_a_change_that_waits_is_told_and_can_be_filtered_for(shop: Desk) -> None:
    with shop.office.sessions() as session:
        plan = find_plan(session, the_tool(session).id, "team")
        assert plan is not None
        newest = last_assessment(session, plan.id)
        assert newest is not None
        session.add(a_flag(plan.id, newest.id, shop.office.at))
    text = shop.read("/tools?flagged=yes")
    assert plans(text) == ["acme/painter@team"]
    assert "1 open" in text


@pytest.mark.parametrize("order", ["tool", "status", "facts", "expiry"])
@pytest.mark.parametrize("way", ["", "&descending=yes"])
def test_pages_follow_each_other_without_a_gap_or_a_double_in_every_order(
    shop: Desk, monkeypatch: pytest.MonkeyPatch, order: str, way: str
) -> None:
    more(shop.office, 2)
    monkeypatch.setattr("registry.wanted.Part.__init__.__defaults__", ("", "", 2))
    at, seen = f"/tools?order={order}{way}", []
    while at:
        text = shop.read(at)
        seen += plans(text)
        following = re.search(r'href="([^"]+)" rel="next"', text)
        at = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 7
    if order == "tool":
        tools = [one.partition("@")[0] for one in seen]
        assert tools == sorted(tools, reverse=bool(way))
    if order == "expiry":
        assert seen[0] == "acme/painter@team"


@pytest.mark.parametrize("order", ["tool", "status", "facts", "expiry"])
@pytest.mark.parametrize("way", ["", "&descending=yes"])
def test_going_back_shows_the_same_pages_and_tells_where_one_is(
    shop: Desk, monkeypatch: pytest.MonkeyPatch, order: str, way: str
) -> None:
    more(shop.office, 2)
    monkeypatch.setattr("registry.wanted.Part.__init__.__defaults__", ("", "", 3))
    ways = {"next": f"/tools?order={order}{way}&search=painter"}
    seen = []
    while "next" in ways:
        text = shop.read(ways["next"])
        seen.append(plans(text))
        ways = neighbours(text)
    assert "4–6 of 6 plans" in text
    assert plans(shop.read(ways["prev"])) == seen[-2]
    assert "1–3 of 6 plans" in shop.read(ways["prev"])
    assert "prev" not in neighbours(shop.read(ways["prev"]))


def neighbours(text: str) -> dict[str, str]:
    """The addresses of the pages before and after."""
    found = re.findall(r'href="([^"]+)" rel="(prev|next)"', text)
    return {name: address.replace("&amp;", "&") for address, name in found}


def test_a_place_that_is_none_is_told_and_not_guessed(shop: Desk) -> None:
    assert "begin at its start" in shop.read("/tools?after=nowhere", 422)
    assert "begin at its start" in shop.read("/tools?order=expiry&after=x~y~1", 422)
    assert "begin at its start" in shop.read("/tools?before=nowhere", 422)


def test_a_value_that_no_field_offers_is_refused(shop: Desk) -> None:
    assert "status" in shop.read("/tools?status=fine", 422)


def test_the_files_hold_what_the_filters_show_in_the_same_order(shop: Desk) -> None:
    answer = shop.ask("GET", "/tools.csv?search=painter&order=status")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="tools.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["plan"] for row in rows] == plans(shop.read("/tools?search=painter&order=status"))
    assert rows[-1]["training"] == "prohibited"
    told: list[dict[str, Any]] = json.loads(shop.read("/tools.json?search=painter&order=status"))
    assert [one["plan"] for one in told] == [row["plan"] for row in rows]
    assert json.loads(shop.read("/tools.json?search=nothing")) == []


def test_no_cell_of_the_table_is_taken_for_a_formula(desk: Desk) -> None:
    desk.office.submit({**PAINTER, "name": '=HYPERLINK("https://evil.example")'})
    desk.sign_in()
    (first, *_) = csv.DictReader(io.StringIO(desk.read("/tools.csv")))
    assert first["tool_name"] == '\'=HYPERLINK("https://evil.example")'


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_no_spelling_of_a_formula_is_taken_for_one(desk: Desk, begins: str) -> None:
    desk.office.submit({**PAINTER, "name": f" {begins}1+1"})
    desk.sign_in()
    (first, *_) = csv.DictReader(io.StringIO(desk.read("/tools.csv")))
    assert first["tool_name"] == f"' {begins}1+1"


def test_the_script_gets_the_list_alone_and_a_reload_the_whole_page(shop: Desk) -> None:
    part = shop.ask("GET", "/tools?search=team", headers={"hx-request": "true", "hx-request-type": "partial"})
    assert part.text.lstrip().startswith('<div id="found">')
    assert "<h1>Registry</h1>" in shop.read("/tools")


def test_a_name_is_shown_as_text_whatever_it_holds(desk: Desk) -> None:
    desk.office.submit({**PAINTER, "name": "<script>alert(1)</script>"})
    desk.sign_in()
    assert "<script>alert" not in desk.read("/tools")


def test_the_page_costs_the_same_few_queries_whatever_the_size(shop: Desk) -> None:
    with counted_queries() as few:
        shop.read("/tools")
    more(shop.office, 20)
    with counted_queries() as many:
        shop.read("/tools")
    assert len(few) == len(many) <= 8


def test_who_only_looks_tools_up_does_not_see_the_registry(desk: Desk) -> None:
    desk.sign_in("gateway", Role.LOOKUP)
    for path in ("/tools", "/tools.csv", "/tools.json"):
        assert "needs manager" in desk.read(path, 403)


def test_an_empty_registry_says_how_to_begin(desk: Desk) -> None:
    desk.sign_in()
    assert "Submit a tool" in desk.read("/tools")
