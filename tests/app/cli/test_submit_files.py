"""Vendor's files on the command line: what cannot be read is told in a line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import application
from tests.registries import new_registry


def submit(folder: Path, what: str) -> tuple[int, str]:
    new_registry(folder)
    environment = {"TERMGATE_DATA_DIR": str(folder)}
    result = CliRunner().invoke(application(["submit"]), ["submit", what], env=environment)
    return result.exit_code, result.output


@pytest.mark.parametrize("name", ["acme.yaml", "acme.yml"])
def test_a_file_that_is_not_there_is_named(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    assert submit(tmp_path, str(path)) == (
        2,
        f"termgate: {path} cannot be read: No such file or directory\n",
    )


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").mkdir()
    status, said = submit(tmp_path, str(tmp_path / "acme.yaml"))
    assert (status, said.removeprefix(f"termgate: {tmp_path / 'acme.yaml'} ")) == (
        2,
        "cannot be read: Is a directory\n",
    )


def test_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_bytes(b"name: Caf\xe9")
    status, said = submit(tmp_path, str(tmp_path / "acme.yaml"))
    assert status == 2
    assert "save it as UTF-8" in said


def test_a_huge_file_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text("- {slug: a}\n" * 500_000)
    status, said = submit(tmp_path, str(tmp_path / "acme.yaml"))
    assert status == 2
    assert "longer than 262,144 characters" in said
