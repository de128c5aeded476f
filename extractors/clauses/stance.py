"""Who acts, and with what stance: modifiers and their scope, in the manner of ConText.

A modifier counts for a hit when it stands in the hit's scope: negations and limits reach forward from their
place to the next terminator; choices (opt out, opt in) reach the whole sentence; the party is the nearest
subject at or before the hit. Which words are modifiers is data; how far they reach is known only here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.clauses.tokens import Span, Tokens
from extractors.model import Party, Stance
from extractors.ruleset import Effect, Rule


@dataclass(frozen=True, slots=True)
class Mark:
    """A modifier found in a sentence."""

    effect: Effect
    id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Judgement:
    """The stance of a hit, who acts, and the marks that decided."""

    stance: Stance | None
    party: Party
    marks: tuple[Mark, ...]


REACH = 40
"""Tokens over which a negation or a limit reaches forward: legal sentences list much before they act."""

ACTING = frozenset({Effect.VENDOR, Effect.CUSTOMER, Effect.OTHER})
CHOOSING = frozenset({Effect.OPT_IN, Effect.OPT_OUT, Effect.UNLESS, Effect.CONDITION})


def visible(marks: Sequence[Mark]) -> list[Mark]:
    """Return the marks in reading order without those that a pseudo-modifier hides.

    What looks like an actor and is none hides actors only: in "you may object", the choice stands.
    """
    hiding = [(mark.span, _group(mark)) for mark in marks if mark.effect is Effect.PSEUDO]
    return sorted(
        (
            mark
            for mark in marks
            if mark.effect is not Effect.PSEUDO
            and not any(
                start <= mark.span[0] and mark.span[1] <= end and group in (_group(mark), "")
                for (start, end), group in hiding
            )
        ),
        key=lambda mark: mark.span,
    )


def _group(mark: Mark) -> str:
    """Return what a pseudo-modifier is confined to: `party` for actors, nothing for all others."""
    return "party" if mark.id.startswith("party.") else ""


def judge(rule: Rule, hit: Span, marks: Sequence[Mark], tokens: Tokens) -> Judgement | None:
    """Return the stance of a hit, or `None` where it is no clause: the customer acts, or it is denied."""
    party, actor = _party(hit, marks)
    if rule.party and actor and actor.effect is Effect.OTHER:
        return None
    choosing = any(mark.effect is Effect.OPT_OUT and mark.span[1] > tokens.own for mark in marks)
    if rule.party and party is Party.CUSTOMER:
        if not choosing:
            return None
        # Who opts out is the customer; what is opted out of is the vendor's doing.
        party, actor = Party.VENDOR, None
    scope = _scope(hit, marks, tokens.own)
    negated = [mark for mark in scope if mark.effect is Effect.NEGATION]
    limits = [mark for mark in scope if mark.effect is Effect.ONLY]
    deciding: list[Mark] = [actor] if actor else []
    choices = [
        mark
        for mark in marks
        if mark.effect in CHOOSING and mark.span[1] > tokens.own and not _apart(mark, hit, tokens)
    ]
    if rule.fixed:
        if negated and rule.negated is None:
            return None
        if choices and rule.chosen:
            return Judgement(rule.chosen, party, tuple(deciding + choices))
        stance = rule.negated if negated else rule.stance
        return Judgement(stance, party, tuple(deciding + negated))
    defaults = [mark for mark in marks if mark.effect is Effect.DEFAULT]
    stance = _stance(rule, scope, choices, by_default=bool(defaults))
    told = defaults if negated and stance is Stance.OPT_IN else []
    return Judgement(stance, party, tuple(deciding + negated + limits + choices + told))


def _stance(rule: Rule, scope: Sequence[Mark], choices: Sequence[Mark], *, by_default: bool) -> Stance | None:
    """Return the stance of a hit: a choice goes before a denial, a denial before a limit."""
    effects = {mark.effect for mark in choices}
    reaching = {mark.effect for mark in scope}
    negated = Effect.NEGATION in reaching
    if Effect.OPT_OUT in effects:
        return Stance.OPT_OUT
    if Effect.UNLESS in effects:
        return Stance.OPT_IN if negated or Effect.ONLY in reaching else Stance.OPT_OUT
    if Effect.OPT_IN in effects or (negated and by_default):
        return Stance.OPT_IN
    if Effect.CONDITION in effects:
        return Stance.OPT_OUT if negated else Stance.OPT_IN
    if negated:
        return rule.negated or Stance.PROHIBITS
    limited = rule.limited if Effect.ONLY in reaching else None
    return limited or rule.stance


def _apart(mark: Mark, hit: Span, tokens: Tokens) -> bool:
    """Whether a consent stands beyond a semicolon: what it allows is another thing."""
    if mark.effect is Effect.OPT_OUT:
        return False
    between = tokens.words[hit[1] : mark.span[0]] or tokens.words[mark.span[1] : hit[0]]
    return ";" in between


def _party(hit: Span, marks: Sequence[Mark]) -> tuple[Party, Mark | None]:
    before = [mark for mark in marks if mark.effect in ACTING and mark.span[0] <= hit[0]]
    if not before:
        return Party.VENDOR, None
    nearest = max(before, key=lambda mark: (mark.span[0], mark.span[1]))
    party = Party.CUSTOMER if nearest.effect is Effect.CUSTOMER else Party.VENDOR
    return party, nearest


_FORWARD = frozenset({Effect.NEGATION, Effect.ONLY})


def _scope(hit: Span, marks: Sequence[Mark], own: int) -> list[Mark]:
    """Return the negations and limits that stand near before the end of a hit with no terminator between.

    From the lead of an enumeration they reach every limb: there, the distance counts from the lead's end.
    """
    forward = [mark for mark in marks if mark.effect in _FORWARD and mark.span[0] < hit[1]]
    if not forward:
        return []
    barrier = max(
        (mark.span[0] for mark in marks if mark.effect is Effect.TERMINATOR and mark.span[1] <= hit[0]),
        default=-1,
    )
    return [
        mark
        for mark in forward
        if mark.span[1] > barrier
        and (own if mark.span[1] <= own <= hit[0] else hit[0]) - mark.span[1] <= REACH
    ]
