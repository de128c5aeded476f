"""What a policy file says of changes: which wait for a person, and when a document is believed no longer."""

from collections.abc import Iterable
from typing import Final

from registry.closed import Node
from registry.model import ChangeRules, Direction
from registry.policy_words import at_least

_ALWAYS: Final = (Direction.WORSE, Direction.MIXED)
"""What may go against the customer waits for a person under every policy."""
_USUAL: Final = ChangeRules()


def changes_from(node: Node) -> ChangeRules:
    """Read the rules for changes; raises `ClosedError` for what would let a change for the worse pass."""
    found = node.mapping(("flags", "quarantine"))
    flags = _flags(found["flags"]) if "flags" in found else _USUAL.flags
    if "quarantine" not in found:
        return ChangeRules(flags=flags)
    limits = found["quarantine"].mapping(("in_a_row", "in_window", "window_days"))
    numbers = {name: at_least(limit, 1) for name, limit in limits.items()}
    return ChangeRules(
        flags=flags,
        in_a_row=numbers.get("in_a_row", _USUAL.in_a_row),
        in_window=numbers.get("in_window", _USUAL.in_window),
        window_days=numbers.get("window_days", _USUAL.window_days),
    )


def changes_told(rules: ChangeRules) -> str:
    """Which changes wait for a person, and when a document does, in one sentence."""
    quiet = [one.value for one in Direction if one not in rules.flags]
    flagged = "every change in substance waits for a person"
    if quiet:
        flagged = f"{_or(one.value for one in Direction if one in rules.flags)} changes wait for a person"
        flagged += f", {_or(quiet)} ones are noted, unless they end an approval"
    return (
        f"{flagged}; a document whose page shows something else or flaps {rules.in_a_row} times in a row, or "
        f"{rules.in_window} times in {rules.window_days} days, is in quarantine until a person releases it"
    )


def _flags(node: Node) -> frozenset[Direction]:
    found: set[Direction] = set()
    for item in node.items():
        word = next((one for one in Direction if one == item.text()), None)
        if word is None:
            raise item.error(f"`{item.text()}` is no direction of a change; write {', '.join(Direction)}")
        if word in found:
            raise item.error("stands here twice; remove one")
        found.add(word)
    for word in _ALWAYS:
        if word not in found:
            raise node.error(
                f"`{word}` is missing: what may go against the customer always waits for a person"
            )
    return frozenset(found)


def _or(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last
