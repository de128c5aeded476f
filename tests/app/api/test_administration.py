"""Keys, the audit log, flags and the policy."""

import pytest

from extractors.model import Answer, Family
from registry.flags import open_flags
from registry.judgements import last_assessment
from registry.model import Cause, Change, ClauseChange, Direction, Role
from registry.store import find_plan
from tests.app.api.office import Office, the_tool
from tests.registry.readings import MAY_TRAIN, NO_TRAINING, clause


def test_a_new_key_is_shown_once_and_works_at_once(office: Office) -> None:
    answer = office.ask("POST", "/v1/keys", Role.ADMIN, json={"name": "gateway", "role": "manager"})
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    key = answer.json()["key"]
    assert office.ask("GET", "/v1/tools", None, headers={"x-api-key": key}).status_code == 200
    assert key not in office.ask("GET", "/v1/keys", Role.ADMIN).text


def test_a_revoked_key_opens_nothing_and_stays_listed(office: Office) -> None:
    assert office.ask("DELETE", "/v1/keys/manager-key", Role.ADMIN).status_code == 204
    assert office.ask("GET", "/v1/tools", Role.MANAGER).status_code == 401
    listed = {key["name"]: key["revoked_at"] for key in office.ask("GET", "/v1/keys", Role.ADMIN).json()}
    assert listed["manager-key"] is not None
    assert listed["admin-key"] is None


def test_a_name_is_taken_once(office: Office) -> None:
    answer = office.ask("POST", "/v1/keys", Role.ADMIN, json={"name": "admin-key", "role": "lookup"})
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/key-name-taken"


@pytest.mark.parametrize("name", ["", "a b", "a/b", "../x", "x" * 65, "half\n"])
def test_a_name_that_could_not_stand_in_an_address_is_refused(office: Office, name: str) -> None:
    answer = office.ask("POST", "/v1/keys", Role.ADMIN, json={"name": name, "role": "lookup"})
    assert answer.status_code == 422


def test_an_unknown_key_is_not_found(office: Office) -> None:
    assert office.ask("DELETE", "/v1/keys/nobody", Role.ADMIN).status_code == 404


def test_a_reviewer_makes_no_keys(office: Office) -> None:
    answer = office.ask("POST", "/v1/keys", Role.REVIEWER, json={"name": "mine", "role": "admin"})
    assert answer.status_code == 403


def test_what_was_done_is_listed_page_by_page(office: Office) -> None:
    office.submit()
    first = office.ask("GET", "/v1/audit?limit=1", Role.ADMIN).json()
    assert (first["items"][0]["actor"], first["items"][0]["action"]) == ("manager-key", "submit")
    older = office.ask("GET", f"/v1/audit?limit=1&before={first['next']}", Role.ADMIN).json()
    assert older["items"][0]["number"] < first["items"][0]["number"]


def test_what_was_done_to_one_thing_is_found(office: Office) -> None:
    office.submit()
    page = office.ask("GET", "/v1/audit?subject=key:lookup-key", Role.ADMIN).json()
    assert [event["action"] for event in page["items"]] == ["create_key"]
    assert page["next"] is None


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "before=-1", "before=99999999999999999999"]
)
def test_a_page_that_cannot_be_is_refused(office: Office, query: str) -> None:
    assert office.ask("GET", f"/v1/audit?{query}", Role.ADMIN).status_code == 422


def flagged(office: Office) -> None:
    office.submit()
    office.vet()
    with office.sessions() as session:
        plan = find_plan(session, the_tool(session).id, "team")
        assert plan is not None
        row = last_assessment(session, plan.id)
        assert row is not None
        clauses = (ClauseChange(Family.TRAINING, Direction.WORSE, clause(NO_TRAINING), clause(MAY_TRAIN)),)
        change = Change(
            family=Family.TRAINING,
            direction=Direction.WORSE,
            cause=Cause.TERMS,
            before=Answer.PROHIBITED,
            after=Answer.PERMITTED,
            clauses=clauses,
        )
        open_flags(session, plan, [change], row, row, office.at)


def test_a_flag_shows_both_sentences(office: Office) -> None:
    flagged(office)
    (flag,) = office.ask("GET", "/v1/flags").json()
    assert flag["plan"] == "acme/painter@team"
    assert (flag["before_quotes"], flag["after_quotes"]) == ([NO_TRAINING], [MAY_TRAIN])
    assert (flag["direction"], flag["cause"]) == ("worse", "terms")


def test_an_approval_closes_the_flags_that_it_names(office: Office) -> None:
    flagged(office)
    assert office.approved().status_code == 409
    seen = [one["id"] for one in office.ask("GET", "/v1/flags").json()]
    path = "/v1/tools/acme/painter/plans/team/decisions"
    office.ask("POST", path, Role.REVIEWER, json=office.approval(flags=seen))
    assert office.ask("GET", "/v1/flags").json() == []
    (flag,) = office.ask("GET", "/v1/flags?closed=true").json()
    assert flag["closed_by"] == "reviewer-key"


def test_the_policy_is_shown_as_it_judges(office: Office) -> None:
    shown = office.ask("GET", "/v1/policy").json()
    assert shown["version"] == office.policy.version
    assert shown["context"]["data_class"] == ["internal", "owned", "public", "sensitive"]
    assert [one["id"] for one in shown["requirements"]] == [one.id for one in office.policy.requirements]
    assert [one["id"] for one in shown["triggers"]] == [one.id for one in office.policy.triggers]


def test_the_end_of_the_audit_log_moves_with_each_event(office: Office) -> None:
    before = office.ask("GET", "/v1/audit/head", Role.ADMIN).json()
    office.submit()
    after = office.ask("GET", "/v1/audit/head", Role.ADMIN).json()
    assert after["place"] > before["place"]
    assert after["digest"] != before["digest"]
