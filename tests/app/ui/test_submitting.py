"""Submitting at the pages: what is there already, a search, a form that loses nothing, uploads, progress."""

from typing import Any

from extractors.model import Failure
from registry.discoveries import begin_discovery, finish_discovery, list_discoveries
from registry.model import Role
from registry.proposals import Found
from registry.store import find_tool, sources_of, vettings_of
from registry.submissions import PassState
from registry.tables import SightingRow
from tests.app.ui.desk import Desk

FORM: dict[str, Any] = {
    "vendor": "Bétä Works",
    "tool": "Narrator 2",
    "host": "beta.example",
    "plan.0.name": "Team",
    "plan.0.audience": "business",
    "plan.1.name": "Free",
    "plan.1.audience": "consumer",
    "page.0.url": "https://beta.example/terms",
    "page.0.type": "Terms of Service",
    "page.1.url": "https://beta.example/other-terms",
    "page.1.type": "Terms of Service",
    "page.1.plans": "1",
}


def test_a_form_becomes_a_tool_whose_terms_are_looked_at(desk: Desk) -> None:
    desk.sign_in("kim", Role.MANAGER)
    answer = desk.send("/submit/new", FORM)
    assert answer.headers["location"] == "/tools/beta-works/narrator-2/progress"
    found = desk.office.ask("GET", "/v1/tools/beta-works/narrator-2").json()
    assert (found["name"], found["submitted_by"]) == ("Narrator 2", "kim")
    assert [(one["slug"], one["plans"]) for one in found["sources"]] == [
        ("terms-of-service", ["team", "free"]),
        ("terms-of-service-2", ["team"]),
    ]
    assert found["aliases"] == {"host": ["beta.example"]}
    assert len(desk.office.tickets) == 1
    assert "Waits for a worker" in desk.read("/tools/beta-works/narrator-2/progress")


def test_what_is_wrong_is_told_and_what_was_typed_stays(desk: Desk) -> None:
    desk.sign_in("kim", Role.MANAGER)
    for wrong in (
        {"page.0.url": "ftp://beta.example/terms"},
        {"plan.0.name": "", "plan.1.name": ""},
        {"tool": "!!!"},
        {"plan.0.audience": "everybody"},
        {"page.0.type": "Poem"},
        {"page.0.plans": "5"},
        {"page.0.url": "https://beta.example:25/terms"},
    ):
        answer = desk.send("/submit/new", {**FORM, **wrong})
        assert answer.status_code == 422, wrong
        assert 'role="alert"' in answer.text
        assert "Bétä Works" in answer.text
    assert desk.office.ask("GET", "/v1/tools/beta-works/narrator-2").status_code == 404
    assert desk.office.tickets == []


def test_a_tool_that_is_there_is_told_before_and_after_typing(desk: Desk) -> None:
    desk.office.submit()
    desk.sign_in("kim", Role.MANAGER)
    assert "Acme Painter" in desk.read("/submit?q=paint")
    assert "being vetted" in desk.read("/submit/similar?q=acme")
    assert "Nothing of that name" in desk.read("/submit/similar?q=zebra")
    again = {**FORM, "vendor": "Acme", "tool": "Painter"}
    answer = desk.send("/submit/new", again)
    assert answer.status_code == 422
    assert "submitted before" in answer.text


def test_a_search_is_followed_and_what_it_proposes_is_confirmed(desk: Desk) -> None:
    desk.sign_in("kim", Role.MANAGER)
    answer = desk.send("/submit/search", {"site": "beta.example"})
    there = answer.headers["location"]
    assert "Waits for a worker" in desk.read(there)
    with desk.office.sessions() as session:
        key = list_discoveries(session)[0].key
        begin_discovery(session, key)
        finish_discovery(session, key, Found((), (), 3, complete=True), desk.office.at)
    assert "No page of" in desk.read(there)


def test_a_site_that_is_none_is_told_so(desk: Desk) -> None:
    desk.sign_in("kim", Role.MANAGER)
    answer = desk.send("/submit/search", {"site": "not a <site>"})
    assert answer.status_code == 422
    assert "domain such as acme.com" in answer.text
    assert "not a &lt;site&gt;" in answer.text


def test_a_contract_is_brought_with_a_form_and_read(desk: Desk) -> None:
    desk.sign_in("kim", Role.MANAGER)
    form = {name: value for name, value in FORM.items() if not name.startswith("page.")}
    assert desk.send("/submit/new", {**form, "contract": "yes"}).status_code == 303
    page, place = (
        "/tools/beta-works/narrator-2/progress",
        "/tools/beta-works/narrator-2/sources/contract/upload",
    )
    assert "The look begins with the last upload" in desk.read(page)
    for file, told in (
        (("run.exe", b"MZ"), "is not read"),
        (("contract.pdf", b""), "is empty"),
    ):
        refused = desk.send(place, {}, files={"file": file})
        assert refused.status_code == 422
        assert told in refused.text
    assert (
        desk.send(place, {}, files={"file": ("contract.md", b"# Contract\nNo training.")}).status_code == 303
    )
    assert "Waits for a worker" in desk.read(page)


def test_a_page_that_could_not_be_read_is_told_and_can_be_brought(desk: Desk) -> None:
    desk.sign_in("kim", Role.REVIEWER)
    desk.send("/submit/new", FORM)
    page = "/tools/beta-works/narrator-2/progress"
    with desk.office.sessions() as session:
        tool = find_tool(session, "beta-works/narrator-2")
        assert tool is not None
        (look,) = vettings_of(session, tool.id, 1)
        source = sources_of(session, tool.id)[0]
        session.add(
            SightingRow(
                source_id=source.id,
                pass_key=look.key,
                at=desk.office.at,
                failure=Failure.LOGIN_FORM.value,
                detail="a log-in form stands in place of the terms",
            )
        )
        look.state = PassState.DONE.value
        look.finished_at = desk.office.at
    text = desk.read(page)
    assert "1 document could not be read" in text
    assert "a log-in form stands in place" in text
    place = f"/tools/beta-works/narrator-2/sources/{source.slug}/capture"
    saved = {"file": ("terms.html", b"<p>We do not train.</p>")}
    refused = desk.send(place, {"url": "https://elsewhere.example/"}, files=saved)
    assert refused.status_code == 422
    assert "is no page of" in refused.text
    assert desk.send(place, {"url": FORM["page.0.url"]}, files=saved).status_code == 303
    assert "Waits for a worker" in desk.read(page)


def test_a_manager_may_not_bring_a_saved_page(desk: Desk) -> None:
    desk.sign_in("kim", Role.MANAGER)
    desk.send("/submit/new", FORM)
    place = "/tools/beta-works/narrator-2/sources/terms-of-service/capture"
    assert desk.send(place, {"url": FORM["page.0.url"]}, files={"file": ("t.md", b"x")}).status_code == 403


def test_a_system_may_not_submit_at_a_page(desk: Desk) -> None:
    desk.sign_in("gateway", Role.LOOKUP)
    assert desk.send("/submit/new", FORM).status_code == 403
    assert desk.send("/submit/search", {"site": "beta.example"}).status_code == 403


def test_a_host_that_is_nobodys_alone_is_refused_with_what_was_typed(desk: Desk) -> None:
    desk.sign_in(role=Role.MANAGER)
    answer = desk.send("/submit/new", FORM | {"host": "github.io"})
    assert answer.status_code == 422
    assert "write the host that the tool answers at" in answer.text
    assert 'value="Narrator 2"' in answer.text
