"""Sentences that stand in a list twice, told once.

A page says the same sentence in two places, and a person confirms what was proposed: both are two clauses of
one sentence, and whoever reads a fact counts sentences.
"""

from collections.abc import Iterable
from typing import Any


def said_once(some: Iterable[Any]) -> list[Any]:
    """Sentences with what they say in `clause` or in themselves, each once per source, in their order.

    Of those that say the same words, one that was not merely proposed is taken.
    """
    kept: dict[tuple[str, str], Any] = {}
    for one in some:
        key = (one.source, _words(one).quote)
        if key not in kept or (_words(kept[key]).proposed and not _words(one).proposed):
            kept[key] = one
    return list(kept.values())


def _words(one: Any) -> Any:
    return getattr(one, "clause", one)
