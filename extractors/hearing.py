"""Which of a document's clauses an audience hears, and what they state to it together.

A clause for everybody is heard by every audience, beside its own: a promise to business customers does not
undo a permission that is given for all, unless it is plainly an exception to it. Where it may be one and may
be none, the answer is `conflicting`, for a person. What is promised to some is not promised to all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from extractors.model import Answer, Audience, Clause, Family
from extractors.scope import names, sections_of
from extractors.statements import SAFE, Statement, permissions, state

_PERMISSIVENESS = (
    Answer.SILENT,
    Answer.PROHIBITED,
    Answer.OPT_IN,
    Answer.OPT_OUT,
    Answer.PERMITTED,
    Answer.NONE,
    Answer.BOUNDED,
    Answer.USER_CONTROL,
    Answer.OPEN_ENDED,
    Answer.SERVICE_ONLY,
    Answer.IMPROVE,
    Answer.BROAD,
)
"""Within a family, from the safest for the customer to the most permissive to the vendor."""


_CARE = (
    Answer.PROHIBITED,
    Answer.OPT_IN,
    Answer.NONE,
    Answer.BOUNDED,
    Answer.USER_CONTROL,
    Answer.SERVICE_ONLY,
    Answer.SILENT,
    Answer.CONFLICTING,
    Answer.OPT_OUT,
    Answer.PERMITTED,
    Answer.OPEN_ENDED,
    Answer.IMPROVE,
    Answer.BROAD,
)
"""Within a family, from what comforts the customer most; what is silent or contradictory stands between."""


def more_careful(one: Answer, other: Answer) -> bool:
    """Whether the first answer comforts the customer less than the second, of one family's answers."""
    return _CARE.index(one) > _CARE.index(other)


def more_permissive(answers: Iterable[Answer]) -> Answer:
    """Return the answer that is most permissive to the vendor, of one family's answers."""
    return max(answers, key=_PERMISSIVENESS.index)


def said_to(clauses: Iterable[Clause], audience: Audience) -> list[Clause]:
    """Return the clauses that a plan of this audience hears; a plan for all hears every one."""
    return [
        clause
        for clause in clauses
        if audience is Audience.ALL
        or clause.audience in (Audience.ALL, audience)
        # "For business customers and the API": a sentence that names both is kept as one for business.
        or (clause.audience is Audience.BUSINESS and names(clause, audience))
    ]


def heard(
    family: Family, clauses: Sequence[Clause], audience: Audience, *, processing: bool = False
) -> Statement:
    """Return what one document's clauses state of a core family to a plan of this audience."""
    general = [clause for clause in clauses if clause.audience is Audience.ALL]
    if audience is Audience.ALL:
        return _said_to_all(
            state(family, general, processing=processing), state(family, clauses, processing=processing)
        )
    both = said_to(clauses, audience)
    own = [clause for clause in both if clause.audience is not Audience.ALL]
    together = state(family, both, processing=processing)
    promise = state(family, own, processing=processing)
    if promise.answer not in SAFE or together.answer in SAFE:
        return together
    permitted = permissions(family, general, processing=processing)
    if not permitted:
        return together
    excepted = _excepted(promise.clauses, permitted)
    rest = state(family, [clause for clause in both if clause not in excepted], processing=processing)
    if excepted and rest.answer in SAFE:
        return rest
    return Statement(Answer.CONFLICTING, about_content=True, clauses=(*promise.clauses, *together.clauses))


def _said_to_all(general: Statement, anyone: Statement) -> Statement:
    """Return what is said to all: promises to all, and permissions in which anyone's content is used."""
    if anyone.answer in SAFE | {Answer.USER_CONTROL} and general.answer not in SAFE:
        return general
    worse = anyone if more_permissive((general.answer, anyone.answer)) is anyone.answer else general
    # What is done with some people's content must not fall silent behind what is done with all other data.
    return replace(worse, about_content=general.about_content or anyone.about_content)


def _excepted(promises: Sequence[Clause], general: Sequence[Clause]) -> frozenset[Clause]:
    """Return the permissions that a promise in the same section plainly takes back from its own audience."""
    own_sections = {
        section
        for promise in promises
        if names(promise, promise.audience)
        for section in sections_of(promise)
    }
    return frozenset(clause for clause in general if clause.heading in own_sections)
