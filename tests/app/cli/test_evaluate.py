"""`termgate eval` on invented labels in a temporary folder."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from app.cli import evaluate
from app.cli.evaluate import kept_aside, register

TEXT = """# Terms

## Content

We train our models on your prompts. We like the sea. Your secret sentence stays in the vault forever.
"""
NEVER = TEXT.replace("We train our", "We never train our")
TRAINS = TEXT.index("We train"), TEXT.index(" We like")
SEA = TRAINS[1] + 1, TEXT.index(" Your secret")
SECRET = SEA[1] + 1, TEXT.index("forever.") + 8


def write(
    folder: Path, vendor: str, training: str = "permitted", stance: str = "permits", text: str = TEXT
) -> None:
    content = {
        "id": f"{vendor.replace(' ', '_')}__Terms_of_Service",
        "service": vendor,
        "content": text,
        "segments": [TRAINS, SEA, SECRET],
        "labels": [
            {"seg": 0, "family": "training", "stance": stance},
            {"seg": 2, "family": "retention", "stance": "open_ended"},
        ],
        "facts": {"all": {"training": training}},
    }
    (folder / f"{content['id']}.json").write_text(json.dumps(content))


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    folder = tmp_path / "labels"
    folder.mkdir()
    write(folder, "Acme")
    write(folder, "Brine Co")
    return folder


def run(*words: object) -> Result:
    app = typer.Typer()
    register(app)
    app.callback()(lambda: None)
    return CliRunner().invoke(app, ["eval", *(str(word) for word in words)])


def answered(*words: object) -> dict[str, Any]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    value: dict[str, Any] = json.loads(result.output)
    return value


def test_the_table_tells_families_totals_and_rules(labels: Path) -> None:
    result = run(labels)
    assert result.exit_code == 0, result.output
    assert result.output.startswith("2 documents of 2 vendors")
    rows = {line.split()[0]: line.split()[1:] for line in result.output.splitlines() if line.split()}
    assert rows["training"][:6] == ["1.000", "1.000", "1.000", "2", "0", "0"]
    assert rows["training.train-models"] == ["2", "2", "1.000"]
    assert "core" in rows


def test_misses_are_listed_only_when_asked_for_with_quote_heading_and_document(labels: Path) -> None:
    assert "secret" not in run(labels).output
    assert "misses" not in answered(labels)
    listed = run(labels, "--misses").output
    assert "Your secret sentence" in listed
    assert "Terms › Content" in listed
    assert "Acme__Terms_of_Service" in listed


def test_json_tells_the_same_figures_and_the_misses(labels: Path) -> None:
    value = answered(labels, "--misses")
    assert value["clauses"]["training"]["f1"] == 1.0
    assert value["rules"]["training.train-models"] == {"hits": 2, "right": 2, "precision": 1.0}
    missed = [one for one in value["misses"] if one["kind"] == "missed"]
    assert [one["document"] for one in missed] == ["Acme__Terms_of_Service", "Brine_Co__Terms_of_Service"]
    assert missed[0]["quote"] == TEXT[slice(*SECRET)]


def test_a_wrong_fact_that_comforts_is_told_as_false_safe(labels: Path) -> None:
    write(labels, "Acme", text=NEVER)
    result = run(labels)
    assert (
        "FALSE SAFE Acme__Terms_of_Service all training: labelled permitted, told prohibited" in result.output
    )


def test_one_vendor_can_be_measured_and_one_left_out(labels: Path) -> None:
    only = answered(labels, "--only", "brine co")
    assert (only["documents"], only["corpus"]) == (1, answered(labels, "--except", "Acme")["corpus"])


def test_a_vendor_that_is_not_there_is_bad_usage(labels: Path) -> None:
    result = run(labels, "--only", "Nobody")
    assert result.exit_code == 2
    assert "there are Acme, Brine Co" in result.output


@pytest.fixture
def acme_aside(labels: Path) -> Path:
    (labels / "kept_aside.txt").write_text("# never read while writing rules\nacme\n")
    return labels


@pytest.mark.parametrize("how", [[], ["--json"]])
def test_nothing_but_totals_is_shown_of_vendors_kept_aside(how: list[str], acme_aside: Path) -> None:
    write(acme_aside, "Acme", text=NEVER)
    result = run(acme_aside, "--only", "Acme", "--misses", *how)
    assert result.exit_code == 0
    assert re.search(r'false.safe"?: 1', result.output)
    assert "secret" not in result.output
    assert "train-models" not in result.output
    assert "Acme__Terms_of_Service" not in result.output


def test_vendors_kept_aside_still_count_in_the_totals(acme_aside: Path) -> None:
    value = answered(acme_aside, "--misses")
    assert (value["documents"], value["kept_aside"]) == (2, ["Acme"])
    assert value["clauses"]["training"]["tp"] == 2
    assert {one["document"] for one in value["misses"]} == {"Brine_Co__Terms_of_Service"}


def test_all_shows_what_is_kept_aside(acme_aside: Path) -> None:
    value = answered(acme_aside, "--misses", "--all")
    assert len({one["document"] for one in value["misses"]}) == 2


def test_those_kept_aside_can_be_named_together(acme_aside: Path) -> None:
    assert answered(acme_aside, "--only", "kept-aside")["kept_aside"] == ["Acme"]
    assert answered(acme_aside, "--except", "kept-aside")["kept_aside"] == []


def test_the_projects_own_vendors_are_kept_aside_wherever_their_labels_lie(tmp_path: Path) -> None:
    named = evaluate.LIST.read_text().splitlines()[1:]
    assert named
    assert set(named) <= set(kept_aside(tmp_path))


def test_floors_that_hold_pass_and_floors_that_do_not_fail(labels: Path, tmp_path: Path) -> None:
    floors = tmp_path / "floors.json"
    assert run(labels, "--pin", floors).exit_code == 0
    assert run(labels, "--floors", floors).exit_code == 0
    raised = floors.read_text().replace('"f1.retention": 0.0', '"f1.retention": 0.9')
    floors.write_text(raised)
    result = run(labels, "--floors", floors)
    assert result.exit_code == 1
    assert "f1.retention is 0.0000, its floor is 0.9000" in result.output


def test_another_corpus_fails_until_it_is_pinned_anew(labels: Path, tmp_path: Path) -> None:
    floors = tmp_path / "floors.json"
    run(labels, "--pin", floors)
    write(labels, "Cove")
    assert run(labels, "--floors", floors).exit_code == 1
    assert run(labels, "--pin", floors).exit_code == 0
    assert run(labels, "--floors", floors).exit_code == 0


def test_a_floor_is_lowered_only_when_asked_to(labels: Path, tmp_path: Path) -> None:
    floors = tmp_path / "floors.json"
    run(labels, "--pin", floors)
    before = floors.read_text()
    write(labels, "Acme", training="silent", stance="opt_out")
    refused = run(labels, "--pin", floors)
    assert refused.exit_code == 1
    assert "would lower stance.training from 1.0000 to 0.5000" in refused.output
    assert floors.read_text() == before
    lowered = run(labels, "--pin", floors, "--lower")
    assert lowered.exit_code == 0
    assert "lowered stance.training" in lowered.output
    assert floors.read_text() != before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere"], "is not a folder"),
        (["."], "holds no label files"),
        ([".", "--floors", "nowhere.json"], "nowhere.json"),
        ([".", "--rules", "."], "holds no rule files"),
    ],
)
def test_what_cannot_be_measured_is_bad_usage(
    words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    assert result.exit_code == 2
    assert message in result.output
