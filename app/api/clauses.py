"""Clauses and what people corrected of them, as the resources of documents and plans show them."""

from datetime import datetime

from pydantic import Field

from app.api.forms import Shown
from extractors.model import (
    Audience,
    Clause,
    CorrectionKind,
    DataKind,
    Family,
    Party,
    Purpose,
    Stance,
)
from registry.tables import CorrectionRow


class ClauseShown(Shown):
    """A quoted passage and what it says: `text[start:end] == quote`."""

    digest: str
    family: Family
    stance: Stance | None
    party: Party
    data: list[DataKind]
    purpose: Purpose | None
    period_days: int | None
    audience: Audience
    start: int = Field(description="Characters before the quote.")
    end: int
    quote: str
    heading: str
    rule: str
    proposed: bool = Field(
        description="No rule found it, a trained component proposes it: it can make an answer more careful, "
        "never safer."
    )
    modifiers: list[str]


class CorrectionNote(Shown):
    """Who corrected a clause, when and why."""

    id: str
    kind: CorrectionKind
    by: str
    at: datetime
    reason: str
    withdrawn_at: datetime | None


class CountedClauseShown(ClauseShown):
    """A clause of a document, and whether facts may rest on it."""

    counts: bool = Field(description="False for what the machine read and a person has corrected.")
    correction: CorrectionNote | None = Field(
        description="The correction that overrules the machine's clause, or that says so instead of it."
    )


def clause_shown(clause: Clause) -> ClauseShown:
    """A clause as answers show it."""
    return ClauseShown(
        digest=clause.digest,
        family=clause.family,
        stance=clause.stance,
        party=clause.party,
        data=list(clause.data),
        purpose=clause.purpose,
        period_days=clause.period_days,
        audience=clause.audience,
        start=clause.start,
        end=clause.end,
        quote=clause.quote,
        heading=clause.heading,
        rule=clause.rule,
        proposed=clause.proposed,
        modifiers=list(clause.modifiers),
    )


def correction_note(row: CorrectionRow) -> CorrectionNote:
    """A correction as the clause that it concerns shows it."""
    return CorrectionNote(
        id=row.public_id,
        kind=CorrectionKind(row.kind),
        by=row.made_by,
        at=row.made_at,
        reason=row.reason,
        withdrawn_at=row.withdrawn_at,
    )
