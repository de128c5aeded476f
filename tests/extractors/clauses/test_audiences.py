"""Whom a document and its sections are for: only what they say in terms counts."""

import time

import pytest

from extractors.clauses.audiences import Sections, document_audience, named_audience, section_audience
from extractors.model import Audience


@pytest.mark.parametrize(
    "text",
    [
        "This Policy does not apply to content that we process for customers of our business offerings.",
        "Our [Business Terms](https://acme.example/b.html) govern use of Acme Enterprise and our API.",
        "These Terms don't cover our Enterprise plans.",
        "Use by Business customers is governed by a separate agreement.",
    ],
)
def test_a_document_that_takes_business_out_is_for_consumers(text: str) -> None:
    assert document_audience(f"Acme Terms\n\nWelcome.\n\n{text} More follows.") is Audience.CONSUMER


@pytest.mark.parametrize(
    "text",
    [
        "This Policy does not apply to third-party websites. Business customers may ask us.",
        "These Business Terms govern use of Acme Enterprise.",
        "These Terms are governed by the laws of Utopia.",
        "Disputes with business customers are governed by the laws of Utopia.",
        "This Policy does not apply to job applicants.",
        "Our Developer Terms govern use of our API.",
    ],
)
def test_a_document_that_does_not_say_so_is_for_all(text: str) -> None:
    assert document_audience(text) is Audience.ALL


def test_business_terms_speak_of_themselves() -> None:
    text = "# Acme Commercial Terms\n\nThe Commercial Terms govern the use of our Enterprise plans."
    assert document_audience(text) is Audience.ALL


@pytest.mark.parametrize(
    ("words", "audience"),
    [
        ("C. Free and Hobby plans", Audience.CONSUMER),
        ("D. Atelier plan (for companies)", Audience.BUSINESS),
        ("Enterprise, Team and Education customers", Audience.BUSINESS),
        ("API", Audience.API),
        ("Our API", Audience.API),
        ("Enterprise customers and API customers", Audience.BUSINESS),
        ("Free plans and Enterprise plans", None),
        ("Business transfers", None),
        ("Our team", None),
        ("Third-party APIs", None),
        ("Your rights as an individual", None),
    ],
)
def test_a_heading_names_a_plan(words: str, audience: Audience | None) -> None:
    assert named_audience(words) is audience


def test_a_sentence_may_say_whom_its_section_is_for() -> None:
    assert section_audience("This part applies only to people on the Free plan.") is Audience.CONSUMER
    assert section_audience("This part applies to people on the Free plan.") is None
    assert section_audience("Only Free plan users see this.") is None


def test_the_innermost_section_that_names_a_plan_decides() -> None:
    sections = Sections("")
    sections.enter(("Terms", "A"), "This section applies only to Enterprise customers.")
    assert sections.audience(("Terms", "A", "Storage")) is Audience.BUSINESS
    assert sections.audience(("Terms", "A", "API")) is Audience.API
    assert sections.audience(("Terms", "B")) is None


def test_the_title_names_the_document_and_no_section() -> None:
    sections = Sections("")
    sections.enter(("Enterprise Privacy Policy",), "Hello.")
    assert sections.audience(("Enterprise Privacy Policy", "Storage")) is None


@pytest.mark.parametrize(
    "piece", ["this policy does not apply ", "business terms govern ", "business customers are "]
)
def test_long_texts_of_such_words_are_read_in_proportion(piece: str) -> None:
    started = time.perf_counter()
    document_audience(piece * 100_000)
    assert time.perf_counter() - started < 2
