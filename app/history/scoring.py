"""Changes found in recorded histories held against labelled ones → counts. Pure.

Only this module knows what counts as caught: a labelled change is, where any core family is flagged; its
direction is right where the family's is the same. A page swapped for another document, without a family of
its own, counts neither way.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from extractors.model import CORE_FAMILIES, Family
from registry.model import Direction

Flags = Mapping[Family, Direction]
Key = tuple[str, str, str]
"""Collection, path and date of a recorded change."""


class LabelledChangeError(Exception):
    """A line that is no labelled change and no found one; the message says which line, and why."""


@dataclass(frozen=True, slots=True)
class LabelledChange:
    """A recorded change, and what a person says of it."""

    key: Key
    material: Flags
    replaced: bool
    """Whether another document stands there than before."""
    note: str

    @property
    def vendor(self) -> str:
        """The first part of its path."""
        return self.key[1].partition("/")[0]


@dataclass(slots=True)
class FamilyCount:
    """What was labelled and found of one family."""

    labelled: int = 0
    caught: int = 0
    direction_right: int = 0
    extra: int = 0


@dataclass(slots=True)
class ChangeScore:
    """The counts over some labelled changes."""

    material: int = 0
    caught: int = 0
    quiet: int = 0
    alarms: int = 0
    compared: int = 0
    """Labelled changes that were found as changes at all, flagged or not."""
    families: dict[Family, FamilyCount] = field(
        default_factory=lambda: {family: FamilyCount() for family in CORE_FAMILIES}
    )
    missed: list[LabelledChange] = field(default_factory=list)
    worst: list[LabelledChange] = field(default_factory=list)
    """Those missed in which a statement on training got worse."""
    alarmed: list[LabelledChange] = field(default_factory=list)


def score_changes(labelled: Iterable[LabelledChange], found: Mapping[Key, Flags]) -> ChangeScore:
    """Count what was caught, raised in vain and told the right way; what is not found has no flags."""
    score = ChangeScore()
    for label in labelled:
        if label.replaced and not label.material:
            continue
        flags = found.get(label.key, {})
        score.compared += label.key in found
        if label.material:
            score.material += 1
            score.caught += bool(flags)
            if not flags:
                score.missed.append(label)
                if label.material.get(Family.TRAINING) is Direction.WORSE:
                    score.worst.append(label)
        else:
            score.quiet += 1
            score.alarms += bool(flags)
            if flags:
                score.alarmed.append(label)
        _count_families(score, label.material, flags)
    return score


def _count_families(score: ChangeScore, material: Flags, flags: Flags) -> None:
    for family, count in score.families.items():
        if family in material:
            count.labelled += 1
            count.caught += family in flags
            count.direction_right += flags.get(family) is material[family]
        else:
            count.extra += family in flags


def parse_labelled(lines: Iterable[str]) -> tuple[LabelledChange, ...]:
    """Read labelled changes, one JSON object a line: see docs/MEASURING.md. Raises LabelledChangeError."""
    return tuple(
        LabelledChange(
            _key(row), _flags(row["material"]), bool(row.get("replaced")), str(row.get("note") or "")
        )
        for row in _rows(lines, "material")
    )


def parse_found(lines: Iterable[str]) -> dict[Key, Flags]:
    """Read what `termgate history` wrote. Raises LabelledChangeError."""
    return {_key(row): _flags(row["flags"]) for row in _rows(lines, "flags")}


def _rows(lines: Iterable[str], flags: str) -> Iterable[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            _key(row), _flags(row[flags])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LabelledChangeError(f"line {number}: {error!r}") from error
        yield row


def _key(row: dict[str, Any]) -> Key:
    return row["collection"], row["path"], row["date"]


def _flags(row: dict[str, Any]) -> Flags:
    return {Family(family): Direction(direction) for family, direction in row.items()}
