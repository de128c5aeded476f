"""What a worker is asked for, step by step: the words between passes, searches and the queue."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.jobs import Ticket


@dataclass(frozen=True, slots=True)
class Searches:
    """What a search of a site does; doing it again has the effect of doing it once."""

    run: Callable[[str], None]
    """Do the search of this key and keep what it came to."""
    fail: Callable[[str, str], None]
    """Mark the search as failed, with the reason."""
    unfinished: Callable[[], tuple[str, ...]]
    """The keys of searches that were asked for and have not ended."""


NO_SEARCHES: Final = Searches(lambda _key: None, lambda _key, _error: None, lambda: ())
"""Where nobody searches: of a worker that only walks passes."""


@dataclass(frozen=True, slots=True)
class Corridor:
    """What a pass does, step by step; doing a step again has the effect of doing it once."""

    begin: Callable[[str], tuple[int, ...]]
    """Mark the pass of this key as running; gives the sources to look at."""
    look: Callable[[str, int], str]
    """Look at one source and record what was seen, also when that is a failure; gives a line about it."""
    finish: Callable[[str], None]
    """Judge the tool anew and mark the pass as done."""
    fail: Callable[[str, str], None]
    """Mark the pass as failed, with the reason."""
    due: Callable[[datetime], object]
    """Promise the passes of a weekly slot."""
    unfinished: Callable[[], tuple[Ticket, ...]]
    """The promised passes that have not ended, oldest first."""
    searches: Searches = NO_SEARCHES
