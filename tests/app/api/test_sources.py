"""Changing a submitted tool over the API."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from registry.entries import AliasEntry
from registry.model import AliasKind, Role
from registry.sources import put_alias
from registry.store import find_source
from registry.submissions import PassState
from tests.app.api.office import NARRATOR, PAINTER, Office, the_tool

SOURCES = "/v1/tools/acme/painter/sources"
PLANS = "/v1/tools/acme/painter/plans"
ALIASES = "/v1/tools/acme/painter/aliases"
TERMS = {"type": "Terms of Service", "urls": ["https://acme.example/legal"], "plans": ["free", "team"]}
SAFE = {
    "data_class": "public",
    "use_case": "ideation",
    "output_stage": "temporary",
    "talent_involved": "no",
    "union_work": "no",
    "third_party_ip": "no",
    "personal_data": "no",
    "environment": "enterprise",
}
CONTRACT = {"type": "Contract", "upload": True, "plans": ["team"]}


@pytest.fixture
def vetted(office: Office) -> Office:
    """An office with a tool that was looked at and judged."""
    office.end_pass(office.submit()["vetting"]["key"])
    office.vet()
    office.tickets.clear()
    return office


def shown(office: Office) -> Any:
    return office.ask("GET", "/v1/tools/acme/painter").json()


def test_a_corrected_address_is_looked_at_at_once(vetted: Office) -> None:
    answer = vetted.ask("PUT", f"{SOURCES}/terms", json=TERMS)
    assert answer.status_code == 200
    assert answer.json()["source"]["urls"] == ["https://acme.example/legal"]
    assert answer.json()["vetting"]["kind"] == "recrawl"
    assert [ticket.key for ticket in vetted.tickets] == [answer.json()["vetting"]["key"]]
    assert shown(vetted)["sources"][0]["urls"] == ["https://acme.example/legal"]


def test_a_tool_that_was_never_assessed_waits_for_its_first_look_only(office: Office) -> None:
    first = office.submit()["vetting"]["key"]
    answer = office.ask("PUT", f"{SOURCES}/terms", json=TERMS)
    assert answer.json()["vetting"]["key"] == first


def test_a_contract_signed_later_is_added_and_awaited(vetted: Office) -> None:
    answer = vetted.ask("PUT", f"{SOURCES}/contract", json=CONTRACT)
    assert answer.status_code == 201
    assert (answer.json()["vetting"], answer.json()["awaiting_uploads"]) == (None, ["contract"])
    assert vetted.tickets == []
    brought = vetted.ask(
        "PUT",
        f"{SOURCES}/contract/content?filename=c.txt",
        content=b"We do not train on your content.",
        headers={"content-type": "text/plain"},
    )
    assert brought.json()["vetting"]["kind"] == "recrawl"


def test_a_retired_source_is_gone_from_the_tool_and_can_come_back(vetted: Office) -> None:
    faq = {"type": "Other", "urls": ["https://acme.example/faq"], "plans": ["team"]}
    vetted.end_pass(vetted.ask("PUT", f"{SOURCES}/faq", json=faq).json()["vetting"]["key"])
    answer = vetted.ask("DELETE", f"{SOURCES}/faq")
    assert answer.status_code == 200
    assert answer.json()["vetting"]["state"] == "queued"
    assert [source["slug"] for source in shown(vetted)["sources"]] == ["terms"]
    assert vetted.ask("DELETE", f"{SOURCES}/faq").status_code == 404
    assert vetted.ask("PUT", f"{SOURCES}/faq", json=faq).status_code == 201


def test_what_a_retired_source_showed_can_still_be_read(vetted: Office) -> None:
    key = vetted.ask("PUT", f"{SOURCES}/legal", json=TERMS).json()["vetting"]["key"]
    vetted.end_pass(key)
    assert vetted.ask("DELETE", f"{SOURCES}/terms").status_code == 200
    (document,) = vetted.ask("GET", f"{SOURCES}/terms/documents").json()
    found = vetted.ask("GET", f"{SOURCES}/terms/documents/{document['digest']}/clauses").json()
    assert len(found["clauses"]) == 1
    assert vetted.ask("GET", f"{SOURCES}/terms/captures").status_code == 200
    assert vetted.ask("GET", f"{SOURCES}/never/captures").status_code == 404


def test_a_plan_keeps_a_source(vetted: Office) -> None:
    answer = vetted.ask("DELETE", f"{SOURCES}/terms")
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/change-refused"
    assert len(shown(vetted)["sources"]) == 1


def retired(
    office: Office, plan: str = "team", role: Role = Role.REVIEWER, body: dict[str, str] | None = None
) -> httpx.Response:
    body = body or {"reason": "The vendor has dropped it."}
    return office.ask("POST", f"{PLANS}/{plan}/retirement", role, json=body)


def told(office: Office, plan: str) -> Any:
    asked = {"plan": plan, **SAFE}
    return office.ask("GET", "/v1/tools/acme/painter/approval", Role.LOOKUP, params=asked).json()


def test_a_retired_plan_is_allowed_no_longer_and_can_come_back(vetted: Office) -> None:
    assert vetted.approved().status_code == 201
    assert told(vetted, "team")["decision"] is True
    answer = retired(vetted)
    assert (answer.status_code, answer.json()["plan"]["status"]) == (200, "retired")
    assert (answer.json()["sources"], answer.json()["vetting"]) == ([], None)
    assert (told(vetted, "team")["decision"], told(vetted, "team")["status"]) == (False, "unknown")
    assert [one["slug"] for one in shown(vetted)["plans"]] == ["free"]
    assert shown(vetted)["retired_plans"] == ["team"]
    back = vetted.ask("PUT", f"{PLANS}/team", json={"name": "Team", "audience": "business"})
    assert (back.status_code, back.json()["plan"]["status"]) == (201, "submitted")
    assert back.json()["vetting"]["kind"] == "recrawl"
    assert told(vetted, "team")["decision"] is False


def test_a_retired_plan_still_shows_what_was_decided(vetted: Office) -> None:
    decided = vetted.approved().json()["decision"]
    retired(vetted)
    plan = vetted.ask("GET", f"{PLANS}/team").json()
    assert (plan["status"], plan["decision"]) == ("retired", decided)


def test_where_a_plan_is_approved_whoever_may_approve_retires_it_and_those_beside_it(vetted: Office) -> None:
    # With the other one gone, a look-up that names no plan would be allowed.
    vetted.approved()
    for plan in ("free", "team"):
        assert retired(vetted, plan, Role.MANAGER).status_code == 403
        assert retired(vetted, plan, Role.REVIEWER).status_code == 200


def test_where_nothing_was_decided_a_manager_retires_a_plan(vetted: Office) -> None:
    assert retired(vetted, "free", Role.MANAGER).status_code == 200


@pytest.mark.parametrize("body", [{"reason": "  "}, {"because": "Dropped."}])
def test_a_plan_is_retired_with_a_reason(vetted: Office, body: dict[str, str]) -> None:
    assert retired(vetted, body=body).status_code == 422


def test_a_plan_that_is_retired_again_is_refused(vetted: Office) -> None:
    retired(vetted)
    assert retired(vetted).json()["type"] == "/problems/change-refused"
    assert retired(vetted, "pro").status_code == 404


def test_a_first_look_waits_no_longer_for_an_upload_of_a_retired_plan(office: Office) -> None:
    office.submit({**PAINTER, "sources": [*PAINTER["sources"], {"slug": "contract", **CONTRACT}]})
    assert office.tickets == []
    answer = retired(office)
    assert answer.json()["sources"] == ["contract"]
    assert [ticket.key for ticket in office.tickets] == [answer.json()["vetting"]["key"]]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"urls": ["ftp://acme.example/t"]}, "#/urls/0"),
        ({"urls": ["https://acme.example:99999/t"]}, "#/urls/0"),
        ({"urls": ["https://acme.example:2222/t"]}, "#/urls/0"),
        ({"urls": []}, "#/urls"),
        ({"upload": True}, "#/urls"),
        ({"plans": ["pro"]}, "#/plans/0"),
        ({"plans": ["team"]}, "#/plans"),
        ({"type": "Poem"}, "#/type"),
        ({"slug": "terms"}, "#/slug"),
    ],
)
def test_a_mistake_is_shown_where_it_stands_and_changes_nothing(
    vetted: Office, change: dict[str, Any], pointer: str
) -> None:
    answer = vetted.ask("PUT", f"{SOURCES}/terms", json={**TERMS, **change})
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert shown(vetted)["sources"][0]["urls"] == PAINTER["sources"][0]["urls"]
    assert vetted.tickets == []


@pytest.mark.parametrize(
    ("path", "body", "parameter"),
    [
        (f"{SOURCES}/Terms", TERMS, "source"),
        (f"{PLANS}/a%20b", {"name": "Pro", "audience": "business", "sources": ["terms"]}, "plan"),
        (f"{ALIASES}/host/https%3A%2F%2Fx", None, "value"),
        (f"{ALIASES}/nickname/x", None, "kind"),
    ],
)
def test_a_name_that_nothing_can_have_is_refused(
    vetted: Office, path: str, body: dict[str, Any] | None, parameter: str
) -> None:
    answer = vetted.ask("PUT", path, json=body) if body else vetted.ask("PUT", path)
    assert answer.status_code == 422
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


def test_a_change_that_a_running_look_would_miss_is_refused_and_not_kept(vetted: Office) -> None:
    key = vetted.ask("PUT", f"{SOURCES}/terms", json=TERMS).json()["vetting"]["key"]
    vetted.end_pass(key, PassState.RUNNING)
    answer = vetted.ask("PUT", f"{SOURCES}/faq", json={**TERMS, "plans": ["team"]})
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/vetting-under-way"
    with vetted.sessions() as session:
        assert find_source(session, the_tool(session).id, "faq") is None


def test_a_source_called_content_is_json_like_any_other(vetted: Office) -> None:
    answer = vetted.ask(
        "PUT", f"{SOURCES}/content", content=b"# Terms", headers={"content-type": "text/plain"}
    )
    assert answer.status_code == 415
    assert vetted.ask("PUT", f"{SOURCES}/content", json=TERMS).status_code == 201


def test_a_new_plan_is_submitted_and_looked_at(vetted: Office) -> None:
    body = {"name": "API", "audience": "api", "sources": ["terms"]}
    answer = vetted.ask("PUT", f"{PLANS}/api", json=body)
    assert answer.status_code == 201
    assert (answer.json()["plan"]["status"], answer.json()["vetting"]["kind"]) == ("submitted", "recrawl")
    assert shown(vetted)["sources"][0]["plans"] == ["free", "team", "api"]


def test_a_new_plan_needs_a_source(vetted: Office) -> None:
    answer = vetted.ask("PUT", f"{PLANS}/api", json={"name": "API", "audience": "api"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/sources"


def test_a_renamed_plan_is_not_looked_at(vetted: Office) -> None:
    answer = vetted.ask("PUT", f"{PLANS}/team", json={"name": "Teams", "audience": "business"})
    assert (answer.status_code, answer.json()["plan"]["name"]) == (200, "Teams")
    assert vetted.tickets == []


def test_the_audience_of_an_assessed_plan_stays_and_the_answer_says_why(vetted: Office) -> None:
    answer = vetted.ask("PUT", f"{PLANS}/team", json={"name": "Team", "audience": "api"})
    assert answer.status_code == 409
    assert "was assessed for audience business" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("host", "draw.acme.example"), ("package", "pkg:npm/%40acme/painter"), ("model", "acme/painter-*")],
)
def test_a_tool_goes_by_another_name_until_it_is_taken(vetted: Office, kind: str, value: str) -> None:
    address = f"{ALIASES}/{kind}/{quote(value, safe='')}"
    assert [vetted.ask("PUT", address).status_code for _ in range(2)] == [201, 200]
    assert value in shown(vetted)["aliases"][kind]
    assert [vetted.ask("DELETE", address).status_code for _ in range(2)] == [204, 404]
    assert value not in shown(vetted)["aliases"].get(kind, [])


@pytest.mark.parametrize("then", [None, "suspend"])
def test_a_name_more_of_an_approved_tool_takes_a_reviewer(vetted: Office, then: str | None) -> None:
    assert vetted.approved().status_code == 201
    if then is not None:
        ends = (vetted.at + timedelta(days=30)).isoformat()
        ruling = {"verdict": then, "reason": "The terms are being changed.", "expires_at": ends}
        assert vetted.ask("POST", f"{PLANS}/team/decisions", Role.REVIEWER, json=ruling).status_code == 201
    answer = vetted.ask("PUT", f"{ALIASES}/host/elsewhere.example")
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/role-too-small")
    assert shown(vetted)["aliases"]["host"] == ["painter.acme.example"]
    assert vetted.ask("PUT", f"{ALIASES}/host/elsewhere.example", Role.REVIEWER).status_code == 201


def test_a_listed_name_leads_look_ups_to_the_tool_at_once(vetted: Office) -> None:
    question = "/v1/tools/draw.acme.example/approval?plan=team"
    assert vetted.ask("GET", question, Role.LOOKUP).json()["status"] == "unknown"
    vetted.ask("PUT", f"{ALIASES}/host/draw.acme.example")
    assert vetted.ask("GET", question, Role.LOOKUP).json()["plan"] == "acme/painter@team"


def test_a_change_stands_in_the_audit_log_with_both_sides(vetted: Office) -> None:
    vetted.ask("PUT", f"{SOURCES}/terms", json=TERMS)
    newest = vetted.ask("GET", "/v1/audit?limit=1", Role.ADMIN).json()["items"][0]
    assert (newest["actor"], newest["action"], newest["subject"]) == (
        "manager-key",
        "put_source",
        "acme/painter",
    )
    assert newest["detail"]["before"]["urls"] == PAINTER["sources"][0]["urls"]
    assert newest["detail"]["after"]["urls"] == TERMS["urls"]


def test_a_retired_upload_that_never_came_lets_the_tool_be_looked_at(office: Office) -> None:
    office.submit(NARRATOR)
    office.ask(
        "PUT",
        "/v1/tools/acme/narrator/sources/contract/content?filename=c.txt",
        content=b"We do not train on your content.",
        headers={"content-type": "text/plain"},
    )
    answer = office.ask("DELETE", "/v1/tools/acme/narrator/sources/addendum")
    assert answer.json()["vetting"]["kind"] == "first_look"
    assert len(office.tickets) == 1


def test_a_host_that_is_nobodys_alone_is_refused_as_a_name_and_can_be_taken_away(vetted: Office) -> None:
    answer = vetted.ask("PUT", f"{ALIASES}/host/github.io")
    assert answer.status_code == 422
    assert "write the host that the tool answers at" in answer.text
    with vetted.sessions() as session:
        put_alias(session, the_tool(session), AliasEntry(AliasKind.HOST, "github.io"), "ann", vetted.at)
    # What was taken before the check was made stays, and stands in nobody's way.
    assert vetted.ask("PUT", f"{SOURCES}/terms", json=TERMS).status_code == 200
    assert vetted.ask("DELETE", f"{ALIASES}/host/github.io").status_code == 204
