"""Rule files are closed: what is wrong is refused with file, line and key."""

from pathlib import Path

import pytest

from extractors.ruleset import RulesetError, code_digest, load_ruleset

LEXICON = """classes:
  keep: retain keep
phrases:
  content: ["your content"]
kinds:
  content: <content>
"""
RULES = """family: retention
rules:
  - id: retention.keeps
    stance: open_ended
    patterns: ["@keep ~3 <content>"]
    hits: [We keep your content.]
    near: [We keep your secrets.]
    misses: [Hello.]
"""


def folder(tmp_path: Path, rules: str = RULES, lexicon: str = LEXICON) -> Path:
    (tmp_path / "lexicon.yaml").write_text(lexicon, encoding="utf-8")
    (tmp_path / "retention.yaml").write_text(rules, encoding="utf-8")
    return tmp_path


def test_a_folder_of_rules_loads_whole(tmp_path: Path) -> None:
    ruleset = load_ruleset(folder(tmp_path))
    assert [rule.id for rule in ruleset.rules] == ["retention.keeps"]
    assert len(ruleset.version) == 16


def test_the_version_covers_the_reading_code_wherever_it_lies(tmp_path: Path) -> None:
    (tmp_path / "text").mkdir()
    module = tmp_path / "text" / "html.py"
    module.write_text("KEPT = 1\n")
    first = code_digest(tmp_path)
    assert code_digest(tmp_path) == first
    module.write_text("KEPT = 2\n")
    assert code_digest(tmp_path) != first


def test_the_version_changes_with_the_content_and_only_with_it(tmp_path: Path) -> None:
    first = load_ruleset(folder(tmp_path)).version
    assert load_ruleset(folder(tmp_path, "# a comment\n" + RULES)).version == first
    assert load_ruleset(folder(tmp_path, RULES.replace("~3", "~4"))).version != first


WRONG = {
    "an unknown key": (
        "    stance:",
        "    stanze: x\n    stance:",
        "retention.yaml:4: rules[0].stanze: unknown",
    ),
    "an unknown stance": ("open_ended", "forever", "retention.yaml:4: rules[0].stance: 'forever'"),
    "no near miss": ("    near: [We keep your secrets.]\n", "", "rules[0]: near is missing"),
    "no hits": ("[We keep your content.]", "[]", "retention.yaml:6: rules[0].hits: needs"),
    "an unknown class": ("@keep", "@hoard", "retention.yaml:5: rules[0].patterns: @hoard is not"),
    "an unknown phrase": ("<content>", "<stuff>", "rules[0].patterns: <stuff> is not a phrase"),
    "a gap without a number": ("~3", "~x", "rules[0].patterns: '~x' is no gap"),
    "a key that stands twice": (
        "    stance:",
        "    stance: none\n    stance:",
        "rules[0].stance: stands twice",
    ),
    "an alias": ("hits: [", "hits: &said [", "retention.yaml:6: anchors and aliases are not read"),
    "broken YAML": ("hits: [", "hits: [[", "retention.yaml:"),
}


@pytest.mark.parametrize(("old", "new", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_is_refused_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(RulesetError) as refused:
        load_ruleset(folder(tmp_path, RULES.replace(old, new)))
    assert message in str(refused.value)


def test_the_same_identifier_twice_is_refused_and_both_places_are_named(tmp_path: Path) -> None:
    folder(tmp_path)
    (tmp_path / "second.yaml").write_text(RULES, encoding="utf-8")
    with pytest.raises(RulesetError, match=r"second.yaml:3: .*already defined in retention.yaml:3"):
        load_ruleset(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesetError, match="holds no rule files"):
        load_ruleset(tmp_path)
