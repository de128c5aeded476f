"""`termgate rules`: check the rules, list them, and explain what they make of a text."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from app.cli.files import read_file
from app.cli.telling import print_json, print_table, refuse
from app.media import OF_SUFFIX
from extractors.examples import FailingExample, count_examples, failing_examples
from extractors.explaining import explain_stance, held_back
from extractors.model import Clause, Document, Family
from extractors.proposing import proposing_reader
from extractors.ruleset import Ruleset, RulesetError, load_ruleset
from extractors.text import ReadError

SOME_FAIL = 1

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Folder = Annotated[Path | None, typer.Option("--rules", help="Folder of rule files instead of the shipped.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    rules = typer.Typer(help="Check, list and explain the rules that read terms.", no_args_is_help=True)
    rules.command()(check)
    rules.command("list")(show)
    rules.command()(explain)
    app.add_typer(rules, name="rules")


def check(
    folder: Annotated[Path | None, typer.Argument(help="Folder of rule files; without: the shipped.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Load rules and try all their examples.

    Exit status: 0, 1 where an example comes out otherwise than it says, 2 where the rules do not load.
    """
    ruleset = _ruleset(folder)
    failing = failing_examples(ruleset, folder)
    examples = sum(map(count_examples, ruleset.rules)) + sum(map(count_examples, ruleset.modifiers))
    if as_json:
        counts = {"rules": len(ruleset.rules), "modifiers": len(ruleset.modifiers), "examples": examples}
        print_json(
            {"ruleset": ruleset.version, **counts, "failing": [_failing_value(one) for one in failing]}
        )
    else:
        for one in failing:
            typer.echo(f"{one.place}: {one.message}: “{one.text}”", err=True)
        families = Counter(rule.family.value for rule in ruleset.rules)
        listed = ", ".join(f"{family} {number}" for family, number in families.items())
        typer.echo(f"{len(ruleset.rules)} rules ({listed}), {len(ruleset.modifiers)} modifiers")
        typer.echo(f"{examples} examples, {len(failing)} fail; ruleset {ruleset.version}")
    if failing:
        raise typer.Exit(SOME_FAIL)


def show(
    *,
    family: Annotated[Family | None, typer.Option(help="Only this family.")] = None,
    rules: Folder = None,
    as_json: AsJson = False,
) -> None:
    """List the rules in the order in which they go first."""
    ruleset = _ruleset(rules)
    rows: list[dict[str, object]] = [
        {
            "id": rule.id,
            "family": rule.family.value,
            "stance": rule.stance and rule.stance.value,
            "purpose": rule.purpose and rule.purpose.value,
            "examples": count_examples(rule),
        }
        for rule in ruleset.rules
        if family in (None, rule.family)
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(f"Ruleset {ruleset.version}", ("id", "family", "stance", "purpose", "examples"), rows)


def explain(
    file: Annotated[Path | None, typer.Argument(help="Terms (.md, .txt, .html, .pdf).")] = None,
    *,
    line: Annotated[int | None, typer.Option(min=1, help="Only what touches this line of the text.")] = None,
    text: Annotated[
        str | None, typer.Option(help="Only sentences that hold this; without FILE, the text itself.")
    ] = None,
    rules: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Say of each clause which rule found it and why it has its stance, and what was held back and why.

    Where no rule found anything, a trained component may propose a clause: `by proposed`.
    """
    document = _document(file, text)
    ruleset = _ruleset(rules)
    reading = proposing_reader(ruleset).read(document)
    asked = _asked(document, line, text if file else None)
    clauses = [clause for clause in reading.clauses if asked(clause)]
    held = [one for one in held_back(ruleset, document, reading) if asked(one.clause)]
    if as_json:
        clause_values = [_clause_value(clause, document, ruleset) for clause in clauses]
        held_values = [_clause_value(one.clause, document, ruleset) | {"why": one.reason} for one in held]
        print_json({"ruleset": ruleset.version, "clauses": clause_values, "held_back": held_values})
        return
    for clause in clauses:
        typer.echo(f"{_shown(clause, document)}\n    {explain_stance(clause, ruleset)}")
    for one in held:
        typer.echo(f"{_shown(one.clause, document, 'not ')}\n    {one.reason}")
    typer.echo(f"{len(clauses)} clauses, {len(held)} held back; ruleset {ruleset.version}")


def _ruleset(folder: Path | None) -> Ruleset:
    try:
        return load_ruleset(folder)
    except RulesetError as error:
        refuse(str(error))


def _document(file: Path | None, text: str | None) -> Document:
    if file is None:
        if text is None:
            refuse("give a FILE, or a sentence with --text")
        return Document(text, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
    if file.suffix.lower() not in OF_SUFFIX:
        refuse(f"{file}: unknown kind of file; known are {', '.join(OF_SUFFIX)}")
    try:
        return read_file(file)
    except (ReadError, OSError) as error:
        refuse(f"{file}: {error}")


def _asked(document: Document, line: int | None, text: str | None) -> Callable[[Clause], bool]:
    lines = document.text.split("\n")
    if line is not None and line > len(lines):
        refuse(f"--line {line}: the text has {len(lines)} lines")
    start = sum(len(one) + 1 for one in lines[: line - 1]) if line else 0
    end = start + len(lines[line - 1]) if line else len(document.text)
    words = _folded(text or "")

    def asked(clause: Clause) -> bool:
        return clause.start < max(end, start + 1) and clause.end > start and words in _folded(clause.quote)

    return asked


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().casefold()


def _line(clause: Clause, document: Document) -> int:
    return document.text.count("\n", 0, clause.start) + 1


def _shown(clause: Clause, document: Document, verb: str = "") -> str:
    parts = (
        clause.family,
        clause.stance,
        clause.purpose,
        clause.period_days and f"{clause.period_days} days",
    )
    what = " ".join(str(part) for part in parts if part)
    data = ", ".join(clause.data) or "no data named"
    quote = " ".join(clause.quote.split())
    where = f"line {_line(clause, document)}" + (f", {clause.heading}" if clause.heading else "")
    return f"{where}\n  “{quote}”\n  {verb}{what} ({data}; {clause.audience}) by {clause.rule}"


def _clause_value(clause: Clause, document: Document, ruleset: Ruleset) -> dict[str, object]:
    return {
        "line": _line(clause, document),
        "start": clause.start,
        "end": clause.end,
        "heading": clause.heading,
        "quote": clause.quote,
        "family": clause.family,
        "stance": clause.stance,
        "purpose": clause.purpose,
        "party": clause.party,
        "data": clause.data,
        "period_days": clause.period_days,
        "audience": clause.audience,
        "rule": clause.rule,
        "proposed": clause.proposed,
        "modifiers": clause.modifiers,
        "why": explain_stance(clause, ruleset),
    }


def _failing_value(one: FailingExample) -> dict[str, str]:
    return {"place": one.place, "owner": one.owner, "text": one.text, "message": one.message}
