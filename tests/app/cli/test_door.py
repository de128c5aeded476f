"""What a command says where the registry cannot be opened: one line, exit status 2, and nothing is made."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import application


def run(folder: Path, *words: str, **settings: str) -> tuple[int, str]:
    environment = {"TERMGATE_DATA_DIR": str(folder), **settings}
    result = CliRunner().invoke(application(words), list(words), env=environment)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def test_asking_where_no_registry_is_makes_none(tmp_path: Path) -> None:
    status, said = run(tmp_path / "var", "check", "acme/painter")
    assert (status, said.count("\n")) == (2, 1)
    assert f"no registry at {tmp_path / 'var' / 'termgate.db'}" in said
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("words", [("check", "acme/painter"), ("keys", "list"), ("migrate",), ("serve",)])
def test_a_damaged_registry_is_told_in_a_line(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "termgate.db").write_bytes(b"no database, whatever its name says" * 100)
    status, said = run(tmp_path, *words, TERMGATE_PORT="18471")
    assert (status, said.count("\n")) == (2, 1)
    assert "the file is damaged" in said


def test_a_damaged_queue_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "jobs.db").write_bytes(b"no database, whatever its name says" * 100)
    status, said = run(tmp_path, "serve", TERMGATE_PORT="18471")
    assert (status, said.count("\n")) == (2, 1)
    assert "jobs.db cannot be used" in said


def test_a_data_folder_that_is_a_file_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    status, said = run(tmp_path / "taken", "serve", TERMGATE_PORT="18471")
    assert (status, said) == (
        2,
        f"termgate: {tmp_path / 'taken'} cannot be made (File exists); set TERMGATE_DATA_DIR\n",
    )


def test_a_setting_that_cannot_be_meant_is_named(tmp_path: Path) -> None:
    status, said = run(tmp_path, "serve", TERMGATE_LOG_LEVEL="loud")
    assert (status, said) == (
        2,
        "termgate: TERMGATE_LOG_LEVEL: 'loud' is no level; write one of DEBUG, INFO, WARNING, ERROR\n",
    )
