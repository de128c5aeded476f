"""Policies on the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import application
from registry.policy import POLICIES, load_policy, shipped_policies
from tests.registries import new_registry

DEFAULT = (POLICIES / "default.yaml").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    new_registry(tmp_path)
    return tmp_path


def policy(*words: str, folder: Path | None = None) -> tuple[int, str]:
    environment = {"TERMGATE_DATA_DIR": str(folder or "nowhere"), "COLUMNS": "200"}
    result = CliRunner().invoke(application(["policy"]), ["policy", *words], env=environment)
    return result.exit_code, result.output


@pytest.fixture
def changed(tmp_path: Path) -> str:
    path = tmp_path / "ours.yaml"
    path.write_text(DEFAULT.replace("evidence_max_age_days: 21", "evidence_max_age_days: 20"), "utf-8")
    return str(path)


def test_the_shipped_policies_can_be_used() -> None:
    status, said = policy("check")
    assert status == 0
    for name in shipped_policies():
        assert f"{name}: {name}, version {load_policy(name).version}" in said


def test_a_mistake_is_told_with_file_line_and_key(tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text(DEFAULT.replace("family: training", "family: trainig"), "utf-8")
    status, said = policy("check", str(path))
    assert status == 1
    line = DEFAULT[: DEFAULT.index("family: training")].count("\n") + 1
    assert f"{path}:{line}: requirements[0].family: unknown word `trainig`" in said


def test_a_policy_is_shown_principle_by_principle() -> None:
    status, said = policy("show", "default")
    assert status == 0
    default = load_policy("default")
    assert all(one.title in said for one in default.principles)
    rules = [one.id for one in default.requirements] + [one.id for one in default.triggers]
    assert all(rule in said for rule in rules)


def test_without_a_name_the_policy_in_force_is_shown() -> None:
    assert "Production work" in policy("show")[1]


def test_the_shipped_cases_hold() -> None:
    status, said = policy("test")
    assert status == 0
    assert said.count(" 0 fail") == len(shipped_policies())


def test_a_case_that_fails_is_told_where_it_stands(tmp_path: Path, changed: str) -> None:
    lax = Path(changed)
    lax.write_text(DEFAULT.replace("accepts: [prohibited, opt_in]", "accepts: [prohibited]"), "utf-8")
    lax.write_text(lax.read_text().replace("otherwise: {permitted", "otherwise: {opt_in: block, permitted"))
    cases = POLICIES / "cases" / "default.yaml"
    status, said = policy("test", str(lax), str(cases))
    assert status == 1
    assert f"{cases}:" in said
    assert "Training that only consent allows passes: answers denied" in said


def test_a_policy_without_cases_is_asked_for_them(changed: str) -> None:
    status, said = policy("test", changed)
    assert status == 2
    assert "name a file of them" in said


def test_two_policies_are_compared_in_words() -> None:
    status, said = policy("diff", "default", "strict")
    assert status == 0
    assert "Evidence counts for a shorter time: 14 days, it was 21." in said


def test_one_policy_is_compared_with_the_one_in_force(changed: str) -> None:
    assert "1 differences" in policy("diff", changed)[1]


def test_a_back_test_says_how_many_look_ups_were_asked_again(folder: Path, changed: str) -> None:
    status, said = policy("diff", changed, "--registry", folder=folder)
    assert status == 0
    assert "0 judged plans" in said
    assert "past look-ups: 0 of 0 would differ" in said


def test_a_back_test_needs_a_registry(changed: str) -> None:
    status, said = policy("diff", changed, "--registry")
    assert status == 2
    assert "no registry" in said


def test_adopting_puts_a_policy_in_force(folder: Path, changed: str) -> None:
    status, said = policy("adopt", changed, "--reason", "Shorter.", folder=folder)
    assert status == 0
    assert f"{load_policy(changed).version} is in force; before: {load_policy('default').version}" in said
    assert load_policy(changed).version in policy("show", folder=folder)[1]
    status, said = policy("adopt", changed, "--reason", "Again.", folder=folder)
    assert (status, "in force already" in said) == (2, True)


def test_what_adopting_came_to_is_told_as_json(folder: Path) -> None:
    status, said = policy("adopt", "strict", "--reason", "Embargo.", "--json", folder=folder)
    assert status == 0
    assert json.loads(said)["judged"] == []


def test_nothing_is_adopted_without_a_reason(folder: Path) -> None:
    assert policy("adopt", "strict", folder=folder)[0] == 2
    assert policy("adopt", "strict", "--reason", " ", folder=folder)[0] == 2
