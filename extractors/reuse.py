"""What one document states of using customer content for more than serving the customer."""

from collections.abc import Sequence

from extractors.following import by_choice, items_of
from extractors.model import Answer, Clause, DataKind, Purpose, Stance
from extractors.scope import is_conditional, is_confined, stays_with_the_customer
from extractors.weighing import ALLOWING, SAFE, Statement, about_content, binds, in_general, with_stance
from extractors.wording import (
    follows_the_business,
    is_under_a_setting,
    offers_its_own,
    only_operates,
    refers_back,
)

_BROAD = frozenset({Purpose.LICENCE, Purpose.MARKETING, Purpose.PUBLISH, Purpose.THIRD_PARTY})
_IMPROVING = frozenset({Purpose.IMPROVE, Purpose.AGGREGATE})
_SPREADING = frozenset({Purpose.PUBLISH, Purpose.THIRD_PARTY})


def widens(clause: Clause) -> bool:
    """Whether a clause on reuse lets the vendor do more than serve the customer."""
    return clause.stance in ALLOWING and clause.purpose in _BROAD | _IMPROVING


def reuse_statement(clauses: Sequence[Clause], training: Statement) -> Statement:
    """Return what these clauses on reuse state, beside what the document states of training."""
    content = about_content(clauses)
    limited = [clause for clause in content if _limits(clause)]
    allowed = _allowed(content, limited)
    if widest := _widest(allowed, clauses):
        return widest
    if training.about_content and training.answer not in SAFE:
        return Statement(Answer.IMPROVE, about_content=True, clauses=training.clauses)
    general = [clause for clause in in_general(clauses) if clause.stance in ALLOWING]
    # Where nothing is said of content, what is done with personal data at large is done with it too.
    wide = [clause for clause in with_stance(general, Stance.PERMITS) if clause.data and _goes_out(clause)]
    if wide and not limited:
        return Statement(Answer.BROAD, clauses=tuple(wide))
    if improving := [clause for clause in general if clause.data and clause.purpose is Purpose.IMPROVE]:
        return Statement(Answer.IMPROVE, clauses=tuple(improving))
    if limited:
        return Statement(Answer.SERVICE_ONLY, about_content=True, clauses=tuple(limited))
    # Who says what is done and not with what data may mean content.
    unnamed = [clause for clause in general if not clause.data and widens(clause)]
    return _by_width(unnamed, about_content=False) or Statement(Answer.SILENT)


def _allowed(content: Sequence[Clause], limited: Sequence[Clause]) -> list[Clause]:
    """Return what the vendor may do with content, without what a limit on all content takes in."""
    within = {(clause.start, clause.end) for clause in limited}
    limited_licence = any(
        clause.purpose is Purpose.LICENCE and (clause.start, clause.end) in within for clause in content
    )
    referring = [clause for clause in content if limited_licence and refers_back(clause)]
    mentions = frozenset((*referring, *items_of(content, referring)))
    shared = frozenset(by_choice(content))

    def is_taken_in(clause: Clause) -> bool:
        if clause.purpose is Purpose.LICENCE:
            # A licence that says what it is for, or for what the document permits, is no wider than that.
            return (
                (clause.start, clause.end) in within
                or (bool(limited) and is_confined(clause))
                or clause in mentions
            )
        return bool(limited) and clause.purpose in _IMPROVING and only_operates(clause)

    return [
        clause for clause in content if widens(clause) and clause not in shared and not is_taken_in(clause)
    ]


def _widest(allowed: Sequence[Clause], clauses: Sequence[Clause]) -> Statement | None:
    """Return the widest use of content; what is de-identified goes wherever de-identified data goes."""
    stripped = [clause for clause in allowed if DataKind.DEIDENTIFIED in clause.data]
    spread = [
        clause
        for clause in clauses
        if stripped
        and DataKind.DEIDENTIFIED in clause.data
        and clause.purpose in _SPREADING
        and clause.stance in ALLOWING
    ]
    if spread:
        return Statement(Answer.BROAD, about_content=True, clauses=tuple(stripped + spread))
    return _by_width(allowed, about_content=True)


def _by_width(allowed: Sequence[Clause], *, about_content: bool) -> Statement | None:
    broad = [clause for clause in allowed if clause.purpose in _BROAD and not stays_with_the_customer(clause)]
    if broad:
        return Statement(Answer.BROAD, about_content, tuple(broad))
    return Statement(Answer.IMPROVE, about_content, tuple(allowed)) if allowed else None


def _goes_out(clause: Clause) -> bool:
    """Whether data is used for advertising or by others, and not for messages and the vendor's own offers."""
    return (
        clause.purpose in _SPREADING | {Purpose.MARKETING}
        and not stays_with_the_customer(clause)
        and not follows_the_business(clause)
        and not offers_its_own(clause)
    )


def _limits(clause: Clause) -> bool:
    return (
        clause.purpose is Purpose.SERVICE_ONLY
        and clause.stance in (Stance.PROHIBITS, Stance.OPT_IN)
        and binds(clause)
        and not (is_conditional(clause) or is_under_a_setting(clause))
    )
