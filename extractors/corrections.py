"""A person's corrections and the machine's reading → the reading that counts. Pure.

A correction is about a sentence: it holds wherever that sentence stands in a document, under whatever rules.
White space, markup and quotation marks make no other sentence; a word more or less does, also where it only
leads up to the sentence or follows it. Only this module knows when a sentence still stands and what of the
machine's reading a correction overrules: what the person had before them and no other statement, since one
that nobody has judged must not be silenced.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeVar, assert_never

from extractors.digest import clause_digest
from extractors.model import PROPOSED, Clause, Correction, CorrectionKind, Document, Reading
from extractors.scope import is_conditional, must_be_asked_for, speaks_of_a_part
from extractors.sentences import Span, headings_above, places_of, words_of

_Value = TypeVar("_Value")

REVIEWER: Final = "reviewer"
"""In place of a rule's identifier: a person has found the clause."""

_SAME_SENTENCE: Final = 0.8
"""Share of the longer of two passages from which they count as one sentence, cut a little otherwise."""


class Effect(StrEnum):
    """What a correction does to a reading."""

    APPLIES = "applies"
    AGREED = "agreed"
    """The machine reads the sentence so by itself: there is nothing to correct."""
    DORMANT = "dormant"
    """It no longer applies: the sentence is gone."""


@dataclass(frozen=True, slots=True)
class Applied:
    """One correction held against one reading."""

    effect: Effect
    overrules: tuple[int, ...] = ()
    """Which of the reading's clauses no longer count, by their number in it."""
    adds: tuple[Clause, ...] = ()
    """What counts beside the rest, where the sentence stands in this text."""


_GONE: Final = Applied(Effect.DORMANT)
_AGREED: Final = Applied(Effect.AGREED)


def corrected(reading: Reading, document: Document, corrections: Iterable[Correction]) -> Reading:
    """Return the reading that counts: the machine's as these corrections leave it, in the order of the text.

    Corrections do not see each other: each is held against the machine's reading.
    """
    done = [apply(correction, reading, document) for correction in corrections]
    overruled = {number for one in done for number in one.overrules}
    kept = [clause for number, clause in enumerate(reading.clauses) if number not in overruled]
    added = [clause for one in done for clause in one.adds]
    return replace(reading, clauses=tuple(sorted((*kept, *added), key=lambda clause: clause.start)))


def apply(correction: Correction, reading: Reading, document: Document) -> Applied:
    """Hold a correction against the machine's reading of a document, which stays as it is."""
    about = correction.seen or correction.says
    places = () if about is None else places_of(document.text, about.quote)
    if not places:
        return _GONE
    within = [
        (number, clause)
        for number, clause in enumerate(reading.clauses)
        if any(_is_same(place, clause) for place in places)
    ]
    match correction.kind:
        case CorrectionKind.REJECTED:
            return _rejected(correction, within)
        case CorrectionKind.RESTANCED:
            return _restanced(correction, within, places, document)
        case CorrectionKind.ADDED:
            return _added(correction, within, places, document)
    assert_never(correction.kind)


def sentence_digest(quote: str) -> str:
    """Return the SHA-256 over a sentence's words: white space, markup and quotation marks apart."""
    return hashlib.sha256(" ".join(words_of(quote)).encode("utf-8", "surrogatepass")).hexdigest()


_Numbered = tuple[int, Clause]


def _rejected(correction: Correction, within: Sequence[_Numbered]) -> Applied:
    overruled = tuple(number for number, clause in within if _is_what_was_seen(correction, clause))
    return Applied(Effect.APPLIES, overrules=overruled) if overruled else _AGREED


def _is_what_was_seen(correction: Correction, clause: Clause) -> bool:
    """Whether the machine says no more than the person has rejected."""
    seen = correction.seen
    return (
        seen is not None
        and (clause.family, clause.stance, clause.purpose) == (seen.family, seen.stance, seen.purpose)
        and clause.audience is seen.audience
        and set(clause.data) <= set(seen.data)
    )


def _restanced(
    correction: Correction, within: Sequence[_Numbered], places: Sequence[Span], document: Document
) -> Applied:
    seen, says = correction.seen, correction.says
    if seen is None or says is None:
        raise ValueError(f"correction {correction.id} lacks what was read or what it says instead")
    known = ({seen.stance, says.stance}, {seen.purpose, says.purpose})
    read = [
        (number, clause)
        for number, clause in within
        if clause.family is seen.family and clause.stance in known[0] and clause.purpose in known[1]
    ]
    adds = [_as_said(clause, seen, says) for _, clause in read]
    bare = [place for place in places if not any(_is_same(place, clause) for _, clause in read)]
    if not bare and adds == [clause for _, clause in read]:
        return _AGREED
    adds += [_placed(says, place, document) for place in bare]
    return Applied(Effect.APPLIES, tuple(number for number, _ in read), tuple(dict.fromkeys(adds)))


def _as_said(clause: Clause, seen: Clause, says: Clause) -> Clause:
    """The clause with what the person has changed; of the rest the machine may come to know better."""
    return _with_digest(
        replace(
            clause,
            stance=_changed(clause.stance, seen.stance, says.stance),
            purpose=_changed(clause.purpose, seen.purpose, says.purpose),
            data=_changed(clause.data, seen.data, says.data),
            period_days=_changed(clause.period_days, seen.period_days, says.period_days),
            audience=_changed(clause.audience, seen.audience, says.audience),
            # What a person has judged is no proposal any more.
            rule=_judged(clause.rule),
            proposed=False,
        )
    )


def _judged(rule: str) -> str:
    return REVIEWER if rule == PROPOSED else rule


def _changed(now: _Value, seen: _Value, said: _Value) -> _Value:
    return now if said == seen else said


def _added(
    correction: Correction, within: Sequence[_Numbered], places: Sequence[Span], document: Document
) -> Applied:
    says = correction.says
    if says is None:
        raise ValueError(f"correction {correction.id} adds nothing")
    bare = [
        place
        for place in places
        if not any(_says_as_much(clause, says) and _is_same(place, clause) for _, clause in within)
    ]
    adds = tuple(_placed(replace(says, rule=REVIEWER), place, document) for place in bare)
    return Applied(Effect.APPLIES, adds=adds) if adds else _AGREED


def _says_as_much(clause: Clause, says: Clause) -> bool:
    return (
        (clause.family, clause.stance, clause.purpose) == (says.family, says.stance, says.purpose)
        and (clause.audience, clause.period_days) == (says.audience, says.period_days)
        and set(clause.data) >= set(says.data)
        # Whoever adds what is only proposed confirms it.
        and not clause.proposed
        and not (speaks_of_a_part(clause) or must_be_asked_for(clause) or is_conditional(clause))
    )


def _placed(says: Clause, place: Span, document: Document) -> Clause:
    start, end = place
    quote = document.text[start:end]
    heading = headings_above(document.text, start)
    rule = _judged(says.rule)
    return _with_digest(
        replace(says, start=start, end=end, quote=quote, heading=heading, rule=rule, proposed=False)
    )


def _with_digest(clause: Clause) -> Clause:
    return replace(clause, digest=clause_digest(clause.family, clause.stance, clause.audience, clause.quote))


def _is_same(place: Span, clause: Clause) -> bool:
    start, end = place
    overlap = min(end, clause.end) - max(start, clause.start)
    return overlap >= _SAME_SENTENCE * max(end - start, clause.end - clause.start)
