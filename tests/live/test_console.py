"""The main job at the pages, in a real browser: submit, read, decide, be suspended, approve again."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.app.vendor_site import MAY_TRAIN, NO_TRAINING, VendorSite, terms, vendor_site
from tests.live.browser import SIZES, Person, person
from tests.live.demo import WORK
from tests.live.service import LiveService, live_service

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("live")]


@pytest.fixture(scope="module", params=SIZES)
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def site() -> Iterator[VendorSite]:
    with vendor_site() as site:
        yield site


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, size: str) -> Iterator[LiveService]:
    with live_service(tmp_path_factory.mktemp(f"console-{size}")) as service:
        yield service


@pytest.fixture(scope="module")
def kim(service: LiveService, size: str) -> Iterator[Person]:
    """A reviewer, signed in."""
    with person(f"{service.address}/ui", size) as kim:
        sign_in(kim, service)
        yield kim


def sign_in(who: Person, service: LiveService) -> None:
    command = [sys.executable, "-c", "from app.cli import main; main()", "sign-in", "kim", "--json"]
    port = service.address.rpartition(":")[2]
    settings = {"TERMGATE_DATA_DIR": str(service.folder), "TERMGATE_PORT": port}
    made = subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True, check=True)
    who.page.goto(json.loads(made.stdout)["link"])
    who.look("sign-in")
    who.page.get_by_role("button", name="Sign in as kim").click()
    who.page.wait_for_url("**/ui/")


def allowed(service: LiveService) -> bool:
    answer = service.ask("GET", "/v1/tools/brush.example.com/approval", params=WORK)
    return bool(answer["decision"])


def test_a_tool_is_submitted_and_its_vetting_followed(
    kim: Person, service: LiveService, site: VendorSite
) -> None:
    site.pages["/terms"] = terms(NO_TRAINING)
    kim.look("overview-first")
    kim.open("/submit")
    kim.look("submit")
    kim.page.get_by_role("link", name="write everything yourself").click()
    kim.page.get_by_label("Vendor").fill("Acme")
    kim.page.get_by_label("Tool", exact=True).fill("Brush")
    kim.page.get_by_label("Host name").fill("brush.example.com")
    kim.page.get_by_label("Plan 1", exact=True).fill("Studio")
    kim.page.get_by_label("Address of a page").fill(site.url("/terms"))
    kim.look("submit-form")
    kim.page.get_by_role("button", name="Submit it as kim").click()
    kim.page.get_by_role("button", name="Read what was found").wait_for(timeout=60_000)
    kim.look("progress")


def test_the_tool_shows_what_its_terms_say(kim: Person) -> None:
    kim.page.get_by_role("button", name="Read what was found").click()
    assert NO_TRAINING in kim.page.inner_text("main")
    kim.look("tool")
    kim.open("/tools/acme/brush/sources/terms-of-service")
    assert NO_TRAINING in kim.page.inner_text("main")
    kim.look("evidence")


def test_a_person_decides_and_systems_are_allowed(kim: Person, service: LiveService) -> None:
    assert not allowed(service)
    kim.open("/tools/acme/brush/plans/studio/decide")
    kim.look("decide")
    kim.page.get_by_label("approve", exact=True).check()
    kim.page.get_by_label("Why", exact=True).fill("Never trains, 30 days, the service alone.")
    kim.page.get_by_role("button", name="Decide as kim").click()
    kim.page.wait_for_url("**/tools/acme/brush?plan=studio")
    kim.page.wait_for_timeout(1000)
    assert allowed(service)
    kim.look("tool-approved")


def test_worse_terms_suspend_it_and_the_change_is_shown(
    kim: Person, service: LiveService, site: VendorSite
) -> None:
    site.pages["/terms"] = terms(MAY_TRAIN)
    key = service.ask("POST", "/v1/tools/acme/brush/vettings", json={"kind": "recrawl"})["key"]
    service.wait_for([key], 60)
    kim.page.wait_for_timeout(1000)
    assert not allowed(service)
    kim.open("/")
    kim.look("overview")
    kim.open("/changes")
    kim.look("changes")
    kim.page.get_by_role("link", name="acme/brush@studio").first.click()
    assert MAY_TRAIN.split()[-1] in kim.page.inner_text("main")
    kim.look("change")
    kim.page.get_by_label("Why").fill("We wait for an addendum.")
    kim.page.get_by_role("button", name="Keep it suspended").click()
    kim.page.wait_for_url("**/tools/acme/brush?plan=studio")
    kim.look("tool-suspended")


def test_better_terms_are_approved_again(kim: Person, service: LiveService, site: VendorSite) -> None:
    site.pages["/terms"] = terms(NO_TRAINING)
    key = service.ask("POST", "/v1/tools/acme/brush/vettings", json={"kind": "recrawl"})["key"]
    service.wait_for([key], 60)
    kim.open("/tools/acme/brush/plans/studio/decide")
    kim.page.get_by_label("approve", exact=True).check()
    for box in kim.page.get_by_label("Settle it with this decision").all():
        box.check()
    kim.page.get_by_label("Why", exact=True).fill("The vendor has taken it back.")
    kim.page.get_by_role("button", name="Decide as kim").click()
    kim.page.wait_for_url("**/tools/acme/brush?plan=studio")
    kim.page.wait_for_timeout(1000)
    assert allowed(service)


@pytest.mark.parametrize("path", ["/tools", "/policy", "/policy/edit", "/audit", "/settings", "/nothing"])
def test_every_other_page_has_no_barrier(kim: Person, path: str) -> None:
    kim.open(path)
    kim.complaints.clear()
    kim.look(path.strip("/").replace("/", "-"))


def test_reading_and_deciding_need_no_script(kim: Person) -> None:
    with kim.without_scripts() as page:
        page.goto(f"{kim.address}/tools/acme/brush")
        assert NO_TRAINING in page.inner_text("main")
        page.goto(f"{kim.address}/tools/acme/brush/plans/studio/decide")
        page.get_by_label("reject", exact=True).check()
        page.get_by_label("Why", exact=True).fill("Nobody uses it any more.")
        page.get_by_role("button", name="Decide as kim").click()
        page.wait_for_url("**/tools/acme/brush?plan=studio")
        assert "rejected" in page.inner_text("main")
