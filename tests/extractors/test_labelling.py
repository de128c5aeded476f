"""What becomes a label of what people judged, and what stays open."""

import hashlib
from pathlib import Path

from extractors.facts import document_facts
from extractors.labelling import Judged, labels_of_document, labels_of_sentences
from extractors.labels import Label, LabelledDocument, parse_labels
from extractors.model import (
    Audience,
    Clause,
    Correction,
    Document,
    Family,
    Purpose,
    Reading,
    Stance,
    TermsType,
)
from extractors.scoring import score
from tests.extractors.test_corrections import MAY_TRAIN, SEA, TEXT, added, clause, rejected, restanced

TRAINING = clause(TEXT)
IMPROVING = clause(TEXT, family=Family.REUSE, purpose=Purpose.IMPROVE)


def judged(text: str, found: tuple[Clause, ...], *corrections: Correction) -> Judged:
    document = Document(text, hashlib.sha256(text.encode()).hexdigest())
    reading = Reading(document.digest, "rules-1", found)
    return Judged("Acme", TermsType.TERMS_OF_SERVICE, document, reading, corrections)


def single(one: Judged) -> LabelledDocument:
    labels = labels_of_sentences("Acme__Terms_of_Service", one)
    assert labels is not None
    return parse_labels({"content": one.document.text, **labels}, Path("labels.json"))


def whole(one: Judged) -> LabelledDocument:
    labels = labels_of_document("Acme__Terms_of_Service", one)
    return parse_labels({"content": one.document.text, **labels}, Path("labels.json"))


def sure(document: LabelledDocument) -> list[tuple[Family, Stance | None]]:
    return [(one.family, one.stance) for one in document.labels if one.sure]


def open_families(document: LabelledDocument) -> set[Family]:
    return {one.family for one in document.labels if not one.sure}


def test_only_corrected_sentences_are_cut_out_of_a_text_that_was_not_read_to_its_end() -> None:
    document = single(judged(TEXT, (TRAINING,), added(TEXT, SEA)))
    assert [TEXT[start:end] for start, end in document.segments] == [SEA]
    assert sure(document) == [(Family.TRAINING, Stance.PROHIBITS)]


def test_what_nobody_judged_in_a_corrected_sentence_is_neither_right_nor_wrong() -> None:
    one = judged(TEXT, (TRAINING, IMPROVING), restanced(TRAINING, Stance.OPT_IN))
    document = single(one)
    assert open_families(document) == set(Family) - {Family.TRAINING}
    scored = score(document, one.reading.clauses, document_facts(one.reading, one.terms_type))
    assert sum(found.false for found in scored.families.values()) == 0
    assert scored.stances[Family.TRAINING].right == 0


def test_finding_what_was_rejected_is_wrong() -> None:
    one = judged(TEXT, (TRAINING,), rejected(TRAINING))
    document = single(one)
    assert sure(document) == []
    assert Family.TRAINING not in open_families(document)
    scored = score(document, one.reading.clauses, document_facts(one.reading, one.terms_type))
    assert scored.families[Family.TRAINING].false == 1


def test_a_family_of_which_another_clause_stands_unjudged_stays_open() -> None:
    licence = clause(TEXT, family=Family.REUSE, purpose=Purpose.LICENCE)
    document = single(judged(TEXT, (IMPROVING, licence), rejected(licence)))
    assert Family.REUSE in open_families(document)


def test_a_text_without_the_sentence_gives_no_labels() -> None:
    one = judged("# Terms\n\nWe moved.\n", (), rejected(TRAINING))
    assert labels_of_sentences("Acme__Terms_of_Service", one) is None


def test_a_whole_document_is_cut_to_its_end_and_labelled_as_corrected() -> None:
    document = whole(judged(TEXT, (TRAINING, IMPROVING), rejected(TRAINING), added(TEXT, SEA)))
    assert [TEXT[start:end] for start, end in document.segments] == [SEA, MAY_TRAIN]
    assert [(one.segment, one.family, one.stance) for one in document.labels] == [
        (0, Family.TRAINING, Stance.PROHIBITS),
        (1, Family.REUSE, Stance.PERMITS),
    ]
    assert document.labels[1] == Label(1, Family.REUSE, Stance.PERMITS, Purpose.IMPROVE)


def test_the_facts_of_a_whole_document_follow_from_its_labels() -> None:
    document = whole(judged(TEXT, (TRAINING, IMPROVING), rejected(TRAINING)))
    told = {one.family: one.answer.value for one in document.facts if one.audience is Audience.ALL}
    assert told == {Family.TRAINING: "silent", Family.RETENTION: "silent", Family.REUSE: "improve"}


def test_a_review_without_corrections_labels_what_the_machine_read() -> None:
    assert sure(whole(judged(TEXT, (TRAINING,)))) == [(Family.TRAINING, Stance.PERMITS)]
