"""Why a sentence is read as it is, and why one that looks like a clause is not read as one.

The first stands in the clause: its rule and what decided the stance. The second is found by trying: the
document is read again with a safeguard of the rules lifted, or two, and what appears was held back by it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from extractors.clauses import ClauseReader
from extractors.model import Clause, Document, Reading, Stance
from extractors.ruleset import Rule, Ruleset


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A clause that the rules would find but for a safeguard."""

    clause: Clause
    """What it would be."""
    reason: str


Safeguard = tuple[str, Callable[[Rule], Rule]]
"""What it means, and how a rule looks without it."""

SAFEGUARDS: tuple[Safeguard, ...] = (
    ("an `unless` pattern of the rule stands there", lambda rule: replace(rule, unless=())),
    ("the customer acts, not the vendor", lambda rule: replace(rule, party=False)),
    ("it names no data of the customer", lambda rule: replace(rule, needs_data=False)),
    ("it continues no clause of its family", lambda rule: replace(rule, follows=None)),
    ("it is denied, and its denial says nothing", lambda rule: replace(rule, negated=_denied(rule))),
)
"""What keeps a rule from finding what its patterns match."""


def explain_stance(clause: Clause, ruleset: Ruleset) -> str:
    """Return in words why a clause has its stance."""
    if clause.proposed:
        return f"no rule found it; proposed at its most permissive ({'; '.join(clause.modifiers)})"
    rule = next(rule for rule in ruleset.rules if rule.id == clause.rule)
    words = rule.stance.value if rule.stance else "no stance"
    if not clause.modifiers:
        return f"the rule says {words}, no modifier counts"
    told = "; ".join(clause.modifiers)
    if clause.stance is rule.stance:
        return f"the rule says {words}, and so it stays ({told})"
    return f"the rule says {words}, which becomes {clause.stance or 'no stance'} by {told}"


def held_back(ruleset: Ruleset, document: Document, reading: Reading) -> tuple[HeldBack, ...]:
    """Return what a safeguard kept out of a reading, in reading order; reads the document several times."""
    known = {(clause.start, clause.end, clause.family, clause.purpose) for clause in reading.clauses}
    found: list[HeldBack] = []
    for reason, clause in _without_safeguards(ruleset, document):
        key = (clause.start, clause.end, clause.family, clause.purpose)
        if key not in known:
            known.add(key)
            found.append(HeldBack(clause, reason))
    return tuple(sorted(found, key=lambda one: (one.clause.start, one.clause.family)))


def _without_safeguards(ruleset: Ruleset, document: Document) -> Iterator[tuple[str, Clause]]:
    """Yield what is found with one safeguard lifted, then with two: the fewest are the reason."""
    for together in (1, 2):
        for lifted in combinations(SAFEGUARDS, together):
            rules = tuple(_lift(rule, lifted) for rule in ruleset.rules)
            reason = ", and ".join(reason for reason, _ in lifted)
            for clause in ClauseReader(replace(ruleset, rules=rules)).read(document).clauses:
                yield reason, clause


def _lift(rule: Rule, safeguards: tuple[Safeguard, ...]) -> Rule:
    for _, without in safeguards:
        rule = without(rule)
    return rule


def _denied(rule: Rule) -> Stance | None:
    return rule.negated or rule.stance
