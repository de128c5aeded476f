"""`termgate extract` on invented terms in a temporary folder."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from app.cli.extract import register

TERMS = """# Terms of Service

These are the terms on which Acme offers its services to you, and by using them you agree to these terms.

## Your content

We may use your prompts to train our models, unless you opt out in settings. We retain inputs for 30 days.
You own your content, and nothing in these terms takes that from you. Questions go to the address below.
"""


@pytest.fixture
def service(tmp_path: Path) -> Path:
    folder = tmp_path / "Acme AI"
    folder.mkdir()
    (folder / "Terms of Service.md").write_text(TERMS, encoding="utf-8")
    return folder


def run(*words: object) -> Result:
    app = typer.Typer()
    register(app)
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_document_becomes_a_file_of_clauses_and_facts(service: Path, tmp_path: Path) -> None:
    result = run(service, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    written = json.loads((tmp_path / "out" / "Acme_AI__Terms_of_Service.json").read_text())
    assert written["id"] == "Acme_AI__Terms_of_Service"
    assert written["facts"]["all"]["training"] == "opt_out"
    for clause in written["clauses"]:
        assert TERMS[clause["start"] : clause["end"]] == clause["quote"]


def test_the_summary_names_what_was_written(service: Path, tmp_path: Path) -> None:
    result = run(service / "Terms of Service.md", "--out", tmp_path / "out", "--json")
    summary = json.loads(result.output)
    assert list(summary["written"]) == ["Acme_AI__Terms_of_Service"]
    assert summary["failed"] == {}


def test_an_unreadable_file_is_told_and_the_others_are_written(service: Path, tmp_path: Path) -> None:
    (service / "Privacy Policy.pdf").write_bytes(b"%PDF-1.7 broken")
    result = run(service, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "Privacy Policy.pdf" in result.output
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["Acme_AI__Terms_of_Service.json"]


def test_a_missing_path_is_bad_usage_and_nothing_is_written(service: Path, tmp_path: Path) -> None:
    result = run(service, tmp_path / "nowhere", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "does not exist" in result.output
    assert not (tmp_path / "out").exists()


def test_an_unknown_kind_of_file_is_bad_usage(tmp_path: Path) -> None:
    (tmp_path / "terms.docx").write_bytes(b"x")
    result = run(tmp_path / "terms.docx", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert ".md, .txt, .html" in result.output


def test_two_files_that_would_be_written_as_one_are_refused(service: Path, tmp_path: Path) -> None:
    (service / "Terms of Service.txt").write_text(TERMS, encoding="utf-8")
    result = run(service, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "both be written" in result.output
