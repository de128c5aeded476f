"""Choices that one sentence offers and the sentence before it is about.

A permission that the next sentence lets one refuse is one to opt out of; a way out that stands right after a
consent takes the consent back. Only this module knows which sentences stand side by side.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from extractors.clauses.digest import clause_digest
from extractors.model import Clause, Stance

_BETWEEN = re.compile(r"[\s*(-]*(?:\(?(?:[a-z]{1,3}|\d{1,2})\)\s*)?")
"""What stands between a sentence and the next one, or the first limb of its list."""


def with_choices(clauses: Sequence[Clause], text: str) -> list[Clause]:
    """Return the clauses of a text, in reading order, with the choices of neighbouring sentences."""
    read: list[Clause] = []
    for number, clause in enumerate(clauses):
        after = _next_sentence(clauses, number)
        before = [other for other in read[-_NEAR:] if _follows(other, clause, text)]
        if clause.stance is Stance.PERMITS and any(
            other.stance is Stance.OPT_OUT and _follows(clause, other, text) for other in after
        ):
            read.append(_changed(clause, Stance.OPT_OUT, "opt out: in the next sentence"))
        elif _takes_back(clause) and any(_consented(other, clause) for other in before):
            read.append(_changed(clause, Stance.OPT_IN, "opt in: in the sentence before"))
        else:
            read.append(clause)
    return read


_WAY_OUT = re.compile(r"(?:you|users|customers|the customer)\s+(?:can|may|are able to)\b", re.IGNORECASE)

_NEAR = 8
"""Clauses that two sentences may hold together, with room to spare."""


def _next_sentence(clauses: Sequence[Clause], number: int) -> list[Clause]:
    later = [
        other for other in clauses[number + 1 : number + 1 + _NEAR] if other.start > clauses[number].start
    ]
    return [other for other in later if other.start == later[0].start]


def _follows(first: Clause, second: Clause, text: str) -> bool:
    """Whether the second's sentence comes right after the first's, on the same matter."""
    return (
        first.family is second.family
        and first.heading == second.heading
        and first.end <= second.start
        and _BETWEEN.fullmatch(text, first.end, second.start) is not None
    )


def _takes_back(clause: Clause) -> bool:
    """Whether a sentence tells of a way out and of nothing that would be done without it."""
    return clause.stance is Stance.OPT_OUT and _WAY_OUT.match(clause.quote) is not None


def _consented(first: Clause, second: Clause) -> bool:
    return first.stance is Stance.OPT_IN and first.audience is second.audience


def _changed(clause: Clause, stance: Stance, told: str) -> Clause:
    digest = clause_digest(clause.family, stance, clause.audience, clause.quote)
    return replace(clause, stance=stance, modifiers=(*clause.modifiers, told), digest=digest)
