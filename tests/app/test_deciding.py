"""Decisions from end to end on an invented vendor: over REST, from the request to the last lapse."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from app.db import engine_from, sessions_of
from registry.keys import create_key
from registry.model import ApprovalRules, Role
from registry.submissions import PassKind
from registry.tables import DecisionRow
from tests.app.api.office import POLICY
from tests.app.shop import PLAN, Shop, open_shop
from tests.app.vendor_site import NO_TRAINING, terms

HOUR = timedelta(hours=1)
SWITCH = {
    "obligation": "Sharing is switched off.",
    "attested_by": "the administrator",
    "evidence": "a screenshot",
}


@pytest.fixture
def shop(registry_url: str) -> Iterator[Shop]:
    engine = engine_from(registry_url)
    with open_shop(sessions_of(engine)) as shop:
        yield shop
    engine.dispose()


def under(shop: Shop, **rules: Any) -> None:
    """Let the policy say this of approvals."""
    shop.office.policy = replace(POLICY, approvals=ApprovalRules(**rules))
    shop.office.furnish(any_port=True)


def person(shop: Shop, name: str, role: Role = Role.REVIEWER) -> str:
    with shop.office.sessions() as session:
        return create_key(session, name, role, "a test", shop.office.at)


def post(shop: Shop, key: str, path: str, status: int = 201, **body: Any) -> Any:
    answer = shop.office.ask("POST", path, None, json=body, headers={"x-api-key": key})
    assert answer.status_code == status, answer.text
    return answer.json()


def approve(shop: Shop, key: str, status: int = 201, **other: Any) -> Any:
    body = shop.office.approval(assessment=shop.plan["assessment"]["digest"], **other)
    return post(shop, key, f"{PLAN}/decisions", status, **body)


def waiting(shop: Shop, **query: str) -> list[Any]:
    return list(shop.office.ask("GET", "/v1/requests", params=query).json())


def test_an_approval_from_its_request_to_the_last_lapse(shop: Shop) -> None:
    """A submits and may not approve; B does, under an obligation; it is attested, allows, and lapses."""
    under(shop, four_eyes=True)
    shop.submit()
    ann, ben = person(shop, "ann"), person(shop, "ben")
    post(shop, ann, f"{PLAN}/requests", clock="routine", reason="For the pilot.")
    conditional: dict[str, Any] = {"verdict": "approve_with_conditions", "obligations": [SWITCH]}
    refused = approve(shop, ann, 422, **conditional)
    assert "ann asked for this approval" in refused["detail"]

    (owed,) = approve(shop, ben, **conditional)["decision"]["obligations"]
    assert owed["state"] == "open"
    assert waiting(shop) == []
    answer = shop.looked_up()
    assert (answer["decision"], answer["status"]) == (False, "escalate")
    assert answer["reasons"][0]["rule"] == "obligation.open"
    assert [one["state"] for one in answer["attestations"]] == ["open"]

    until = shop.office.at + 30 * HOUR
    path = f"/v1/obligations/{owed['id']}/attestations"
    post(shop, ann, path, evidence="Screenshot 12.", until=until.isoformat())
    answer = shop.looked_up()
    assert (answer["decision"], answer["status"]) == (True, "approved_with_obligations")
    assert answer["attestations"][0]["state"] == "attested"
    assert answer["attestations"][0] in answer["obligations"]

    shop.office.at = until - timedelta(minutes=2)
    assert shop.looked_up()["valid_until"] == until.strftime("%Y-%m-%dT%H:%M:%SZ")
    shop.office.at = until
    answer = shop.looked_up()
    assert (answer["decision"], answer["reasons"][0]["rule"]) == (False, "obligation.lapsed")


def test_the_submitter_does_not_approve_their_own_tool(shop: Shop) -> None:
    under(shop, four_eyes=True)
    shop.submit()
    with shop.office.sessions() as session:
        session.connection().exec_driver_sql("UPDATE tools SET submitted_by = 'reviewer-key'")
    answer = shop.office.ask("POST", f"{PLAN}/decisions", Role.REVIEWER, json=shop.office.approval())
    assert answer.status_code == 422
    assert "submitted the tool" in answer.json()["detail"]


def test_a_first_approval_is_pending_until_a_second_person_confirms_it(shop: Shop) -> None:
    under(shop, approvers=2)
    shop.submit()
    ann, ben = person(shop, "ann"), person(shop, "ben")
    plan = approve(shop, ann)
    assert (plan["status"], plan["decision"]) == ("in_review", None)
    assert plan["pending"]["proposed_by"] == "ann"
    assert shop.looked_up()["status"] == "pending"
    pending = plan["pending"]["id"]
    assert "second person" in post(shop, ann, f"{PLAN}/confirmations", 422, pending=pending)["detail"]

    plan = post(shop, ben, f"{PLAN}/confirmations", pending=pending)
    assert (plan["status"], plan["pending"]) == ("approved", None)
    assert (plan["decision"]["decided_by"], plan["decision"]["confirmed_by"]) == ("ann", "ben")
    assert shop.looked_up()["decision"] is True
    post(shop, ben, f"{PLAN}/confirmations", 409, pending=pending)


def test_what_changed_since_the_first_approval_cannot_be_confirmed(shop: Shop) -> None:
    under(shop, approvers=2)
    shop.submit()
    ann, ben = person(shop, "ann"), person(shop, "ben")
    pending = approve(shop, ann)["pending"]["id"]
    shop.site.pages["/terms"] = terms("We may train our models on Customer Content.")
    shop.look()
    post(shop, ben, f"{PLAN}/confirmations", 409, pending=pending)
    assert shop.looked_up()["decision"] is False


def test_another_verdict_takes_the_place_of_what_waits(shop: Shop) -> None:
    under(shop, approvers=2)
    shop.submit()
    ann, ben = person(shop, "ann"), person(shop, "ben")
    pending = approve(shop, ann)["pending"]["id"]
    assert approve(shop, ben, verdict="reject")["status"] == "rejected"
    post(shop, ben, f"{PLAN}/confirmations", 409, pending=pending)


def test_an_emergency_is_answered_for_a_short_time_and_reviewed_afterwards(shop: Shop) -> None:
    under(shop, four_eyes=True, emergency_lasts_hours=24)
    shop.submit()
    ann, ben, cem = (person(shop, name) for name in ("ann", "ben", "cem"))
    asked = post(shop, ann, f"{PLAN}/requests", clock="emergency", reason="The premiere is tomorrow.")
    assert asked["due_at"] == (shop.office.at + 4 * HOUR).isoformat().replace("+00:00", "Z")
    shop.office.at += 5 * HOUR
    assert [one["id"] for one in waiting(shop, overdue="true")] == [asked["id"]]

    long, short = (shop.office.at + hours * HOUR for hours in (25, 24))
    refused = approve(shop, ben, 422, emergency=True, expires_at=long.isoformat())
    assert "24 hours at most" in refused["detail"]
    approve(shop, ben, emergency=True, expires_at=short.isoformat())
    answer = shop.looked_up()
    assert (answer["decision"], answer["emergency"]) == (True, True)

    shop.office.at = short
    answer = shop.looked_up()
    assert (answer["decision"], answer["reasons"][0]["rule"]) == (False, "decision.expired")
    (review,) = waiting(shop)
    assert (review["kind"], review["reviews"]) == ("review", shop.plan["decision"]["id"])

    again = (shop.office.at + HOUR).isoformat()
    assert "decide for good" in approve(shop, cem, 422, emergency=True, expires_at=again)["detail"]
    assert "under review" in approve(shop, ben, 422)["detail"]
    approve(shop, cem)
    assert waiting(shop) == []
    assert shop.looked_up()["decision"] is True


def test_a_request_is_taken_back_by_its_person_and_stays_on_record(shop: Shop) -> None:
    shop.submit()
    mia, cem = (person(shop, name, Role.MANAGER) for name in ("mia", "cem"))
    asked = post(shop, mia, f"{PLAN}/requests", clock="routine", reason="For the pilot.")
    path, why = f"/v1/requests/{asked['id']}/withdrawal", "We cut the scene."
    assert "is of mia" in post(shop, cem, path, 422, reason=why)["detail"]
    assert post(shop, mia, path, 200, reason=why)["decision"] is None
    assert asked["id"] not in [one["id"] for one in waiting(shop)]
    assert asked["id"] in [one["id"] for one in waiting(shop, closed="true")]
    post(shop, mia, "/v1/requests/req_none/withdrawal", 404, reason=why)


def test_a_flag_that_was_seen_stays_open_where_the_decision_says_so(shop: Shop) -> None:
    shop.submit()
    shop.approve()
    shop.site.pages["/terms"] = terms("We may train our models on Customer Content.")
    shop.look()
    kept = [one["id"] for one in shop.flags()]
    answer = approve(shop, person(shop, "rita"), verdict="reject", keep_open=kept)
    assert (answer["status"], [one["id"] for one in shop.flags()]) == ("rejected", kept)


def test_a_clause_that_the_vendor_removes_suspends_and_is_quoted(shop: Shop) -> None:
    shop.submit()
    shop.approve()
    shop.site.pages["/terms"] = terms("We like the sea.")
    shop.look()
    assert shop.plan["status"] == "suspended"
    assert NO_TRAINING in shop.plan["suspended_because"]
    assert NO_TRAINING in shop.looked_up()["reasons"][0]["message"]


def test_a_clause_that_decides_nothing_any_more_still_holds_the_approval_that_relies_on_it(
    shop: Shop,
) -> None:
    """Two sentences say the same: facts rest on one alone, and an approval may name the other."""
    shop.submit()
    shop.approve()
    with shop.office.sessions() as session:
        decision = session.exec(select(DecisionRow)).one()
        decision.clauses = [*decision.clauses, "gone"]
        session.add(decision)
    # A page that is as it was is not judged again.
    shop.site.pages["/terms"] = terms(f"{NO_TRAINING} We like the sea.")
    shop.look()
    assert shop.plan["status"] == "suspended"
    assert "1 of the clauses" in shop.plan["suspended_because"]


def test_a_policy_that_asks_for_more_suspends_what_fails_it(shop: Shop) -> None:
    shop.submit()
    shop.approve()
    stricter = tuple(
        replace(one, max_days=7, tolerances={}) if one.id == "retention.short" else one
        for one in POLICY.requirements
    )
    shop.workshop = replace(shop.workshop, policy=replace(POLICY, requirements=stricter, version="stricter"))
    shop.look(PassKind.REREAD)
    assert shop.plan["status"] == "suspended"
    assert "policy" in shop.plan["suspended_because"] or "days" in shop.plan["suspended_because"]


def test_a_decision_closes_the_flags_that_were_seen_and_no_others(shop: Shop) -> None:
    shop.submit()
    shop.approve()
    shop.site.pages["/terms"] = terms("We may train our models on Customer Content.")
    shop.look()
    flags = shop.flags()
    assert flags
    body = shop.office.approval(verdict="reject", flags=[flags[0]["id"]])
    answer = shop.office.ask("POST", f"{PLAN}/decisions", Role.REVIEWER, json=body)
    assert answer.status_code == 201, answer.text
    assert [one["id"] for one in shop.flags()] == [one["id"] for one in flags[1:]]
    (closed,) = [
        one
        for one in shop.office.ask("GET", "/v1/flags", params={"closed": "true"}).json()
        if one["decision"] is not None
    ]
    assert (closed["id"], closed["decision"]) == (flags[0]["id"], shop.plan["decision"]["id"])


def test_no_approval_passes_over_a_flag_that_was_not_seen(shop: Shop) -> None:
    shop.submit()
    shop.approve()
    shop.site.pages["/terms"] = terms("We like the sea.")
    shop.look()
    shop.site.pages["/terms"] = terms()
    shop.look()
    answer = shop.office.ask("POST", f"{PLAN}/decisions", Role.REVIEWER, json=shop.office.approval())
    assert answer.status_code == 409
    assert shop.flags()[0]["id"] in answer.json()["detail"]


def test_an_attestation_needs_evidence_and_a_decision_in_force(shop: Shop) -> None:
    shop.submit()
    rita = person(shop, "rita")
    plan = approve(shop, rita, verdict="approve_with_conditions", obligations=[SWITCH])
    path = f"/v1/obligations/{plan['decision']['obligations'][0]['id']}/attestations"
    past = (shop.office.at - HOUR).isoformat()
    assert "past" in post(shop, rita, path, 422, evidence="Here.", until=past)["detail"]
    approve(shop, rita)
    assert "not in force" in post(shop, rita, path, 422, evidence="Here.")["detail"]
    post(shop, rita, "/v1/obligations/obl_none/attestations", 404, evidence="Here.")
    asking = person(shop, "asker", Role.LOOKUP)
    post(shop, asking, path, 403, evidence="Here.")


def test_an_approval_for_productions_holds_for_those_alone(shop: Shop) -> None:
    shop.submit()
    approve(shop, person(shop, "rita"), scope={"production": ["Storm Front"]})
    assert shop.looked_up()["decision"] is False
    assert shop.looked_up(production="Storm Front")["decision"] is True
    assert shop.looked_up(production="storm front")["reasons"][0]["rule"] == "scope.production"


def test_every_step_is_in_the_audit_log(shop: Shop) -> None:
    under(shop, approvers=2)
    shop.submit()
    ann, ben = person(shop, "ann"), person(shop, "ben")
    pending = approve(shop, ann, verdict="approve_with_conditions", obligations=[SWITCH])["pending"]["id"]
    plan = post(shop, ben, f"{PLAN}/confirmations", pending=pending)
    path = f"/v1/obligations/{plan['decision']['obligations'][0]['id']}/attestations"
    post(shop, ben, path, evidence="Screenshot 12.")
    events = shop.office.ask("GET", "/v1/audit", Role.ADMIN, params={"subject": "acme/brush@studio"}).json()
    told = {one["action"]: one for one in events["items"]}
    assert told["propose"]["actor"] == "ann"
    assert told["approve_with_conditions"]["detail"]["confirmed_by"] == "ben"
    assert told["attest"]["detail"]["evidence"] == "Screenshot 12."
