"""Webhooks at the command line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.cli.desk import Desk, approval, done, open_desk, refused

URL = "https://gateway.company.example/hook"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with open_desk(tmp_path, monkeypatch) as desk:
        yield desk


def test_a_webhook_is_told_of_what_it_asked_for(desk: Desk) -> None:
    made = json.loads(done("webhooks", "create", URL, "--event", "plan.approved", "--json"))
    assert made["secret"].startswith("whsec_")
    done(*approval(), key=desk.person("rita"))
    (one,) = json.loads(done("webhooks", "deliveries", made["id"], "--json"))
    assert (one["event"], one["state"]) == ("plan.approved", "waiting")
    (shown,) = json.loads(done("webhooks", "list", "--json"))
    assert (shown["id"], shown["url"], shown["waiting"], shown["on"]) == (made["id"], URL, 1, True)


def test_a_webhook_is_tried_switched_and_deleted(desk: Desk) -> None:
    made = json.loads(done("webhooks", "create", URL, "--event", "plan.approved", "--json"))
    name = made["id"]
    assert "is on its way" in done("webhooks", "test", name)
    assert "switched off" in done("webhooks", "off", name)
    assert "is switched off; switch it on" in refused("webhooks", "test", name)
    assert "switched on" in done("webhooks", "on", name)
    again = json.loads(done("webhooks", "rotate", name, "--json"))
    assert again["secret"] != made["secret"]
    assert "is deleted" in done("webhooks", "delete", name)
    assert "there is no webhook" in refused("webhooks", "on", name)


def test_what_cannot_be_taken_is_refused_in_a_line(desk: Desk) -> None:
    assert "must begin with https://" in refused(
        "webhooks", "create", "http://a.example", "--event", "plan.approved"
    )
    assert "'sunrise' is no event" in refused("webhooks", "create", URL, "--event", "sunrise")


def test_events_are_listed_with_when_they_are_told() -> None:
    said = done("webhooks", "events")
    assert "plan.suspended" in said
    assert "an approval was suspended" in said
