"""Requests at the command line, and an emergency from its request to its review."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from registry.model import Role
from tests.app.cli.desk import PLAN, Desk, approval, done, open_desk, refused, run
from tests.app.shop import WORK

HOUR = timedelta(hours=1)
START = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
NEEDED = ("--reason", "The premiere is tomorrow.")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller) -> Iterator[Desk]:
    with open_desk(tmp_path, monkeypatch, four_eyes=True, emergency_lasts_hours=24) as desk:
        yield desk


def kinds() -> list[str]:
    return [one["kind"] for one in json.loads(done("reviews", "--json"))]


def allowed() -> bool:
    work = [word for name, value in WORK.items() for word in ("-c", f"{name}={value}")]
    return run("check", PLAN, *work)[0] == 0


def test_a_request_needs_the_key_of_a_manager(desk: Desk) -> None:
    assert "set TERMGATE_KEY" in refused("request", "approval", PLAN, *NEEDED)
    asker = desk.person("gateway", Role.LOOKUP)
    assert "needs manager" in refused("request", "approval", PLAN, *NEEDED, key=asker)


def test_both_clocks_are_listed_with_what_they_are_for(desk: Desk, clock: time_machine.Traveller) -> None:
    mia = desk.person("mia", Role.MANAGER)
    said = done("request", "approval", PLAN, *NEEDED, "--emergency", key=mia)
    assert "(emergency), due 2027-03-01 13:00 UTC" in said
    first, second = json.loads(done("request", "list", "--json"))
    assert (first["clock"], first["by"], first["reason"]) == ("emergency", "mia", NEEDED[1])
    assert (second["clock"], second["by"], second["due_at"]) == ("routine", "ann", "2027-03-08T09:00+00:00")
    clock.move_to(START + HOUR)
    assert "you have asked before" in done("request", "approval", PLAN, *NEEDED, "--emergency", key=mia)


def test_what_is_overdue_is_told(desk: Desk, clock: time_machine.Traveller) -> None:
    mia = desk.person("mia", Role.MANAGER)
    done("request", "approval", PLAN, *NEEDED, "--emergency", key=mia)
    assert "no request is overdue" in done("request", "list", "--overdue")
    clock.move_to(START + 5 * HOUR)
    (late,) = json.loads(done("request", "list", "--overdue", "--json"))
    assert (late["by"], late["state"]) == ("mia", "overdue")


def test_a_request_is_withdrawn_by_its_person_or_a_reviewer(desk: Desk) -> None:
    mia, cem = desk.person("mia", Role.MANAGER), desk.person("cem", Role.MANAGER)
    name = re.findall(r"req_\w+", done("request", "approval", PLAN, *NEEDED, key=mia))[0]
    withdraw = ("request", "withdraw", name, "--reason", "We cut the scene.")
    assert "is of mia" in refused(*withdraw, key=cem)
    assert done(*withdraw, key=mia) == f"{name} is withdrawn\n"
    assert "was withdrawn" in refused(*withdraw, key=mia)
    states = {one["id"]: one["state"] for one in json.loads(done("request", "list", "--closed", "--json"))}
    assert states[name] == "withdrawn"
    assert "no request is called" in refused("request", "withdraw", "req_0", "--reason", "So.", key=mia)


def test_nobody_waits_is_said_in_words(desk: Desk) -> None:
    done(*approval(until="2027-06-01"), key=desk.person("rita"))
    assert done("reviews") == done("request", "list") == "nobody waits for a decision\n"


def test_an_emergency_ends_by_itself_and_leaves_a_review_that_another_person_ends(
    desk: Desk, clock: time_machine.Traveller
) -> None:
    mia, rita, sam = desk.person("mia", Role.MANAGER), desk.person("rita"), desk.person("sam")
    done("request", "approval", PLAN, *NEEDED, "--emergency", key=mia)
    assert "24 hours at most" in refused(*approval("--emergency", until="2027-03-02T09:01"), key=rita)
    said = done(*approval("--emergency", until="2027-03-02T09:00"), key=rita)
    review = re.findall(r"req_\w+", said)[0]
    assert kinds() == ["review"]
    assert allowed()

    clock.move_to(START + 24 * HOUR - timedelta(minutes=1))
    assert allowed()
    clock.move_to(START + 24 * HOUR)
    assert not allowed()
    assert "The emergency approval expired on 2027-03-02 09:00 UTC." in run("check", PLAN)[1]
    assert kinds() == ["review"]
    assert review in done("reviews", PLAN)

    again = ("--emergency", "--until", "2027-03-02T12:00")
    assert "decide for good" in refused(*approval()[:-2], *again, key=sam)
    withdraw = ("request", "withdraw", review, "--reason", "It went well.")
    assert "only a decision" in refused(*withdraw, key=sam)
    assert "under review" in refused(*approval(until="2027-06-01"), key=rita)
    done(*approval(until="2027-06-01"), key=sam)
    assert kinds() == []
    assert allowed()
