"""Word classes, phrases and kinds of data, from the files that hold them; patterns that use them."""

from dataclasses import dataclass

from extractors.model import DataKind
from extractors.pattern import Pattern, PatternError, Run, parse_pattern, parse_run
from extractors.rulefile import Entry


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What patterns may name, by name."""

    classes: dict[str, frozenset[str]]
    phrases: dict[str, tuple[Run, ...]]
    kinds: dict[DataKind, tuple[Pattern, ...]]


def read_lexicon(tops: list[Entry]) -> Lexicon:
    """All lexicon files in one; a class must stand before what uses it. Raises RulesetError."""
    lexicon = Lexicon({}, {}, {})
    sections = [top.fields(optional=("classes", "phrases", "kinds")) for top in tops]
    for section in sections:
        for name, entry in _named(section, "classes"):
            if name in lexicon.classes:
                raise entry.fail("stands in another lexicon file too; a class has one home")
            lexicon.classes[name] = _class(entry, lexicon.classes)
    for section in sections:
        for name, entry in _named(section, "phrases"):
            if name in lexicon.phrases:
                raise entry.fail("stands in another lexicon file too; a phrase has one home")
            lexicon.phrases[name] = _phrase(entry, lexicon)
    for section in sections:
        for name, entry in _named(section, "kinds"):
            try:
                kind = DataKind(name)
            except ValueError:
                raise entry.fail(f"is none of {', '.join(DataKind)}") from None
            lexicon.kinds[kind] = patterns_in(entry, lexicon)
    return lexicon


def _named(section: dict[str, Entry], key: str) -> list[tuple[str, Entry]]:
    return list(section[key].fields(optional=None).items()) if key in section else []


def _class(entry: Entry, classes: dict[str, frozenset[str]]) -> frozenset[str]:
    words: set[str] = set()
    for text in entry.texts():
        for word in text.split():
            if word.startswith("@") and word[1:] not in classes:
                raise entry.fail(f"{word} must be defined before it is used")
            words |= classes[word[1:]] if word.startswith("@") else {word}
    return frozenset(words)


def _phrase(entry: Entry, lexicon: Lexicon) -> tuple[Run, ...]:
    runs: list[Run] = []
    for text in entry.texts():
        try:
            known = lexicon.phrases.get(text[1:-1]) if text.startswith("<") else None
            runs += known or (parse_run(text, lexicon.classes),)
        except PatternError as error:
            raise entry.fail(str(error)) from error
    return tuple(runs)


def patterns_in(entry: Entry, lexicon: Lexicon) -> tuple[Pattern, ...]:
    """The patterns that an entry lists; raises RulesetError with their place."""
    found: list[Pattern] = []
    for text in entry.texts():
        try:
            found.append(parse_pattern(text, lexicon.classes, lexicon.phrases))
        except PatternError as error:
            raise entry.fail(str(error)) from error
    return tuple(found)
