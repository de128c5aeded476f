"""Every address of the pages: who may open it, and that a form counts from a page of one's own visit alone.

The addresses are those that the application has. One that is added without its line here fails.
"""

import re
from typing import Final

import pytest
from fastapi.routing import APIRoute

from app.errors import flat_routes
from app.ui import console
from registry.model import Role
from registry.webhooks import list_webhooks
from tests.app.ui.desk import Desk
from tests.bench.pages_ui import ASKED

TOOL: Final = "/tools/{vendor}/{tool}"
PLAN: Final = f"{TOOL}/plans/{{plan}}"
SOURCE: Final = f"{TOOL}/sources/{{source}}"
HOOK: Final = "/settings/webhooks/{name}"

FORMS: Final = {
    f"{PLAN}/decide": (Role.REVIEWER, f"POST /v1{PLAN}/decisions"),
    f"{PLAN}/renew": (Role.REVIEWER, f"POST /v1{PLAN}/decisions"),
    f"{PLAN}/confirm": (Role.REVIEWER, f"POST /v1{PLAN}/confirmations"),
    f"{PLAN}/reopen": (Role.REVIEWER, f"POST /v1{PLAN}/reopen"),
    f"{PLAN}/requests": (Role.MANAGER, f"POST /v1{PLAN}/requests"),
    f"{PLAN}/requests/{{number}}/withdrawal": (Role.MANAGER, "POST /v1/requests/{request}/withdrawal"),
    f"{PLAN}/retirement": (Role.MANAGER, f"POST /v1{PLAN}/retirement"),
    f"{PLAN}/return": (Role.MANAGER, f"PUT /v1{PLAN}"),
    f"{TOOL}/look": (Role.MANAGER, f"POST /v1{TOOL}/vettings"),
    f"{TOOL}/obligations/{{obligation}}": (Role.MANAGER, "POST /v1/obligations/{obligation}/attestations"),
    f"{TOOL}/search": (Role.MANAGER, "POST /v1/discoveries"),
    f"{TOOL}/found/{{key}}/passed-over": (Role.MANAGER, "POST /v1/discoveries/{key}/passed-over"),
    f"{TOOL}/found/{{key}}/put-back": (Role.MANAGER, "POST /v1/discoveries/{key}/put-back"),
    f"{TOOL}/track": (Role.MANAGER, f"PUT /v1{SOURCE}"),
    f"{SOURCE}/set": (Role.MANAGER, f"PUT /v1{SOURCE}"),
    f"{SOURCE}/retirement": (Role.MANAGER, f"DELETE /v1{SOURCE}"),
    f"{SOURCE}/upload": (Role.MANAGER, f"PUT /v1{SOURCE}/content"),
    f"{SOURCE}/capture": (Role.REVIEWER, f"POST /v1{SOURCE}/captures"),
    f"{SOURCE}/corrections": (Role.REVIEWER, f"POST /v1{SOURCE}/documents/{{digest}}/corrections"),
    f"{SOURCE}/corrections/{{correction}}/withdrawal": (
        Role.REVIEWER,
        "POST /v1/corrections/{correction}/withdrawal",
    ),
    "/changes/notices/{notice}": (Role.REVIEWER, "POST /v1/notices/{notice}/answer"),
    "/policy/try": (Role.MANAGER, ""),
    "/policy/adopt": (Role.ADMIN, "POST /v1/policy"),
    "/submit/listed": (Role.MANAGER, "POST /v1/tools"),
    "/submit/search": (Role.MANAGER, "POST /v1/discoveries"),
    "/submit/new": (Role.MANAGER, "POST /v1/tools"),
    "/settings/keys": (Role.ADMIN, "POST /v1/keys"),
    "/settings/keys/{name}/end": (Role.ADMIN, "DELETE /v1/keys/{name}"),
    "/settings/links": (Role.ADMIN, ""),
    "/settings/people/block": (Role.ADMIN, ""),
    "/settings/people/admit": (Role.ADMIN, ""),
    "/settings/people/end": (Role.ADMIN, ""),
    "/settings/webhooks": (Role.ADMIN, "POST /v1/webhooks"),
    f"{HOOK}/secret": (Role.ADMIN, "POST /v1/webhooks/{name}/secret"),
    f"{HOOK}/test": (Role.ADMIN, "POST /v1/webhooks/{name}/test"),
    f"{HOOK}/on": (Role.ADMIN, "PUT /v1/webhooks/{name}/on"),
    f"{HOOK}/off": (Role.ADMIN, "PUT /v1/webhooks/{name}/on"),
    f"{HOOK}/end": (Role.ADMIN, "DELETE /v1/webhooks/{name}"),
}
"""What each form takes at least, and what does the same in the API, where anything does."""
WITHOUT_A_VISIT: Final = {"/sign-in", "/sign-in/provider", "/sign-in/callback"}
FOR_EVERYBODY: Final = {"/ask", "/policy", "/settings"}
"""What whoever is signed in may read: answers to look-ups, what tools are judged by, and how often."""
FOR_ADMINS: Final = {
    "/audit",
    "/audit.csv",
    "/audit.json",
    "/settings/keys/{name}/end",
    "/settings/webhooks",
    "/settings/webhooks/{name}",
}
UNMEASURED: Final = {
    # Downloads, as long as the registry is.
    "/tools.csv",
    "/tools.json",
    "/audit.csv",
    "/audit.json",
    # What a vendor sent, as it lies on the disk.
    f"{SOURCE}/originals/{{sha256}}",
    f"{SOURCE}/originals/{{sha256}}/bytes",
}
"""What is asked for by GET, and takes as long as what is sent."""
BELOW: Final = {Role.MANAGER: Role.LOOKUP, Role.REVIEWER: Role.MANAGER, Role.ADMIN: Role.REVIEWER}


def addresses(desk: Desk, method: str) -> set[str]:
    routes = flat_routes(console(desk.office.app.state.house).routes)
    return {route.path for route in routes if isinstance(route, APIRoute) and method in (route.methods or ())}


def spelt(path: str) -> str:
    """An address with something in the place of each name."""
    path = path.replace("{flag}", "flag_1").replace("{sha256}", "0" * 64)
    return re.sub(r"\{\w+\}", "none", path)


def test_every_form_stands_in_the_table(desk: Desk) -> None:
    assert addresses(desk, "POST") == {*FORMS, "/sign-in", "/sign-out"}


def test_every_page_is_measured(desk: Desk) -> None:
    asked = {path.partition("?")[0] for path in ASKED}
    for address in addresses(desk, "GET") - UNMEASURED - WITHOUT_A_VISIT:
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(address))
        assert any(re.fullmatch(pattern, one) for one in asked), address


def test_nothing_but_forms_and_pages_is_taken(desk: Desk) -> None:
    assert not {path for method in ("PUT", "PATCH", "DELETE") for path in addresses(desk, method)}


@pytest.mark.parametrize("path", [*FORMS, "/sign-out"])
def test_a_form_without_a_visit_leads_to_signing_in(desk: Desk, path: str) -> None:
    answer = desk.ask("POST", spelt(path), data={"token": "0" * 40})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize("path", [*FORMS, "/sign-out"])
def test_a_form_without_the_token_of_its_visit_is_not_taken(desk: Desk, path: str) -> None:
    desk.sign_in("robin", Role.ADMIN)
    foreign = desk.token()
    desk.sign_in("kim", Role.ADMIN)
    for form in ({}, {"token": ""}, {"token": foreign}, {"token": f"{desk.token()}0"}):
        answer = desk.ask("POST", spelt(path), data=form)
        assert answer.status_code == 403, form
        assert "This form cannot be taken" in answer.text


@pytest.mark.parametrize("path", FORMS)
def test_a_form_needs_its_role(desk: Desk, path: str) -> None:
    needed, _ = FORMS[path]
    desk.sign_in("kim", BELOW[needed])
    refused = desk.send(spelt(path), {})
    assert refused.status_code == 403
    assert f"this needs {needed.value} or above" in refused.text
    desk.sign_in("robin", needed)
    assert "this needs" not in desk.send(spelt(path), {}).text


@pytest.mark.parametrize("path", [path for path in FORMS if FORMS[path][1]])
def test_a_form_needs_the_role_that_the_api_wants_for_the_same(desk: Desk, path: str) -> None:
    needed, same = FORMS[path]
    method, _, there = same.partition(" ")
    how = {"headers": {"content-type": "application/json"}}
    assert desk.office.ask(method, spelt(there), BELOW[needed], **how).status_code == 403
    assert desk.office.ask(method, spelt(there), needed, **how).status_code not in {403, 405}


def test_every_page_but_signing_in_needs_a_visit(desk: Desk) -> None:
    for path in addresses(desk, "GET") - WITHOUT_A_VISIT:
        answer = desk.ask("GET", spelt(path))
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/sign-in?next="), path


def test_whoever_may_only_ask_reads_no_more_than_the_api_tells_them(desk: Desk) -> None:
    desk.sign_in("kim", Role.LOOKUP)
    for path in addresses(desk, "GET") - WITHOUT_A_VISIT - FOR_EVERYBODY:
        answer = desk.ask("GET", spelt(path))
        assert (answer.status_code, "this needs" in answer.text) == (403, True), path
    for path in FOR_EVERYBODY:
        desk.read(path)


def test_only_administrators_read_the_log_and_what_they_set(desk: Desk) -> None:
    desk.sign_in("kim", Role.REVIEWER)
    pages = addresses(desk, "GET") - WITHOUT_A_VISIT
    refused = {path for path in pages if "this needs admin" in desk.ask("GET", spelt(path)).text}
    assert refused == FOR_ADMINS


def test_no_answer_of_the_pages_is_kept_by_a_browser_or_framed_elsewhere(desk: Desk) -> None:
    desk.sign_in("kim", Role.ADMIN)
    for path in addresses(desk, "GET"):
        answer = desk.ask("GET", spelt(path))
        assert answer.headers["cache-control"] == "no-store", path
        assert "frame-ancestors" in answer.headers["content-security-policy"], path
        assert "default-src 'none'" in answer.headers["content-security-policy"], path


def test_a_secret_is_shown_once_and_told_nowhere_else(desk: Desk) -> None:
    desk.sign_in("kim", Role.ADMIN)
    made = [
        desk.send("/settings/keys", {"name": "gateway", "role": "lookup"}).text,
        desk.send("/settings/links", {"name": "robin", "role": "reviewer"}).text,
        desk.send("/settings/webhooks", {"url": "https://hooks.example/in", "event": "plan.suspended"}).text,
    ]
    found = [re.search(r"tg_[\w-]{40,}|link=([\w-]{40,})|whsec_[\w+/=]{40,}", text) for text in made]
    secrets = [one[1] or one[0] for one in found if one is not None]
    assert len(secrets) == len(made)
    (visit,) = desk.cookies.jar
    secrets.append(visit.value or "")
    with desk.office.sessions() as session:
        (hook,) = list_webhooks(session)
    told = [
        desk.read(path) for path in ("/audit", "/audit.csv", "/audit.json", "/settings", "/settings/webhooks")
    ]
    told.append(desk.read(f"/settings/webhooks/{hook.public_id}"))
    told += [desk.office.ask("GET", f"/v1/{one}", Role.ADMIN).text for one in ("audit", "keys", "webhooks")]
    assert not [secret for secret in secrets if any(secret in text for text in told)]
    assert all("gateway" in text for text in told[:4])
