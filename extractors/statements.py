"""What one document states of each core family, for customer content.

Within a document, clauses about customer content beat clauses about data in general, then the statement that
is more permissive to the vendor wins. A promise makes a safe answer only when it speaks of content, of all of
it, and holds for every customer without asking; a permission counts whatever content it speaks of.
docs/LABELS.md defines the answers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from extractors.model import Answer, Clause, DataKind, Family, Party, Purpose, Stance
from extractors.scope import (
    comes_at_an_end,
    ends_with_the_account,
    is_an_exception,
    is_conditional,
    is_confined,
    must_be_asked_for,
    speaks_of_a_part,
    stays_with_the_customer,
    tells_no_duration,
)

SAFE = frozenset({Answer.PROHIBITED, Answer.OPT_IN, Answer.NONE, Answer.BOUNDED, Answer.SERVICE_ONLY})
"""Answers that may lead to an approval by themselves."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A document's answer, whether it speaks of content itself, and the clauses that decide it."""

    answer: Answer
    about_content: bool = False
    clauses: tuple[Clause, ...] = ()
    days: int | None = None
    overruled: tuple[Clause, ...] = ()
    """Permissions on content that were not counted, for one to this audience is an exception to them."""


def state(family: Family, clauses: Iterable[Clause], *, processing: bool = False) -> Statement:
    """Return what these clauses of one document state of a core family.

    `processing`: the document governs data processed for the customer, so that its personal data is content.
    """
    relevant = _relevant(clauses, processing=processing)
    own = [clause for clause in relevant if clause.family is family]
    if family is Family.TRAINING:
        return _training(own)
    if family is Family.RETENTION:
        return _retention(own, processing=processing)
    training = _training([clause for clause in relevant if clause.family is Family.TRAINING])
    return _reuse(own, training)


def permissions(family: Family, clauses: Iterable[Clause], *, processing: bool = False) -> list[Clause]:
    """Return the clauses that let the vendor do with content what no safe answer to this family allows."""
    content = _content(_relevant(clauses, processing=processing))
    return [clause for clause in content if _permits(family, clause)]


def _permits(family: Family, clause: Clause) -> bool:
    if family is Family.RETENTION:
        return clause.family is family and clause.stance is Stance.OPEN_ENDED and not is_an_exception(clause)
    if clause.stance not in _ALLOWING:
        return False
    if clause.family is Family.TRAINING:
        return True
    return clause.family is family and clause.purpose in _BROAD | _IMPROVING


def _relevant(clauses: Iterable[Clause], *, processing: bool) -> list[Clause]:
    return [
        replace(clause, data=(DataKind.CONTENT, *clause.data))
        if processing and DataKind.PERSONAL in clause.data and DataKind.CONTENT not in clause.data
        else clause
        for clause in clauses
        if clause.party is not Party.CUSTOMER
    ]


def _training(clauses: Sequence[Clause]) -> Statement:
    content, general = _content(clauses), _general(clauses)
    permits = _with_stance(content, Stance.PERMITS)
    # A denial for those who ask or pay tells that the others' content is used.
    choices = _with_stance(content, Stance.OPT_OUT) + [
        clause for clause in _with_stance(content, Stance.PROHIBITS) if must_be_asked_for(clause)
    ]
    if permits and not choices:
        choices = _with_stance(general, Stance.OPT_OUT)
    if choices or permits:
        answer = Answer.OPT_OUT if choices else Answer.PERMITTED
        return Statement(answer, about_content=True, clauses=tuple(permits + choices))
    whole = [clause for clause in content if not speaks_of_a_part(clause)]
    for stance, answer in ((Stance.OPT_IN, Answer.OPT_IN), (Stance.PROHIBITS, Answer.PROHIBITED)):
        if promises := _with_stance(whole, stance):
            return Statement(answer, about_content=True, clauses=tuple(promises))
    permits, choices = _with_stance(general, Stance.PERMITS), _with_stance(general, Stance.OPT_OUT)
    if choices or permits:
        answer = Answer.OPT_OUT if choices else Answer.PERMITTED
        return Statement(answer, clauses=tuple(permits + choices))
    return Statement(Answer.SILENT)


def _retention(clauses: Sequence[Clause], *, processing: bool) -> Statement:
    content = _content(clauses)
    whole = [clause for clause in content if not speaks_of_a_part(clause)]
    bounded = _with_stance(whole, Stance.BOUNDED)
    controls = _with_stance(whole, Stance.USER_CONTROL)
    chosen = {clause.start for clause in controls}
    # "You can delete it, and then it is gone within 30 days" runs from the customer's choice.
    asked = [
        clause
        for clause in bounded
        if must_be_asked_for(clause) or (clause.start in chosen and not comes_at_an_end(clause))
    ]
    controls += asked
    ends = [clause for clause in bounded if clause not in asked]
    numbered = [clause for clause in bounded if clause.period_days]
    kept = _kept(permissions(Family.RETENTION, content), ends, controls)
    # "Upon termination we delete it, at your instruction" is an end, with a say in it. So is the end of
    # processing, whatever the customer may delete before.
    starts = {clause.start for clause in ends}
    certain = ends if processing or all(clause.start in starts for clause in controls) else []
    never = _with_stance(whole, Stance.NONE)
    nothing = [clause for clause in never if not must_be_asked_for(clause) and not is_conditional(clause)]
    general = [clause for clause in _general(clauses) if not is_an_exception(clause)]
    for answer, about_content, deciding in (
        (Answer.OPEN_ENDED, True, kept),
        (Answer.BOUNDED, True, certain if numbered or not nothing else []),
        (Answer.USER_CONTROL, True, controls if numbered else []),
        (Answer.NONE, True, nothing),
        (Answer.OPEN_ENDED, False, _with_stance(general, Stance.OPEN_ENDED)),
        (Answer.USER_CONTROL, True, controls or never),
        (Answer.USER_CONTROL, False, _with_stance(general, Stance.USER_CONTROL)),
    ):
        if deciding:
            days = (
                [clause.period_days or 0 for clause in numbered]
                if answer in _COUNTED and about_content
                else []
            )
            told = [clause for clause in numbered if days and clause not in deciding]
            return Statement(answer, about_content, tuple(deciding + told), max(days, default=None))
    return Statement(Answer.SILENT)


_COUNTED = frozenset({Answer.BOUNDED, Answer.USER_CONTROL})
"""Answers that a number of days belongs to."""


def _kept(open_ended: Sequence[Clause], ends: Sequence[Clause], controls: Sequence[Clause]) -> list[Clause]:
    """Return the open-ended clauses that no stated end and no choice of the customer's brings to an end."""
    numbered = any(clause.period_days for clause in ends)
    return [
        clause
        for clause in open_ended
        if not (ends_with_the_account(clause) and numbered)
        and not (tells_no_duration(clause) and (numbered or controls))
    ]


_BROAD = frozenset({Purpose.LICENCE, Purpose.MARKETING, Purpose.PUBLISH, Purpose.THIRD_PARTY})
_IMPROVING = frozenset({Purpose.IMPROVE, Purpose.AGGREGATE})
_ALLOWING = frozenset({Stance.PERMITS, Stance.OPT_OUT})


def _reuse(clauses: Sequence[Clause], training: Statement) -> Statement:
    content = _content(clauses)
    limited = [clause for clause in content if _limits(clause)]
    within = {(clause.start, clause.end) for clause in limited}
    allowed = [
        clause
        for clause in permissions(Family.REUSE, content)
        # A licence that says what it is for, or for what the document permits, is no wider than that.
        if not (
            clause.purpose is Purpose.LICENCE
            and ((clause.start, clause.end) in within or (limited and is_confined(clause)))
        )
    ]
    if widest := _widest(allowed, about_content=True):
        return widest
    if training.about_content and training.answer not in SAFE:
        return Statement(Answer.IMPROVE, about_content=True, clauses=training.clauses)
    general = [clause for clause in _general(clauses) if clause.stance in _ALLOWING]
    if improving := [clause for clause in general if clause.data and clause.purpose is Purpose.IMPROVE]:
        return Statement(Answer.IMPROVE, clauses=tuple(improving))
    if limited:
        return Statement(Answer.SERVICE_ONLY, about_content=True, clauses=tuple(limited))
    # Who says what is done and not with what data may mean content.
    unnamed = [clause for clause in general if not clause.data]
    return _widest(unnamed, about_content=False) or Statement(Answer.SILENT)


def _widest(allowed: Sequence[Clause], *, about_content: bool) -> Statement | None:
    broad = [clause for clause in allowed if clause.purpose in _BROAD and not stays_with_the_customer(clause)]
    if broad:
        return Statement(Answer.BROAD, about_content, tuple(broad))
    improving = [clause for clause in allowed if clause.purpose in _BROAD | _IMPROVING]
    return Statement(Answer.IMPROVE, about_content, tuple(improving)) if improving else None


def _limits(clause: Clause) -> bool:
    return (
        clause.purpose is Purpose.SERVICE_ONLY
        and clause.stance in (Stance.PROHIBITS, Stance.OPT_IN)
        and not speaks_of_a_part(clause)
        and not is_conditional(clause)
    )


def _content(clauses: Iterable[Clause]) -> list[Clause]:
    return [clause for clause in clauses if DataKind.CONTENT in clause.data]


def _general(clauses: Iterable[Clause]) -> list[Clause]:
    """Clauses that may include content without naming it; feedback, usage and de-identified data do not."""
    return [
        clause
        for clause in clauses
        if DataKind.CONTENT not in clause.data and (DataKind.PERSONAL in clause.data or not clause.data)
    ]


def _with_stance(clauses: Iterable[Clause], stance: Stance) -> list[Clause]:
    return [clause for clause in clauses if clause.stance is stance]
