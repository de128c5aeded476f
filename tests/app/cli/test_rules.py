"""`termgate rules`: broken rules are told with file, line and key, and readings are explained."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from app.cli.rules import register

TERMS = """# Terms of Service

These are the terms on which Acme offers its services to you, and by using them you agree to these terms.

## Your content

We use your prompts to train our models. You can opt out in the settings.
We do not sell your content. You may not use Output to train competing models. You own your content.
"""


LEXICON = """classes:
  keep: retain keep
phrases:
  content: ["your content"]
kinds:
  content: <content>
"""
MODIFIERS = """modifiers:
  - id: negation
    effect: negation
    patterns: ["not|never"]
    hits: [We do not keep it.]
    misses: [We keep it.]
"""
RULES = """family: retention
rules:
  - id: retention.keeps
    stance: open_ended
    negated: none
    patterns: ["@keep ~3 <content>"]
    hits:
      - We keep your content.
      - {text: We do not keep your content., stance: none}
    near: [We keep your secrets.]
    misses: [Hello.]
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Small rules of their own: the shipped ones may change."""
    folder = tmp_path / "rules"
    folder.mkdir()
    for name, text in (("lexicon", LEXICON), ("modifiers", MODIFIERS), ("retention", RULES)):
        (folder / f"{name}.yaml").write_text(text)
    return folder


def run(*words: object) -> Result:
    app = typer.Typer()
    register(app)
    return CliRunner().invoke(app, ["rules", *(str(word) for word in words)])


def answered(*words: object) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def change(folder: Path, before: str, after: str, file: str = "retention.yaml") -> int:
    """Change the first place of a rule file that reads so, and return its line."""
    path = folder / file
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))
    return text[: text.index(before)].count("\n") + 1


def test_the_shipped_rules_pass_their_check() -> None:
    result = run("check")
    assert result.exit_code == 0, result.output
    assert "examples, 0 fail" in result.output


def test_an_example_that_fails_is_told_with_file_line_and_key(rules: Path) -> None:
    line = change(rules, "We keep your content.", "We water your plants.")
    result = run("check", rules)
    assert result.exit_code == 1
    assert f"retention.yaml:{line}: rules[0].hits[0]: is not found: “We water your plants.”" in result.output


def test_a_wrong_stance_is_told_with_the_stance_it_has(rules: Path) -> None:
    sentence = "We do not keep your content."
    change(rules, f"{{text: {sentence}, stance: none}}", sentence)
    failing = json.loads(run("check", rules, "--json").output)["failing"]
    assert [one["message"] for one in failing] == ["is read as none, not as open_ended"]


def test_a_near_miss_that_hits_is_told(rules: Path) -> None:
    change(rules, "We keep your secrets.", "We retain your content.")
    result = run("check", rules)
    assert result.exit_code == 1
    assert "rules[0].near[0]: must not be found, and is read as open_ended" in result.output


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("We do not keep it.", "We hide it.", "is not found"),
        ("We keep it.", "We never keep it.", "must not be found"),
    ],
)
def test_an_example_of_a_modifier_that_fails_is_told(
    before: str, after: str, message: str, rules: Path
) -> None:
    line = change(rules, before, after, "modifiers.yaml")
    (failing,) = json.loads(run("check", rules, "--json").output)["failing"]
    assert (failing["owner"], failing["message"]) == ("negation", message)
    assert failing["place"].startswith(f"modifiers.yaml:{line}: modifiers[0].")


def test_rules_that_do_not_load_are_told_with_file_line_and_key(rules: Path) -> None:
    line = change(rules, "stance: open_ended", "stanse: open_ended")
    result = run("check", rules)
    assert result.exit_code == 2
    assert f"retention.yaml:{line}: rules[0].stanse: unknown key" in result.output


def test_rules_are_listed_by_family() -> None:
    rows = answered("list", "--family", "training")
    assert {row["family"] for row in rows} == {"training"}
    assert all(row["examples"] >= 3 for row in rows)
    assert len(rows) < len(answered("list"))


def test_the_list_shows_identifiers() -> None:
    assert "training.train-models" in run("list").output


@pytest.fixture
def terms(tmp_path: Path) -> Path:
    path = tmp_path / "Terms of Service.md"
    path.write_text(TERMS)
    return path


def test_each_clause_is_explained_by_rule_modifiers_and_stance(terms: Path) -> None:
    clauses = answered("explain", terms)["clauses"]
    (sells,) = (one for one in clauses if one["quote"].startswith("We do not sell"))
    assert sells["rule"] == "reuse.sell"
    assert sells["modifiers"] == ["negation: not"]
    assert sells["why"].endswith("by negation: not") or "stays" in sells["why"]
    assert (sells["line"], sells["heading"]) == (8, "Terms of Service › Your content")


def test_a_choice_in_the_next_sentence_is_told_as_the_reason(terms: Path) -> None:
    trains = answered("explain", terms)["clauses"][0]
    assert trains["why"] == "the rule says permits, which becomes opt_out by opt out: in the next sentence"


def test_what_a_safeguard_held_back_is_told_with_the_safeguard(terms: Path) -> None:
    held = answered("explain", terms, "--text", "competing")["held_back"]
    assert [one["family"] for one in held] == ["training"]
    assert "`unless`" in held[0]["why"]
    assert "the customer acts" in held[0]["why"]


def test_a_line_can_be_asked_for(terms: Path) -> None:
    lines = {one["line"] for one in answered("explain", terms, "--line", 7)["clauses"]}
    assert lines == {7}
    assert answered("explain", terms, "--line", 1)["clauses"] == []


def test_sentences_can_be_asked_for_by_their_words(terms: Path) -> None:
    quotes = [one["quote"] for one in answered("explain", terms, "--text", "SELL your")["clauses"]]
    assert quotes == ["We do not sell your content."]


def test_a_sentence_can_be_explained_without_a_file() -> None:
    (clause,) = answered("explain", "--text", "We do not train our models on your prompts.")["clauses"]
    assert (clause["stance"], clause["modifiers"]) == ("prohibits", ["negation: not"])


def test_people_read_the_same(terms: Path) -> None:
    output = run("explain", terms).output
    assert "line 8, Terms of Service › Your content" in output
    assert "negation: not" in output
    assert "not training" in output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["explain"], "give a FILE"),
        (["explain", "nowhere.md"], "nowhere.md"),
        (["explain", "terms.docx"], "unknown kind of file"),
        (["explain", "--text", "x", "--line", "2"], "the text has 1 lines"),
        (["check", "nowhere"], "holds no rule files"),
    ],
)
def test_what_cannot_be_done_is_bad_usage(
    words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    assert result.exit_code == 2
    assert message in result.output
