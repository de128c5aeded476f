"""What one document states of each core family, for customer content.

Within a document, clauses about customer content beat clauses about data in general, then the statement that
is more permissive to the vendor wins. A promise about data in general ("we delete personal data") promises
nothing about content: only content clauses make a safe answer. docs/LABELS.md defines the answers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from extractors.model import Answer, Clause, DataKind, Family, Party, Purpose, Stance

SAFE = frozenset({Answer.PROHIBITED, Answer.OPT_IN, Answer.NONE, Answer.BOUNDED, Answer.SERVICE_ONLY})
"""Answers that may lead to an approval by themselves."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A document's answer, whether it speaks of content itself, and the clauses that decide it."""

    answer: Answer
    about_content: bool = False
    clauses: tuple[Clause, ...] = ()
    days: int | None = None


def state(family: Family, clauses: Iterable[Clause], *, processing: bool = False) -> Statement:
    """Return what these clauses of one document state of a core family.

    `processing`: the document governs data processed for the customer, so that its personal data is content.
    """
    relevant = [
        replace(clause, data=(DataKind.CONTENT, *clause.data))
        if processing and DataKind.PERSONAL in clause.data and DataKind.CONTENT not in clause.data
        else clause
        for clause in clauses
        if clause.party is not Party.CUSTOMER
    ]
    own = [clause for clause in relevant if clause.family is family]
    if family is Family.TRAINING:
        return _training(own)
    if family is Family.RETENTION:
        return _retention(own)
    training = _training([clause for clause in relevant if clause.family is Family.TRAINING])
    return _reuse(own, training)


def _training(clauses: Sequence[Clause]) -> Statement:
    for about_content, group in ((True, _content(clauses)), (False, _general(clauses))):
        by_stance = _by_stance(group)
        for stance, answer in (
            (Stance.OPT_OUT, Answer.OPT_OUT),
            (Stance.PERMITS, Answer.PERMITTED),
            (Stance.OPT_IN, Answer.OPT_IN),
            (Stance.PROHIBITS, Answer.PROHIBITED),
        ):
            if stance in by_stance and (about_content or answer not in SAFE):
                deciding = by_stance[stance]
                if stance is Stance.OPT_OUT:
                    deciding = by_stance.get(Stance.PERMITS, []) + deciding
                return Statement(answer, about_content, tuple(deciding))
    return Statement(Answer.SILENT)


def _retention(clauses: Sequence[Clause]) -> Statement:
    content = _by_stance(_content(clauses))
    general = _by_stance(_general(clauses))
    bounded, controls = content.get(Stance.BOUNDED, []), content.get(Stance.USER_CONTROL, [])
    numbered = [clause for clause in bounded if clause.period_days]
    kept = content.get(Stance.OPEN_ENDED, [])
    if numbered:
        days = max(clause.period_days or 0 for clause in numbered)
        answer = Answer.USER_CONTROL if controls else Answer.BOUNDED
        return Statement(answer, about_content=True, clauses=tuple(controls + numbered), days=days)
    # "Upon termination we delete it, at your instruction" is an end, with a say in it.
    ends = {clause.start for clause in bounded}
    only_ends = bounded if all(clause.start in ends for clause in controls) else []
    # Where the customer may delete but the rest is kept for as long as needed, it is kept.
    for answer, about_content, deciding in (
        (Answer.OPEN_ENDED, True, kept),
        (Answer.NONE, True, content.get(Stance.NONE, [])),
        (Answer.BOUNDED, True, only_ends),
        (Answer.OPEN_ENDED, False, general.get(Stance.OPEN_ENDED, [])),
        (Answer.USER_CONTROL, True, controls),
        (Answer.USER_CONTROL, False, general.get(Stance.USER_CONTROL, [])),
    ):
        if deciding:
            return Statement(answer, about_content, tuple(deciding))
    return Statement(Answer.SILENT)


_BROAD = frozenset({Purpose.LICENCE, Purpose.MARKETING, Purpose.PUBLISH, Purpose.THIRD_PARTY})
_IMPROVING = frozenset({Purpose.IMPROVE, Purpose.AGGREGATE})
_ALLOWING = frozenset({Stance.PERMITS, Stance.OPT_OUT})


def _reuse(clauses: Sequence[Clause], training: Statement) -> Statement:
    content = _content(clauses)
    limited = [clause for clause in content if clause.purpose is Purpose.SERVICE_ONLY]
    within_limits = {(clause.start, clause.end) for clause in limited}
    allowed = [
        clause
        for clause in content
        if clause.stance in _ALLOWING and (clause.start, clause.end) not in within_limits
    ]
    for purposes, answer in ((_BROAD, Answer.BROAD), (_IMPROVING, Answer.IMPROVE)):
        deciding = [clause for clause in allowed if clause.purpose in purposes]
        if deciding:
            return Statement(answer, about_content=True, clauses=tuple(deciding))
    if training.about_content and training.answer in (Answer.PERMITTED, Answer.OPT_OUT):
        return Statement(Answer.IMPROVE, about_content=True, clauses=training.clauses)
    improving = [
        clause
        for clause in _general(clauses)
        if clause.stance in _ALLOWING and clause.purpose is Purpose.IMPROVE
    ]
    if improving:
        return Statement(Answer.IMPROVE, clauses=tuple(improving))
    if limited:
        return Statement(Answer.SERVICE_ONLY, about_content=True, clauses=tuple(limited))
    return Statement(Answer.SILENT)


def _content(clauses: Iterable[Clause]) -> list[Clause]:
    return [clause for clause in clauses if DataKind.CONTENT in clause.data]


def _general(clauses: Iterable[Clause]) -> list[Clause]:
    """Clauses that may include content without naming it; feedback, usage and de-identified data do not."""
    return [
        clause
        for clause in clauses
        if DataKind.PERSONAL in clause.data and DataKind.CONTENT not in clause.data
    ]


def _by_stance(clauses: Iterable[Clause]) -> dict[Stance, list[Clause]]:
    found: dict[Stance, list[Clause]] = {}
    for clause in clauses:
        if clause.stance is not None:
            found.setdefault(clause.stance, []).append(clause)
    return found
