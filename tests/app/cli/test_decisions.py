"""Deciding at the command line: who decides is told by their key, and what waits is listed."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import application
from app.clock import utc_now
from app.db import Sessions, engine_from, sessions_of
from app.migrate import migrate
from app.settings import Settings
from extractors.model import Audience, TermsType
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.keys import create_key
from registry.model import Role
from registry.policy import POLICIES
from registry.store import find_plan, sources_of
from registry.submissions import submit_tool
from tests.registry.readings import NO_TRAINING, clause, judged, show

PLAN = "acme/brush@studio"


@pytest.fixture
def sessions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sessions]:
    """A registry with one plan in review, and a policy that asks for two persons."""
    text = (POLICIES / "default.yaml").read_text(encoding="utf-8")
    (tmp_path / "house.yaml").write_text(text.replace("approvers: 1 ", "approvers: 2 "), encoding="utf-8")
    monkeypatch.setenv("TERMGATE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TERMGATE_POLICY", str(tmp_path / "house.yaml"))
    engine = engine_from(Settings().registry_url)
    migrate(engine)
    opened = sessions_of(engine)
    terms = SourceEntry("terms", TermsType.TERMS_OF_SERVICE, ("https://acme.example/t",), (), (), ("studio",))
    brush = ToolEntry("brush", "Brush", (PlanEntry("studio", "Studio", Audience.BUSINESS),), (), (terms,))
    with opened() as session:
        tool = submit_tool(session, VendorEntry("acme", "Acme", (brush,)), brush, "ann", utc_now())
        plan = find_plan(session, tool.id, "studio")
        assert plan is not None
        source = sources_of(session, tool.id)[0]
        show(session, source, clause(NO_TRAINING), "first", utc_now())
        judged(session, plan, source, clause(NO_TRAINING), utc_now())
    yield opened
    engine.dispose()


def run(*words: str, key: str = "") -> tuple[int, str]:
    """Exit status, and all that was said."""
    result = CliRunner().invoke(application(words), words, env={"TERMGATE_KEY": key})
    return result.exit_code, result.output


def waiting() -> list[str]:
    _, said = run("reviews", "--json")
    return [one["kind"] for one in json.loads(said)]


def person(sessions: Sessions, name: str, role: Role = Role.REVIEWER) -> str:
    with sessions() as session:
        return create_key(session, name, role, "a test", utc_now())


def approval(*more: str, plan: str = PLAN, until: str = "") -> tuple[str, ...]:
    until = until or f"{utc_now().year + 1}-01-01"
    return ("decide", plan, "approve", "--reason", "Fine.", "--until", until, *more)


def test_a_decision_needs_the_key_of_somebody_who_may_decide(sessions: Sessions) -> None:
    status, said = run(*approval())
    assert (status, "TERMGATE_KEY" in said) == (2, True)
    status, said = run(*approval(), key=person(sessions, "mia", Role.MANAGER))
    assert (status, "needs reviewer" in said) == (2, True)


def test_two_persons_approve_and_what_waits_is_listed(sessions: Sessions) -> None:
    rita, ben = person(sessions, "rita"), person(sessions, "ben")
    assert waiting() == ["approval"]
    status, said = run(*approval("--scope", "production=Storm Front"), key=rita)
    assert status == 0, said
    pending = re.findall(r"pen_\w+", said)[0]
    assert sorted(waiting()) == ["approval", "confirmation"]
    assert run("confirm", pending, key=rita)[0] == 2
    assert run("confirm", pending, key=ben)[0] == 0
    assert waiting() == []


def test_what_cannot_be_decided_is_refused_in_one_line(sessions: Sessions) -> None:
    rita = person(sessions, "rita")
    assert "two years" in run(*approval(until="2099-01-01"), key=rita)[1]
    assert "is not FIELD=VALUE" in run(*approval("--scope", "office"), key=rita)[1]
    assert "no plan" in run(*approval(plan="acme/other@x"), key=rita)[1]
    assert "no decision has" in run("attest", "obl_none", "--evidence", "Here.", key=rita)[1]
    assert "nothing called" in run("confirm", "pen_none", key=rita)[1]
