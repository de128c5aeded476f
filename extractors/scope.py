"""How far a clause reaches: what its own words keep it from speaking of.

"Payment data is deleted within 30 days" promises nothing about content, "on request" nothing to who does
not ask, and "where the law requires it" is an exception and no rule. Such words are modifiers of the ruleset,
told with the clause; only this module knows what they mean for a fact.
"""

from extractors.model import Audience, Clause, DataKind, Purpose
from extractors.ruleset import Effect

_WITHIN = " › "
_NAMING = {
    Audience.CONSUMER: Effect.CONSUMER,
    Audience.BUSINESS: Effect.BUSINESS,
    Audience.API: Effect.API,
}


def speaks_of_a_part(clause: Clause) -> bool:
    """Whether it speaks of one feature, connector or kind of data, not of content as a whole."""
    return _has(clause, Effect.PART)


def must_be_asked_for(clause: Clause) -> bool:
    """Whether it holds only for a customer who asks, pays or qualifies, and not in any case at an end."""
    return _has(clause, Effect.ASK) and not comes_at_an_end(clause)


def comes_at_an_end(clause: Clause) -> bool:
    """Whether it speaks of the end of the agreement or of the account."""
    return _has(clause, Effect.ENDING)


def is_conditional(clause: Clause) -> bool:
    """Whether it holds only under a setting that the customer must switch on."""
    return _has(clause, Effect.CONDITION)


def is_an_exception(clause: Clause) -> bool:
    """Whether data is kept for law, safety or disputes, in backups, or as feedback, and else not."""
    for_these = _has(clause, Effect.RESERVE) and not (
        _has(clause, Effect.SERVING) or _has(clause, Effect.AT_LARGE)
    )
    return for_these or DataKind.FEEDBACK in clause.data


def ends_with_the_account(clause: Clause) -> bool:
    """Whether what is kept is kept for serving the customer alone: a stated end of the service ends it."""
    return _has(clause, Effect.SERVING) and not (_has(clause, Effect.AT_LARGE) or comes_at_an_end(clause))


def tells_no_duration(clause: Clause) -> bool:
    """Whether it tells that data is stored and leaves for how long to other clauses."""
    lasting = (Effect.SERVING, Effect.AT_LARGE, Effect.ENDING)
    return _has(clause, Effect.STORING) and not any(_has(clause, effect) for effect in lasting)


def is_confined(clause: Clause) -> bool:
    """Whether a licence reaches no further than the uses that the document permits elsewhere."""
    return _has(clause, Effect.CONFINED)


def stays_with_the_customer(clause: Clause) -> bool:
    """Whether what it calls marketing is messages to the customer, or what it shares serves the customer."""
    if clause.purpose is Purpose.MARKETING:
        return _has(clause, Effect.CONTACT)
    return clause.purpose is Purpose.THIRD_PARTY and ends_with_the_account(clause)


def names(clause: Clause, audience: Audience) -> bool:
    """Whether the sentence itself says that it is for this audience; its heading may say so too."""
    return audience in _NAMING and _has(clause, _NAMING[audience])


def sections_of(clause: Clause) -> list[str]:
    """Return the headings of the section that the clause stands in and of those around it."""
    titles = clause.heading.split(_WITHIN) if clause.heading else []
    return [_WITHIN.join(titles[:depth]) for depth in range(1, len(titles) + 1)]


def _has(clause: Clause, effect: Effect) -> bool:
    told = effect.value.replace("_", " ") + ": "
    return any(modifier.startswith(told) for modifier in clause.modifiers)
