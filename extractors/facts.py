"""Clauses → Facts: what all governing documents together say of a plan.

Documents are read one by one and judged together. A document that prevails (contract, data processing
agreement, commercial or developer terms) overrides those below it; among the others a promise in one and a
permission in another is a conflict, for a person. Silence overrides nothing, and a missing document turns
every answer that could comfort into `unread`: unknown is never safe.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractors.hearing import heard, more_careful, more_permissive, said_to
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
from extractors.statements import SAFE, Statement, permissions

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
    permits: tuple[Clause, ...]
    """What it lets the vendor do with content of this audience."""

    @property
    def answer(self) -> Answer:
        return self.statement.answer


@dataclass(frozen=True, slots=True)
class _Judgement:
    """An answer, the voices that decide it, and all that were heard."""

    answer: Answer
    deciding: Sequence[_Voice]
    voices: Sequence[_Voice]


def derive_facts(documents: Sequence[Governing], audience: Audience) -> tuple[Fact, ...]:
    """Return one fact per core family for a plan of this audience, from all documents that govern it."""
    return tuple(_fact(family, documents, audience) for family in CORE_FAMILIES)


def document_facts(reading: Reading, terms_type: TermsType) -> dict[Audience, tuple[Fact, ...]]:
    """Return what one document alone says, for each audience and for all of them together."""
    alone = (Governing(source=reading.document, terms_type=terms_type, reading=reading),)
    return {audience: derive_facts(alone, audience) for audience in Audience}


def _fact(family: Family, documents: Sequence[Governing], audience: Audience) -> Fact:
    missing = tuple(document.source for document in documents if document.reading is None)
    judgement = _judge(family, [_as_ruled(document) for document in documents], audience)
    # What no rule found is weighed here and nowhere else.
    if any(_proposes(document) for document in documents):
        doubted = _judge(family, documents, audience)
        judgement = doubted if more_careful(doubted.answer, judgement.answer) else judgement
    answer, deciding = judgement.answer, judgement.deciding
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
        searched=tuple(voice.source for voice in judgement.voices),
        missing=missing,
        overruled=_overruled(judgement.voices, deciding) if answer in SAFE else (),
    )


def _proposes(document: Governing) -> bool:
    return document.reading is not None and any(clause.proposed for clause in document.reading.clauses)


def _as_ruled(document: Governing) -> Governing:
    """Return the document with the clauses that rules found in it, without what is only proposed."""
    if document.reading is None or not _proposes(document):
        return document
    found = tuple(clause for clause in document.reading.clauses if not clause.proposed)
    return replace(document, reading=replace(document.reading, clauses=found))


def _judge(family: Family, documents: Sequence[Governing], audience: Audience) -> _Judgement:
    voices = [
        _voice(family, document, document.reading, audience)
        for document in documents
        if document.reading is not None
    ]
    answer, deciding = _weigh(voices)
    return _Judgement(answer, deciding, voices)


def _voice(family: Family, document: Governing, reading: Reading, audience: Audience) -> _Voice:
    processing = document.terms_type is TermsType.DATA_PROCESSOR_AGREEMENT
    return _Voice(
        document.source,
        PRECEDENCE[document.terms_type],
        heard(family, reading.clauses, audience, processing=processing),
        tuple(permissions(family, said_to(reading.clauses, audience), processing=processing)),
    )


def _weigh(voices: Sequence[_Voice]) -> tuple[Answer, list[_Voice]]:
    """Return the answer and the voices that decide it."""
    speaking = sorted(
        (voice for voice in voices if voice.answer is not Answer.SILENT), key=lambda voice: voice.rank
    )
    heard_of_content = [voice for voice in speaking if voice.statement.about_content] or speaking
    if not heard_of_content:
        return Answer.SILENT, []
    top = heard_of_content[0].rank
    # A prevailing document silences those below it; below that line every voice on the matter counts.
    rivals = [voice for voice in heard_of_content if voice.rank == top or top > PREVAILING]
    answers = {voice.answer for voice in rivals}
    if Answer.CONFLICTING in answers or (answers & SAFE and answers - SAFE):
        return Answer.CONFLICTING, rivals
    # The customer's choice may stand in another document than the permission it limits.
    if answers == {Answer.PERMITTED, Answer.OPT_OUT}:
        return Answer.OPT_OUT, rivals
    worst = more_permissive(answers)
    return worst, [voice for voice in rivals if voice.answer is worst]


def _overruled(voices: Sequence[_Voice], deciding: Sequence[_Voice]) -> tuple[Citation, ...]:
    """Return the permissions that did not count, for a person to see beside the promise that did."""
    told = {(voice.source, clause) for voice in deciding for clause in voice.statement.clauses}
    return tuple(
        Citation(voice.source, clause)
        for voice in voices
        for clause in voice.permits
        if (voice.source, clause) not in told
    )
