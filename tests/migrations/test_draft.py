"""Drafting migrations, on a copy of the folder."""

import shutil
from pathlib import Path

import pytest

from migrations.draft import FOLDER, draft, main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "migrations"))


def test_nothing_is_drafted_where_models_and_migrations_agree(folder: Path) -> None:
    before = sorted((folder / "versions").glob("*.py"))
    assert draft("nothing new", folder) is None
    assert sorted((folder / "versions").glob("*.py")) == before


def test_what_the_migrations_lack_is_drafted_under_the_next_number(folder: Path) -> None:
    first, *later = sorted((folder / "versions").glob("*.py"))
    for script in later:
        script.unlink()
    text = first.read_text()
    first.write_text(text[: text.index("def upgrade")] + "def upgrade() -> None:\n    pass\n")
    written = draft("The tables come back", folder)
    assert written == folder / "versions" / "0002_the_tables_come_back.py"
    assert 'down_revision = "0001"' in written.read_text().replace("'", '"')
    assert "op.create_table('vendors'" in "".join(written.read_text().split())


def test_a_first_migration_is_number_one(folder: Path) -> None:
    for script in (folder / "versions").glob("*.py"):
        script.unlink()
    written = draft("The registry", folder)
    assert written is not None
    assert written.name == "0001_the_registry.py"


def test_a_migration_without_a_reason_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["draft"])
    assert main() == 2
    assert "say why" in capsys.readouterr().err
