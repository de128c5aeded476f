"""The moment at which a whole fetch must have ended, whatever step it is in."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point on a monotonic clock, in seconds, with the clock that tells how far off it is."""

    at: float
    monotonic: Callable[[], float]

    def left(self) -> float:
        """Seconds that remain; zero or less when it has passed."""
        return self.at - self.monotonic()

    @property
    def passed(self) -> bool:
        """Whether no time is left."""
        return self.left() <= 0
