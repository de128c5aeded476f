"""What people have judged of a text → a label file that scores readings against it. Pure.

docs/MEASURING.md describes the form. Only what a person has judged becomes a label: of a document that was
read from end to end, every clause that stands after the corrections; of any other, the corrected sentences
alone, each with `sure: false` for the families that nobody has judged in it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractors.clauses.structure import read_units
from extractors.corrections import corrected
from extractors.facts import document_facts
from extractors.labels import TOLD
from extractors.model import (
    CORE_FAMILIES,
    Audience,
    Clause,
    Correction,
    Document,
    Family,
    Reading,
    TermsType,
)
from extractors.scoring import covered
from extractors.sentences import Span, places_of

Labels = Mapping[str, object]
"""The content of a label file, but for its text."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A text, what the machine read in it, and what people said of that."""

    service: str
    terms_type: TermsType
    document: Document
    reading: Reading
    """The machine's; of a reviewed document the one that was reviewed."""
    corrections: tuple[Correction, ...]


def labels_of_document(name: str, judged: Judged) -> Labels:
    """Return the labels of a document that a person has read from end to end: all clauses, all text."""
    counted = corrected(judged.reading, judged.document, judged.corrections)
    segments = _cut(judged.document.text, counted.clauses)
    labels = [_label(segment, clause) for clause in counted.clauses for segment in _within(clause, segments)]
    return _head(name, judged, "document") | {
        "segments": [list(segment) for segment in segments],
        "labels": labels,
        "facts": _facts(counted, judged.terms_type),
    }


def labels_of_sentences(name: str, judged: Judged) -> Labels | None:
    """Return the labels of the corrected sentences that stand in a text; `None` where none does."""
    places = {one.id: _places(one, judged.document.text) for one in judged.corrections}
    segments = sorted({place for found in places.values() for place in found})
    if not segments:
        return None
    counted = corrected(judged.reading, judged.document, judged.corrections)
    labels: list[dict[str, object]] = []
    for number, segment in enumerate(segments):
        about = [one for one in judged.corrections if segment in places[one.id]]
        for family in Family:
            labels += _judgement(number, family, _of(family, about), _read(family, segment, counted.clauses))
    return _head(name, judged, "sentences") | {
        "segments": [list(segment) for segment in segments],
        "labels": labels,
        "facts": {},
    }


def _head(name: str, judged: Judged, reviewed: str) -> dict[str, object]:
    return {
        "id": name,
        "service": judged.service,
        "terms": judged.terms_type.value,
        "reviewed": reviewed,
        "ruleset": judged.reading.ruleset,
        "corrections": [one.id for one in judged.corrections],
    }


def _judgement(
    number: int, family: Family, about: Sequence[Correction], read: Sequence[Clause]
) -> Iterator[dict[str, object]]:
    """The labels of one family in one sentence: what people said; open where it is not all theirs to say."""
    said = [one.says for one in about if one.says is not None]
    if said:
        yield from (_label(number, clause) for clause in said)
    elif read or not about:
        yield {"seg": number, "family": family.value, "sure": False}


def _of(family: Family, corrections: Iterable[Correction]) -> list[Correction]:
    return [one for one in corrections if (about := one.seen or one.says) and about.family is family]


def _read(family: Family, segment: Span, clauses: Iterable[Clause]) -> list[Clause]:
    return [clause for clause in clauses if clause.family is family and _covers(clause, [segment])]


def _covers(clause: Clause, segments: Sequence[Span]) -> bool:
    return next(covered(clause, segments), None) is not None


def _places(correction: Correction, text: str) -> tuple[Span, ...]:
    about = correction.seen or correction.says
    return () if about is None else places_of(text, about.quote)


def _cut(text: str, clauses: Iterable[Clause]) -> list[Span]:
    """The whole text as the reader cuts it, with the sentences that a person has cut otherwise."""
    units = [(unit.start, unit.end) for unit in read_units(text)]
    own = {(clause.start, clause.end) for clause in clauses if not _covers(clause, units)}
    return sorted({*units, *own})


def _within(clause: Clause, segments: Sequence[Span]) -> list[int]:
    """The segment that is the clause's own, or else those that it covers."""
    place = (clause.start, clause.end)
    return [segments.index(place)] if place in segments else list(covered(clause, segments))


def _label(segment: int, clause: Clause) -> dict[str, object]:
    return {
        "seg": segment,
        "family": clause.family.value,
        "stance": None if clause.stance is None else clause.stance.value,
        "data": [kind.value for kind in clause.data],
        "purpose": None if clause.purpose is None else clause.purpose.value,
        "period_days": clause.period_days,
        "audience": clause.audience.value,
    }


def _facts(counted: Reading, terms_type: TermsType) -> dict[str, dict[str, object]]:
    """What follows from the clauses; an answer that no person can give of one document is left out."""
    facts = document_facts(counted, terms_type)
    spoken_to = {Audience.ALL, *(clause.audience for clause in counted.clauses)}
    return {
        audience.value: {
            fact.family.value: fact.answer.value
            for fact in facts[audience]
            if fact.family in CORE_FAMILIES and fact.answer in TOLD[fact.family]
        }
        for audience in Audience
        if audience in spoken_to
    }
