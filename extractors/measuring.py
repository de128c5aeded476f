"""Labelled documents read under a ruleset, and how well that agrees with their labels."""

from collections.abc import Iterable

from extractors.agreement import Score
from extractors.clauses import ClauseReader
from extractors.facts import document_facts
from extractors.labels import LabelledDocument
from extractors.model import Document
from extractors.scoring import score


def measure(reader: ClauseReader, documents: Iterable[LabelledDocument]) -> dict[str, Score]:
    """Return the score of each document by its identifier; each is judged alone."""
    scores: dict[str, Score] = {}
    for one in documents:
        reading = reader.read(Document(one.text, one.digest))
        scores[one.id] = score(one, reading.clauses, document_facts(reading, one.terms_type))
    return scores
