"""Invented labelled documents and clauses, made in a line."""

from extractors.labels import Expected, Label, LabelledDocument
from extractors.model import (
    Answer,
    Audience,
    Clause,
    Fact,
    Family,
    Party,
    Stance,
    TermsType,
)

SEGMENTS = ((0, 10), (10, 20), (20, 30))
"""Three segments of ten characters."""


def label(
    segment: int,
    family: Family = Family.TRAINING,
    stance: Stance = Stance.PERMITS,
    *,
    days: int | None = None,
    sure: bool = True,
) -> Label:
    return Label(segment, family, stance, None, days, sure)


def document(*labels: Label, facts: tuple[Expected, ...] = (), id: str = "Acme__Terms") -> LabelledDocument:
    return LabelledDocument(id, "Acme", TermsType.TERMS_OF_SERVICE, "x" * 30, SEGMENTS, labels, facts, id)


def clause(
    start: int,
    end: int,
    family: Family = Family.TRAINING,
    stance: Stance = Stance.PERMITS,
    *,
    days: int | None = None,
    rule: str = "r",
) -> Clause:
    return Clause(
        family,
        stance,
        Party.VENDOR,
        (),
        None,
        days,
        Audience.ALL,
        start,
        end,
        "x" * (end - start),
        "",
        rule,
        (),
        "d",
    )


def told(
    family: Family, answer: Answer, audience: Audience = Audience.ALL
) -> dict[Audience, tuple[Fact, ...]]:
    return {audience: (Fact(family, answer),)}
