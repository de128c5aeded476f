"""Every example in the rule files is a test: hits hit with their stance, near misses and misses do not."""

import pytest

from extractors.clauses import ClauseReader
from extractors.ruleset import Example, Modifier, Rule, load_ruleset

RULESET = load_ruleset()
READER = ClauseReader(RULESET)


def _named(owner: Rule | Modifier, examples: tuple[Example, ...]) -> list[object]:
    return [
        pytest.param(owner, example, id=f"{owner.id}-{number}") for number, example in enumerate(examples)
    ]


HITS = [case for rule in RULESET.rules for case in _named(rule, rule.hits)]
OTHERS = [case for rule in RULESET.rules for case in _named(rule, rule.near + rule.misses)]
MODIFIER_HITS = [case for modifier in RULESET.modifiers for case in _named(modifier, modifier.hits)]
MODIFIER_MISSES = [case for modifier in RULESET.modifiers for case in _named(modifier, modifier.misses)]


@pytest.mark.parametrize(("rule", "example"), HITS)
def test_a_rule_finds_its_hits_with_their_stance(rule: Rule, example: Example) -> None:
    stances = [stance for name, stance in READER.read_sentence(example.text, example.lead) if name == rule.id]
    assert (example.stance or rule.stance) in stances


@pytest.mark.parametrize(("rule", "example"), OTHERS)
def test_a_rule_leaves_its_near_misses_and_misses_alone(rule: Rule, example: Example) -> None:
    assert rule.id not in {name for name, _ in READER.read_sentence(example.text, example.lead)}


@pytest.mark.parametrize(("modifier", "example"), MODIFIER_HITS)
def test_a_modifier_stands_in_its_hits(modifier: Modifier, example: Example) -> None:
    assert modifier.id in READER.modifiers_of(example.text)


@pytest.mark.parametrize(("modifier", "example"), MODIFIER_MISSES)
def test_a_modifier_does_not_stand_in_its_misses(modifier: Modifier, example: Example) -> None:
    assert modifier.id not in READER.modifiers_of(example.text)
