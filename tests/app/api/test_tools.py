"""Submitting, finding and showing tools."""

import copy
import json
from collections.abc import Mapping
from typing import Any

import pytest

from app.api.submission import ListedTool, NewTool, entry_of
from app.fetch import target
from app.jobs import Ticket
from registry import names
from registry.model import Role
from registry.store import find_tool, find_vetting, list_tools
from registry.submissions import PassKind, add_tool
from tests.app.api.office import NARRATOR, PAINTER, START, Office


def painter(**other: Any) -> dict[str, Any]:
    return {**copy.deepcopy(dict(PAINTER)), **other}


def listed(office: Office) -> None:
    vendor = entry_of(NewTool.model_validate(PAINTER), any_port=False)
    with office.sessions() as session:
        add_tool(session, vendor, vendor.tools[0], "termgate", START)


def tools_in(office: Office) -> list[str]:
    with office.sessions() as session:
        return [tool.slug for tool in list_tools(session)]


def test_a_submitted_tool_is_created_and_its_vetting_handed_over(office: Office) -> None:
    answer = office.ask("POST", "/v1/tools", json=PAINTER)
    assert answer.status_code == 201
    assert answer.headers["location"] == "/v1/tools/acme/painter"
    shown = answer.json()
    assert [plan["status"] for plan in shown["tool"]["plans"]] == ["submitted", "submitted"]
    assert shown["vetting"]["kind"] == "first_look"
    assert [ticket.key for ticket in office.tickets] == [shown["vetting"]["key"]]


def test_a_vetting_is_committed_before_it_is_handed_over(office: Office) -> None:
    seen: list[bool] = []

    def enqueue(ticket: Ticket) -> None:
        with office.sessions() as session:
            seen.append(find_vetting(session, ticket.key) is not None)

    office.furnish(enqueue=enqueue)
    office.submit()
    assert seen == [True]


def test_the_location_shows_the_tool(office: Office) -> None:
    office.submit()
    shown = office.ask("GET", "/v1/tools/acme/painter").json()
    assert shown["submitted_by"] == "manager-key"
    assert shown["aliases"] == {"host": ["painter.acme.example"]}
    assert shown["sources"][0]["urls"] == ["https://acme.example/terms"]


def test_a_duplicate_names_the_way_out_and_changes_nothing(office: Office) -> None:
    office.submit()
    answer = office.ask("POST", "/v1/tools", json=painter(name="Another"))
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/duplicate-tool"
    assert "request a new vetting" in answer.json()["detail"]
    assert office.ask("GET", "/v1/tools/acme/painter").json()["name"] == "Acme Painter"


def test_a_listed_tool_is_submitted_as_it_is_listed(office: Office) -> None:
    listed(office)
    shown = office.submit({"listed": "acme/painter"})
    assert shown["tool"]["plans"][0]["status"] == "submitted"
    assert shown["vetting"]["state"] == "queued"


def test_a_listed_tool_is_submitted_once(office: Office) -> None:
    office.submit()
    answer = office.ask("POST", "/v1/tools", json={"listed": "acme/painter"})
    assert answer.status_code == 409


def test_an_unlisted_tool_is_not_found_and_its_siblings_are_named(office: Office) -> None:
    office.submit()
    answer = office.ask("POST", "/v1/tools", json={"listed": "acme/sculptor"})
    assert answer.status_code == 404
    assert "acme/painter" in answer.json()["detail"]


def test_a_tool_with_uploads_waits_for_them(office: Office) -> None:
    shown = office.submit(NARRATOR)
    assert shown["vetting"] is None
    assert shown["tool"]["awaiting_uploads"] == ["contract", "addendum"]
    assert office.tickets == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"slug": "Painter"}, "#/slug"),
        ({"vendor": {"slug": "a b", "name": "Acme"}}, "#/vendor/slug"),
        ({"plans": []}, "#/plans"),
        ({"plans": [{"slug": "free", "name": "Free", "audience": "everyone"}]}, "#/plans/0/audience"),
        ({"name": 7}, "#/name"),
        ({"colour": "red"}, "#/colour"),
        ({"aliases": {"host": ["https://painter.acme.example/"]}}, "#/aliases/host/0"),
    ],
)
def test_a_mistake_is_shown_where_it_stands(office: Office, change: Mapping[str, Any], pointer: str) -> None:
    answer = office.ask("POST", "/v1/tools", json=painter(**change))
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert tools_in(office) == []


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://user:secret@acme.example/terms", "remove it"),
        ("ftp://acme.example/terms", "https://"),
        ("file:///etc/passwd", "https://"),
        ("https://acme.example:2222/terms", "8443"),
        ("https://acme.example:0/terms", "8443"),
        ("https://acme.example:99999/terms", "copy it from the browser"),
        ("https://acme.example/a b", "white space"),
    ],
)
def test_an_address_that_is_never_fetched_is_refused_at_once(office: Office, url: str, says: str) -> None:
    source = {"slug": "terms", "type": "Terms of Service", "urls": [url], "plans": ["free", "team"]}
    answer = office.ask("POST", "/v1/tools", json=painter(sources=[source]))
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["errors"][0]["pointer"] == "#/sources/0/urls/0"
    assert says in problem["detail"]
    assert "secret" not in answer.text
    assert tools_in(office) == []


def test_any_port_will_do_where_private_networks_are_allowed(office: Office) -> None:
    office.furnish(any_port=True)
    source = {
        "slug": "terms",
        "type": "Terms of Service",
        "urls": ["http://127.0.0.1:40404/terms"],
        "plans": ["free", "team"],
    }
    office.submit(painter(sources=[source]))


@pytest.mark.parametrize("source", [{"urls": []}, {"urls": ["https://acme.example/t"], "upload": True}])
def test_a_source_has_pages_or_an_upload(office: Office, source: Mapping[str, Any]) -> None:
    whole = {"slug": "terms", "type": "Terms of Service", "plans": ["free", "team"], **source}
    answer = office.ask("POST", "/v1/tools", json=painter(sources=[whole]))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/sources/0/urls"


def test_an_unknown_tool_is_told_how_tools_are_found(office: Office) -> None:
    answer = office.ask("GET", "/v1/tools/nobody/nothing")
    assert answer.status_code == 404
    assert "search" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["%00", "..", "a%20b", "%ff", "x" * 300])
def test_what_is_no_name_is_not_found(office: Office, name: str) -> None:
    assert office.ask("GET", f"/v1/tools/acme/{name}x").status_code == 404


def test_tools_are_listed_page_by_page(office: Office) -> None:
    office.submit()
    office.submit(NARRATOR)
    first = office.ask("GET", "/v1/tools?limit=1").json()
    assert [item["tool"] for item in first["items"]] == ["acme/narrator"]
    second = office.ask("GET", f"/v1/tools?limit=1&after={first['next']}").json()
    assert [item["tool"] for item in second["items"]] == ["acme/painter"]
    assert second["next"] is None


def test_tools_are_found_by_what_is_searched(office: Office) -> None:
    office.submit()
    office.submit(NARRATOR)
    found = office.ask("GET", "/v1/tools?search=PAINT").json()["items"]
    assert [item["tool"] for item in found] == ["acme/painter"]
    assert found[0]["plans"] == {"free": "submitted", "team": "submitted"}


@pytest.mark.parametrize("search", ["acme_painter", "a%25r"])
def test_what_is_searched_is_meant_letter_for_letter(office: Office, search: str) -> None:
    office.submit()
    assert office.ask("GET", f"/v1/tools?search={search}").json()["items"] == []


def test_a_misspelt_parameter_is_refused(office: Office) -> None:
    answer = office.ask("GET", "/v1/tools?serach=paint")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "serach"


def test_a_refused_submission_leaves_no_vendor_behind(office: Office) -> None:
    office.ask("POST", "/v1/tools", json=painter(sources=[]))
    with office.sessions() as session:
        assert find_tool(session, "acme/painter") is None
    assert office.tickets == []


def test_half_a_character_is_refused_before_it_reaches_the_database(office: Office) -> None:
    body = json.dumps(painter(name="half \ud800"))
    answer = office.ask("POST", "/v1/tools", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/name"


def test_a_listed_form_is_told_apart_by_its_key(office: Office) -> None:
    assert ListedTool.model_validate({"listed": "acme/painter"}).listed == "acme/painter"
    answer = office.ask("POST", "/v1/tools", json={"listed": "acme/painter", "name": "x"})
    (mistake,) = answer.json()["errors"]
    assert mistake["pointer"] == "#/name"
    assert "leave it out" in mistake["detail"]


def test_first_looks_of_two_tools_are_two_passes(office: Office) -> None:
    office.submit()
    office.submit({**PAINTER, "slug": "sketcher"})
    assert {ticket.kind for ticket in office.tickets} == {PassKind.FIRST_LOOK}
    assert len({ticket.tool_id for ticket in office.tickets}) == 2


def test_a_lookup_key_submits_nothing(office: Office) -> None:
    answer = office.ask("POST", "/v1/tools", Role.LOOKUP, json=PAINTER)
    assert answer.status_code == 403
    assert "manager" in answer.json()["detail"]
    assert tools_in(office) == []


def test_a_port_is_refused_here_if_and_only_if_the_fetcher_would() -> None:
    assert names.USUAL_PORTS == target.USUAL_PORTS


def test_a_tool_is_not_submitted_with_a_host_that_is_nobodys_alone(office: Office) -> None:
    answer = office.ask("POST", "/v1/tools", json={**PAINTER, "aliases": {"host": ["acme.example", "co.uk"]}})
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["#/aliases/host/1"]
