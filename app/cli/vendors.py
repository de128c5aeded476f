"""Which vendors a measure is of: those that are named, and those kept aside from whoever writes rules.

Lists of vendors kept aside hold one name a line, and comments after `#`.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

KEPT_ASIDE: Final = "kept-aside"
"""In place of a vendor's name: all that are kept aside."""
LISTS: Final = Path(__file__).parents[2] / "tests"
"""Where the project's own lists stand, in a checkout."""


def listed(paths: Iterable[Path]) -> tuple[str, ...]:
    """Return the names in lists of vendors, each once; a list that is not there names nobody."""
    lines = [
        line.partition("#")[0].strip()
        for path in paths
        if path.is_file()
        for line in path.read_text("utf-8").splitlines()
    ]
    return tuple(dict.fromkeys(line for line in lines if line))


def kept_aside_in_histories(labels: Path | None = None) -> tuple[str, ...]:
    """Return the vendors whose recorded changes are kept aside: the project's, and those beside labels."""
    lists = [LISTS / "kept_aside.txt", LISTS / "kept_aside_histories.txt"]
    return listed(lists + ([labels.parent / "kept_aside.txt"] if labels else []))


def wanted(only: Iterable[str], without: Iterable[str], aside: tuple[str, ...], there: set[str]) -> set[str]:
    """Return the vendors to measure of those that are there; `kept-aside` stands for all of `aside`.

    Raises ValueError where a name is nobody's, or nobody is left.
    """
    names = tuple(only)
    chosen = (_named(names, aside, there) if names else there) - _named(without, aside, there)
    if not chosen:
        raise ValueError(f"no vendor is left; there are {', '.join(sorted(there))}")
    return chosen


def _named(names: Iterable[str], aside: tuple[str, ...], there: set[str]) -> set[str]:
    found: set[str] = set()
    for name in names:
        if name != KEPT_ASIDE and name not in there:
            raise ValueError(f"there is no vendor {name!r}; there are {', '.join(sorted(there))}")
        found |= {*aside} & there if name == KEPT_ASIDE else {name}
    return found
