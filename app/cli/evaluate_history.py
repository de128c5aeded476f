"""`termgate eval-history`: what `termgate history` found, held against changes that a person has labelled.

Of vendors kept aside nothing but totals is printed, as by `termgate eval`.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from app.cli.door import print_json, refuse
from app.cli.vendors import kept_aside_in_histories, wanted
from app.history.scoring import (
    ChangeScore,
    LabelledChange,
    LabelledChangeError,
    parse_found,
    parse_labelled,
    score_changes,
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("eval-history")(evaluate_history)


def evaluate_history(
    labels: Annotated[Path, typer.Argument(help="Labelled changes, JSON Lines (docs/MEASURING.md).")],
    found: Annotated[list[Path], typer.Argument(help="Files that `termgate history` wrote.")],
    *,
    only: Annotated[
        list[str] | None, typer.Option(metavar="VENDOR", help="Only this vendor; or `kept-aside`.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--except", metavar="VENDOR", help="Not this one; or `kept-aside`.")
    ] = None,
    misses: Annotated[bool, typer.Option("--misses", help="List what was missed or raised in vain.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Score the changes found in recorded histories. Exit status: 0, 2 bad usage."""
    aside = kept_aside_in_histories(labels)
    try:
        labelled = parse_labelled(_lines(labels))
        changes = {key: flags for path in found for key, flags in parse_found(_lines(path)).items()}
        vendors = wanted(only or [], without or [], aside, {one.vendor for one in labelled})
    except (LabelledChangeError, ValueError) as error:
        refuse(str(error))
    score = score_changes([one for one in labelled if one.vendor in vendors], changes)
    if as_json:
        print_json(_value(score))
        return
    for line in _figures(score):
        typer.echo(line)
    if misses:
        for line in _listed(score, aside):
            typer.echo(line)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        refuse(f"{path}: {error.strerror}")


def _figures(score: ChangeScore) -> Iterator[str]:
    everything = score.material + score.quiet
    yield f"{everything} changes, {score.material} of them material; {score.compared} compared"
    yield f"caught        {_share(score.caught, score.material)}"
    yield f"raised vainly {_share(score.alarms, score.quiet)}"
    yield f"training made worse and wholly missed: {len(score.worst)}"
    for family, count in score.families.items():
        yield (
            f"{family.value:10} caught {_share(count.caught, count.labelled)}   "
            f"direction right {_share(count.direction_right, count.caught)}   extra {count.extra}"
        )


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} = {part / whole:.3f}" if whole else "0/0"


def _listed(score: ChangeScore, aside: Sequence[str]) -> Iterator[str]:
    """Name what went wrong, except with vendors kept aside."""
    for word, labels in (("missed", score.missed), ("in vain", score.alarmed)):
        for one in _shown(labels, aside):
            collection, path, date = one.key
            yield f"{word:8} {collection} {date[:10]} {path}{f': {one.note}' if one.note else ''}"


def _shown(labels: Iterable[LabelledChange], aside: Sequence[str]) -> list[LabelledChange]:
    return [one for one in labels if one.vendor not in aside]


def _value(score: ChangeScore) -> dict[str, object]:
    return {
        "material": score.material,
        "caught": score.caught,
        "quiet": score.quiet,
        "in_vain": score.alarms,
        "training_worse_missed": len(score.worst),
        "compared": score.compared,
        "families": {
            family.value: {
                "labelled": count.labelled,
                "caught": count.caught,
                "direction_right": count.direction_right,
                "extra": count.extra,
            }
            for family, count in score.families.items()
        },
    }
