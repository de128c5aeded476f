"""Invented clauses and documents for facts, made in a line."""

from extractors.facts import derive_facts
from extractors.model import (
    Answer,
    Audience,
    Clause,
    DataKind,
    Fact,
    Family,
    Governing,
    Party,
    Purpose,
    Reading,
    Stance,
    TermsType,
)

CONTENT = (DataKind.CONTENT,)
PERSONAL = (DataKind.PERSONAL,)


def says(
    family: Family,
    stance: Stance,
    data: tuple[DataKind, ...] = CONTENT,
    *,
    purpose: Purpose | None = None,
    days: int | None = None,
    audience: Audience = Audience.ALL,
    start: int = 0,
    heading: str = "",
    told: tuple[str, ...] = (),
    quote: str = "x",
) -> Clause:
    """A clause of the vendor's; `told` are its modifiers."""
    return Clause(
        family,
        stance,
        Party.VENDOR,
        data,
        purpose,
        days,
        audience,
        start,
        start + 1,
        quote,
        heading,
        "r",
        told,
        "d",
    )


def governing(terms_type: TermsType, *clauses: Clause) -> Governing:
    return Governing(terms_type.value, terms_type, Reading("d", "r", clauses))


def fact(family: Family, *documents: Governing, audience: Audience = Audience.ALL) -> Fact:
    return next(one for one in derive_facts(documents, audience) if one.family is family)


def answer(family: Family, *clauses: Clause, audience: Audience = Audience.ALL) -> Answer:
    """What terms of service with these clauses alone answer."""
    return fact(family, governing(TermsType.TERMS_OF_SERVICE, *clauses), audience=audience).answer
