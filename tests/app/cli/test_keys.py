"""Keys made on the command line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import application
from tests.registries import new_registry


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    new_registry(tmp_path)
    return tmp_path


def keys(folder: Path, *words: str) -> tuple[int, str]:
    environment = {"TERMGATE_DATA_DIR": str(folder)}
    result = CliRunner().invoke(application(["keys"]), ["keys", *words], env=environment)
    return result.exit_code, result.output


@pytest.mark.parametrize("name", ["", "two\nlines", "two words", "x" * 65, "-x"])
def test_a_name_that_would_spoil_logs_and_tables_is_refused(name: str, folder: Path) -> None:
    status, said = keys(folder, "create", "--", name)
    assert status == 2
    assert "names no key" in said
    assert keys(folder, "list", "--json") == (0, "[]\n")


def test_a_name_is_given_once(folder: Path) -> None:
    assert keys(folder, "create", "pipeline@ci.1")[0] == 0
    status, said = keys(folder, "create", "pipeline@ci.1")
    assert status == 2
    assert "exists" in said
