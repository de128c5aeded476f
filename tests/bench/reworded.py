"""`bench compare_rewritten_s`: how long it takes to compare long terms with themselves, written anew.

Run as `python -m tests.bench.reworded`. Every one of the sentences differs from what it was, and no two are
alike: nothing is left to pair word for word. Status 1 where twice the sentences take much more than twice
the time, or where terms as long as a page may hold stop a look.
"""

import random
import sys
import time
from collections.abc import Sequence
from typing import Final

from extractors.model import Audience, Clause, DataKind, Family, Party, Purpose, Stance
from registry.changes import compare_readings
from tests.bench.figures import tell

SENTENCES: Final = 5_000
AS_MANY_AS_FIT: Final = 22_000
LIMIT_S: Final = 60.0
MOST_GROWTH: Final = 3.0
"""Of the time with twice the sentences."""
_SAID: Final = (
    (Family.TRAINING, Stance.PERMITS, None, "train"),
    (Family.REUSE, Stance.PERMITS, Purpose.IMPROVE, "improve"),
    (Family.RETENTION, Stance.OPEN_ENDED, None, "keep"),
    (Family.REUSE, Stance.PROHIBITS, Purpose.MARKETING, "market"),
)
_SENTENCE: Final = "we may use the content that you submit to our services and all that they make for you"
_COMMON: Final = _SENTENCE.split()
_RARE: Final = [f"{first}{last}" for first in ("barn", "cor", "del", "fan", "gor", "hil") for last in _COMMON]


def rewritten(sentences: int) -> tuple[tuple[Sequence[Clause], Sequence[Clause]], tuple[str, str]]:
    """The clauses of terms and of the same terms, each sentence in other words; and both texts."""
    draw = random.Random(7)
    was = [_words(draw, number) for number in range(sentences)]
    now = [_reworded(draw, words) for words in was]
    return (_clauses(was), _clauses(now)), (_text(was), _text(now))


def main() -> int:
    """Print the figures; 1 where one is beyond its limit."""
    half, whole, most = (_seconds(many) for many in (SENTENCES // 2, SENTENCES, AS_MANY_AS_FIT))
    kept = (
        tell("compare_rewritten_s", whole, "s"),
        tell("compare_rewritten_growth", whole / half, "times", most=MOST_GROWTH),
        tell("compare_rewritten_longest_s", most, "s", most=LIMIT_S),
    )
    return 0 if all(kept) else 1


def _seconds(sentences: int) -> float:
    clauses, texts = rewritten(sentences)
    started = time.perf_counter()
    compare_readings(*clauses, texts)
    return time.perf_counter() - started


def _words(draw: random.Random, number: int) -> list[str]:
    said = _SAID[number % len(_SAID)][3]
    return [*draw.sample(_COMMON, 12), said, *draw.sample(_RARE, 6), f"matter{number}"]


def _reworded(draw: random.Random, words: Sequence[str]) -> list[str]:
    """The same sentence with two words that were not in it, for two that were."""
    other = list(words)
    for place in draw.sample(range(len(words) - 1), 2):
        other[place] = draw.choice(("further", "whatever", "moreover", *_RARE))
    return other


def _text(sentences: Sequence[Sequence[str]]) -> str:
    return "\n\n".join(f"{' '.join(words)}." for words in sentences)


def _clauses(sentences: Sequence[Sequence[str]]) -> list[Clause]:
    found, start = [], 0
    for number, words in enumerate(sentences):
        family, stance, purpose, _ = _SAID[number % len(_SAID)]
        quote = f"{' '.join(words)}."
        found.append(
            Clause(
                family, stance, Party.VENDOR, (DataKind.CONTENT,), purpose, None, Audience.ALL,
                start, start + len(quote), quote, "", "bench", (), str(hash(quote)),
            )
        )  # fmt: skip
        start += len(quote) + 2
    return found


if __name__ == "__main__":
    sys.exit(main())
