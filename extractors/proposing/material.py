"""What the component is trained on: labelled terms, and the project's own invented sentences.

A row is a passage with what is known of it: yes, no, or nothing. Nothing is known where annotators differ,
and of the families that an invented sentence is not about. No text goes into the weights, only buckets.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from extractors.clauses.offering import Passage
from extractors.clauses.passages import passages_of
from extractors.clauses.tokens import plain_text
from extractors.labels import Label, LabelledDocument
from extractors.model import CORE_FAMILIES, Family, Purpose
from extractors.proposing.features import Marks
from extractors.proposing.proposer import QUESTIONS
from extractors.rulefile import Entry, read_entries
from extractors.ruleset import Ruleset
from extractors.scoring import segments_covered


@dataclass(frozen=True, slots=True)
class Row:
    """A passage, and of each question what is known: 1 yes, -1 no, 0 nothing."""

    passage: Passage
    known: tuple[int, ...]


def labelled_rows(documents: Iterable[LabelledDocument], roles: frozenset[str]) -> Iterator[Row]:
    """Yield every sentence of labelled documents."""
    for document in documents:
        labels: dict[int, list[Label]] = {}
        for label in document.labels:
            labels.setdefault(label.segment, []).append(label)
        for unit, passage in passages_of(document.text, roles):
            covered = segments_covered(unit.start, unit.end, document.segments)
            said = [label for segment in covered for label in labels.get(segment, ())]
            yield Row(passage, _known(said))


def _known(said: Sequence[Label]) -> tuple[int, ...]:
    told = [_answer([label for label in said if label.family is family]) for family in CORE_FAMILIES]
    purposes = {label.purpose for label in said if label.family is Family.REUSE and label.sure}
    return (*told, *_purposes(purposes, told[CORE_FAMILIES.index(Family.REUSE)]))


def _answer(said: Sequence[Label]) -> int:
    if any(label.sure for label in said):
        return 1
    return 0 if said else -1


def _purposes(purposes: Iterable[Purpose | None], reuses: int) -> list[int]:
    """What is known of the purposes: all of a sentence on reuse, of others nothing."""
    named = {purpose.value for purpose in purposes if purpose is not None}
    return [
        0 if reuses != 1 or not named else 1 if purpose in named else -1
        for purpose in QUESTIONS[len(CORE_FAMILIES) :]
    ]


def example_rows(ruleset: Ruleset) -> Iterator[Row]:
    """Yield the examples that the rules carry; one that hits says nothing of other families."""
    for rule in ruleset.rules:
        for example in rule.hits:
            passage = Passage(plain_text(example.text), plain_text(example.lead))
            yield Row(passage, _about(rule.family, hit=True, others=-1, purposes=(rule.purpose,)))
        if rule.family in CORE_FAMILIES:
            for example in rule.misses:
                passage = Passage(plain_text(example.text), plain_text(example.lead))
                yield Row(passage, _about(rule.family, hit=False))


def phrase_rows(folder: Path) -> Iterator[Row]:
    """Yield the sentences of the phrasebooks in a folder; raises RulesetError."""
    for book in read_entries(folder):
        fields = book.fields(("family", "phrases"), optional=None)
        family = fields["family"].choice(Family)
        for entry in fields["phrases"].items():
            yield _phrase(entry, family)


def _phrase(entry: Entry, family: Family) -> Row:
    fields = entry.fields(("text",), optional=None)
    said = fields["expect"].items() if "expect" in fields else ()
    told = [one.fields(optional=None) for one in said]
    heading = (fields["heading"].text(),) if "heading" in fields else ()
    lead = plain_text(fields["lead"].text()) if "lead" in fields else ""
    purposes = [one["purpose"].choice(Purpose) for one in told if "purpose" in one]
    passage = Passage(plain_text(fields["text"].text()), lead, heading)
    return Row(passage, _about(family, hit=bool(told), purposes=purposes))


def _about(
    family: Family, *, hit: bool, others: int = 0, purposes: Iterable[Purpose | None] = ()
) -> tuple[int, ...]:
    own = 1 if hit else -1
    told = [own if family is one else others for one in CORE_FAMILIES]
    return (*told, *_purposes(purposes, own if family is Family.REUSE else 0))


def answers_of(rows: Sequence[Row]) -> NDArray[np.float64]:
    """Return what is known of rows, shape (rows, questions)."""
    return np.array([row.known for row in rows], dtype=np.float64)


def digest_of(rows: Sequence[Marks], answers: NDArray[np.float64]) -> str:
    """Return the SHA-256 over all that learning sees."""
    digest = hashlib.sha256(answers.astype(np.int8).tobytes())
    for row in rows:
        digest.update(row.buckets.astype("<i8").tobytes() + np.round(row.values, 9).astype("<f8").tobytes())
    return digest.hexdigest()
