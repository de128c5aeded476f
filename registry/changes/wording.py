"""One passage in two wordings that the rules read alike → whether the new words move its bounds.

Only this module knows which words, gained or lost inside an otherwise equal statement, are a change of scope:
an exception to it, or a further party or purpose. It looks at single words, so it finds that a bound moved
and which way, not how far.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

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


_SMALL = frozenset(
    {
        *(
            "a",
            "an",
            "and",
            "as",
            "at",
            "by",
            "eg",
            "e",
            "for",
            "from",
            "g",
            "in",
            "like",
            "of",
            "on",
            "or",
            "so",
        ),
        *(
            "such",
            "that",
            "the",
            "these",
            "this",
            "those",
            "to",
            "which",
            "who",
            "with",
            "our",
            "we",
            "your",
            "you",
        ),
        *(
            "you've",
            "we've",
            "they've",
            "you're",
            "we're",
            "they're",
            "we'll",
            "you'll",
            "they",
            "it",
            "it's",
            "its",
        ),
        *(
            "also",
            "example",
            "including",
            "include",
            "includes",
            "instance",
            "please",
            "is",
            "are",
            "be",
            "do",
        ),
    }
)
"""Words that carry no meaning of their own: neither a verb, nor what is denied, allowed or counted."""
_MISSPELT = 0.85
"""Share of letters in common from which two words are one, spelt wrongly."""
_LONG = 6
"""Letters from which a word is told apart from another by more than one of them."""


def telling_words(words: Iterable[str]) -> Counter[str]:
    """Return the words with a meaning of their own that are too short to be misspelt.

    Two wordings that differ in small words alone have the same ones, each as often.
    """
    return Counter(word for word in words if word not in _SMALL and len(word) < _LONG)


def differ_in_small_words(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether two wordings differ at most in words without meaning of their own, or in their spelling."""
    gained = [word for word in Counter(after) - Counter(before) if word not in _SMALL]
    lost = [word for word in Counter(before) - Counter(after) if word not in _SMALL]
    return len(gained) == len(lost) and all(map(_are_one, sorted(lost), sorted(gained)))


def _are_one(word: str, other: str) -> bool:
    """Whether two words are one, in two spellings."""
    long = min(len(word), len(other)) >= _LONG
    return long and SequenceMatcher(None, word, other).ratio() >= _MISSPELT


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
