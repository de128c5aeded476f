"""Webhooks over the API: their secrets are shown once, and what cannot be taken is told in words."""

from typing import Any

import pytest

from registry.model import Role
from tests.app.api.office import Office
from tests.app.houses import SIGNING

URL = "https://gateway.company.example/hook"


def made(office: Office, **other: Any) -> Any:
    body = {"url": URL, "events": ["plan.suspended"], **other}
    answer = office.ask("POST", "/v1/webhooks", Role.ADMIN, json=body)
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def shown(office: Office) -> Any:
    return office.ask("GET", "/v1/webhooks", Role.ADMIN).json()


def test_a_webhook_is_made_and_listed_without_its_secret(office: Office) -> None:
    new = made(office)
    assert new["secret"] == SIGNING.secret_of(new["id"], 1)
    (one,) = shown(office)
    assert (one["url"], one["events"], one["on"], one["created_by"]) == (
        URL,
        ["plan.suspended"],
        True,
        "admin-key",
    )
    assert "whsec_" not in office.ask("GET", "/v1/webhooks", Role.ADMIN).text


@pytest.mark.parametrize(
    ("other", "pointer", "told"),
    [
        ({"url": "http://gateway.example/hook"}, "#/url", "must begin with https://"),
        ({"url": "https://kim:word@gateway.example/"}, "#/url", "holds a user name or password; remove it"),
        ({"url": "https://gateway.example/#here"}, "#/url", "what follows it is never sent"),
        ({"url": "ftp://gateway.example"}, "#/url", "is no web address"),
        ({"events": ["plan.suspended", "plan.vanished"]}, "#/events/1", "'plan.vanished' is no event"),
        ({"events": ["webhook.test"]}, "#/events/0", "is no event"),
        ({"events": []}, "#/events", "at least 1 item"),
    ],
)
def test_what_cannot_be_taken_is_told_where_it_stands(
    office: Office, other: dict[str, Any], pointer: str, told: str
) -> None:
    body = {"url": URL, "events": ["plan.suspended"], **other}
    answer = office.ask("POST", "/v1/webhooks", Role.ADMIN, json=body)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["pointer"] == pointer
    assert told in error["detail"]
    assert "word" not in error["detail"].replace("password", "")


def test_where_private_networks_are_allowed_so_is_http(office: Office) -> None:
    office.furnish(any_port=True)
    made(office, url="http://10.0.0.7:9000/hook")


def test_a_new_secret_takes_the_place_of_the_old(office: Office) -> None:
    new = made(office)
    answer = office.ask("POST", f"/v1/webhooks/{new['id']}/secret", Role.ADMIN)
    assert answer.json()["secret"] == SIGNING.secret_of(new["id"], 2)
    assert shown(office)[0]["former_secret_until"] == "2027-03-02T09:00:00Z"


def test_what_happens_waits_for_the_worker_and_can_be_looked_at(office: Office) -> None:
    new = made(office, events=["plan.approved"])
    office.submit()
    office.vet()
    office.approved()
    assert shown(office)[0]["waiting"] == 1
    (one,) = office.ask("GET", f"/v1/webhooks/{new['id']}/deliveries", Role.ADMIN).json()
    assert (one["type"], one["state"], one["tries"]) == ("plan.approved", "waiting", 0)
    assert one["data"]["plan"] == "acme/painter@team"
    assert one["data"]["decision"].startswith("dec_")


def test_a_test_goes_to_a_webhook_that_is_on(office: Office) -> None:
    path = f"/v1/webhooks/{made(office)['id']}"
    assert office.ask("POST", f"{path}/test", Role.ADMIN).status_code == 202
    off = office.ask("PUT", f"{path}/on", Role.ADMIN, json={"on": False})
    assert (off.status_code, off.json()["on"]) == (200, False)
    refused = office.ask("POST", f"{path}/test", Role.ADMIN)
    assert refused.status_code == 409
    assert refused.json()["type"].endswith("/webhook-refused")
    assert "is switched off; switch it on" in refused.json()["detail"]


def test_a_deleted_webhook_is_not_listed_and_stays_in_the_audit_log(office: Office) -> None:
    path = f"/v1/webhooks/{made(office)['id']}"
    assert office.ask("DELETE", path, Role.ADMIN).status_code == 204
    assert shown(office) == []
    assert office.ask("DELETE", path, Role.ADMIN).status_code == 404
    events = office.ask("GET", "/v1/audit", Role.ADMIN).json()["items"]
    assert [one["action"] for one in events[:2]] == ["delete_webhook", "create_webhook"]
    assert events[0]["detail"] == {"url": URL}


def test_there_are_no_more_webhooks_than_can_be_called(office: Office) -> None:
    for _ in range(50):
        made(office)
    body = {"url": URL, "events": ["plan.suspended"]}
    answer = office.ask("POST", "/v1/webhooks", Role.ADMIN, json=body)
    assert answer.status_code == 409
    assert "there are 50 webhooks" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://hooks.example/services/T1/B2/s3cr3t", "https://hooks.example/services/…"),
        ("https://hooks.example/in?token=s3cr3t", "https://hooks.example/in?…"),
        ("https://hooks.example:8443/?s3cr3t", "https://hooks.example:8443/?…"),
        ("https://hooks.example", "https://hooks.example/"),
    ],
)
def test_the_audit_log_tells_which_receiver_it_is_and_not_how_to_call_it(
    office: Office, url: str, told: str
) -> None:
    name = made(office, url=url)["id"]
    office.ask("DELETE", f"/v1/webhooks/{name}", Role.ADMIN)
    answer = office.ask("GET", "/v1/audit", Role.ADMIN)
    assert "s3cr3t" not in answer.text
    assert [one["detail"]["url"] for one in answer.json()["items"][:2]] == [told, told]
