"""Asking for looks and following them."""

import pytest

from app.jobs import Ticket
from extractors.model import Failure
from registry.evidence import Seen, record_sighting
from registry.model import Role
from registry.store import sources_of
from registry.submissions import PassKind, PassState
from tests.app.api.office import NARRATOR, PAINTER, Office, the_tool
from tests.app.api.test_tools import listed

VETTINGS = "/v1/tools/acme/painter/vettings"


def test_a_look_is_promised_and_handed_over(office: Office) -> None:
    office.submit()
    answer = office.ask("POST", VETTINGS, json={"kind": "reread"})
    assert answer.status_code == 202
    shown = answer.json()
    assert (shown["kind"], shown["state"], shown["total"]) == ("reread", "queued", 1)
    with office.sessions() as session:
        tool_id = the_tool(session).id
    assert office.tickets[-1] == Ticket(shown["key"], tool_id, PassKind.REREAD)


def test_the_location_leads_to_the_look(office: Office) -> None:
    office.submit()
    answer = office.ask("POST", VETTINGS, json={"kind": "recrawl"})
    shown = office.ask("GET", answer.headers["location"])
    assert shown.json()["key"] == answer.json()["key"]


def test_a_look_of_the_same_kind_under_way_is_given_again(office: Office) -> None:
    first = office.submit()["vetting"]
    again = office.ask("POST", VETTINGS, json={"kind": "first_look"}).json()
    assert again["key"] == first["key"]


def test_a_tool_that_is_only_listed_is_not_looked_at(office: Office) -> None:
    listed(office)
    answer = office.ask("POST", VETTINGS, json={"kind": "recrawl"})
    assert answer.status_code == 409
    assert "submit it first" in answer.json()["detail"]
    assert office.tickets == []


def test_a_tool_that_waits_for_uploads_is_not_looked_at(office: Office) -> None:
    office.submit(NARRATOR)
    answer = office.ask("POST", "/v1/tools/acme/narrator/vettings", json={"kind": "recrawl"})
    assert answer.status_code == 409
    assert "contract, addendum" in answer.json()["detail"]


def test_a_look_shows_what_each_source_came_to(office: Office) -> None:
    source = {
        "slug": "privacy",
        "type": "Privacy Policy",
        "urls": ["https://acme.example/p"],
        "plans": ["free"],
    }
    key = office.submit({**PAINTER, "sources": [*PAINTER["sources"], source]})["vetting"]["key"]
    with office.sessions() as session:
        _, privacy = sources_of(session, the_tool(session).id)
        seen = Seen(None, office.at, Failure.NOT_FOUND, "The page is gone: name another.", 404)
        record_sighting(session, privacy.id, key, seen)
    shown = office.ask("GET", f"/v1/vettings/{key}").json()["sources"]
    assert [one["outcome"] for one in shown] == ["waiting", "failed"]
    assert shown[1]["failure"] == "not_found"
    assert shown[1]["http_status"] == 404
    assert shown[1]["detail"] == "The page is gone: name another."


def test_a_look_shows_the_document_that_was_read(office: Office) -> None:
    key = office.submit()["vetting"]["key"]
    office.vet(key=key)
    source = office.ask("GET", f"/v1/vettings/{key}").json()["sources"][0]
    assert source["outcome"] == "read"
    assert len(source["document"]) == 64


def test_looks_are_listed_newest_first(office: Office) -> None:
    office.submit()
    office.ask("POST", VETTINGS, json={"kind": "recrawl"})
    kinds = [vetting["kind"] for vetting in office.ask("GET", VETTINGS).json()]
    assert kinds == ["recrawl", "first_look"]


def test_a_failed_look_says_why(office: Office) -> None:
    key = office.submit()["vetting"]["key"]
    office.end_pass(key, PassState.FAILED)
    assert office.ask("GET", f"/v1/vettings/{key}").json()["state"] == "failed"


@pytest.mark.parametrize("key", ["nothing", "first_look:acme/painter:00000000", "%00", "a%20b"])
def test_an_unknown_key_is_not_found(office: Office, key: str) -> None:
    assert office.ask("GET", f"/v1/vettings/{key}").status_code == 404


def test_an_unknown_kind_is_refused_with_the_known_ones(office: Office) -> None:
    office.submit()
    answer = office.ask("POST", VETTINGS, json={"kind": "glance"})
    assert answer.status_code == 422
    assert "recrawl" in answer.json()["detail"]


def test_who_asked_stands_in_the_audit_log(office: Office) -> None:
    office.submit()
    office.ask("POST", VETTINGS, Role.REVIEWER, json={"kind": "recrawl"})
    newest = office.ask("GET", "/v1/audit?limit=1", Role.ADMIN).json()["items"][0]
    assert (newest["actor"], newest["action"], newest["subject"]) == ("reviewer-key", "vet", "acme/painter")
