"""Terms that were written to harm who reads them: shown as the text they are, and fast enough."""

import re
import time
from dataclasses import replace

import pytest

from extractors.model import Clause, Stance
from tests.app.ui.counting import counted_queries, loaded_clauses
from tests.app.ui.desk import Desk
from tests.app.ui.papers import PAGE, put
from tests.registry.readings import clause

SCRIPTS = (
    "<script>alert(1)</script>",
    "</p><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "[here](javascript:alert(1))",
    "[here](data:text/html,x)",
    "{{ 4711 * 4711 }}{% include 'x' %}",
    "<!-- --><iframe src=//evil.example></iframe>",
)
SECOND = 1.0
"""Of a processor's time, for a page and templates that nobody asked for before; a tenth of it is usual."""


@pytest.fixture
def reader(desk: Desk) -> Desk:
    desk.office.submit()
    desk.sign_in()
    return desk


def at(text: str, quote: str) -> Clause:
    start = text.index(quote)
    return replace(clause(quote, Stance.PERMITS), start=start, end=start + len(quote), heading=quote[:40])


@pytest.mark.parametrize("trick", SCRIPTS)
def test_markup_in_terms_is_text_on_every_page(reader: Desk, trick: str) -> None:
    quote = f"We may train {trick} on it."
    text = f"# {trick}\n\n{quote}\n\n- {trick}\n\n| {trick} |\n"
    found = at(text, quote)
    put(reader, text, (found,))
    form = {"kind": "rejected", "clause": found.digest, "document": "", "reason": trick}
    for shown in (
        reader.read(PAGE),
        reader.read(f"{PAGE}?correct=c-{found.digest}"),
        reader.send(f"{PAGE}/corrections", form).text,
        reader.read("/tools/acme/painter"),
    ):
        assert not re.search(
            r"<(?:script>|img|svg|iframe)|javascript:[^<]*\"|=\"data:|22193521", shown.split("<main")[1]
        )


def test_what_turns_or_hides_words_is_named(reader: Desk) -> None:
    put(reader, "We do \u202enot\u202c train\u200b on it.")
    shown = reader.read(PAGE)
    assert "We do ⟨U+202E⟩not⟨U+202C⟩ train⟨U+200B⟩ on it." in shown
    assert not re.search("[\u200b\u202a-\u202e]", shown)


def test_five_megabytes_are_shown_part_by_part_and_fast(reader: Desk) -> None:
    sentence = "We may train our models on your content, whatever it is and wherever it comes from.\n\n"
    text = sentence * (5_000_000 // len(sentence))
    last = len(text) - len(sentence)
    clauses = tuple(
        replace(clause(sentence.strip(), Stance.PERMITS), start=start, end=start + len(sentence.strip()))
        for start in range(0, len(text), len(sentence) * 300)
    )
    put(reader, text, clauses)
    for there in (PAGE, f"{PAGE}?at={last}-{last + 20}", f"{PAGE}?part=9999"):
        began = time.process_time()
        shown = reader.read(there)
        assert time.process_time() - began < SECOND
        assert len(shown) < 600_000
    assert "Part 84 of 84" in shown


def test_terms_that_say_the_same_for_ever_load_no_more_than_the_part_that_is_shown(reader: Desk) -> None:
    sentence = "We may train our models on your content.\n\n"
    found = clause(sentence.strip(), Stance.PERMITS)
    places = range(0, 5_000 * len(sentence), len(sentence))
    clauses = tuple(replace(found, start=at, end=at + len(found.quote)) for at in places)
    put(reader, sentence * len(places), clauses)
    with loaded_clauses() as loaded:
        shown = reader.read(f"{PAGE}?part=2")
    assert "5000 clauses" in shown
    assert 1_000 < len(loaded) < 2_000
    assert "part 1: 14" in shown


def test_a_text_without_an_end_of_line_is_shown_too(reader: Desk) -> None:
    put(reader, "train" * 400_000)
    assert "Part 1 of 34" in reader.read(PAGE)


@pytest.mark.parametrize("line", ["-", " ", "[", "*", "|", "<", "\\", "#", "\n", "\u202e"])
def test_a_megabyte_of_one_sign_takes_no_longer_than_a_text(reader: Desk, line: str) -> None:
    put(reader, line * 1_000_000 + "x")
    began = time.process_time()
    reader.read(PAGE)
    assert time.process_time() - began < SECOND


def test_a_long_text_costs_as_many_queries_as_a_short_one(reader: Desk) -> None:
    put(reader, "We keep it.")
    with counted_queries() as short:
        reader.read(PAGE)
    put(reader, "We keep it for long.\n\n" * 20_000, key="third")
    with counted_queries() as long:
        reader.read(PAGE)
    assert len(long) <= len(short)
