"""The ledger, notices and announced days as a vendor manager meets them over the API."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.db import engine_from, sessions_of
from registry.model import Role
from registry.store import find_vetting
from registry.submissions import PassState
from tests.app.shop import PLAN, Shop, open_shop
from tests.app.vendor_site import NO_TRAINING
from tests.app.weeks import COOKIES, GREEDY, PART, WHOLE, WORSE
from tests.registries import new_registry

OTHER = "/v1/notices/notice_1/answer"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    engine = engine_from(new_registry(tmp_path))
    with open_shop(sessions_of(engine)) as shop:
        shop.site.pages["/terms"] = WHOLE
        shop.submit()
        shop.approve()
        yield shop
    engine.dispose()


def show(shop: Shop, page: str) -> None:
    """A week later the page is this."""
    shop.office.at += timedelta(days=7)
    shop.site.pages["/terms"] = page
    shop.look()


def ask(shop: Shop, path: str, **params: str) -> Any:
    answer = shop.office.ask("GET", path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def reply(shop: Shop, answer: str, status: int = 200, role: Role = Role.REVIEWER) -> Any:
    given = shop.office.ask("POST", OTHER, role, json={"answer": answer, "reason": "I have looked."})
    assert given.status_code == status, given.text
    return given.json()


def test_the_ledger_shows_what_was_passed_over_and_counts_it(shop: Shop) -> None:
    show(shop, WHOLE.replace("the town of Elsewhere", "the city of Nowhere"))
    show(shop, PART)
    newest, oldest = ask(shop, "/v1/noise")
    assert [one["kind"] for one in (newest, oldest)] == ["half_loaded", "reworded"]
    assert (oldest["tool"], oldest["source"]) == ("acme/brush", "terms")
    assert ask(shop, f"/v1/tools/acme/brush/sources/terms/documents/{newest['document']}")["text"]
    assert ask(shop, "/v1/noise/counts") == {"total": 2, "kinds": {"reworded": 1, "half_loaded": 1}}


def test_the_ledger_is_asked_by_source_tool_kind_and_time(shop: Shop) -> None:
    show(shop, PART)
    show(shop, WHOLE.replace("<footer>", "<footer class='a'>"))
    then = shop.office.at.isoformat()
    assert [one["kind"] for one in ask(shop, "/v1/noise", since=then)] == ["cosmetic"]
    assert [one["kind"] for one in ask(shop, "/v1/noise", until=then)] == ["half_loaded"]
    assert [one["kind"] for one in ask(shop, "/v1/noise", kind="cosmetic")] == ["cosmetic"]
    assert len(ask(shop, "/v1/noise", tool="acme/brush", source="terms")) == 2
    assert ask(shop, "/v1/noise", before=str(ask(shop, "/v1/noise")[-1]["id"])) == []
    unknown = shop.office.ask("GET", "/v1/noise", params={"tool": "acme/none"})
    assert unknown.status_code == 404


def test_a_swap_stands_among_the_flags_as_what_it_is(shop: Shop) -> None:
    show(shop, COOKIES)
    (flag,) = ask(shop, "/v1/flags")
    assert (flag["kind"], flag["plans"], flag["takes"]) == (
        "swapped",
        ["acme/brush@studio"],
        ["accept", "dismiss"],
    )
    assert shop.looked_up()["decision"] is True
    assert [one["id"] for one in ask(shop, PLAN)["notices"]] == [flag["id"]]
    assert [one["id"] for one in ask(shop, "/v1/tools/acme/brush")["notices"]] == [flag["id"]]
    assert ask(shop, "/v1/flags", kind="change") == []


def test_what_a_person_accepts_is_the_terms_from_then_on(shop: Shop) -> None:
    show(shop, GREEDY)
    assert (shop.plan["status"], shop.answers["training"]) == ("suspended", "prohibited")
    (plan,) = reply(shop, "accept")["plans"]
    assert (plan["status"], shop.answers["training"]) == ("suspended", "permitted")
    assert shop.cause == "terms"
    assert {one["kind"] for one in ask(shop, "/v1/flags")} == {"change"}
    show(shop, GREEDY)
    assert [one["kind"] for one in ask(shop, "/v1/noise")] == ["other_document"]


def test_what_a_person_dismisses_changes_nothing_and_ages(shop: Shop) -> None:
    show(shop, COOKIES)
    seen = shop.looked_up()["evidence_at"]
    assert reply(shop, "dismiss")["notice"]["answer"] == "dismiss"
    show(shop, COOKIES)
    assert ask(shop, "/v1/flags") == []
    assert shop.looked_up()["evidence_at"] == seen


def test_a_quarantine_is_released_by_a_reviewer_and_stands_in_the_audit_log(shop: Shop) -> None:
    show(shop, PART)
    show(shop, PART)
    (flag,) = ask(shop, "/v1/flags", kind="quarantined")
    assert flag["takes"] == ["accept", "release"]
    reply(shop, "release", status=403, role=Role.MANAGER)
    reply(shop, "release")
    audit = shop.office.ask("GET", "/v1/audit", Role.ADMIN).json()["items"]
    actions = [one["action"] for one in audit]
    assert {"open_quarantined", "release_quarantined"} <= set(actions)
    show(shop, WHOLE)
    assert ask(shop, "/v1/flags") == []


def test_an_answer_that_does_not_fit_is_refused(shop: Shop) -> None:
    show(shop, COOKIES)
    assert "dismiss" in reply(shop, "release", status=422)["detail"]
    reply(shop, "dismiss")
    reply(shop, "dismiss", status=422)
    missing = shop.office.ask(
        "POST", "/v1/notices/notice_99/answer", Role.REVIEWER, json={"answer": "dismiss", "reason": "x"}
    )
    assert missing.status_code == 404


def test_nothing_is_accepted_while_the_tool_is_being_looked_at(shop: Shop) -> None:
    show(shop, COOKIES)
    key = shop.promise()
    with shop.office.sessions() as session:
        row = find_vetting(session, key)
        assert row is not None
        row.state = PassState.RUNNING
        session.add(row)
    reply(shop, "accept", status=409)


def test_a_flag_says_that_the_terms_went_back(shop: Shop) -> None:
    show(shop, WORSE)
    show(shop, WHOLE)
    flags = ask(shop, "/v1/flags")
    assert all(one["went_back_at"] for one in flags)
    assert shop.plan["status"] == "suspended"
    assert [one["kind"] for one in ask(shop, "/v1/noise")] == ["flapped"]


def test_terms_of_a_later_day_are_shown_ahead_and_the_worse_of_both_counts(shop: Shop) -> None:
    day = (shop.office.at + timedelta(days=30)).date()
    better = WHOLE.replace("within 30 days", "within 7 days").replace(
        "<h2>1.", f"<p>These terms take effect on {day:%d %B %Y}.</p><h2>1."
    )
    show(shop, better)
    (flag,) = ask(shop, "/v1/flags")
    assert (flag["kind"], flag["effective_on"]) == ("announced", day.isoformat())
    plan = ask(shop, PLAN)
    today = {one["family"]: one["days"] for one in plan["assessment"]["facts"]}
    then = {one["family"]: one["days"] for one in plan["announced"]["facts"]}
    assert (today["retention"], then["retention"]) == (30, 7)
    assert (plan["announced"]["on"], plan["announced"]["changes"]) == (day.isoformat(), ["retention"])
    assert NO_TRAINING in plan["announced"]["facts"][0]["quotes"]
    assert shop.looked_up()["decision"] is True
