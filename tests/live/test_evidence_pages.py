"""Evidence, changes and decisions in a real browser: no barrier in any light, by keys, without a script."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from extractors.model import PROPOSED, Clause, Family, Stance
from registry.model import Role
from tests.app.api.office import Office
from tests.app.ui.desk import Desk
from tests.app.ui.papers import put
from tests.live.browser import Person, person
from tests.live.furnished import furnished_office, link_of
from tests.registry.readings import MAY_TRAIN, NO_TRAINING, clause

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("live")]

TOOL = "/tools/acme/painter"
TERMS = f"{TOOL}/sources/terms"
KEPT = "We keep it for 30 days."
PROSE = "\n\n".join(f"## Section {number}\n\nThis section says little." for number in range(60))
TEXT = f"""# Terms <script>alert(1)</script>

{NO_TRAINING} {KEPT}

| Data | Days |
| --- | --- |
| Logs | 30 |

{"x" * 400}

{PROSE}

- {MAY_TRAIN}

We do \u202enot\u202c like\u200b it.
"""


def found(quote: str, stance: Stance, family: Family = Family.TRAINING, rule: str = "a.rule") -> Clause:
    start = TEXT.index(quote)
    return replace(clause(quote, stance, family), start=start, end=start + len(quote), rule=rule)


LAST = found(MAY_TRAIN, Stance.PERMITS, rule=PROPOSED)
KEEPS = found(KEPT, Stance.BOUNDED, Family.RETENTION)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, str]]:
    with furnished_office(tmp_path_factory.mktemp("furnished")) as (office, address):
        clauses = (found(NO_TRAINING, Stance.PROHIBITS), KEEPS, LAST)
        put(Desk(office), TEXT, clauses, key="third", body=b"<title>Terms</title><h1>Terms</h1><p>Of Acme.")
        yield office, address


@pytest.fixture(scope="module")
def kim(place: tuple[Office, str]) -> Iterator[Person]:
    """A reviewer, signed in, at a desk."""
    office, address = place
    with person(address, "desk") as kim:
        kim.open(link_of(office, "kim", Role.REVIEWER))
        kim.page.get_by_role("button", name="Sign in as kim").click()
        kim.page.wait_for_url("**/ui/")
        yield kim


PAGES = {
    "tool-of-a-suspended-plan": f"{TOOL}?plan=team",
    "tool-that-could-not-be-read": "/tools/acme/painter-00",
    "timeline": f"{TOOL}/plans/team/timeline",
    "evidence": TERMS,
    "evidence-at-a-sentence": f"{TERMS}?at={KEEPS.start}-{KEEPS.end}",
    "evidence-corrected": f"{TERMS}?correct=c-{KEEPS.digest}",
    "evidence-of-nothing": "/tools/acme/painter-01/sources/terms",
    "evidence-that-failed": "/tools/acme/painter-00/sources/terms",
    "changes": "/changes",
    "changes-settled": "/changes?state=closed",
    "change": "/changes/flag_1",
    "decide-again": f"{TOOL}/plans/team/decide",
    "decide-first": f"{TOOL}/plans/free/decide",
    "track": f"{TOOL}/track?url=https://acme.example/dpa&name=Addendum",
    "decide-on-nothing": "/tools/acme/painter-01/plans/team/decide",
}


@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_a_barrier_in_any_light(kim: Person, name: str) -> None:
    kim.open(PAGES[name])
    kim.look_in_every_light(name)


def test_an_original_is_framed(kim: Person) -> None:
    kim.open(TERMS)
    kim.page.locator("a[href*='/originals/']").first.click()
    kim.page.get_by_title("The page of terms as it was received").wait_for()
    kim.look_in_every_light("original")


def test_a_link_to_a_sentence_leads_to_its_place(kim: Person) -> None:
    kim.page.set_viewport_size({"width": 1280, "height": 900})
    kim.open(f"{TERMS}?at={LAST.start}-{LAST.end}#c-{LAST.digest}")
    tag = kim.page.locator(f"#c-{LAST.digest}")
    assert tag.evaluate("(one) => one.getBoundingClientRect().top") < 900
    assert MAY_TRAIN in kim.page.inner_text(".paper")


def test_a_clause_is_corrected_by_keys_alone_and_the_focus_goes_along(kim: Person) -> None:
    kim.open(TERMS)
    entry = kim.page.locator(f"#m-c-{KEEPS.digest}")
    entry.get_by_role("link", name="Correct it").focus()
    kim.page.keyboard.press("Enter")
    entry.get_by_role("button", name="Correct it").wait_for()
    assert "correct=" not in kim.page.url
    kim.page.wait_for_function("() => document.activeElement.name === 'kind'")
    kim.look_in_every_light("correcting")
    kim.page.keyboard.press("Space")
    entry.get_by_label("Why; an auditor will ask").focus()
    kim.page.keyboard.type("It speaks of backups alone.")
    entry.get_by_role("button", name="Correct it").press("Enter")
    kim.page.get_by_text("The plans were judged again at once").wait_for()
    assert "kim corrected it" in entry.inner_text()


def test_what_is_proposed_is_confirmed_without_a_script(kim: Person) -> None:
    with kim.without_scripts() as page:
        page.goto(f"{kim.address}{TERMS}")
        entry = page.locator(f"#m-c-{LAST.digest}").first
        entry.get_by_label("Does it say so? Why").fill("Read in its place.")
        entry.get_by_role("button", name="It says so").click()
        assert "The plans were judged again at once" in page.inner_text("main")
        assert "A trained component had proposed it." in page.content()


def test_a_plan_is_decided_on_without_a_script(kim: Person) -> None:
    with kim.without_scripts() as page:
        page.goto(f"{kim.address}/changes/flag_1")
        page.get_by_label("Why").fill("We wait for an addendum.")
        page.get_by_role("button", name="Keep it suspended").click()
        page.wait_for_url("**/tools/acme/painter?plan=team")
        page.goto(f"{kim.address}{TOOL}/plans/free/decide")
        page.get_by_label("reject", exact=True).check()
        page.get_by_label("Why", exact=True).fill("They train.")
        page.get_by_role("button", name="Decide as kim").click()
        page.wait_for_url("**/tools/acme/painter?plan=free")
        assert "rejected" in page.inner_text("#plan-free")
