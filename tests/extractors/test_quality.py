"""Reading stays as good as it was pinned, on the project's own fixtures and on recorded terms.

`make eval` prints the figures; `termgate eval … --pin FILE` raises the floors, and lowers them
with `--lower`.
"""

from pathlib import Path

import pytest

from app.cli.evaluate import kept_aside
from extractors.agreement import total
from extractors.clauses import ClauseReader
from extractors.floors import parse_floors, shortfalls
from extractors.labels import LabelledDocument, corpus_digest, load_labels, of_vendors
from extractors.measuring import measure
from extractors.ruleset import load_ruleset

GOLD = Path(__file__).parents[1] / "gold"
RECORDED = Path(__file__).parents[2].parent / "shared" / "labels" / "terms"


def _shortfalls(floors: str, documents: tuple[LabelledDocument, ...]) -> tuple[str, ...]:
    measured = total(measure(ClauseReader(load_ruleset()), documents).values())
    return shortfalls(parse_floors((GOLD / floors).read_text()), corpus_digest(documents), measured)


def _recorded() -> tuple[LabelledDocument, ...]:
    if not RECORDED.is_dir():
        pytest.skip("NO RECORDED TERMS BESIDE THE PROJECT: their floors are not tested")
    return load_labels(RECORDED)


def test_the_invented_terms_are_read_as_well_as_pinned() -> None:
    assert _shortfalls("floors.json", load_labels(GOLD / "terms")) == ()


@pytest.mark.corpus
def test_recorded_terms_are_read_as_well_as_pinned() -> None:
    documents = _recorded()
    aside = of_vendors(documents, kept_aside(RECORDED))
    written_on = tuple(one for one in documents if one not in aside)
    assert _shortfalls("floors_recorded.json", written_on) == ()


@pytest.mark.corpus
def test_terms_of_vendors_kept_aside_are_read_as_well_as_pinned() -> None:
    documents = _recorded()
    assert _shortfalls("floors_kept_aside.json", of_vendors(documents, kept_aside(RECORDED))) == ()
