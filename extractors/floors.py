"""Floors: figures below which reading must not fall, pinned with the corpus that they were taken on.

A floor rises by itself and falls only when asked to; figures of two corpora cannot be compared, so that a
corpus that differs from the pinned one is a shortfall too.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from extractors.agreement import Score

_NEARLY = 1e-9
"""What floating point may lose."""


class FloorsError(ValueError):
    """A file of floors that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Floors:
    """What was pinned."""

    corpus: str
    """Digest of the texts and labels."""
    figures: Mapping[str, float]
    """The lowest allowed value by figure."""
    false_safe: int
    """The highest allowed number."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """New floors, and in words which of them are lower than before."""

    floors: Floors
    lowered: tuple[str, ...]


def figures_of(score: Score) -> dict[str, float]:
    """Return what floors are set for: F1 by family, stances, periods and facts, each from 0 to 1."""
    figures = {f"f1.{family.value}": found.f1 for family, found in score.families.items()}
    figures["f1.core"] = score.core.f1
    figures |= {f"stance.{family.value}": share.ratio for family, share in score.stances.items()}
    figures |= {f"fact.{family.value}": share.ratio for family, share in score.facts.items()}
    if score.periods.of:
        figures["period"] = score.periods.ratio
    return dict(sorted(figures.items()))


def shortfalls(floors: Floors, corpus: str, score: Score) -> tuple[str, ...]:
    """Return in words where a score falls short of its floors; empty: it holds."""
    return tuple(_shortfalls(floors, corpus, score))


def _shortfalls(floors: Floors, corpus: str, score: Score) -> Iterator[str]:
    if floors.corpus != corpus:
        yield "the texts or labels are not those that the floors were pinned on: pin them anew"
    figures = figures_of(score)
    for name, floor in floors.figures.items():
        if name not in figures:
            yield f"{name} is not measured any more, its floor is {floor:.4f}"
        elif figures[name] < floor - _NEARLY:
            yield f"{name} is {figures[name]:.4f}, its floor is {floor:.4f}"
    for name in figures.keys() - floors.figures.keys():
        yield f"{name} has no floor: pin them anew"
    if len(score.false_safe) > floors.false_safe:
        yield f"{len(score.false_safe)} facts are told safe that are not, allowed are {floors.false_safe}"


def pin(before: Floors | None, corpus: str, score: Score, margin: float = 0.0) -> Pinned:
    """Return the floors that a score allows, `margin` below its figures where no higher floor holds."""
    old = before.figures if before else {}
    figures: dict[str, float] = {}
    lowered: list[str] = []
    for name, value in figures_of(score).items():
        held = old.get(name, 0.0) if value >= old.get(name, 0.0) - _NEARLY else 0.0
        figures[name] = round(max(held, value - margin, 0.0), 4)
        if figures[name] < old.get(name, 0.0) - _NEARLY:
            lowered.append(f"{name} from {old[name]:.4f} to {figures[name]:.4f}")
    lowered += [f"{name} from {old[name]:.4f} to nothing" for name in old if name not in figures]
    unsafe = len(score.false_safe)
    if before and unsafe > before.false_safe:
        lowered.append(f"false_safe from {before.false_safe} to {unsafe}")
    return Pinned(Floors(corpus, figures, unsafe), tuple(lowered))


def parse_floors(text: str) -> Floors:
    """Return the floors of a file's text; raises FloorsError."""
    try:
        content = json.loads(text)
        return Floors(
            corpus=str(content["corpus"]),
            figures={str(name): float(value) for name, value in content["figures"].items()},
            false_safe=int(content["false_safe"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FloorsError(f"not a file of floors: {error!r}") from error


def write_floors(floors: Floors) -> str:
    """Return the text of a file that `parse_floors` reads."""
    content = {
        "corpus": floors.corpus,
        "false_safe": floors.false_safe,
        "figures": dict(sorted(floors.figures.items())),
    }
    return json.dumps(content, indent=1) + "\n"
