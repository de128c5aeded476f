"""The words between the reader and whatever may propose clauses that no rule found.

The reader knows where sentences stand and to whom they speak; a proposer knows only words. What it offers
becomes a clause marked as proposed: read at its most permissive, never a promise.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Protocol

from extractors.clauses.digest import clause_digest
from extractors.clauses.structure import Unit
from extractors.model import PROPOSED, Audience, Clause, DataKind, Family, Party, Purpose, Stance

_MOST_PERMISSIVE = {
    Family.TRAINING: Stance.PERMITS,
    Family.RETENTION: Stance.OPEN_ENDED,
    Family.REUSE: Stance.PERMITS,
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence and what it is read with, as plain text without markup."""

    sentence: str
    lead: str = ""
    headings: tuple[str, ...] = ()
    """The outermost first."""
    before: str = ""
    """The sentence before it under the same headings."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A core family that a passage seems to state something of."""

    family: Family
    purpose: Purpose | None
    score: float
    least: float
    """The score from which clauses are offered."""


class Proposer(Protocol):
    """Says what a sentence may state."""

    def worth_asking(self, words: Set[str]) -> frozenset[Family]:
        """Return the families that a sentence of these lower-case words may state; cheap."""

    def offers(self, passage: Passage, families: Set[Family]) -> Sequence[Offer]:
        """Return what a passage seems to state of these families."""


def proposed_clause(offer: Offer, unit: Unit, raw: str, heading: str, audience: Audience) -> Clause:
    """Return the clause that an offer makes of a unit, as permissive to the vendor as its family goes."""
    stance = _MOST_PERMISSIVE[offer.family]
    return Clause(
        family=offer.family,
        stance=stance,
        party=Party.VENDOR,
        data=(DataKind.CONTENT,),
        purpose=offer.purpose,
        period_days=None,
        audience=audience,
        start=unit.start,
        end=unit.end,
        quote=raw,
        heading=heading,
        rule=PROPOSED,
        modifiers=(f"proposed: scored {offer.score:.2f}, offered from {offer.least:.2f}",),
        digest=clause_digest(offer.family, stance, audience, raw),
        proposed=True,
    )
