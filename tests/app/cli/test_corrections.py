"""Corrections listed, and exported as labels that `termgate eval` and its floors take."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import extractors
from app.cli import application
from app.db import engine_from, sessions_of
from extractors.labels import load_labels
from tests.app.shop import Shop, open_shop
from tests.app.vendor_site import MAY_TRAIN, NO_TRAINING, terms
from tests.registries import new_registry

RULES = Path(extractors.__file__).parent / "rules"
LINGERS = "Prompts linger on our disks for as long as our business likes them."
PAGE = terms().replace("We delete Customer Content within 30 days", f"{LINGERS} We wait")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    engine = engine_from(new_registry(tmp_path))
    with open_shop(sessions_of(engine)) as shop:
        shop.site.pages["/terms"] = PAGE
        shop.submit()
        yield shop
    engine.dispose()


@pytest.fixture
def run(tmp_path: Path) -> Any:
    def run(*words: str) -> tuple[int, str]:
        environment = {"TERMGATE_DATA_DIR": str(tmp_path)}
        result = CliRunner().invoke(application(words), list(words), env=environment)
        return result.exit_code, result.output

    return run


def reject_and_add(shop: Shop) -> None:
    shop.reject(NO_TRAINING)
    shop.correct(kind="added", quote=LINGERS, family="retention", stance="open_ended", data=["content"])


def score(run: Any, labels: Path, *words: str) -> Any:
    status, said = run("eval", str(labels), "--json", *words)
    assert status == 0, said
    return json.loads(said)


def test_corrections_are_listed_with_how_they_stand(shop: Shop, run: Any) -> None:
    reject_and_add(shop)
    shop.site.pages["/terms"] = PAGE.replace(NO_TRAINING, MAY_TRAIN)
    shop.look()
    listed = json.loads(run("corrections", "list", "--json")[1])
    assert [(one["kind"], one["state"]) for one in listed] == [("rejected", "dormant"), ("added", "applies")]
    dormant = json.loads(run("corrections", "list", "acme/brush", "--state", "dormant", "--json")[1])
    assert [one["quote"] for one in dormant] == [NO_TRAINING]


def test_an_unknown_tool_is_refused(shop: Shop, run: Any) -> None:
    status, said = run("corrections", "list", "acme/pencil")
    assert status == 2
    assert "acme/pencil" in said


def test_single_sentences_are_scored_and_nothing_beside_them(shop: Shop, run: Any, tmp_path: Path) -> None:
    """The machine still reads what was rejected, and misses what was added; all else was judged by nobody."""
    reject_and_add(shop)
    status, said = run("corrections", "export", str(tmp_path / "labels"))
    assert status == 0, said
    assert "0 documents read from end to end, 2 single sentences" in said
    (document,) = load_labels(tmp_path / "labels")
    assert [document.text[start:end] for start, end in document.segments] == [NO_TRAINING, LINGERS]
    found = score(run, tmp_path / "labels")["clauses"]
    assert (found["training"]["tp"], found["training"]["fp"]) == (0, 1)
    assert (found["retention"]["tp"], found["retention"]["fn"]) == (0, 1)
    assert sum(one["fp"] for one in found.values()) == 1


def test_a_restanced_sentence_is_found_and_its_stance_is_wrong(shop: Shop, run: Any, tmp_path: Path) -> None:
    shop.correct(kind="restanced", clause=shop.clause(NO_TRAINING)["digest"], stance="opt_in")
    run("corrections", "export", str(tmp_path / "labels"))
    scored = score(run, tmp_path / "labels")
    assert scored["clauses"]["training"]["f1"] == 1
    assert scored["stance_accuracy"] == {"training": 0}


def test_a_reviewed_document_is_exported_whole(shop: Shop, run: Any, tmp_path: Path) -> None:
    reject_and_add(shop)
    shop.correct(kind="reviewed")
    status, said = run("corrections", "export", str(tmp_path / "labels"), "--json")
    assert (status, json.loads(said)) == (0, {"files": 1, "documents": 1, "sentences": 0})
    (document,) = load_labels(tmp_path / "labels")
    assert len(document.segments) > 5
    told = {
        (document.text[slice(*document.segments[one.segment])], one.family.value) for one in document.labels
    }
    assert (LINGERS, "retention") in told
    assert (NO_TRAINING, "training") not in told
    assert {one.family.value: one.answer.value for one in document.facts if one.audience == "all"} == {
        "training": "silent",
        "retention": "open_ended",
        "reuse": "service_only",
    }
    scored = score(run, tmp_path / "labels")
    assert scored["false_safe"]


def test_the_gate_holds_what_the_rules_reach_on_an_export(shop: Shop, run: Any, tmp_path: Path) -> None:
    labels, floors = tmp_path / "labels", tmp_path / "floors.json"
    shop.correct(kind="reviewed")
    run("corrections", "export", str(labels))
    assert score(run, labels, "--pin", str(floors))["core"]["f1"] == 1
    assert run("eval", str(labels), "--floors", str(floors))[0] == 0
    fewer = tmp_path / "rules"
    shutil.copytree(RULES, fewer)
    for file in fewer.glob("training*.yaml"):
        file.unlink()
    status, said = run("eval", str(labels), "--floors", str(floors), "--rules", str(fewer))
    assert status == 1
    assert "f1.training" in said


def test_withdrawn_and_dormant_corrections_label_nothing(shop: Shop, run: Any, tmp_path: Path) -> None:
    made = shop.reject(NO_TRAINING)
    shop.withdraw(made["correction"]["id"])
    status, said = run("corrections", "export", str(tmp_path / "labels"))
    assert status == 2
    assert "nothing to export" in said


def test_an_export_goes_to_a_folder_of_its_own(shop: Shop, run: Any, tmp_path: Path) -> None:
    reject_and_add(shop)
    assert run("corrections", "export", str(tmp_path / "labels"))[0] == 0
    status, said = run("corrections", "export", str(tmp_path / "labels"))
    assert status == 2
    assert "not empty" in said
