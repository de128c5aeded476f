"""What a pattern is: the small language of the rule files, parsed into plain values.

A pattern is a row of steps. A step is a run of neighbouring tokens, written as words:

    word          that word, in any case            a|b      one of these words
    @class        any word of a class               #        a number, in figures or words
    x?  x*        may be missing; any number of x   <name>   a phrase: one of its runs

`~6` between two steps lets up to six tokens stand between them; without it the steps touch. A pattern
stands in the sentence itself; only where it says `~~6` may it begin in the lead that the sentence is read
with.
Hyphens inside words are read as spaces, so a pattern writes `opt out`, `third party`. Only this module
knows the syntax; extractors/clauses turns the runs into spaCy's token patterns.
"""

from collections.abc import Mapping
from dataclasses import dataclass


class PatternError(ValueError):
    """A pattern that cannot be read; the message says which word is wrong."""


@dataclass(frozen=True, slots=True)
class Word:
    """One token of a run: any of `forms`, or a number where `number` is set."""

    forms: frozenset[str]
    number: bool = False
    operator: str = ""
    """Empty, `?` (may be missing) or `*` (any number)."""


Run = tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One of several runs, at most `gap` tokens after the step before."""

    runs: tuple[Run, ...]
    gap: int = 0
    crosses: bool = False
    """Whether the gap may lie between the lead and the sentence."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A row of steps, and the text it was written as."""

    steps: tuple[Step, ...]
    source: str


Classes = Mapping[str, frozenset[str]]
Phrases = Mapping[str, tuple[Run, ...]]


def parse_run(source: str, classes: Classes) -> Run:
    """Parse a run of neighbouring tokens; raises PatternError."""
    run = tuple(_word(part, classes) for part in source.split())
    if all(word.operator for word in run):
        raise PatternError(f"{source!r} needs a word that may not be missing")
    return run


def parse_pattern(source: str, classes: Classes, phrases: Phrases) -> Pattern:
    """Parse a pattern; raises PatternError."""
    steps: list[Step] = []
    gap, words, crosses = 0, [], False
    for part in [*source.split(), ""]:
        if part and not part.startswith(("~", "<")):
            words.append(part)
            continue
        if words:
            steps.append(Step((parse_run(" ".join(words), classes),), gap, crosses))
            gap, words, crosses = 0, [], False
        if part.startswith("~"):
            gap, crosses = _gap(part), part.startswith("~~")
        elif part:
            steps.append(Step(_phrase(part, phrases), gap, crosses))
            gap, crosses = 0, False
    if not steps:
        raise PatternError("a pattern needs at least one word")
    if gap:
        raise PatternError(f"{source!r} ends in a gap")
    return Pattern(tuple(steps), source)


def _word(part: str, classes: Classes) -> Word:
    operator = part[-1] if len(part) > 1 and part[-1] in "?*" else ""
    body = part.removesuffix(operator) if operator else part
    if body == "#":
        return Word(frozenset(), number=True, operator=operator)
    forms: set[str] = set()
    for name in body.split("|"):
        if not name.startswith("@"):
            forms.add(_form(name, part))
        elif name[1:] in classes:
            forms |= classes[name[1:]]
        else:
            raise PatternError(f"{name} is not a word class")
    return Word(frozenset(forms), operator=operator)


def _form(name: str, part: str) -> str:
    if not name or name != name.lower() or "-" in name.strip("-"):
        raise PatternError(f"{part!r} must be lower-case words without hyphens, joined by |")
    return name


def _gap(part: str) -> int:
    number = part.removeprefix("~").removeprefix("~")
    if not number.isdigit():
        raise PatternError(f"{part!r} is no gap: write ~ or ~~ and a number of tokens")
    return int(number)


def _phrase(part: str, phrases: Phrases) -> tuple[Run, ...]:
    name = part.removeprefix("<").removesuffix(">")
    if part != f"<{name}>" or name not in phrases:
        raise PatternError(f"{part} is not a phrase")
    return phrases[name]
