"""A source corrected and retired at its page: what holds is filled in, and what cannot be taken is told."""

import pytest

from registry.model import Role
from tests.app.ui.desk import Desk

PAGE = "/tools/acme/painter/sources/terms"
FORM = {
    "urls": "https://acme.example/terms-of-use\n\nhttps://acme.example/more",
    "type": "Terms of Service",
    "plan": ["free", "team"],
    "days": "14",
}


@pytest.fixture
def painter(desk: Desk) -> Desk:
    desk.office.submit()
    desk.office.vet()
    desk.sign_in("kim", Role.MANAGER)
    return desk


def source(desk: Desk, slug: str = "terms") -> dict[str, object]:
    found = desk.office.ask("GET", "/v1/tools/acme/painter").json()["sources"]
    return next(one for one in found if one["slug"] == slug)


def test_the_form_holds_what_the_source_is_now(painter: Desk) -> None:
    shown = painter.read(f"{PAGE}/set")
    assert ">https://acme.example/terms</textarea>" in shown
    assert '"Terms of Service" selected' in shown
    assert shown.count("checked") == 2
    assert f'href="{PAGE}/set"' in painter.read(PAGE)


def test_a_source_that_moved_is_corrected_and_looked_at(painter: Desk) -> None:
    answer = painter.send(f"{PAGE}/set", FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/tools/acme/painter/progress")
    assert source(painter)["urls"] == ["https://acme.example/terms-of-use", "https://acme.example/more"]


@pytest.mark.parametrize(
    "wrong", [{"urls": ""}, {"urls": "ftp://acme.example/"}, {"days": "0"}, {"plan": []}]
)
def test_what_cannot_be_taken_is_told_and_stays_typed(painter: Desk, wrong: dict[str, object]) -> None:
    answer = painter.send(f"{PAGE}/set", {**FORM, **wrong, "type": "Privacy Policy"})
    assert answer.status_code in {409, 422}
    assert "This was not taken in" in answer.text
    assert '"Privacy Policy" selected' in answer.text
    assert source(painter)["type"] == "Terms of Service"


def test_the_last_source_of_a_plan_is_not_retired(painter: Desk) -> None:
    answer = painter.send(f"{PAGE}/retirement", {})
    assert answer.status_code == 409
    assert "cannot be retired yet" in answer.text
    assert ">https://acme.example/terms</textarea>" in answer.text


def test_a_source_is_retired_and_brought_back(painter: Desk) -> None:
    privacy = {"type": "Privacy Policy", "urls": ["https://acme.example/privacy"], "plans": ["team"]}
    put = painter.office.ask("PUT", "/v1/tools/acme/painter/sources/privacy", json=privacy)
    assert put.status_code == 201, put.text
    there = "/tools/acme/painter/sources/privacy"
    assert painter.send(f"{there}/retirement", {}).headers["location"] == "/tools/acme/painter#sources"
    assert "1 retired" in painter.read("/tools/acme/painter")
    shown = painter.read(f"{there}/set")
    assert "Bring it back as kim" in shown
    form = {"urls": "https://acme.example/privacy", "type": "Privacy Policy", "plan": ["team"], "days": "7"}
    assert painter.send(f"{there}/set", form).status_code == 303
    assert source(painter, "privacy")["plans"] == ["team"]
