"""The ruleset: what finds a clause, read from extractors/rules/*.yaml, whole and closed.

Three kinds of file: `lexicon` (word classes and phrases), `modifiers` (what changes a stance, a party or an
audience) and `rules`. A rule without a hit, a near miss and a miss does not load. The version is a digest of
the content and of the reading code, so that a reading names what read it. No spaCy here.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from extractors.model import DataKind, Family, Purpose, Stance
from extractors.pattern import Pattern, PatternError, Run, parse_pattern, parse_run
from extractors.rulefile import Entry, RulesetError, plain, read_entries

__all__ = ["Effect", "Example", "Modifier", "Rule", "Ruleset", "RulesetError", "load_ruleset"]

CODE = Path(__file__).parent
SHIPPED = CODE / "rules"


def code_digest(folder: Path = CODE) -> str:
    """SHA-256 over the reading code and its weights: after any change it may find something else."""
    digest = hashlib.sha256()
    for path in sorted((*folder.rglob("*.py"), *folder.rglob("*.bin"))):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


class Effect(StrEnum):
    """What a modifier does to the rules' hits in its scope."""

    NEGATION = "negation"
    ONLY = "only"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    UNLESS = "unless"
    """`unless you agree`: opt in after a negation, a way to opt out of what is otherwise done."""
    CONDITION = "condition"
    """`if you enable …`: opt in; before a negation it is the way to opt out."""
    DEFAULT = "default"
    """`by default`: with a negation, the customer may still choose otherwise."""
    PSEUDO = "pseudo"
    """Looks like another modifier and is none: hides what it overlaps."""
    TERMINATOR = "terminator"
    """Ends the scope of a negation."""
    VENDOR = "vendor"
    """The vendor, or a third party it gives data to, acts."""
    CUSTOMER = "customer"
    """The customer acts: what follows binds the customer."""
    OTHER = "other"
    """Neither acts: an auditor, a court, both parties alike."""
    CONSUMER = "consumer"
    BUSINESS = "business"
    API = "api"
    ASIDE = "aside"
    """In a heading: the section is about something else than data, such as the law that governs."""
    MATTER = "matter"
    """In a heading: the section is about data, whatever else it is about."""
    # What follows changes no stance: it tells how far a clause reaches.
    PART = "part"
    """It speaks of one feature, connector or kind of data, not of content as a whole."""
    ASK = "ask"
    """It holds for a customer who asks, pays or qualifies."""
    ENDING = "ending"
    """It holds at the end of the agreement or the account, whoever asks."""
    RESERVE = "reserve"
    """It is for law, safety, disputes or backups."""
    SERVING = "serving"
    """It is for serving the customer, for as long as there is an account."""
    AT_LARGE = "at_large"
    """It is for the vendor's own ends, or has no end."""
    STORING = "storing"
    """It tells that data is stored, and not for how long."""
    CONFINED = "confined"
    """It reaches as far as what is permitted elsewhere."""
    CONTACT = "contact"
    """It is about messages to the customer."""


REACHING = frozenset(
    {
        Effect.PART,
        Effect.ASK,
        Effect.ENDING,
        Effect.RESERVE,
        Effect.SERVING,
        Effect.AT_LARGE,
        Effect.STORING,
        Effect.CONFINED,
        Effect.CONTACT,
    }
)
"""Effects that change no stance and are told with every clause of their sentence."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence in its place, and the stance a hit must have there."""

    text: str
    lead: str = ""
    """What it is read with: a list's introduction, a heading, the sentence before."""
    stance: Stance | None = None


@dataclass(frozen=True, slots=True)
class Modifier:
    """Patterns with one effect."""

    id: str
    effect: Effect
    patterns: tuple[Pattern, ...]
    hits: tuple[Example, ...]
    misses: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Patterns that find one kind of clause."""

    id: str
    family: Family
    stance: Stance | None
    """The stance where no modifier says otherwise."""
    fixed: bool
    """Whether modifiers leave the stance alone."""
    negated: Stance | None
    """The stance under a negation; `None`: what is denied is no clause (only with `fixed`)."""
    limited: Stance | None
    """The stance under `only`; `None`: the limit changes nothing ("only to train our models" permits)."""
    chosen: Stance | None
    """The stance of a fixed rule where the customer chooses it; `None`: a choice changes nothing."""
    purpose: Purpose | None
    data: tuple[DataKind, ...]
    """What it speaks of where the sentence names nothing."""
    party: bool
    """Whether a hit is dropped where the customer acts."""
    needs_data: bool
    """Whether a permission must name the customer's data, in the sentence or in what it is read with.

    A denial or a choice need not: nobody denies doing it with data that is not the customer's.
    """
    follows: Family | None
    """Only right after a clause of this family under the same heading."""
    echo: bool
    """It says what the clause it follows said: its stance and purpose are that clause's."""
    patterns: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]
    """Patterns that make a hit a false one."""
    hits: tuple[Example, ...]
    near: tuple[Example, ...]
    misses: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Ruleset:
    """All rules and modifiers, in the order of their files: an earlier rule goes first."""

    version: str
    rules: tuple[Rule, ...]
    modifiers: tuple[Modifier, ...]
    kinds: Mapping[DataKind, tuple[Pattern, ...]]
    """What names a kind of data."""
    classes: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Lexicon:
    classes: dict[str, frozenset[str]]
    phrases: dict[str, tuple[Run, ...]]
    kinds: dict[DataKind, tuple[Pattern, ...]]


def load_ruleset(folder: Path | None = None) -> Ruleset:
    """Read a folder of rule files, by default the shipped one; raises RulesetError."""
    tops = tuple(read_entries(folder or SHIPPED))
    if not tops:
        raise RulesetError(f"{folder or SHIPPED}: holds no rule files")
    kinds = {top.file: _kind_of(top) for top in tops}
    lexicon = _read_lexicon([top for top in tops if kinds[top.file] == "lexicon"])
    modifiers = [
        _modifier(entry, lexicon)
        for top in tops
        if kinds[top.file] == "modifiers"
        for entry in top.fields(("modifiers",))["modifiers"].items()
    ]
    rules: list[Rule] = []
    for top in tops:
        if kinds[top.file] == "rules":
            fields = top.fields(("family", "rules"))
            family = fields["family"].choice(Family)
            rules += [_rule(entry, family, lexicon) for entry in fields["rules"].items()]
    _refuse_duplicates(tops)
    content = {top.file: plain(top.node) for top in tops}
    canonical = json.dumps([code_digest(), content], sort_keys=True, ensure_ascii=False)
    version = hashlib.sha256(canonical.encode()).hexdigest()[:16]
    return Ruleset(version, tuple(rules), tuple(modifiers), lexicon.kinds, lexicon.classes)


def _kind_of(top: Entry) -> str:
    keys = set(top.fields(optional=None))
    for kind in ("rules", "modifiers"):
        if kind in keys:
            return kind
    if keys & {"classes", "phrases", "kinds"}:
        return "lexicon"
    raise top.fail("a rule file holds rules, modifiers, or classes, phrases and kinds")


def _read_lexicon(tops: list[Entry]) -> _Lexicon:
    lexicon = _Lexicon({}, {}, {})
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
            lexicon.kinds[kind] = _patterns(entry, lexicon)
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


def _phrase(entry: Entry, lexicon: _Lexicon) -> tuple[Run, ...]:
    runs: list[Run] = []
    for text in entry.texts():
        try:
            known = lexicon.phrases.get(text[1:-1]) if text.startswith("<") else None
            runs += known or (parse_run(text, lexicon.classes),)
        except PatternError as error:
            raise entry.fail(str(error)) from error
    return tuple(runs)


def _patterns(entry: Entry, lexicon: _Lexicon) -> tuple[Pattern, ...]:
    found: list[Pattern] = []
    for text in entry.texts():
        try:
            found.append(parse_pattern(text, lexicon.classes, lexicon.phrases))
        except PatternError as error:
            raise entry.fail(str(error)) from error
    return tuple(found)


def _modifier(entry: Entry, lexicon: _Lexicon) -> Modifier:
    fields = entry.fields(("id", "effect", "patterns", "hits", "misses"))
    return Modifier(
        id=fields["id"].text(),
        effect=fields["effect"].choice(Effect),
        patterns=_patterns(fields["patterns"], lexicon),
        hits=_examples(fields["hits"]),
        misses=_examples(fields["misses"]),
    )


def _rule(entry: Entry, family: Family, lexicon: _Lexicon) -> Rule:
    fields = entry.fields(
        ("id", "patterns", "hits", "near", "misses"),
        (
            "stance",
            "fixed",
            "negated",
            "limited",
            "chosen",
            "purpose",
            "data",
            "party",
            "needs_data",
            "follows",
            "echo",
            "unless",
        ),
    )
    return Rule(
        id=fields["id"].text(),
        family=family,
        stance=fields["stance"].choice(Stance) if "stance" in fields else None,
        fixed=_flag(fields.get("fixed"), absent=False),
        negated=fields["negated"].choice(Stance) if "negated" in fields else None,
        limited=fields["limited"].choice(Stance) if "limited" in fields else None,
        chosen=fields["chosen"].choice(Stance) if "chosen" in fields else None,
        purpose=fields["purpose"].choice(Purpose) if "purpose" in fields else None,
        data=tuple(item.choice(DataKind) for item in fields["data"].items()) if "data" in fields else (),
        party=_flag(fields.get("party"), absent=True),
        needs_data=_flag(fields.get("needs_data"), absent=False),
        follows=fields["follows"].choice(Family) if "follows" in fields else None,
        echo=_flag(fields.get("echo"), absent=False),
        patterns=_patterns(fields["patterns"], lexicon),
        unless=_patterns(fields["unless"], lexicon) if "unless" in fields else (),
        hits=_examples(fields["hits"]),
        near=_examples(fields["near"]),
        misses=_examples(fields["misses"]),
    )


def _flag(entry: Entry | None, *, absent: bool) -> bool:
    if entry is None:
        return absent
    if entry.text() not in ("true", "false"):
        raise entry.fail("must be true or false")
    return entry.text() == "true"


def _examples(entry: Entry) -> tuple[Example, ...]:
    found = tuple(_example(item) for item in entry.items())
    if not found:
        raise entry.fail("needs at least one example")
    return found


def _example(entry: Entry) -> Example:
    if not hasattr(entry.node, "value") or isinstance(entry.node.value, str):
        return Example(entry.text())
    fields = entry.fields(("text",), ("lead", "stance"))
    return Example(
        text=fields["text"].text(),
        lead=fields["lead"].text() if "lead" in fields else "",
        stance=fields["stance"].choice(Stance) if "stance" in fields else None,
    )


def _refuse_duplicates(tops: tuple[Entry, ...]) -> None:
    seen: dict[str, str] = {}
    for top in tops:
        fields = top.fields(optional=None)
        for key in ("rules", "modifiers"):
            for entry in fields[key].items() if key in fields else ():
                name = entry.fields(optional=None)["id"]
                if name.text() in seen:
                    raise name.fail(f"{name.text()} is already defined in {seen[name.text()]}")
                seen[name.text()] = f"{top.file}:{name.node.start_mark.line + 1}"
