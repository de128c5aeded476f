import json
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner, Result

from app.cli import application
from app.clock import utc_now
from app.db import Sessions, engine_from, sessions_of
from app.settings import Settings
from extractors.model import Audience, TermsType
from registry.entries import PlanEntry, SourceEntry, ToolEntry, VendorEntry
from registry.keys import create_key
from registry.model import Role
from registry.submissions import submit_tool
from registry.tables import METADATA, CaptureRow

TERMS = "https://acme.example/terms"


@pytest.fixture
def sessions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sessions:
    monkeypatch.setenv("TERMGATE_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("app.cli.door.require_current", lambda _engine: None)
    engine = engine_from(Settings().registry_url)
    METADATA.create_all(engine)
    made = sessions_of(engine)
    source = SourceEntry("terms", TermsType.TERMS_OF_SERVICE, (TERMS,), (), (), ("team",))
    brush = ToolEntry("brush", "Brush", (PlanEntry("team", "Team", Audience.BUSINESS),), (), (source,))
    with made() as session:
        submit_tool(session, VendorEntry("acme", "Acme", (brush,)), brush, "ann", utc_now())
        monkeypatch.setenv("TERMGATE_KEY", create_key(session, "rita", Role.REVIEWER, "ann", utc_now()))
    return made


@pytest.fixture
def page(tmp_path: Path) -> str:
    path = tmp_path / "terms.html"
    path.write_text("<h1>Terms</h1>")
    return str(path)


def run(*words: str) -> Result:
    return CliRunner().invoke(application(words), words)


def test_a_saved_page_is_kept_as_the_person_of_the_key_and_its_reading_is_queued(
    sessions: Sessions, page: str
) -> None:
    result = run("capture", "acme/brush", "terms", page, "--at", "2026-03-01T09:30+01:00", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert (told["by"], told["url"]) == ("rita", TERMS)
    assert told["vetting"].startswith("first_look:")
    with sessions() as session:
        capture = session.exec(select(CaptureRow)).one()
        assert (capture.captured_by, f"{capture.at:%H:%M}", capture.snapshot) == (
            "rita",
            "08:30",
            told["sha256"],
        )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("acme/nothing", "terms"), "no tool"),
        (("acme/brush", "privacy"), "it has: terms"),
        (("acme/brush", "terms", "--url", "https://acme.example/x"), "no page of terms"),
        (("acme/brush", "terms", "--at", "yesterday"), "no time with its zone"),
        (("acme/brush", "terms", "--at", "2026-03-01T09:30"), "no time with its zone"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_a_line(
    sessions: Sessions, page: str, words: tuple[str, ...], told: str
) -> None:
    result = run("capture", words[0], words[1], page, *words[2:])
    assert result.exit_code == 2
    assert told in result.output
    with sessions() as session:
        assert session.exec(select(CaptureRow)).first() is None


def test_nobody_brings_a_page_without_a_name(
    sessions: Sessions, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TERMGATE_KEY")
    result = run("capture", "acme/brush", "terms", page)
    assert result.exit_code == 2
    assert "TERMGATE_KEY" in result.output
