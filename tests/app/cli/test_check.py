"""`termgate check` as people read it: every sentence once, and the exit status is the answer."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session
from typer.testing import CliRunner

from app.cli import application
from app.clock import utc_now
from app.db import engine_from, sessions_of
from app.lookup.index import IndexRows
from app.serve import begin_record
from extractors.model import Answer, Audience, Family, TermsType
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.model import Severity, Standing, Violation
from registry.submissions import submit_tool
from tests.app.lookup_rows import HARMLESS, ROWS, standing
from tests.registries import new_registry

SOURCE = SourceEntry("terms", TermsType.TERMS_OF_SERVICE, ("https://acme.example/t",), (), (), ("solo",))
BRUSH = ToolEntry("brush", "Brush", (PlanEntry("solo", "Solo", Audience.BUSINESS),), (), (SOURCE,))
ACME = VendorEntry("acme", "Acme", (BRUSH,))
SWITCH_OFF = "Switch training off in the settings of the account."


def allowed_on_condition() -> Standing:
    opt_out = Violation(
        requirement="no-training",
        principle="P2",
        family=Family.TRAINING,
        answer=Answer.OPT_OUT,
        days=None,
        severity=Severity.CONDITION,
        message="The vendor trains unless it is told not to.",
        remedy=SWITCH_OFF,
    )
    plan = standing("acme/painter@api")
    assert plan.decision is not None
    decision = replace(plan.decision, expires_at=utc_now() + timedelta(days=9), known=(opt_out,))
    return replace(plan, decision=decision, evidence_at=utc_now(), violations=(opt_out,))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A registry, of which look-ups see one plan."""
    new_registry(tmp_path)

    def rows(_session: Session) -> IndexRows:
        return replace(ROWS, standings=(allowed_on_condition(),))

    monkeypatch.setattr("app.cli.check.load_rows", rows)
    return tmp_path


def check(folder: Path, *words: str) -> tuple[int, str]:
    context = [word for name, value in HARMLESS.items() for word in ("-c", f"{name}={value}")]
    environment = {"TERMGATE_DATA_DIR": str(folder)}
    result = CliRunner().invoke(application(["check"]), ["check", *words, *context], env=environment)
    return result.exit_code, result.output


def test_an_obligation_is_told_once(folder: Path) -> None:
    status, said = check(folder, "acme/painter")
    assert status == 0, said
    assert said.count(SWITCH_OFF) == 1
    assert f"  obligation: {SWITCH_OFF}\n" in said


def test_an_unknown_tool_is_told_apart_from_an_unknown_plan(folder: Path) -> None:
    status, said = check(folder, "acme/chisel@api")
    assert (status, "knows no tool by this name" in said) == (4, True)
    status, said = check(folder, "acme/painter@pro")
    assert (status, "`acme/painter` has no plan `pro`" in said) == (4, True)
    assert "candidate: acme/painter@api" in said


def test_the_past_is_told_as_it_was(tmp_path: Path) -> None:
    engine = engine_from(new_registry(tmp_path))
    sessions = sessions_of(engine)
    with sessions() as session:
        begin_record(session, "default", utc_now())
    before = utc_now()
    with sessions() as session:
        submit_tool(session, ACME, ACME.tools[0], "ann", utc_now())
    told = [check(tmp_path, "acme/brush", "--json", "--as-of", at.isoformat()) for at in (before, utc_now())]
    engine.dispose()
    assert [(status, json.loads(output)["status"]) for status, output in told] == [
        (4, "unknown"),
        (3, "pending"),
    ]
    # But for the name of the time, it is asked and answered as always.
    assert told[1] == check(tmp_path, "acme/brush", "--json")


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ("2026-11-01", "with its zone"),
        ("2999-01-01T00:00:00Z", "lies in the future"),
        ("1999-01-01T00:00:00Z", "nothing was written down yet"),
    ],
)
def test_a_time_that_nothing_is_known_of_is_bad_usage(folder: Path, time: str, words: str) -> None:
    status, output = check(folder, "acme/painter", "--as-of", time)
    assert status == 2
    assert words in " ".join(output.split())
