"""The policy over HTTP: shown as it is in force, and changed by an administrator alone."""

import pytest

from registry.model import Role
from registry.policy import POLICIES
from tests.app.api.office import POLICY, Office

DEFAULT = (POLICIES / "default.yaml").read_text("utf-8")
CHANGED = DEFAULT.replace("evidence_max_age_days: 21", "evidence_max_age_days: 20")


def test_a_policy_that_is_put_in_force_is_shown_from_then_on(office: Office) -> None:
    office.submit()
    office.vet()
    answer = office.ask("POST", "/v1/policy", Role.ADMIN, json={"content": CHANGED, "reason": "Shorter."})
    assert answer.status_code == 201, answer.text
    done = answer.json()
    assert done["before"] == POLICY.version
    assert sorted(done["judged"]) == ["acme/painter@free", "acme/painter@team"]
    shown = office.ask("GET", "/v1/policy").json()
    assert (shown["version"], shown["evidence_max_age_days"]) == (done["version"], 20)
    audited = office.ask("GET", "/v1/audit?subject=default", Role.ADMIN).json()["items"]
    assert (audited[0]["actor"], audited[0]["action"]) == ("admin-key", "adopt_policy")


def test_obligations_and_tolerances_are_shown(office: Office) -> None:
    shown = office.ask("GET", "/v1/policy").json()
    training, retention = shown["requirements"][:2]
    assert training["conditions"]["opt_out"]["attested_by"] == "whoever administers the account"
    assert retention["tolerances"]["data_class"]["sensitive"] == 0


@pytest.mark.parametrize("role", [Role.LOOKUP, Role.MANAGER, Role.REVIEWER])
def test_only_an_administrator_changes_the_policy(office: Office, role: Role) -> None:
    answer = office.ask("POST", "/v1/policy", role, json={"content": CHANGED, "reason": "Mine."})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"content": "id: x", "reason": "Why not."}, "content:1: missing"),
        ({"content": CHANGED, "reason": " "}, "reason"),
        ({"content": CHANGED}, "reason"),
        ({"content": "&a [*a]", "reason": "Loop."}, "anchors and aliases are not read"),
    ],
)
def test_what_is_no_policy_is_refused_with_the_place(
    office: Office, body: dict[str, str], words: str
) -> None:
    answer = office.ask("POST", "/v1/policy", Role.ADMIN, json=body)
    assert answer.status_code == 422
    assert words in answer.text


def test_the_policy_in_force_is_not_put_in_force_again(office: Office) -> None:
    body = {"content": CHANGED, "reason": "Shorter."}
    assert office.ask("POST", "/v1/policy", Role.ADMIN, json=body).status_code == 201
    again = office.ask("POST", "/v1/policy", Role.ADMIN, json=body)
    assert again.status_code == 422
    assert again.json()["type"] == "/problems/policy-refused"
