"""`termgate check` as people read it: every sentence once, and the exit status is the answer."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session
from typer.testing import CliRunner

from app.cli import application
from app.clock import utc_now
from app.db import engine_from
from app.lookup.index import IndexRows
from app.migrate import migrate
from app.settings import Settings
from extractors.model import Answer, Family
from registry.model import Severity, Standing, Violation
from tests.app.lookup_rows import HARMLESS, ROWS, standing

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
    engine = engine_from(Settings(data_dir=tmp_path).registry_url)
    migrate(engine)
    engine.dispose()

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
