"""`termgate eval`: how well the rules read terms that a person has labelled, and whether the floors hold.

Vendors kept aside tell whether rules generalise, for as long as whoever writes rules has not seen what was
missed there. Of them only totals are shown, unless everything is asked for by name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from app.cli.scoreboard import Details, as_json_value, score_lines
from app.cli.telling import print_json, refuse
from extractors.agreement import Score, total
from extractors.clauses import ClauseReader
from extractors.floors import Floors, FloorsError, parse_floors, pin, shortfalls, write_floors
from extractors.labels import LabelError, LabelledDocument, corpus_digest, load_labels, of_vendors
from extractors.measuring import measure
from extractors.proposing import proposing_reader
from extractors.ruleset import RulesetError, load_ruleset

BELOW_FLOOR = 1
KEPT_ASIDE = "kept-aside"
"""In place of a vendor's name: all that are kept aside."""
LIST = Path(__file__).parents[2] / "tests" / "kept_aside.txt"
"""The project's own vendors kept aside, in a checkout; a folder of labels may hold a `kept_aside.txt` too."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """What was read and scored, and of which vendors only totals may be shown."""

    documents: tuple[LabelledDocument, ...]
    scores: Mapping[str, Score]
    kept_aside: tuple[str, ...]

    @property
    def total(self) -> Score:
        return total(self.scores.values())


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("eval")(evaluate)


def evaluate(
    labels: Annotated[Path, typer.Argument(help="Folder of label files (docs/MEASURING.md).")],
    *,
    texts: Annotated[Path | None, typer.Option(help="Folder that their texts are relative to.")] = None,
    rules: Annotated[Path | None, typer.Option(help="Folder of rule files instead of the shipped.")] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="VENDOR", help="Only this vendor; or `kept-aside`.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--except", metavar="VENDOR", help="Not this one; or `kept-aside`.")
    ] = None,
    misses: Annotated[bool, typer.Option("--misses", help="List what was missed or found in vain.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Show details of vendors kept aside too: they are spent then.")
    ] = False,
    proposals: Annotated[
        bool, typer.Option("--proposals", help="Count what the trained component proposes too.")
    ] = False,
    floors: Annotated[Path | None, typer.Option(help="Fail where a figure is below this file's.")] = None,
    pin_to: Annotated[Path | None, typer.Option("--pin", help="Raise the floors in this file.")] = None,
    margin: Annotated[float, typer.Option(min=0, max=1, help="How far below the figures to pin.")] = 0.0,
    lower: Annotated[bool, typer.Option("--lower", help="Let --pin lower floors too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Score the clauses and facts read in labelled terms.

    Exit status: 0, 1 below a floor or a floor would have to be lowered, 2 bad usage.
    """
    held = _floors(floors)
    before = _floors(pin_to) if pin_to and pin_to.exists() else None
    reader = _reader(rules, proposals=proposals)
    documents = _chosen(_load(labels, texts), labels, only, without)
    measured = _Measured(documents, measure(reader, documents), kept_aside(labels))
    corpus = corpus_digest(measured.documents)
    details = _details(measured, everything=everything, misses=misses)
    if as_json:
        head = {"corpus": corpus, "ruleset": reader.ruleset.version}
        print_json(head | as_json_value(measured.total, details))
    else:
        vendors = len({one.vendor for one in measured.documents})
        typer.echo(f"{len(measured.documents)} documents of {vendors} vendors, corpus {corpus[:16]}")
        for line in score_lines(measured.total, details):
            typer.echo(line)
    fallen = shortfalls(held, corpus, measured.total) if held else ()
    for message in fallen:
        typer.echo(f"termgate: {floors}: {message}", err=True)
    refused = pin_to is not None and not _pinned(pin_to, before, measured, margin=margin, lower=lower)
    if fallen or refused:
        raise typer.Exit(BELOW_FLOOR)


def kept_aside(labels: Path) -> tuple[str, ...]:
    """Return the vendors kept aside by the project and by a folder of labels."""
    lists = [path for path in (LIST, labels / "kept_aside.txt") if path.is_file()]
    lines = [
        line.partition("#")[0].strip() for path in lists for line in path.read_text("utf-8").splitlines()
    ]
    return tuple(dict.fromkeys(line for line in lines if line))


def _load(labels: Path, texts: Path | None) -> tuple[LabelledDocument, ...]:
    if not labels.is_dir():
        refuse(f"{labels} is not a folder; label files are described in docs/MEASURING.md")
    try:
        return load_labels(labels, texts)
    except LabelError as error:
        refuse(str(error))


def _reader(rules: Path | None, *, proposals: bool) -> ClauseReader:
    try:
        ruleset = load_ruleset(rules)
        return proposing_reader(ruleset) if proposals else ClauseReader(ruleset)
    except RulesetError as error:
        refuse(str(error))


def _floors(path: Path | None) -> Floors | None:
    if path is None:
        return None
    try:
        return parse_floors(path.read_text(encoding="utf-8"))
    except (OSError, FloorsError) as error:
        refuse(f"{path}: {error}")


def _chosen(
    documents: Sequence[LabelledDocument], labels: Path, only: list[str] | None, without: list[str] | None
) -> tuple[LabelledDocument, ...]:
    wanted = _named(only, documents, labels) if only else set(documents)
    unwanted = _named(without or [], documents, labels)
    chosen = tuple(one for one in documents if one in wanted - unwanted)
    if not chosen:
        refuse(f"no labelled document is left; the vendors are {_vendors(documents)}")
    return chosen


def _named(
    names: Iterable[str], documents: Sequence[LabelledDocument], labels: Path
) -> set[LabelledDocument]:
    found: set[LabelledDocument] = set()
    for name in names:
        these = of_vendors(documents, kept_aside(labels) if name == KEPT_ASIDE else (name,))
        if not these and name != KEPT_ASIDE:
            refuse(f"no vendor {name!r} is labelled; there are {_vendors(documents)}")
        found.update(these)
    return found


def _vendors(documents: Iterable[LabelledDocument]) -> str:
    return ", ".join(sorted({one.vendor for one in documents}))


def _details(measured: _Measured, *, everything: bool, misses: bool) -> Details:
    aside = () if everything else of_vendors(measured.documents, measured.kept_aside)
    shown = tuple(one for one in measured.documents if one not in aside)
    withheld = tuple(sorted({one.vendor for one in aside}))
    return Details(shown, total(measured.scores[one.id] for one in shown), withheld, misses)


def _pinned(path: Path, before: Floors | None, measured: _Measured, *, margin: float, lower: bool) -> bool:
    """Write the floors that the score allows; where one would fall, only if that was asked for."""
    pinned = pin(before, corpus_digest(measured.documents), measured.total, margin)
    for message in pinned.lowered:
        typer.echo(f"termgate: {path}: {'lowered' if lower else 'would lower'} {message}", err=True)
    if pinned.lowered and not lower:
        typer.echo(f"termgate: {path} is left as it was; --lower lowers floors", err=True)
        return False
    path.write_text(write_floors(pinned.floors), encoding="utf-8")
    return True
