"""Corrections from end to end on an invented vendor: over REST, judged at once, through re-crawls."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.db import engine_from, sessions_of
from app.vetting import begin, fail, look
from registry.model import Role
from registry.submissions import PassKind
from tests.app.shop import Shop, open_shop
from tests.app.vendor_site import MAY_TRAIN, NO_TRAINING, terms

SEA = "These terms govern how you use Brush, the drawing service of Acme Tools Ltd"
LINGERS = "Prompts linger on our disks for as long as our business likes them."


@pytest.fixture
def shop(registry_url: str) -> Iterator[Shop]:
    engine = engine_from(registry_url)
    with open_shop(sessions_of(engine)) as shop:
        yield shop
    engine.dispose()


def test_a_rejected_clause_through_its_whole_life(shop: Shop) -> None:
    """Submitted, vetted, rejected, looked up; the page changes elsewhere, then in the sentence itself."""
    shop.site.pages["/terms"] = terms(MAY_TRAIN)
    shop.submit()
    assert shop.answers["training"] == "permitted"
    assert MAY_TRAIN in {one["quote"] for one in shop.looked_up()["evidence"]}

    made = shop.reject(MAY_TRAIN)
    assert made["correction"]["state"] == "applies"
    assert (shop.answers["training"], shop.cause) == ("silent", "correction")
    shown = shop.clause(MAY_TRAIN)
    assert not shown["counts"]
    assert (shown["correction"]["by"], shown["correction"]["kind"]) == ("reviewer-key", "rejected")
    assert MAY_TRAIN not in {one["quote"] for one in shop.looked_up()["evidence"]}
    shop.approve()

    elsewhere = terms(MAY_TRAIN).replace("indirect damage", "indirect or other damage")
    shop.site.pages["/terms"] = elsewhere
    shop.look()
    assert (shop.answers["training"], shop.states()) == ("silent", ["applies"])
    assert shop.plan["status"] == "approved"

    changed = MAY_TRAIN.replace("Customer Content", "all Customer Content")
    shop.site.pages["/terms"] = elsewhere.replace(MAY_TRAIN, changed)
    shop.look()
    assert (shop.answers["training"], shop.states(), shop.cause) == ("permitted", ["dormant"], "terms")
    assert shop.plan["status"] == "suspended"
    assert shop.looked_up()["decision"] is False
    (flag,) = [one for one in shop.flags() if one["cause"] == "terms" and one["family"] == "training"]
    assert MAY_TRAIN in flag["before_quotes"]


def test_a_correction_that_makes_a_fact_worse_suspends_at_once(shop: Shop) -> None:
    shop.submit()
    shop.approve()
    made = shop.correct(kind="restanced", clause=shop.clause(NO_TRAINING)["digest"], stance="permits")
    assert made["plans"][0]["status"] == "suspended"
    assert "a reviewer corrected the reading" in shop.plan["suspended_because"]
    assert shop.answers["training"] == "permitted"
    assert {one["cause"] for one in shop.flags()} == {"correction"}
    assert shop.looked_up()["decision"] is False


def test_a_deciding_passage_says_who_made_it_say_so(shop: Shop) -> None:
    shop.submit()
    shop.correct(kind="restanced", clause=shop.clause(NO_TRAINING)["digest"], stance="opt_out")
    (training,) = (one for one in shop.plan["assessment"]["facts"] if one["family"] == "training")
    (passage,) = training["passages"]
    assert (passage["quote"], passage["stance"]) == (NO_TRAINING, "opt_out")
    assert (passage["correction"]["by"], passage["correction"]["reason"]) == (
        "reviewer-key",
        "I have read it.",
    )


def test_both_readings_of_a_restanced_sentence_are_shown(shop: Shop) -> None:
    shop.submit()
    shop.correct(kind="restanced", clause=shop.clause(NO_TRAINING)["digest"], stance="opt_in")
    shown = [(one["stance"], one["counts"]) for one in shop.clauses if one["quote"] == NO_TRAINING]
    assert shown == [("prohibits", False), ("opt_in", True)]


def test_a_sentence_that_a_person_adds_counts(shop: Shop) -> None:
    shop.site.pages["/terms"] = terms().replace(
        "We delete Customer Content within 30 days", LINGERS + " We wait"
    )
    shop.submit()
    assert shop.answers["retention"] == "silent"
    shop.correct(kind="added", quote=LINGERS, family="retention", stance="open_ended", data=["content"])
    assert shop.answers["retention"] == "open_ended"
    assert shop.clause(LINGERS, "retention")["rule"] == "reviewer"
    evidence = [one["quote"] for one in shop.looked_up()["evidence"]]
    assert LINGERS in evidence


def test_a_correction_survives_a_reread(shop: Shop) -> None:
    shop.submit()
    shop.reject(NO_TRAINING)
    shop.look(PassKind.REREAD)
    assert (shop.answers["training"], shop.states()) == ("silent", ["applies"])


def test_a_sentence_that_comes_back_is_corrected_again(shop: Shop) -> None:
    shop.submit()
    shop.reject(NO_TRAINING)
    for training, state in ((MAY_TRAIN, "dormant"), (NO_TRAINING, "applies")):
        shop.site.pages["/terms"] = terms(training)
        shop.look()
        assert shop.states() == [state]
    assert shop.answers["training"] == "silent"


def test_a_sentence_that_is_gone_is_told_once_also_where_no_answer_changes(shop: Shop) -> None:
    shop.submit()
    shop.reject(NO_TRAINING)
    for _ in range(2):
        shop.site.pages["/terms"] = terms("We like the sea.")
        shop.look()
    (flag,) = [one for one in shop.flags() if one["cause"] == "terms"]
    assert (flag["before"], flag["after"], flag["before_quotes"]) == ("silent", "silent", [NO_TRAINING])


def test_a_withdrawn_correction_leaves_the_machines_reading(shop: Shop) -> None:
    shop.submit()
    made = shop.reject(NO_TRAINING)
    answer = shop.withdraw(made["correction"]["id"])
    assert answer.status_code == 200, answer.text
    assert (shop.answers["training"], shop.cause, shop.states()) == (
        "prohibited",
        "correction",
        ["withdrawn"],
    )
    assert shop.withdraw(made["correction"]["id"]).status_code == 422
    assert [one["counts"] for one in shop.clauses if one["quote"] == NO_TRAINING] == [True]


def test_every_act_is_in_the_audit_log(shop: Shop) -> None:
    shop.submit()
    made = shop.reject(NO_TRAINING)
    shop.withdraw(made["correction"]["id"])
    events = shop.office.ask("GET", "/v1/audit", Role.ADMIN, params={"subject": "acme/brush"}).json()["items"]
    told = {one["action"]: one["detail"] for one in events}
    assert told["correct"]["quote"] == NO_TRAINING
    assert told["correct"]["before"]["stance"] == "prohibits"
    assert told["withdraw_correction"]["reason"] == "It was right."


def test_who_may_not_decide_may_not_correct(shop: Shop) -> None:
    shop.submit()
    digest = shop.clause(NO_TRAINING)["digest"]
    shop.correct(403, Role.MANAGER, kind="rejected", clause=digest)
    assert shop.answers["training"] == "prohibited"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"kind": "rejected", "clause": "0" * 64}, "the machine read no clause"),
        (
            {"kind": "restanced", "clause": NO_TRAINING, "stance": "bounded"},
            "training has no stance 'bounded'",
        ),
        ({"kind": "restanced", "clause": NO_TRAINING, "stance": "prohibits"}, "nothing differs"),
        ({"kind": "restanced", "clause": NO_TRAINING, "purpose": "improve"}, "a clause on training has none"),
        ({"kind": "rejected", "clause": NO_TRAINING, "clause_purpose": "licence"}, "clause_purpose"),
        (
            {"kind": "added", "quote": "We sell it.", "family": "reuse", "purpose": "third_party"},
            "no such sentence",
        ),
        ({"kind": "added", "quote": SEA, "family": "training", "stance": "permits"}, "no such sentence"),
        ({"kind": "added", "quote": NO_TRAINING, "family": "reuse", "stance": "permits"}, "needs one of"),
        (
            {"kind": "added", "quote": NO_TRAINING, "family": "training", "stance": "prohibits"},
            "reads the sentence so",
        ),
        (
            {
                "kind": "added",
                "quote": NO_TRAINING,
                "family": "retention",
                "stance": "none",
                "period_days": 3,
            },
            "period_days",
        ),
    ],
)
def test_what_cannot_be_said_of_a_document_is_refused(shop: Shop, form: dict[str, Any], said: str) -> None:
    shop.submit()
    if form.get("clause") == NO_TRAINING:
        form = {**form, "clause": shop.clause(NO_TRAINING)["digest"]}
    if form["kind"] == "added":
        form = {"data": ["content"], "stance": "permits", **form}
    problem = shop.correct(422, **form)
    assert problem["type"] == "/problems/correction-refused"
    assert said in problem["detail"]
    assert shop.states() == []


def test_a_correction_is_not_made_twice(shop: Shop) -> None:
    shop.submit()
    first = shop.reject(NO_TRAINING)["correction"]["id"]
    digest = shop.clause(NO_TRAINING)["digest"]
    problem = shop.correct(422, kind="restanced", clause=digest, stance="permits")
    assert first in problem["detail"]


def test_a_reason_is_needed(shop: Shop) -> None:
    shop.submit()
    shop.correct(422, kind="rejected", clause=shop.clause(NO_TRAINING)["digest"], reason=" ")


def test_only_the_newest_text_is_corrected(shop: Shop) -> None:
    shop.submit()
    old, digest = shop.document, shop.clause(NO_TRAINING)["digest"]
    shop.site.pages["/terms"] = terms(MAY_TRAIN)
    shop.look()
    body = {"kind": "rejected", "clause": digest, "reason": "Too late."}
    answer = shop.office.ask("POST", f"{old}/corrections", Role.REVIEWER, json=body)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/stale")


def test_a_correction_waits_for_the_pass_that_is_under_way(shop: Shop) -> None:
    shop.submit()
    begin(shop.workshop, shop.promise())
    shop.correct(409, kind="rejected", clause=shop.clause(NO_TRAINING)["digest"])


def test_what_a_failed_pass_has_seen_is_no_doing_of_the_corrections(shop: Shop) -> None:
    """The vendor changed one sentence, a person corrects another: two judgements, each with its cause."""
    shop.submit()
    shop.approve()
    shop.site.pages["/terms"] = terms(MAY_TRAIN)
    key = shop.promise()
    (source,) = begin(shop.workshop, key)
    look(shop.workshop, key, source)
    fail(shop.workshop, key, "the machine lost power")
    keeps = "We delete Customer Content within 30 days after you submit it."
    shop.correct(kind="rejected", clause=shop.clause(keeps, "retention")["digest"])
    assert {(one["family"], one["cause"]) for one in shop.flags()} >= {
        ("training", "terms"),
        ("retention", "correction"),
    }


def test_a_whole_document_is_marked_as_reviewed(shop: Shop) -> None:
    shop.submit()
    made = shop.correct(kind="reviewed")
    assert (made["correction"]["kind"], made["correction"]["state"]) == ("reviewed", "applies")
    shop.site.pages["/terms"] = terms(MAY_TRAIN)
    shop.look()
    assert shop.states() == ["dormant"]
