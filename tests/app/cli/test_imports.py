"""`termgate import`: what it takes in, and what it says of the rest."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import application
from app.db import engine_from, sessions_of
from app.migrate import migrate
from app.settings import Settings
from tests.app.recorded_past import RECORDED, record_past
from tests.app.shop import Shop, open_shop
from tests.app.test_history import record


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("TERMGATE_DATA_DIR", str(tmp_path))
    engine = engine_from(Settings().registry_url)
    migrate(engine)
    with open_shop(sessions_of(engine)) as shop:
        shop.submit()
        yield shop
    engine.dispose()


def ask(*words: str) -> Result:
    return CliRunner().invoke(application(["import"]), ["import", *words])


def test_versions_are_taken_in_and_what_no_source_takes_is_named(tmp_path: Path, shop: Shop) -> None:
    past = record_past(tmp_path / "past", shop)
    record(past, [("Brush/Privacy Policy.md", "# Privacy\n", "2024-03-04T06:30:00+00:00")])
    done = ask("versions", str(past), "--tool", "acme/brush", "--json")
    assert done.exit_code == 0, done.output + repr(done.exception)
    assert json.loads(done.stdout) == {
        "sources": [
            {"source": "terms", "document": RECORDED, "versions": 3, "added": 3, "unreadable": 0},
        ],
        "left_out": {"Brush/Privacy Policy.md": "the tool has no source of this kind"},
    }
    told = ask("versions", str(past), "--tool", "acme/brush")
    assert "left out Brush/Privacy Policy.md: the tool has no source of this kind" in told.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--tool", "acme/pen"], "no tool 'acme/pen'"),
        (["--tool", "acme/brush", "--source", "terms"], "write SLUG=SERVICE/TERMS.md"),
        (["--tool", "acme/brush", "--service", "Pen"], "no service 'Pen'"),
    ],
)
def test_what_cannot_be_told_is_refused_in_a_line(
    tmp_path: Path, shop: Shop, words: list[str], told: str
) -> None:
    done = ask("versions", str(record_past(tmp_path / "past", shop)), *words)
    assert done.exit_code == 2
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
