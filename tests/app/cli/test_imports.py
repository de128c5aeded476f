"""`termgate import`: what it takes in, and what it says of the rest."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import application
from app.db import engine_from, sessions_of
from tests.app.recorded_past import RECORDED, record_past
from tests.app.shop import Shop, open_shop
from tests.app.test_history import record
from tests.registries import new_registry


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("TERMGATE_DATA_DIR", str(tmp_path))
    engine = engine_from(new_registry(tmp_path))
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


PEN = {
    "name": "Pen",
    "terms": {
        "Terms of Service": {"fetch": "https://pen.example/terms", "select": "main", "filter": ["clean"]},
        "Imprint": {"fetch": "https://pen.example/imprint", "select": "main"},
    },
}


def test_declarations_are_listed_and_what_is_not_done_is_named(tmp_path: Path, shop: Shop) -> None:
    folder = tmp_path / "declarations"
    folder.mkdir()
    (folder / "Pen.json").write_text(json.dumps(PEN), encoding="utf-8")
    (folder / "Pen.history.json").write_text("{}", encoding="utf-8")
    (folder / "Bad.json").write_text("{", encoding="utf-8")
    bad, pen = json.loads(ask("declarations", str(folder), "--json").stdout)
    assert (bad["service"], bad["outcome"], bad["tool"]) == ("Bad", "refused", None)
    assert (pen["tool"], pen["sources"], pen["outcome"]) == ("pen/pen", 1, "added")
    assert [(note["document"], note["key"]) for note in pen["notes"]] == [
        ("Terms of Service", "filter"),
        ("Imprint", ""),
    ]
    again = ask("declarations", str(folder))
    assert "unchanged" in again.stdout
    assert "Pen › Terms of Service › filter: functions that change the page are not run" in again.stdout


def test_a_service_whose_pages_are_tracked_already_is_kept(tmp_path: Path, shop: Shop) -> None:
    declared = {"name": "Crayon", "terms": {"Terms of Service": {"fetch": shop.site.url("/terms")}}}
    file = tmp_path / "Crayon.json"
    file.write_text(json.dumps(declared), encoding="utf-8")
    (row,) = json.loads(ask("declarations", str(file), "--json").stdout)
    assert (row["tool"], row["outcome"]) == ("acme/brush", "kept")


@pytest.mark.parametrize(
    ("words", "told"),
    [(["nowhere"], "is no declaration and holds none"), (["x.json", "--vendor", "A B"], "--vendor: `A B`")],
)
def test_declarations_that_are_not_there_are_refused(
    tmp_path: Path, shop: Shop, monkeypatch: pytest.MonkeyPatch, words: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.json").write_text(json.dumps(PEN), encoding="utf-8")
    done = ask("declarations", *words)
    assert done.exit_code == 2
    assert told in done.stderr


@pytest.mark.corpus
def test_recorded_declarations_are_taken_in_with_nothing_left_unsaid(shop: Shop) -> None:
    folder = Path(__file__).parents[3].parent / "shared" / "corpus" / "declarations"
    if not folder.is_dir():
        pytest.skip(f"no recorded declarations at {folder}")
    rows = json.loads(ask("declarations", str(folder), "--json").stdout)
    assert rows
    assert {row["outcome"] for row in rows} == {"added"}
    files = [json.loads(file.read_text(encoding="utf-8")) for file in folder.glob("*.json")]
    terms = {one["name"]: one["terms"] for one in files}
    for row in rows:
        declared = terms[row["service"]]
        left = {note["document"] for note in row["notes"] if "the document was left out" in note["why"]}
        assert row["sources"] == len(declared) - len(left)


def test_a_source_that_is_named_leaves_the_others_to_be_matched(tmp_path: Path, shop: Shop) -> None:
    past = record_past(tmp_path / "past", shop)
    record(past, [("Pen/Terms of Service.md", "# Pen\n", "2024-03-04T06:30:00+00:00")])
    named = "terms=Pen/Terms of Service.md"
    done = ask("versions", str(past), "--tool", "acme/brush", "--source", named, "--json")
    told = json.loads(done.stdout)
    assert [one["document"] for one in told["sources"]] == ["Pen/Terms of Service.md"]
    assert told["left_out"] == {RECORDED: "the tool has no source of this kind"}
