"""The words of weighing: what a document states of a family, and which of its clauses are about content."""

from collections.abc import Iterable
from dataclasses import dataclass

from extractors.model import Answer, Clause, DataKind, Stance
from extractors.scope import speaks_of_a_part
from extractors.wording import is_an_effort, is_for_a_region

SAFE = frozenset({Answer.PROHIBITED, Answer.OPT_IN, Answer.NONE, Answer.BOUNDED, Answer.SERVICE_ONLY})
"""Answers that may lead to an approval by themselves."""

ALLOWING = frozenset({Stance.PERMITS, Stance.OPT_OUT})
"""Stances in training and reuse that let the vendor do it unasked."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A document's answer, whether it speaks of content itself, and the clauses that decide it."""

    answer: Answer
    about_content: bool = False
    clauses: tuple[Clause, ...] = ()
    days: int | None = None


def about_content(clauses: Iterable[Clause]) -> list[Clause]:
    """Return the clauses that speak of what the customer puts in and gets out."""
    return [clause for clause in clauses if DataKind.CONTENT in clause.data]


def in_general(clauses: Iterable[Clause]) -> list[Clause]:
    """Return what may include content without naming it; feedback, usage and de-identified data do not."""
    return [
        clause
        for clause in clauses
        if DataKind.CONTENT not in clause.data and (DataKind.PERSONAL in clause.data or not clause.data)
    ]


def with_stance(clauses: Iterable[Clause], stance: Stance) -> list[Clause]:
    """Return the clauses of this stance."""
    return [clause for clause in clauses if clause.stance is stance]


def holds_for_all(clause: Clause) -> bool:
    """Whether what it says holds for all content of everybody, wherever they live."""
    return not (speaks_of_a_part(clause) or is_for_a_region(clause))


def binds(clause: Clause) -> bool:
    """Whether it promises something for all content, and not merely to try."""
    return holds_for_all(clause) and not is_an_effort(clause)
