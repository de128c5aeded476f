"""What one document states of how long customer content is kept."""

from collections.abc import Sequence
from dataclasses import dataclass

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
from extractors.wording import (
    ends_as_the_customer_wishes,
    ends_at_the_vendors_will,
    is_under_a_setting,
    leaves_the_period_open,
    tells_no_time,
)

_COUNTED = frozenset({Answer.BOUNDED, Answer.USER_CONTROL})
"""Answers that a number of days belongs to."""


def keeps_without_end(clause: Clause) -> bool:
    """Whether a clause on retention lets the vendor keep data without an end."""
    return clause.stance is Stance.OPEN_ENDED and not is_an_exception(clause)


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said of keeping all content, by what brings the keeping to an end."""

    ends: list[Clause]
    """A stated period or event, whatever the customer does."""
    controls: list[Clause]
    """The customer's choice or request."""
    open_ended: list[Clause]
    nothing_kept: list[Clause]
    """That content is not stored, to whomever it is said."""

    @property
    def numbered(self) -> list[Clause]:
        """Return the ends and choices that state a number of days."""
        return [clause for clause in (*self.ends, *self.controls) if clause.period_days]


def retention_statement(clauses: Sequence[Clause], *, processing: bool) -> Statement:
    """Return what these clauses on retention state; `processing`: the document's end ends the processing."""
    clauses = [clause for clause in clauses if not leaves_the_period_open(clause)]
    said = _said_of(about_content(clauses))
    # "Upon termination we delete it, at your instruction" is an end, with a say in it. So is the end of
    # processing, whatever the customer may delete before.
    starts = {clause.start for clause in said.ends}
    certain = said.ends if processing or all(clause.start in starts for clause in said.controls) else []
    nothing = [clause for clause in said.nothing_kept if binds(clause) and not _is_for_who_chooses(clause)]
    general = [clause for clause in in_general(clauses) if not is_an_exception(clause)]
    return _first(
        (
            (Answer.OPEN_ENDED, True, _kept(said)),
            (Answer.BOUNDED, True, certain if said.numbered or not nothing else []),
            (Answer.USER_CONTROL, True, said.controls if said.numbered else []),
            # What is stored somewhere, for however long, is not kept from being stored.
            (Answer.NONE, True, [] if said.open_ended else nothing),
            (Answer.OPEN_ENDED, False, with_stance(general, Stance.OPEN_ENDED)),
            (Answer.USER_CONTROL, True, said.controls or said.nothing_kept),
            (Answer.USER_CONTROL, False, with_stance(general, Stance.USER_CONTROL)),
        ),
        said.numbered,
    )


def _said_of(content: Sequence[Clause]) -> _Said:
    whole = [clause for clause in content if holds_for_all(clause)]
    controls = with_stance(whole, Stance.USER_CONTROL)
    chosen = {clause.start for clause in controls}
    bounded = [one for one in with_stance(whole, Stance.BOUNDED) if not ends_at_the_vendors_will(one)]
    # "You can delete it, and then it is gone within 30 days" runs from the customer's choice.
    asked = [
        clause
        for clause in bounded
        if must_be_asked_for(clause)
        or is_under_a_setting(clause)
        or (clause.start in chosen and not comes_at_an_end(clause))
    ]
    set_aside = frozenset(asked)
    open_ended = [clause for clause in content if keeps_without_end(clause)]
    # What is kept while a setting is on, or while the customer needs it, is kept as the customer wishes.
    as_wished = [clause for clause in open_ended if ends_as_the_customer_wishes(clause)]
    return _Said(
        ends=[clause for clause in bounded if clause not in set_aside],
        controls=controls + asked + as_wished,
        open_ended=open_ended,
        nothing_kept=with_stance(whole, Stance.NONE),
    )


def _is_for_who_chooses(promise: Clause) -> bool:
    return must_be_asked_for(promise) or is_conditional(promise) or is_under_a_setting(promise)


def _first(candidates: Sequence[tuple[Answer, bool, list[Clause]]], numbered: list[Clause]) -> Statement:
    """Return the first answer that a clause stands for, with the days that belong to it."""
    for answer, of_content, deciding in candidates:
        if deciding:
            counted = numbered if answer in _COUNTED and of_content else []
            known = frozenset(deciding)
            told = [clause for clause in counted if clause not in known]
            days = max((clause.period_days or 0 for clause in counted), default=None)
            return Statement(answer, of_content, tuple(deciding + told), days)
    return Statement(Answer.SILENT)


def _kept(said: _Said) -> list[Clause]:
    """Return the open-ended clauses that no stated end and no choice of the customer's brings to an end."""
    numbered = any(clause.period_days for clause in said.ends)
    ended = numbered or said.controls
    controls = frozenset(said.controls)
    return [
        clause
        for clause in said.open_ended
        if clause not in controls
        and not (ends_with_the_account(clause) and numbered)
        and not ((tells_no_duration(clause) or tells_no_time(clause)) and ended)
    ]
