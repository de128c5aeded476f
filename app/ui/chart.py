"""A chart of changes by the week, drawn here as numbers for an SVG: bars of parts, one upon the other.

The parts differ in pattern and place as well as in colour, and a table beside the picture has all numbers.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from registry.model import Direction
from registry.weeks import Week

UPWARDS: Final = (Direction.WORSE, Direction.MIXED, Direction.UNCLEAR, Direction.BETTER)
"""From the axis up."""
HEIGHT: Final = 120
STEP: Final = 24
_BAR: Final = 16
_LEAST: Final = 1.5
"""What happened once stays visible beside what happened a thousand times."""


class Part(NamedTuple):
    """A rectangle of the picture."""

    x: float
    y: float
    width: float
    height: float
    direction: Direction


class Chart(NamedTuple):
    """The picture: its size, its parts, and the count that its full height stands for."""

    width: int
    height: int
    parts: Sequence[Part]
    most: int


def chart_of(weeks: Sequence[Week]) -> Chart:
    """Draw it; without any change there are no parts."""
    most = max((week.total for week in weeks), default=0)
    parts: list[Part] = []
    for at, week in enumerate(weeks):
        top = float(HEIGHT)
        for direction in UPWARDS:
            count = week.counts.get(direction, 0)
            if count:
                height = max(_LEAST, round(HEIGHT * count / most, 1))
                top -= height
                parts.append(
                    Part(at * STEP + (STEP - _BAR) / 2, max(0.0, round(top, 1)), _BAR, height, direction)
                )
    return Chart(STEP * len(weeks), HEIGHT, parts, most)
