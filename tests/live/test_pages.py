"""Every page in a real browser, at a desk and on a phone, in light and dark: no barrier, no sideways scroll.

What keys, dropped files and browsers without scripts must be able to do stands here too.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import registry
from app.media import LARGEST
from extractors.model import Audience, DocumentKind, Failure, TermsType
from registry.discoveries import fail_discovery, finish_discovery, request_discovery
from registry.model import Role
from registry.proposals import Found, Proposal, Reason, Trouble, Whence
from tests.app.api.office import Office, the_tool
from tests.live.browser import Person, person
from tests.live.furnished import furnished_office, link_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("live")]

PAGES = (
    ("/", 200),
    ("/tools", 200),
    ("/tools?submitted=yes&order=facts&descending=yes", 200),
    ("/tools?search=nothing+fits", 200),
    ("/tools?status=fine", 422),
    ("/submit", 200),
    ("/submit?q=paint", 200),
    ("/submit/new", 200),
    ("/tools/acme/narrator/progress", 200),
    ("/tools/acme/painter-00/progress", 200),
    ("/tools/acme/painter-01/progress", 200),
    ("/tools/acme/painter", 200),
    ("/tools/acme/painter/sources/terms/set", 200),
    ("/ask", 200),
    ("/policy", 200),
    ("/policy/edit", 200),
    ("/audit", 200),
    ("/audit?actor=nobody", 200),
    ("/settings", 200),
    ("/settings/keys/lookup-key/end", 200),
    ("/settings/webhooks", 200),
    ("/settings/webhooks/none", 404),
    ("/nothing", 404),
    ("/sign-in", 200),
)
SITE = "https://acme.example"
DEFAULT = Path(registry.__file__).parent / "policies" / "default.yaml"
FORM = {"Vendor": "Beta", "Tool": "Narrator 2", "Plan 1": "Team"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, str]]:
    with furnished_office(tmp_path_factory.mktemp("furnished")) as found:
        yield found


@pytest.fixture(scope="module")
def ada(place: tuple[Office, str]) -> Iterator[Person]:
    """An administrator, signed in."""
    office, address = place
    with person(address, "desk") as ada:
        ada.open(link_of(office, "ada", Role.ADMIN))
        ada.look_in_every_light("sign-in-link")
        ada.page.get_by_role("button", name="Sign in as ada").click()
        ada.page.wait_for_url("**/ui/")
        yield ada


@pytest.fixture
def page(ada: Person) -> "Page":
    ada.page.set_viewport_size({"width": 1280, "height": 900})
    return ada.page


@pytest.mark.parametrize(("path", "status"), PAGES)
def test_no_page_has_a_barrier_or_scrolls_sideways(ada: Person, path: str, status: int) -> None:
    answer = ada.page.goto(f"{ada.address}{path}")
    assert answer is not None
    assert answer.status == status
    ada.complaints.clear()  # a browser tells on its console of every status that is none of success
    ada.look_in_every_light(re.sub(r"\W+", "-", path).strip("-") or "overview")


def test_what_one_may_not_see_is_told_without_a_barrier(place: tuple[Office, str], ada: Person) -> None:
    office, address = place
    with ada.beside() as sam:
        sam.open(link_of(office, "sam", Role.MANAGER))
        sam.page.get_by_role("button", name="Sign in as sam").click()
        sam.page.wait_for_url("**/ui/")
        answer = sam.page.goto(f"{address}/settings/webhooks")
        assert answer is not None
        assert answer.status == 403
        sam.complaints.clear()
        sam.look_in_every_light("forbidden")


def test_who_only_looks_tools_up_is_told_what_that_opens(place: tuple[Office, str], ada: Person) -> None:
    office, _ = place
    with ada.beside() as lou:
        lou.open(link_of(office, "lou", Role.LOOKUP))
        lou.page.get_by_role("button", name="Sign in as lou").click()
        lou.page.get_by_role("heading", name="Your role does not open this").wait_for()
        lou.complaints.clear()
        lou.look_in_every_light("role-lookup")


def test_a_fault_of_ours_is_told_without_a_barrier(ada: Person, page: "Page") -> None:
    answer = page.goto(f"{ada.address}/broken")
    assert answer is not None
    assert answer.status == 500
    ada.complaints.clear()
    ada.look_in_every_light("fault")


@pytest.mark.parametrize("state", ["found", "failed", "waits"])
def test_a_search_has_no_barrier_whatever_came_of_it(
    place: tuple[Office, str], ada: Person, page: "Page", state: str
) -> None:
    office, _ = place
    ada.open(f"/tools/acme/painter/found/{searched(office, state)}")
    page.evaluate(_OPENED)
    ada.look_in_every_light(f"search-{state}")


def test_a_page_that_waits_for_a_search_shows_what_it_found_by_itself(
    place: tuple[Office, str], ada: Person, page: "Page"
) -> None:
    office, _ = place
    key = searched(office, "slow")
    ada.open(f"/tools/acme/painter/found/{key}")
    page.get_by_text("Waits for a worker").wait_for()
    with office.sessions() as session:
        finish_discovery(session, key, FOUND, office.at)
    page.get_by_role("heading", name="To look at").wait_for()
    assert not ada.complaints


def searched(office: Office, state: str) -> str:
    """A search of a tool's site that came to something, to nothing, or has not begun; gives its key."""
    with office.sessions() as session:
        row = request_discovery(session, f"{SITE}/{state}", the_tool(session), "kim", office.at)
        if state == "found":
            finish_discovery(session, row.key, FOUND, office.at)
        elif state == "failed":
            fail_discovery(session, row.key, "the site gave no answer", office.at)
        return row.key


def proposal(name: str, **other: Any) -> Proposal:
    kind, terms = TermsType.PRIVACY_POLICY, DocumentKind.PRIVACY_POLICY
    usual = Proposal(f"{SITE}/{name}", kind, terms, Audience.ALL, (), (WHY,), 0.5, name)
    return replace(usual, **other)


WHY = Reason(Whence.INCORPORATED, f"{SITE}/terms", "The notice is a part of these terms.")
FOUND = Found(
    (
        proposal("privacy"),
        proposal("cookies", failure=Failure.LOGIN_FORM),
        proposal("jobs", passed_over_by="kim"),
        proposal("known", tracked="terms"),
    ),
    (Trouble(f"{SITE}/x", Failure.TIMED_OUT, "no answer in 20 s"),),
    9,
    complete=False,
)
_OPENED = "() => document.querySelectorAll('details').forEach((one) => { one.open = true })"


def test_one_webhook_has_no_barrier_when_it_is_made_and_later(ada: Person, page: "Page") -> None:
    ada.open("/settings/webhooks")
    page.get_by_label("Its address").fill("https://gateway.company.example/hooks/termgate/production")
    page.get_by_label("an approval was suspended").check()
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("heading", name="Its secret").wait_for()
    ada.look_in_every_light("webhook-made")
    page.get_by_role("link", name="Webhooks", exact=True).click()
    page.get_by_role("link", name="gateway.company.example").click()
    page.get_by_role("button", name="Send a test").click()
    page.get_by_text("webhook.test").wait_for()
    page.evaluate(_OPENED)
    ada.look_in_every_light("webhook")


def test_a_verdict_that_cannot_be_recorded_is_told_without_a_barrier(ada: Person, page: "Page") -> None:
    ada.open("/tools/acme/painter/plans/team/decide")
    with page.expect_navigation() as navigation:
        page.evaluate("() => document.querySelector('form[action$=\"/decide\"]').submit()")
    answer = navigation.value
    assert answer is not None
    assert answer.status == 409
    ada.complaints.clear()
    ada.look_in_every_light("refused-verdict")


def test_keys_reach_the_content_and_every_stop_can_be_seen(ada: Person, page: "Page") -> None:
    ada.open("/tools")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.querySelector('main').contains(document.activeElement)")
    for _ in range(12):
        assert page.evaluate(_IS_SEEN), page.evaluate("() => document.activeElement.outerHTML")
        page.keyboard.press("Tab")


_IS_SEEN = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
}"""


def test_a_search_keeps_the_focus_where_one_types(ada: Person, page: "Page") -> None:
    ada.open("/tools")
    page.get_by_label("Search").press_sequentially("painter-07", delay=10)
    page.get_by_text("2 plans", exact=True).wait_for()
    assert page.evaluate("() => document.activeElement.name") == "search"
    assert "search=painter-07" in page.url
    ada.open("/submit")
    page.get_by_label("Name of the tool").press_sequentially("narrator", delay=10)
    page.get_by_role("link", name="Acme Narrator").wait_for()
    assert page.evaluate("() => document.activeElement.id") == "q"
    assert not ada.complaints


def test_a_list_is_paged_there_and_back_in_its_order(ada: Person, page: "Page") -> None:
    ada.open("/tools?order=status")
    first = page.locator("tbody th a").first.inner_text()
    page.get_by_role("link", name="Next").click()
    assert "51–100 of" in page.inner_text("main")
    assert page.locator("tbody th a").first.inner_text() != first
    page.get_by_role("link", name="Previous").click()
    assert "1–50 of" in page.inner_text("main")
    assert page.locator("tbody th a").first.inner_text() == first


def test_a_dropped_file_is_looked_at_before_it_is_sent(ada: Person, page: "Page") -> None:
    ada.open("/tools/acme/narrator/progress")
    form = page.locator("form.drop").first
    told = form.locator(".file-told")
    assert "Drop the file here" in told.inner_text()
    for name, size, said in (
        ("run.exe", 10, "of a kind that is not read"),
        ("large.pdf", LARGEST + 1, "20 MB is the most"),
        ("empty.md", 0, "is empty"),
        ("contract.md", 2000, "is ready to be sent"),
    ):
        form.dispatch_event("drop", {"dataTransfer": page.evaluate_handle(_FILE, [name, size])})
        assert said in told.inner_text()
        is_good = form.locator("input[type=file]").evaluate("(input) => input.validity.valid")
        assert is_good == (name == "contract.md")
    ada.look_in_every_light("dropped")
    form.get_by_role("button", name="Upload").click()
    page.get_by_text("The look begins with the last upload").wait_for()
    assert page.locator("form.drop").count() == 1


_FILE = """([name, size]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(size)], name));
  return data;
}"""


def test_submitting_and_filters_need_no_script(ada: Person) -> None:
    with ada.without_scripts() as page:
        page.goto(f"{ada.address}/tools")
        page.get_by_label("Search").fill("painter-07")
        page.get_by_role("button", name="Search").click()
        page.get_by_text("2 plans", exact=True).wait_for()
        page.goto(f"{ada.address}/submit")
        page.get_by_label("Name of the tool").fill("narrator")
        page.get_by_role("button", name="Look").click()
        assert "Acme Narrator" in page.inner_text("main")
        page.goto(f"{ada.address}/submit/new")
        for label, words in FORM.items():
            page.get_by_label(label, exact=True).fill(words)
        page.get_by_label("There is a contract").check()
        page.get_by_role("button", name="Submit it as ada").click()
        assert "The look begins with the last upload" in page.inner_text("main")


def test_a_file_that_is_too_large_is_refused_with_a_page(ada: Person, tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    large.write_bytes(bytes(LARGEST + 100_000))
    with ada.without_scripts() as page:
        page.goto(f"{ada.address}/tools/acme/narrator/progress")
        page.locator("form.drop input[type=file]").first.set_input_files(large)
        page.locator("form.drop button").first.click()
        page.get_by_text("Choose a smaller file").wait_for()
        assert page.get_by_role("button", name="Back to the page").count() == 1


def test_a_policy_is_tried_and_put_in_force_without_a_script(ada: Person) -> None:
    with ada.without_scripts() as page:
        page.goto(f"{ada.address}/policy/edit")
        content = page.get_by_label("The policy's text")
        content.fill("id: nothing")
        page.get_by_role("button", name="See what would change").click()
        assert page.get_by_role("alert").count() == 1
        page.goto(f"{ada.address}/policy/edit")
        content.fill(DEFAULT.read_text().replace("title: Production work", "title: Work for a screen"))
        page.get_by_role("button", name="See what would change").click()
        page.get_by_label("Why it changes").fill("It has another name.")
        page.get_by_role("button", name="Put it in force as ada").click()
        assert "Work for a screen" in page.inner_text("h1")
    ada.open("/policy")
    ada.look_in_every_light("policy-adopted")
