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

GERMAN = (
    """Allgemeine Geschäftsbedingungen

Diese Bedingungen gelten für alle Leistungen der Firma, und mit der Nutzung der Dienste stimmen Sie ihnen zu.
Wir dürfen Ihre Eingaben für die Verbesserung unserer Modelle nutzen, solange Sie dem nicht widersprechen.
Die Daten werden nach dreißig Tagen gelöscht, und Sie behalten alle Rechte an Ihren Inhalten.
"""
    * 5
)


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
    assert ".pdf, .html, .htm, .md, .txt" in result.output


def test_of_two_files_that_would_be_written_as_one_the_second_fails_alone(
    service: Path, tmp_path: Path
) -> None:
    (service / "Terms of Service.txt").write_text(TERMS, encoding="utf-8")
    (service / "Privacy Policy.md").write_text(TERMS, encoding="utf-8")
    result = run(service, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "Terms of Service.txt: " in result.output
    assert "rename one of the two" in result.output
    assert "2 documents, " in result.output
    assert ", 1 unread" in result.output


def test_a_file_whose_namesake_cannot_be_read_is_written(service: Path, tmp_path: Path) -> None:
    (service / "Terms of Service.htm").write_bytes(b"")
    result = run(service, "--out", tmp_path / "out")
    assert "Terms of Service.htm: " in result.output
    assert "1 document, " in result.output


def test_a_file_that_is_named_twice_is_read_once(service: Path, tmp_path: Path) -> None:
    result = run(service, service / "Terms of Service.md", "--out", tmp_path / "out")
    assert (result.exit_code, result.output[:12]) == (0, "1 document, ")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Binary.md", bytes(range(256)) * 20),
        ("Binary.html", bytes(range(256)) * 20),
        ("Binary.pdf", bytes(range(256)) * 20),
        ("Empty.txt", b""),
        ("Deutsch.md", GERMAN.encode()),
        ("Deutsch.txt", GERMAN.encode("latin-1")),
    ],
)
def test_what_is_no_terms_in_english_is_told_by_name(
    name: str, body: bytes, service: Path, tmp_path: Path
) -> None:
    (service / name).write_bytes(body)
    result = run(service, "--out", tmp_path / "out", "--json")
    assert result.exit_code == 1
    assert f"{name}: " in result.stderr
    summary = json.loads(result.stdout)
    assert list(summary["failed"]) == [str(service / name)]
    assert list(summary["written"]) == ["Acme_AI__Terms_of_Service"]


def test_a_file_that_is_gone_is_told_in_words(service: Path, tmp_path: Path) -> None:
    (service / "Old.md").symlink_to(tmp_path / "gone.md")
    result = run(service, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "Old.md: No such file or directory\n" in result.output


def test_a_folder_is_no_file_whatever_its_name(service: Path, tmp_path: Path) -> None:
    (service / "Old terms.md").mkdir()
    assert run(service, "--out", tmp_path / "out").exit_code == 0


def test_a_folder_that_cannot_be_made_is_bad_usage(service: Path, tmp_path: Path) -> None:
    out = tmp_path / "taken" / "out"
    out.parent.touch()
    result = run(service, "--out", out)
    said = f"termgate: {out} cannot be made (Not a directory); name another folder with --out\n"
    assert (result.exit_code, result.output) == (2, said)
