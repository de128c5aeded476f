"""Ownership, likeness, security, change and indemnity, on invented terms; and that no fact rests on them."""

import hashlib

import pytest

from extractors.clauses import ClauseReader
from extractors.facts import document_facts
from extractors.model import CORE_FAMILIES, Audience, Document, Family, Reading, Stance, TermsType
from extractors.ruleset import load_ruleset
from registry.changes import compare_readings

READER = ClauseReader(load_ruleset())

CORE = "We may use your prompts to train our models. We delete your content after 30 days.\n\n"
SECONDARY = (
    "You own the Outputs. We do not create voiceprints. We encrypt all data at rest.\n\n"
    "We may revise this policy at any time. You agree to indemnify us from any claim.\n"
)


def read(text: str) -> Reading:
    return READER.read(Document(text, hashlib.sha256(text.encode()).hexdigest()))


def said(text: str) -> set[tuple[Family, Stance | None]]:
    return {(clause.family, clause.stance) for clause in read(text).clauses}


SENTENCES = {
    "the customer owns": ("Customer owns all Outputs.", (Family.OWNERSHIP, Stance.CUSTOMER)),
    "the vendor owns": ("We own all rights in the Outputs.", (Family.OWNERSHIP, Stance.VENDOR)),
    "a limb without its owner": (
        "As between us, Customer (a) pays the fees; and (b) retains all rights in its Inputs.",
        (Family.OWNERSHIP, Stance.CUSTOMER),
    ),
    "cloned with consent": (
        "You may clone a voice only with the consent of its speaker.",
        (Family.LIKENESS, Stance.OPT_IN),
    ),
    "never recognised": ("We do not use facial recognition.", (Family.LIKENESS, Stance.PROHIBITS)),
    "an attestation": ("We are audited and hold a SOC 2 Type II report.", (Family.SECURITY, None)),
    "a breach told of": (
        "We will notify you without undue delay of a personal data breach.",
        (Family.SECURITY, None),
    ),
    "terms changed at will": (
        "We may revise these Terms at any time without prior notice.",
        (Family.CHANGE, Stance.NO_NOTICE),
    ),
    "terms changed with notice": (
        "We may revise these Terms with 30 days prior notice to you.",
        (Family.CHANGE, Stance.NOTICE),
    ),
    "the vendor protects": (
        "Acme will defend and indemnify you against claims that an Output infringes.",
        (Family.INDEMNITY, Stance.CUSTOMER),
    ),
    "the customer protects": (
        "You shall indemnify, defend and hold us harmless.",
        (Family.INDEMNITY, Stance.VENDOR),
    ),
}


@pytest.mark.parametrize(("sentence", "meaning"), SENTENCES.values(), ids=SENTENCES.keys())
def test_a_sentence_has_its_family_and_stance(sentence: str, meaning: tuple[Family, Stance | None]) -> None:
    acts = "Acme will help you. Acme may bill you. Acme provides support.\n\n"
    assert meaning in said(acts + sentence + "\n")


QUIET = {
    "the customer's own safety": "You must notify us of any unauthorized access to your account.",
    "a right to one's data": "You have the right to correct your data.",
    "a warranty of the customer": "You represent that you own the content you upload.",
    "an amendment by both": "These Terms may be modified only by a written agreement signed by both parties.",
    "a defence of rights": "We may disclose data to establish, exercise or defend our legal claims.",
    "another change": "We may change the features of the Service with 30 days notice.",
}


@pytest.mark.parametrize("sentence", QUIET.values(), ids=QUIET.keys())
def test_what_only_looks_like_one_is_none(sentence: str) -> None:
    assert said(sentence + "\n") == set()


def test_no_fact_rests_on_them() -> None:
    without, with_them = read(CORE), read(CORE + SECONDARY)
    assert {clause.family for clause in with_them.clauses} == set(Family) - {Family.REUSE}
    before = document_facts(without, TermsType.TERMS_OF_SERVICE)[Audience.ALL]
    after = document_facts(with_them, TermsType.TERMS_OF_SERVICE)[Audience.ALL]
    assert [(fact.family, fact.answer, fact.days) for fact in after] == [
        (fact.family, fact.answer, fact.days) for fact in before
    ]
    assert {one.clause.family for fact in after for one in fact.citations} <= set(CORE_FAMILIES)


def test_their_coming_and_going_changes_no_core_family() -> None:
    changes = compare_readings(read(CORE).clauses, read(CORE + SECONDARY).clauses)
    assert {change.family for change in changes}.isdisjoint(CORE_FAMILIES)
