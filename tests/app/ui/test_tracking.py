"""A document more among the sources of a tool, taken in at a page."""

import pytest

from registry.model import Role
from tests.app.ui.desk import Desk

PAGE = "/tools/acme/painter/track"
FORM = {
    "url": "https://acme.example/dpa",
    "name": "Data Addendum",
    "type": "Data Processor Agreement",
    "plan": "team",
}


@pytest.fixture
def painter(desk: Desk) -> Desk:
    desk.office.submit()
    desk.office.vet()
    desk.sign_in("kim", Role.MANAGER)
    return desk


def sources(desk: Desk) -> dict[str, list[str]]:
    found = desk.office.ask("GET", "/v1/tools/acme/painter").json()["sources"]
    return {one["slug"]: one["plans"] for one in found}


def test_a_document_that_terms_name_is_tracked_for_the_plans_that_were_ticked(painter: Desk) -> None:
    shown = painter.read(f"{PAGE}?name=Data+Addendum&url=https://acme.example/dpa&kind=Privacy+Policy")
    for filled in ('value="Data Addendum"', 'value="https://acme.example/dpa"', '"Privacy Policy" selected'):
        assert filled in shown
    answer = painter.send(PAGE, FORM)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == "/tools/acme/painter/progress"
    assert sources(painter)["data-addendum"] == ["team"]


def test_a_name_that_is_taken_gets_a_number(painter: Desk) -> None:
    assert painter.send(PAGE, FORM | {"name": "Terms"}).status_code == 303
    assert {"terms", "terms-2"} <= set(sources(painter))


def test_what_cannot_be_taken_is_told_and_stays_typed(painter: Desk) -> None:
    for wrong in ({"type": ""}, {"url": "ftp://acme.example/dpa"}, {"url": ""}):
        answer = painter.send(PAGE, FORM | wrong)
        assert answer.status_code in {409, 422}, wrong
        assert "This was not taken in" in answer.text
        assert 'value="Data Addendum"' in answer.text
    assert set(sources(painter)) == {"terms"}
