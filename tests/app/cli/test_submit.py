"""`termgate submit`: a tool is submitted once, from the catalogue or from a vendor's file."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select
from typer.testing import CliRunner

from app.cli import application
from app.clock import utc_now
from app.db import engine_from, readings_of, sessions_of
from registry.entries import parse_vendor
from registry.keys import create_key
from registry.model import Role
from registry.submissions import list_catalogue
from registry.tables import ToolRow, VettingRow
from tests.registries import new_registry

VENDOR = """
slug: acme
name: Acme
as_of: 2026-03-02
tools:
  - slug: brush
    name: Brush
    plans:
      - {slug: studio, name: Studio, audience: business}
    aliases:
      host: [brush.example]
    sources:
      - slug: terms
        type: Terms of Service
        urls: ["https://brush.example/terms"]
        plans: [studio]
"""
AGAIN = "termgate: acme/brush was submitted before; request a new vetting with `termgate vet acme/brush`\n"


@pytest.fixture
def registry(tmp_path: Path) -> Engine:
    engine = engine_from(new_registry(tmp_path))
    with sessions_of(engine)() as session:
        list_catalogue(session, [parse_vendor(VENDOR, "acme.yaml")], utc_now())
    return engine


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "acme.yaml"
    path.write_text(VENDOR)
    return str(path)


def submit(tmp_path: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    environment = {"TERMGATE_DATA_DIR": str(tmp_path), "TERMGATE_KEY": "", **settings}
    result = CliRunner().invoke(application(["submit"]), ["submit", *arguments], env=environment)
    return result.exit_code, result.output


def passes(registry: Engine) -> int:
    with readings_of(registry)() as session:
        return len(session.exec(select(VettingRow)).all())


def test_a_listed_tool_is_submitted_and_its_vetting_queued(tmp_path: Path, registry: Engine) -> None:
    status, said = submit(tmp_path, "acme/brush")
    assert status == 0
    assert said.startswith("acme/brush is submitted; vetting first_look:acme/brush:")
    assert passes(registry) == 1


def test_a_listed_tool_is_submitted_once(tmp_path: Path, registry: Engine) -> None:
    submit(tmp_path, "acme/brush")
    assert submit(tmp_path, "acme/brush") == (2, AGAIN)
    assert passes(registry) == 1


def test_a_tool_of_a_file_is_submitted_once(tmp_path: Path, registry: Engine, file: str) -> None:
    assert submit(tmp_path, file)[0] == 0
    assert submit(tmp_path, file) == (2, AGAIN)
    assert passes(registry) == 1


def test_a_tool_that_nobody_has_listed_is_refused(tmp_path: Path, registry: Engine) -> None:
    status, said = submit(tmp_path, "acme/chisel")
    assert status == 2
    assert "no tool 'acme/chisel' is listed" in said


def submitted_by(registry: Engine) -> str | None:
    with readings_of(registry)() as session:
        return session.exec(select(ToolRow.submitted_by)).one()


def key_of(registry: Engine, name: str, role: Role) -> str:
    with sessions_of(registry)() as session:
        return create_key(session, name, role, "a test", utc_now())


@pytest.mark.parametrize("what", ["acme/brush", "file"])
def test_a_tool_is_submitted_by_the_person_whose_key_is_there(
    tmp_path: Path, registry: Engine, file: str, what: str
) -> None:
    mia = key_of(registry, "mia", Role.MANAGER)
    status, said = submit(tmp_path, file if what == "file" else what, TERMGATE_KEY=mia)
    assert (status, said.partition(";")[0]) == (0, "acme/brush is submitted by mia")
    assert submitted_by(registry) == "mia"


def test_four_eyes_want_to_know_who_submits_and_say_how_to_tell(tmp_path: Path, registry: Engine) -> None:
    status, said = submit(tmp_path, "acme/brush", TERMGATE_POLICY="strict")
    assert status == 2
    assert "it must be known who submits: set TERMGATE_KEY" in said
    assert "`termgate keys create NAME --role manager`" in said
    assert passes(registry) == 0
    mia = key_of(registry, "mia", Role.MANAGER)
    assert submit(tmp_path, "acme/brush", TERMGATE_POLICY="strict", TERMGATE_KEY=mia)[0] == 0


def test_a_key_that_may_not_submit_is_never_passed_over(tmp_path: Path, registry: Engine) -> None:
    gateway = key_of(registry, "gateway", Role.LOOKUP)
    assert "needs manager" in submit(tmp_path, "acme/brush", TERMGATE_KEY=gateway)[1]
    assert "unknown or revoked" in submit(tmp_path, "acme/brush", TERMGATE_KEY="tg_nobody")[1]
    assert passes(registry) == 0
