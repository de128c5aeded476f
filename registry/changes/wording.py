"""One passage in two wordings that the rules read alike → whether the new words move its bounds.

Only this module knows which words, gained or lost inside an otherwise equal statement, are a change of scope:
an exception to it, or a further party or purpose. It looks at single words, so it finds that a bound moved
and which way, not how far.
"""

from collections import Counter
from collections.abc import Sequence

from extractors.model import Clause
from registry.changes.ordering import combine, direction_of_scope, rank
from registry.model import Direction

_EXCEPTIONS = frozenset({"except", "exception", "exceptions", "excluding", "explicitly", "opted", "unless"})
"""Words that take something out of what a sentence says."""

_EXTENSIONS = frozenset(
    {
        *("affiliate", "affiliates", "partner", "partners", "parties", "party", "advertiser", "advertisers"),
        *("advertising", "ads", "marketing", "research", "researchers", "publish", "sell", "share"),
        *("train", "training", "develop", "development", "improve", "personalize", "personalise"),
        *("perpetual", "irrevocable", "sublicensable", "restriction"),
    }
)
"""Words that add a party, a purpose or a power to what a sentence says."""


def direction_of_wording(clause: Clause, before: Sequence[str], after: Sequence[str]) -> Direction | None:
    """Compare two wordings of a passage whose meaning both times is that of `clause`.

    Words are as `words_of` gives them. `None` when no bound moved.
    """
    gained, lost = Counter(after) - Counter(before), Counter(before) - Counter(after)
    side = rank(clause)
    steps = []
    if gained.keys() & _EXTENSIONS or lost.keys() & _EXCEPTIONS:
        steps.append(direction_of_scope(side))
    if lost.keys() & _EXTENSIONS or gained.keys() & _EXCEPTIONS:
        steps.append(direction_of_scope(-side))
    return combine(steps) if steps else None
