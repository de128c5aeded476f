"""The course of a reading: what stood just before a sentence, and what a sentence takes from it.

"You can opt out of this" speaks of what the sentence before spoke of; "the same holds for the files that you
connect" says what it said. Only this module knows how far a clause can be continued.
"""

from dataclasses import dataclass, replace

from extractors.clauses.hits import Hit
from extractors.clauses.structure import Unit
from extractors.model import DataKind, Family, Purpose, Stance

_WITHIN = 3
"""A rule that continues a clause reaches this many sentences, under the same headings."""


@dataclass(frozen=True, slots=True)
class _Said:
    """The newest clause of a family, and where it stands."""

    number: int
    headings: tuple[str, ...]
    stance: Stance | None
    data: tuple[DataKind, ...]
    purpose: Purpose | None


class Course:
    """What has been read so far, for the sentences that continue it."""

    def __init__(self) -> None:
        self._said: dict[Family, _Said] = {}

    def open_families(self, number: int, unit: Unit) -> set[Family]:
        """Return the families that the unit with this number may continue."""
        return {
            family
            for family, said in self._said.items()
            if number - said.number <= _WITHIN and said.headings == unit.headings
        }

    def carried(self, hit: Hit, continues: set[Family]) -> Hit:
        """Return a hit with what it takes from the clause that it continues."""
        said = self._said.get(hit.rule.family)
        if said is None or hit.rule.family not in continues:
            return hit
        if hit.rule.echo:
            judgement = replace(hit.judgement, stance=said.stance)
            return replace(hit, judgement=judgement, data=hit.data or said.data, purpose=said.purpose)
        if hit.judgement.stance is Stance.OPT_OUT:
            both = tuple(kind for kind in DataKind if kind in hit.data or kind in said.data)
            return replace(hit, data=both)
        return hit

    def note(self, number: int, unit: Unit, hit: Hit) -> None:
        """Remember a hit of the unit with this number."""
        self._said[hit.rule.family] = _Said(
            number, unit.headings, hit.judgement.stance, hit.data, hit.purpose
        )
