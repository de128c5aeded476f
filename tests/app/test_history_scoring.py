"""`termgate eval-history`: found changes held against labelled ones of invented vendors."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from app.cli import vendors
from app.cli.evaluate_history import register
from app.cli.vendors import kept_aside_in_histories, wanted
from app.history.scoring import (
    LabelledChangeError,
    parse_found,
    parse_labelled,
    score_changes,
)
from extractors.model import Family


def label(number: int, material: dict[str, str], *, vendor: str = "Acme", replaced: bool = False) -> str:
    return json.dumps(row(number, vendor) | {"material": material, "replaced": replaced, "note": "why"})


def found(number: int, flags: dict[str, str], *, vendor: str = "Acme") -> str:
    return json.dumps(row(number, vendor) | {"flags": flags})


def row(number: int, vendor: str) -> dict[str, Any]:
    return {"collection": "demo", "path": f"{vendor}/Terms.md", "date": f"2027-03-0{number}T00:00:00+00:00"}


LABELS = [
    label(1, {"training": "worse", "reuse": "better"}),
    label(2, {"training": "worse"}),
    label(3, {}),
    label(4, {}),
    label(5, {}, replaced=True),
    label(6, {"retention": "better"}, vendor="Brill"),
]
FOUND = [
    found(1, {"training": "worse", "reuse": "mixed", "retention": "worse"}),
    found(3, {"reuse": "worse"}),
    found(4, {}),
    found(5, {"training": "worse"}),
    found(6, {}, vendor="Brill"),
]


def run(folder: Path, *words: str) -> Result:
    (folder / "labels.jsonl").write_text("\n".join(LABELS))
    (folder / "found.jsonl").write_text("\n".join(FOUND))
    app = typer.Typer()
    register(app)
    return CliRunner().invoke(app, [str(folder / "labels.jsonl"), str(folder / "found.jsonl"), *words])


def test_caught_and_vain_are_counted_and_swapped_pages_are_left_out() -> None:
    score = score_changes(parse_labelled(LABELS), parse_found(FOUND))
    assert (score.caught, score.material) == (1, 3)
    assert (score.alarms, score.quiet) == (1, 2)
    assert (score.compared, len(score.worst)) == (4, 1)


def test_families_count_their_directions_and_what_is_flagged_beside() -> None:
    families = score_changes(parse_labelled(LABELS), parse_found(FOUND)).families
    training, reuse = families[Family.TRAINING], families[Family.REUSE]
    assert (training.labelled, training.caught, training.direction_right, training.extra) == (2, 1, 1, 0)
    assert (reuse.labelled, reuse.caught, reuse.direction_right, reuse.extra) == (1, 1, 0, 1)
    assert families[Family.RETENTION].extra == 1


@pytest.mark.parametrize("line", ["{", "[]", "{}", label(1, {"training": "awful"})])
def test_a_line_that_is_no_label_is_named(line: str) -> None:
    with pytest.raises(LabelledChangeError, match="line 2"):
        parse_labelled([LABELS[0], line])


def test_the_command_prints_figures_and_on_demand_what_went_wrong(tmp_path: Path) -> None:
    result = run(tmp_path, "--misses")
    assert result.exit_code == 0, result.output
    assert "caught        1/3 = 0.333" in result.output
    assert "missed   demo 2027-03-02 Acme/Terms.md: why" in result.output
    assert "in vain  demo 2027-03-03 Acme/Terms.md" in result.output
    assert json.loads(run(tmp_path, "--json", "--only", "Brill").output)["material"] == 1


def test_of_vendors_kept_aside_totals_alone_are_printed(tmp_path: Path) -> None:
    (tmp_path / "kept_aside.txt").write_text("Brill\n")
    result = run(tmp_path, "--misses", "--only", "kept-aside")
    assert "caught        0/1 = 0.000" in result.output
    assert "Brill" not in result.output


def test_the_project_keeps_vendors_aside_for_histories_too() -> None:
    lists = [vendors.LISTS / name for name in ("kept_aside.txt", "kept_aside_histories.txt")]
    assert all(path.is_file() for path in lists)
    assert len(kept_aside_in_histories()) >= 2


def test_vendors_are_chosen_by_name_and_a_wrong_name_is_told() -> None:
    there = {"Acme", "Brill", "Cove"}
    assert wanted([], [], ("Cove",), there) == there
    assert wanted(["kept-aside", "Acme"], ["Acme"], ("Cove", "Dune"), there) == {"Cove"}
    with pytest.raises(ValueError, match="no vendor 'Dune'"):
        wanted(["Dune"], [], (), there)
    with pytest.raises(ValueError, match="no vendor is left"):
        wanted(["kept-aside"], [], (), there)
