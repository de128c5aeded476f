"""Deciding at the command line: who decides is told by their key, and all can be typed that one says."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.clock import utc_now
from registry.model import Role
from registry.tables import DecisionRow, ObligationRow
from tests.app.cli.desk import PLAN, Desk, approval, done, open_desk, refused, run

SWITCH = "Sharing is off; attested_by=the administrator; evidence=a screenshot"
CONDITIONAL = "approve_with_conditions"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with open_desk(tmp_path, monkeypatch) as desk:
        yield desk


@pytest.fixture
def of_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with open_desk(tmp_path, monkeypatch, approvers=2) as desk:
        yield desk


def digest(desk: Desk) -> str:
    return str(json.loads(done("reviews", PLAN, "--json"))["assessment"]["digest"])


def test_a_decision_needs_the_key_of_somebody_who_may_decide(desk: Desk) -> None:
    assert "termgate keys create NAME --role reviewer" in refused(*approval())
    assert "unknown or revoked" in refused(*approval(), key="tg_nobody")
    assert "needs reviewer" in refused(*approval(), key=desk.person("mia", Role.MANAGER))


def test_two_persons_approve_and_what_waits_is_listed(of_two: Desk) -> None:
    rita, ben = of_two.person("rita"), of_two.person("ben")
    said = done(*approval("--scope", "production=Storm Front"), key=rita)
    assert "allows nothing more yet" in said
    pending = re.findall(r"pen_\w+", said)[0]
    waiting = [one["kind"] for one in json.loads(done("reviews", "--json"))]
    assert sorted(waiting) == ["approval", "confirmation"]
    assert "second person" in refused("confirm", pending, key=rita)
    assert "is approved" in done("confirm", pending, key=ben)
    assert json.loads(done("reviews", "--json")) == []
    assert f"termgate reviews {PLAN}" in refused("confirm", pending, key=ben)


def test_what_was_approved_in_an_emergency_is_to_be_confirmed_as_soon(of_two: Desk) -> None:
    until = (utc_now() + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    done(*approval("--emergency", until=until), key=of_two.person("rita"))
    clocks = {one["kind"]: one["clock"] for one in json.loads(done("reviews", "--json"))}
    assert clocks["confirmation"] == "emergency"


def test_a_scope_names_every_dimension_of_the_work(desk: Desk) -> None:
    scope = {
        "data_class": ["internal", "public"],
        "environment": ["enterprise"],
        "output_stage": ["temporary"],
        "production": ["Storm Front"],
        "use_case": ["ideation"],
    }
    typed = [
        word for field, values in scope.items() for one in values for word in ("--scope", f"{field}={one}")
    ]
    done(*approval(*typed), key=desk.person("rita"))
    with desk.sessions() as session:
        assert session.get_one(DecisionRow, 1).scope == scope


def test_own_obligations_are_typed_with_all_that_they_say(desk: Desk) -> None:
    rita = desk.person("rita")
    full = f"{SWITCH}; renew_after_days=90; before_use=no"
    said = done(*approval("--obligation", SWITCH, "--obligation", full, verdict=CONDITIONAL), key=rita)
    assert "the administrator has to attest: Sharing is off" in said
    with desk.sessions() as session:
        first, second = (session.get_one(ObligationRow, number) for number in (1, 2))
        assert (first.text, first.attested_by, first.evidence) == (
            "Sharing is off",
            "the administrator",
            "a screenshot",
        )
        assert (first.renew_after_days, first.before_use) == (None, True)
        assert (second.renew_after_days, second.before_use) == (90, False)
    owed = re.findall(r"obl_\w+", said)[0]
    told = done("attest", owed, "--evidence", "Ticket 4711.", key=desk.person("mia", Role.MANAGER))
    assert told.startswith(f"{owed} is attested by mia, as long as the decision holds: Sharing is off")
    assert "is attested" in done("reviews", PLAN)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("Sharing is off", "does not say `attested_by`"),
        ("Sharing is off; attested_by=me", "does not say `evidence`"),
        ("; attested_by=me; evidence=x", "what must hold"),
        (f"{SWITCH}; renew_after_days=soon", "a number from 1 to 731"),
        (f"{SWITCH}; renew_after_days=0", "a number from 1 to 731"),
        (f"{SWITCH}; before_use=perhaps", "yes or no"),
        (f"{SWITCH}; evidence=y", "says something twice"),
    ],
)
def test_an_obligation_that_is_not_whole_is_refused_with_its_form(desk: Desk, typed: str, says: str) -> None:
    said = refused(*approval("--obligation", typed, verdict=CONDITIONAL), key=desk.person("rita"))
    assert says in said
    assert "attested_by=WHO; evidence=" in said


def test_a_flag_that_came_after_reading_stops_an_approval_and_is_named(desk: Desk) -> None:
    rita, read = desk.person("rita"), digest(desk)
    flag = desk.flag()
    said = refused(*approval("--assessment", read[:12]), key=rita)
    assert f"{flag} (training: prohibited to permitted)" in said
    assert said.strip().endswith(f"termgate reviews {PLAN}")
    done(*approval("--assessment", read[:12], "--flag", flag), key=rita)
    assert desk.open_flags() == []


def test_single_flags_are_closed_or_stay_open(desk: Desk) -> None:
    first, rita = desk.flag(), desk.person("rita")
    said = done(*approval("--keep-open", first), key=rita)
    assert f"stays open: {first}" in said
    assert desk.open_flags() == [first]
    said = done(*approval("--flag", first, verdict="reject"), key=rita)
    assert f"closed: {first}" in said
    assert f"{first} does not wait any more" in refused(*approval("--flag", first), key=rita)


def test_an_assessment_is_named_by_its_beginning_and_a_newer_one_is_noticed(desk: Desk) -> None:
    rita = desk.person("rita")
    assert "assessed again" in refused(*approval("--assessment", "0" * 12), key=rita)
    assert "assessed again" in refused(*approval("--assessment", digest(desk)[:6]), key=rita)
    done(*approval("--assessment", digest(desk)[:12]), key=rita)


def test_a_decision_is_told_in_json(desk: Desk) -> None:
    told = json.loads(done(*approval("--json"), key=desk.person("rita")))
    assert (told["status"], told["open_flags"], told["pending"]) == ("approved", [], None)


def test_what_cannot_be_decided_is_refused_in_one_line(desk: Desk) -> None:
    rita = desk.person("rita")
    assert "two years" in refused(*approval(until="2099-01-01"), key=rita)
    assert "is not FIELD=VALUE" in refused(*approval("--scope", "office"), key=rita)
    assert "no tool" in refused(*approval(plan="acme/other@x"), key=rita)
    assert "acme/brush has: acme/brush@studio" in refused(*approval(plan="acme/brush"), key=rita)
    assert "no decision has" in refused("attest", "obl_none", "--evidence", "Here.", key=rita)
    assert "nothing called" in refused("confirm", "pen_none", key=rita)
    assert run("decide", PLAN, "perhaps")[0] == 2


def test_what_a_person_decided_is_retired_by_whoever_may_decide(desk: Desk) -> None:
    done(*approval(), key=desk.person("rita"))
    words = ("sources", "plan", "acme/brush", "studio", "--retire", "Dropped.")
    assert "this needs reviewer" in refused(*words, key=desk.person("mia", Role.MANAGER))
    assert "is retired" in done(*words, key=desk.person("ruth"))
