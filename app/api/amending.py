"""From a form to what a person found in a document, or to why it cannot be said of it.

What is wrong is told before anything is recorded: a clause that the machine did not read, a sentence that the
text does not have, a stance that its family does not know, a correction that would change nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Final, Literal

from pydantic import Field

from app.api.forms import AudienceWord, DataWord, Digest, FamilyWord, Form, Prose, PurposeWord, StanceWord
from app.db import Session
from extractors.corrections import REVIEWER, Effect, apply, sentence_digest
from extractors.model import (
    Audience,
    Clause,
    Correction,
    CorrectionKind,
    DataKind,
    Party,
    Purpose,
    Reading,
    Stance,
)
from extractors.sentences import LONGEST, places_of
from registry.corrections import CorrectionRefusedError, Finding, check_clause
from registry.evidence import clause_of, clause_rows, document_of
from registry.tables import ClauseRow, DocumentRow, ReadingRow

_Days = Annotated[int, Field(ge=1, le=36_500)]


class Rejection(Form):
    """A sentence does not say what the machine read in it."""

    kind: Literal["rejected"]
    clause: Digest = Field(description="Digest of the machine's clause.")
    clause_purpose: PurposeWord | None = Field(
        default=None, description="Which one, where the sentence has several of this digest."
    )
    reason: Prose = Field(description="Why; an auditor will ask.")


class Restancing(Form):
    """A sentence speaks of this, and says something else of it. What is left out stays as it was read."""

    kind: Literal["restanced"]
    clause: Digest = Field(description="Digest of the machine's clause.")
    clause_purpose: PurposeWord | None = Field(
        default=None, description="Which one, where the sentence has several of this digest."
    )
    stance: StanceWord | None = None
    purpose: PurposeWord | None = None
    data: list[DataWord] | None = Field(default=None, max_length=len(DataKind))
    audience: AudienceWord | None = None
    period_days: _Days | None = None
    reason: Prose = Field(description="Why; an auditor will ask.")


class Addition(Form):
    """A sentence says this, and the machine has not found it."""

    kind: Literal["added"]
    quote: str = Field(
        min_length=1, max_length=LONGEST, description="The whole sentence, as the text has it."
    )
    family: FamilyWord
    stance: StanceWord | None = None
    purpose: PurposeWord | None = Field(default=None, description="Of reuse, always; of others, never.")
    data: list[DataWord] = Field(max_length=len(DataKind))
    audience: AudienceWord = Audience.ALL
    period_days: _Days | None = None
    reason: Prose = Field(description="Why; an auditor will ask.")


class Review(Form):
    """The whole document was read, and its reading is right but for the corrections in force."""

    kind: Literal["reviewed"]
    reason: Prose = Field(description="What was looked at.")


AnyCorrection = Annotated[Rejection | Restancing | Addition | Review, Field(discriminator="kind")]


def finding_of(
    session: Session, form: Rejection | Restancing | Addition, document: DocumentRow, reading: ReadingRow
) -> Finding:
    """What a form says of the document; raises `CorrectionRefusedError` for what cannot be said of it."""
    rows = clause_rows(session, reading.id)
    row = None if isinstance(form, Addition) else _the_clause(rows, form.clause, form.clause_purpose)
    seen = None if row is None else clause_of(row)
    says = _says(form, seen, document.text)
    if says is not None:
        check_clause(says)
    correction = Correction("new", CorrectionKind(form.kind), seen, says)
    read = Reading(document.digest, reading.ruleset, tuple(clause_of(row) for row in rows))
    about = seen or says
    done = apply(correction, read, document_of(document))
    if about is None or done.effect is Effect.DORMANT:
        raise CorrectionRefusedError(
            "the passage is no sentence that stands by itself: it could not be found again"
        )
    if done.effect is Effect.AGREED:
        raise CorrectionRefusedError("the machine reads the sentence so already; there is nothing to correct")
    return Finding(correction.kind, row, says, sentence_digest(about.quote), form.reason)


def _the_clause(rows: Sequence[ClauseRow], digest: str, purpose: Purpose | None) -> ClauseRow:
    found = [row for row in rows if row.digest == digest]
    if not found:
        raise CorrectionRefusedError(f"clause: the machine read no clause {digest} here; list the document's")
    purposes = list(dict.fromkeys(row.purpose for row in found))
    if purpose is None and len(purposes) > 1:
        told = ", ".join(str(one) for one in purposes)
        raise CorrectionRefusedError(f"clause_purpose: the sentence has several of these; name one of {told}")
    chosen = [row for row in found if purpose is None or row.purpose == purpose]
    if not chosen:
        raise CorrectionRefusedError(f"clause_purpose: it is {', '.join(map(str, purposes))}, not {purpose}")
    return chosen[0]


def _says(form: Rejection | Restancing | Addition, seen: Clause | None, text: str) -> Clause | None:
    if isinstance(form, Addition):
        return _clause_added(form, text)
    if isinstance(form, Rejection) or seen is None:
        return None
    given = {name: getattr(form, name) for name in form.model_fields_set & _CHANGEABLE}
    says = replace(
        seen,
        stance=given.get("stance", seen.stance),
        purpose=given.get("purpose", seen.purpose),
        data=_in_order(given.get("data") or seen.data),
        audience=given.get("audience") or seen.audience,
        period_days=given.get("period_days", seen.period_days),
    )
    if "period_days" not in given and says.stance is not Stance.BOUNDED:
        says = replace(says, period_days=None)
    if says == seen:
        raise CorrectionRefusedError("nothing differs from what the machine read; say what the sentence says")
    return says


_CHANGEABLE: Final = frozenset({"stance", "purpose", "data", "audience", "period_days"})


def _clause_added(form: Addition, text: str) -> Clause:
    places = places_of(text, form.quote)
    if not places:
        raise CorrectionRefusedError(
            "quote: the document has no such sentence; give a whole one, word for word, with its full stop"
        )
    start, end = places[0]
    return Clause(
        family=form.family,
        stance=form.stance,
        party=Party.VENDOR,
        data=_in_order(form.data),
        purpose=form.purpose,
        period_days=form.period_days,
        audience=form.audience,
        start=start,
        end=end,
        quote=text[start:end],
        heading="",
        rule=REVIEWER,
        modifiers=(),
        digest="",
    )


def _in_order(data: Sequence[DataKind]) -> tuple[DataKind, ...]:
    return tuple(kind for kind in DataKind if kind in data)
