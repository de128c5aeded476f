"""What one document states of how long customer content is kept."""

from collections.abc import Sequence

from extractors.model import Answer, Clause, Stance
from extractors.scope import (
    comes_at_an_end,
    ends_with_the_account,
    is_an_exception,
    is_conditional,
    must_be_asked_for,
    tells_no_duration,
)
from extractors.weighing import Statement, about_content, binds, holds_for_all, in_general, with_stance
from extractors.wording import ends_as_the_customer_wishes, leaves_the_period_open, tells_no_time

_COUNTED = frozenset({Answer.BOUNDED, Answer.USER_CONTROL})
"""Answers that a number of days belongs to."""


def keeps_without_end(clause: Clause) -> bool:
    """Whether a clause on retention lets the vendor keep data without an end."""
    return clause.stance is Stance.OPEN_ENDED and not is_an_exception(clause)


def retention_statement(clauses: Sequence[Clause], *, processing: bool) -> Statement:
    """Return what these clauses on retention state; `processing`: the document's end ends the processing."""
    clauses = [clause for clause in clauses if not leaves_the_period_open(clause)]
    content = about_content(clauses)
    whole = [clause for clause in content if holds_for_all(clause)]
    bounded = with_stance(whole, Stance.BOUNDED)
    controls = with_stance(whole, Stance.USER_CONTROL)
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
    open_ended = [clause for clause in content if keeps_without_end(clause)]
    # What is kept while a setting is on, or while the customer needs it, is kept as the customer wishes.
    as_wished = [clause for clause in open_ended if ends_as_the_customer_wishes(clause)]
    controls += as_wished
    kept = _kept([clause for clause in open_ended if clause not in as_wished], ends, controls)
    # "Upon termination we delete it, at your instruction" is an end, with a say in it. So is the end of
    # processing, whatever the customer may delete before.
    starts = {clause.start for clause in ends}
    certain = ends if processing or all(clause.start in starts for clause in controls) else []
    never = with_stance(whole, Stance.NONE)
    nothing = [
        clause
        for clause in never
        if binds(clause) and not (must_be_asked_for(clause) or is_conditional(clause))
    ]
    general = [clause for clause in in_general(clauses) if not is_an_exception(clause)]
    return _first(
        (
            (Answer.OPEN_ENDED, True, kept),
            (Answer.BOUNDED, True, certain if numbered or not nothing else []),
            (Answer.USER_CONTROL, True, controls if numbered else []),
            # What is stored somewhere, for however long, is not kept from being stored.
            (Answer.NONE, True, [] if open_ended else nothing),
            (Answer.OPEN_ENDED, False, with_stance(general, Stance.OPEN_ENDED)),
            (Answer.USER_CONTROL, True, controls or never),
            (Answer.USER_CONTROL, False, with_stance(general, Stance.USER_CONTROL)),
        ),
        numbered,
    )


def _first(candidates: Sequence[tuple[Answer, bool, list[Clause]]], numbered: list[Clause]) -> Statement:
    """Return the first answer that a clause stands for, with the days that belong to it."""
    for answer, of_content, deciding in candidates:
        if deciding:
            counted = numbered if answer in _COUNTED and of_content else []
            told = [clause for clause in counted if clause not in deciding]
            days = max((clause.period_days or 0 for clause in counted), default=None)
            return Statement(answer, of_content, tuple(deciding + told), days)
    return Statement(Answer.SILENT)


def _kept(open_ended: Sequence[Clause], ends: Sequence[Clause], controls: Sequence[Clause]) -> list[Clause]:
    """Return the open-ended clauses that no stated end and no choice of the customer's brings to an end."""
    numbered = any(clause.period_days for clause in ends)
    return [
        clause
        for clause in open_ended
        if not (ends_with_the_account(clause) and numbered)
        and not ((tells_no_duration(clause) or tells_no_time(clause)) and (numbered or controls))
    ]
