"""The look-up, where it comes past its front."""

from registry.model import Role
from tests.app.api.office import Office

SAFE = {
    "plan": "team",
    "data_class": "internal",
    "use_case": "ideation",
    "output_stage": "temporary",
    "talent_involved": "no",
    "union_work": "no",
    "third_party_ip": "no",
    "personal_data": "no",
    "environment": "enterprise",
}


def test_an_approved_plan_is_allowed_by_slug_and_by_host(office: Office) -> None:
    office.submit()
    office.vet()
    office.approved()
    for name in ("acme/painter", "painter.acme.example"):
        answer = office.ask("GET", f"/v1/tools/{name}/approval", Role.LOOKUP, params=SAFE)
        assert answer.json()["decision"] is True, answer.text


def test_a_plan_that_nobody_decided_on_is_not_allowed(office: Office) -> None:
    office.submit()
    office.vet()
    answer = office.ask("GET", "/v1/tools/acme/painter/approval", Role.LOOKUP, params=SAFE).json()
    assert (answer["decision"], answer["status"]) == (False, "pending")


def test_an_unknown_tool_is_not_allowed(office: Office) -> None:
    answer = office.ask("GET", "/v1/tools/nobody.example/approval", Role.LOOKUP).json()
    assert (answer["decision"], answer["status"]) == (False, "unknown")


def test_a_misspelt_field_is_a_problem(office: Office) -> None:
    answer = office.ask("GET", "/v1/tools/acme/painter/approval?data_klass=public", Role.LOOKUP)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_description_names_the_fields_of_the_policy(office: Office) -> None:
    route = office.app.openapi()["paths"]["/v1/tools/{tool}/approval"]["get"]
    named = {one["name"]: one["schema"] for one in route["parameters"] if one["in"] == "query"}
    assert set(named) == {"as_of", "receipt", "plan", "evidence", *office.policy.fields}
    assert named["output_stage"]["enum"] == ["exploration", "final", "temporary"]
