"""Clauses → Facts: what all governing documents together say of a plan.

Documents are read one by one and judged together. A document that prevails (contract, data processing
agreement, commercial or developer terms) overrides those below it; among the others a promise in one and a
permission in another is a conflict, for a person. Silence overrides nothing, and a missing document turns
every answer that could comfort into `unread`: unknown is never safe.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractors.model import (
    CORE_FAMILIES,
    Answer,
    Audience,
    Citation,
    Clause,
    Fact,
    Family,
    Governing,
    Reading,
    TermsType,
)
from extractors.statements import SAFE, Statement, state

PRECEDENCE = {
    TermsType.CONTRACT: 0,
    TermsType.DATA_PROCESSOR_AGREEMENT: 1,
    TermsType.COMMERCIAL_TERMS: 2,
    TermsType.DEVELOPER_TERMS: 3,
    TermsType.TERMS_OF_SERVICE: 4,
    TermsType.BUSINESS_PRIVACY_POLICY: 5,
    TermsType.PRIVACY_POLICY: 6,
    TermsType.ACCEPTABLE_USE_POLICY: 7,
    TermsType.OTHER: 7,
}
PREVAILING = 3
"""Documents up to this rank override what stands below them; the others only complement each other."""

COMFORTING = SAFE | {Answer.USER_CONTROL, Answer.SILENT}
"""Answers that a missing document may take back."""


@dataclass(frozen=True, slots=True)
class _Voice:
    """One document's statement on a family."""

    source: str
    rank: int
    statement: Statement

    @property
    def answer(self) -> Answer:
        return self.statement.answer


def derive_facts(documents: Sequence[Governing], audience: Audience) -> tuple[Fact, ...]:
    """Return one fact per core family for a plan of this audience, from all documents that govern it."""
    return tuple(_fact(family, documents, audience) for family in CORE_FAMILIES)


def document_facts(reading: Reading, terms_type: TermsType) -> dict[Audience, tuple[Fact, ...]]:
    """Return what one document alone says, for each audience and for all of them together."""
    alone = (Governing(source=reading.document, terms_type=terms_type, reading=reading),)
    return {audience: derive_facts(alone, audience) for audience in Audience}


def _fact(family: Family, documents: Sequence[Governing], audience: Audience) -> Fact:
    missing = tuple(document.source for document in documents if document.reading is None)
    voices = [
        _Voice(
            document.source,
            PRECEDENCE[document.terms_type],
            _heard(family, document, document.reading, audience),
        )
        for document in documents
        if document.reading is not None
    ]
    answer, deciding = _weigh(voices)
    if (missing or not documents) and answer in COMFORTING:
        answer = Answer.UNREAD
    days = [voice.statement.days for voice in deciding if voice.statement.days is not None]
    return Fact(
        family=family,
        answer=answer,
        days=max(days, default=None),
        citations=tuple(
            Citation(voice.source, clause) for voice in deciding for clause in voice.statement.clauses
        ),
        searched=tuple(voice.source for voice in voices),
        missing=missing,
    )


def _heard(family: Family, document: Governing, reading: Reading, audience: Audience) -> Statement:
    processing = document.terms_type is TermsType.DATA_PROCESSOR_AGREEMENT
    general = state(family, _said_to(reading.clauses, Audience.ALL), processing=processing)
    if audience is Audience.ALL:
        # What is promised to some is not promised to all; what is taken from some counts.
        anyone = state(family, reading.clauses, processing=processing)
        return general if anyone.answer in COMFORTING else anyone
    own = state(family, _said_to(reading.clauses, audience), processing=processing)
    if own.about_content:
        return own
    return state(family, _said_to(reading.clauses, Audience.ALL, audience), processing=processing)


def _said_to(clauses: Iterable[Clause], *audiences: Audience) -> list[Clause]:
    return [clause for clause in clauses if clause.audience in audiences]


def _weigh(voices: Sequence[_Voice]) -> tuple[Answer, list[_Voice]]:
    """Return the answer and the voices that decide it."""
    speaking = sorted(
        (voice for voice in voices if voice.answer is not Answer.SILENT), key=lambda voice: voice.rank
    )
    heard = [voice for voice in speaking if voice.statement.about_content] or speaking
    if not heard:
        return Answer.SILENT, []
    top = heard[0].rank
    # A prevailing document silences those below it; below that line every voice on the matter counts.
    rivals = [voice for voice in heard if voice.rank == top or top > PREVAILING]
    answers = {voice.answer for voice in rivals}
    if answers & SAFE and answers - SAFE:
        return Answer.CONFLICTING, rivals
    # The customer's choice may stand in another document than the permission it limits.
    if answers == {Answer.PERMITTED, Answer.OPT_OUT}:
        return Answer.OPT_OUT, rivals
    worst = max(answers, key=_PERMISSIVENESS.index)
    return worst, [voice for voice in rivals if voice.answer is worst]


_PERMISSIVENESS = (
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
