"""Rule files to the ruleset, and its version."""

import hashlib
import json
from pathlib import Path

from extractors.model import DataKind, Family, Purpose, Stance
from extractors.rulefile import Entry, RulesetError, plain, read_entries
from extractors.ruleset.lexicon import Lexicon, patterns_in, read_lexicon
from extractors.ruleset.words import Effect, Example, Modifier, Rule, Ruleset

CODE = Path(__file__).parents[1]
SHIPPED = CODE / "rules"


def code_digest(folder: Path = CODE) -> str:
    """SHA-256 over the reading code and its weights: after any change it may find something else."""
    digest = hashlib.sha256()
    for path in sorted((*folder.rglob("*.py"), *folder.rglob("*.bin"))):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def load_ruleset(folder: Path | None = None) -> Ruleset:
    """Read a folder of rule files, by default the shipped one; raises RulesetError."""
    tops = tuple(read_entries(folder or SHIPPED))
    if not tops:
        raise RulesetError(f"{folder or SHIPPED}: holds no rule files")
    kinds = {top.file: _kind_of(top) for top in tops}
    lexicon = read_lexicon([top for top in tops if kinds[top.file] == "lexicon"])
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


def _modifier(entry: Entry, lexicon: Lexicon) -> Modifier:
    fields = entry.fields(("id", "effect", "patterns", "hits", "misses"))
    return Modifier(
        id=fields["id"].text(),
        effect=fields["effect"].choice(Effect),
        patterns=patterns_in(fields["patterns"], lexicon),
        hits=_examples(fields["hits"]),
        misses=_examples(fields["misses"]),
    )


def _rule(entry: Entry, family: Family, lexicon: Lexicon) -> Rule:
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
        patterns=patterns_in(fields["patterns"], lexicon),
        unless=patterns_in(fields["unless"], lexicon) if "unless" in fields else (),
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
