"""The proposer: which sentences are worth asking, what they seem to state, and from which score it is told.

A false proposal costs a person a look; so the score that it takes is high. Chosen by leaving vendors out:
docs/MEASURING.md.
"""

from collections.abc import Sequence, Set
from pathlib import Path

from extractors.clauses import ClauseReader
from extractors.clauses.offering import Offer, Passage
from extractors.model import CORE_FAMILIES, Family, Purpose
from extractors.proposing.features import Features
from extractors.proposing.weights import SHIPPED, Weights, WeightsError, from_bytes
from extractors.ruleset import Ruleset

LEAST = 0.8
"""The score from which a clause is proposed."""

PURPOSES = (
    Purpose.LICENCE,
    Purpose.IMPROVE,
    Purpose.AGGREGATE,
    Purpose.MARKETING,
    Purpose.THIRD_PARTY,
    Purpose.PUBLISH,
    Purpose.HUMAN_REVIEW,
    Purpose.FEEDBACK,
)
"""What data may be reused for beyond the service: the limit to the service is a promise, never proposed."""

QUESTIONS = (*(family.value for family in CORE_FAMILIES), *(purpose.value for purpose in PURPOSES))
"""What the weights answer, in order."""

_TELLING = {
    Family.TRAINING: "train trained trains training retrain learn learning models model algorithms "
    "improve improving",
    Family.RETENTION: "retain retained retains retaining retention keep keeps kept store stored stores "
    "storage delete deleted deletion erase remain remains long indefinitely backup backups archive archived",
    Family.REUSE: "improve improving improvement develop developing development research analyze analytics "
    "share shares shared sharing sell disclose disclosed license licence sublicense publish publicly display "
    "marketing advertising promote promotional aggregate aggregated deidentified anonymized identified "
    "review feedback suggestions",
}
"""Words without which a sentence is not asked about a family: one in seven is."""


class LinearProposer:
    """Asks the trained weights; a `Proposer` for the reader."""

    def __init__(self, ruleset: Ruleset, weights: Weights, least: float = LEAST) -> None:
        if weights.questions != QUESTIONS:
            raise WeightsError(f"weights that answer {', '.join(weights.questions)}: train them anew")
        self._features = Features(ruleset.classes)
        self._weights = weights
        self._least = least
        self._families = {family: frozenset(words.split()) for family, words in _TELLING.items()}

    def worth_asking(self, words: Set[str]) -> frozenset[Family]:
        """Return the core families that a sentence of these words may state."""
        return frozenset(family for family, telling in self._families.items() if telling & words)

    def offers(self, passage: Passage, families: Set[Family]) -> Sequence[Offer]:
        """Return what a passage seems to state, in the order of the core families."""
        scores = dict(zip(QUESTIONS, self._weights.scores(self._features.of(passage)).tolist(), strict=True))
        return [
            Offer(family, _purpose(scores) if family is Family.REUSE else None, score, self._least)
            for family in CORE_FAMILIES
            if family in families and (score := scores[family.value]) >= self._least
        ]


def _purpose(scores: dict[str, float]) -> Purpose:
    return max(PURPOSES, key=lambda purpose: scores[purpose.value])


def proposing_reader(ruleset: Ruleset, weights: Path = SHIPPED) -> ClauseReader:
    """Return a reader with the trained component beside its rules; raises WeightsError."""
    try:
        content = weights.read_bytes()
    except OSError as error:
        raise WeightsError(f"{weights}: cannot be read: {error.strerror}") from error
    return ClauseReader(ruleset, LinearProposer(ruleset, from_bytes(content)))
