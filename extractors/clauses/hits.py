"""What rules hit in one sentence: which hits are kept, and what is told with them. Tries no pattern."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.clauses.stance import ACTING, Judgement, Mark
from extractors.clauses.tokens import Span, Tokens
from extractors.model import CORE_FAMILIES, DataKind, Family, Purpose, Stance
from extractors.ruleset import REACHING, Effect, Rule

AUDIENCE_EFFECTS = frozenset({Effect.CONSUMER, Effect.BUSINESS, Effect.API})


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule's hit in a sentence, judged."""

    rule: Rule
    span: Span
    judgement: Judgement
    data: tuple[DataKind, ...] = ()
    purpose: Purpose | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its tokens and all that was found in them."""

    tokens: Tokens
    plain: str
    marks: tuple[Mark, ...]
    kinds: tuple[DataKind, ...]
    own_kinds: bool
    """Whether it names data by itself, not by its introduction alone."""


def choose(hits: Sequence[Hit], order: dict[str, int]) -> list[Hit]:
    """Keep one hit per family and purpose; in retention, one for the vendor's hand and one for the user's.

    Where a sentence both permits training and denies it, for one plan and another, the permission is kept.
    `order` ranks rules by identifier, the first first.
    """
    kept: dict[tuple[object, ...], Hit] = {}
    for hit in sorted(hits, key=lambda hit: (not _permits_training(hit), order[hit.rule.id], hit.span)):
        users = hit.rule.family is Family.RETENTION and hit.judgement.stance is Stance.USER_CONTROL
        kept.setdefault((hit.rule.family, hit.rule.purpose, users), hit)
    return list(kept.values())


def stands_alone(hit: Hit, sentence: Sentence) -> bool:
    """Whether a sentence says by itself who does something with which data; asked of core families only."""
    named = any(mark.effect is Effect.VENDOR for mark in hit.judgement.marks)
    return hit.rule.family not in CORE_FAMILIES or (named and sentence.own_kinds)


def left_open(tokens: Tokens) -> list[Mark]:
    """Return a mark where a sentence breaks off before its exceptions, `unless` and then a list.

    What the list names may be a consent; a denial before it is no flat one.
    """
    last = len(tokens.words) - 1
    if last < tokens.own or tokens.words[last] not in ("unless", "except"):
        return []
    return [Mark(Effect.DEFAULT, "choice.by_default", (last, last + 1))]


def bidding(tokens: Tokens) -> list[Mark]:
    """Return a mark of the customer where a sentence by itself tells someone to do or leave something."""
    first = tokens.words[:2]
    if tokens.own or first not in (("do", "not"), ("please", "do")):
        return []
    return [Mark(Effect.CUSTOMER, "party.bidden", (0, 1))]


def told(hit: Hit, sentence: Sentence) -> Iterator[str]:
    """Yield in words what a clause is told with: what decided its stance, and how far it reaches."""
    deciding = hit.judgement.marks
    reaching = [
        mark
        for mark in sentence.marks
        if mark.span[0] >= sentence.tokens.own
        and mark.effect in REACHING | AUDIENCE_EFFECTS
        and mark not in deciding
    ]
    for mark in sorted((*deciding, *reaching), key=lambda mark: mark.span):
        if mark.effect not in ACTING:
            words = " ".join(sentence.tokens.words[mark.span[0] : mark.span[1]])
            yield f"{mark.effect.value.replace('_', ' ')}: {words}"


def _permits_training(hit: Hit) -> bool:
    return hit.rule.family is Family.TRAINING and hit.judgement.stance is Stance.PERMITS
