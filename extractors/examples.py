"""Every example in the rule files, tried: hits hit with their stance, near misses and misses do not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from extractors.clauses import ClauseReader
from extractors.model import Stance
from extractors.rulefile import read_entries
from extractors.ruleset import SHIPPED, Example, Modifier, Rule, Ruleset

_Places = Mapping[tuple[str, str, int], str]
"""Where an example stands, by rule or modifier, list and number in the list."""


@dataclass(frozen=True, slots=True)
class FailingExample:
    """An example that does not come out as its place says."""

    place: str
    """File, line and key."""
    owner: str
    """The rule or modifier that it belongs to."""
    text: str
    message: str


def count_examples(owner: Rule | Modifier) -> int:
    """Return how many examples a rule or modifier has."""
    near = owner.near if isinstance(owner, Rule) else ()
    return len(owner.hits) + len(near) + len(owner.misses)


def failing_examples(ruleset: Ruleset, folder: Path | None = None) -> tuple[FailingExample, ...]:
    """Try all examples of a ruleset read from this folder; raises RulesetError."""
    reader = ClauseReader(ruleset)
    places = dict(_places(folder or SHIPPED))
    return (
        *(failing for rule in ruleset.rules for failing in _of_rule(reader, rule, places)),
        *(failing for modifier in ruleset.modifiers for failing in _of_modifier(reader, modifier, places)),
    )


def _of_rule(reader: ClauseReader, rule: Rule, places: _Places) -> Iterator[FailingExample]:
    for kind, examples in (("hits", rule.hits), ("near", rule.near), ("misses", rule.misses)):
        for number, example in enumerate(examples):
            found = reader.read_sentence(example.text, example.lead)
            stances = {stance for name, stance in found if name == rule.id}
            message = _wrong_hit(example, rule, stances) if kind == "hits" else _wrong_miss(stances)
            if message:
                yield FailingExample(places[rule.id, kind, number], rule.id, example.text, message)


def _wrong_hit(example: Example, rule: Rule, stances: set[Stance | None]) -> str:
    expected = example.stance or rule.stance
    if expected in stances:
        return ""
    return f"is read as {_named(stances)}, not as {_named({expected})}" if stances else "is not found"


def _wrong_miss(stances: set[Stance | None]) -> str:
    return f"must not be found, and is read as {_named(stances)}" if stances else ""


def _named(stances: set[Stance | None]) -> str:
    return ", ".join(sorted(stance.value if stance else "no stance" for stance in stances))


def _of_modifier(reader: ClauseReader, modifier: Modifier, places: _Places) -> Iterator[FailingExample]:
    for kind, examples in (("hits", modifier.hits), ("misses", modifier.misses)):
        for number, example in enumerate(examples):
            stands = modifier.id in reader.modifiers_of(example.text)
            if stands is not (kind == "hits"):
                message = "must not be found" if stands else "is not found"
                yield FailingExample(places[modifier.id, kind, number], modifier.id, example.text, message)


def _places(folder: Path) -> Iterator[tuple[tuple[str, str, int], str]]:
    for top in read_entries(folder):
        sections = top.fields(optional=None)
        for section in ("rules", "modifiers"):
            for entry in sections[section].items() if section in sections else ():
                fields = entry.fields(optional=None)
                for kind in ("hits", "near", "misses"):
                    for number, item in enumerate(fields[kind].items() if kind in fields else ()):
                        line = item.node.start_mark.line + 1
                        yield (fields["id"].text(), kind, number), f"{item.file}:{line}: {item.key}"
