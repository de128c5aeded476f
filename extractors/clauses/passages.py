"""The sentences of a document as plain text with what each is read with: what a component is trained on."""

from collections.abc import Iterator

from extractors.clauses.offering import Passage
from extractors.clauses.structure import Unit, read_units, strip_markup
from extractors.clauses.terms import DefinedTerms, find_terms
from extractors.clauses.tokens import plain_text


class Neighbours:
    """Remembers the sentence before, as long as it stands under the same headings."""

    def __init__(self) -> None:
        self._last: tuple[str, tuple[str, ...]] = ("", ())

    def before(self, unit: Unit, raw: str) -> str:
        """Return the sentence before this one as it stands, and remember this one."""
        last, self._last = self._last, (raw, unit.headings)
        return last[0] if last[1] == unit.headings else ""


def passage_of(unit: Unit, raw: str, before: str, terms: DefinedTerms) -> Passage:
    """Return a unit's passage, with the document's own words written as the rules know them."""
    return Passage(
        sentence=plain_text(terms.write_plainly(raw)),
        lead=plain_text(terms.write_plainly(unit.lead)),
        headings=tuple(strip_markup(heading) for heading in unit.headings),
        before=plain_text(terms.write_plainly(before)),
    )


def passages_of(text: str, roles: frozenset[str]) -> Iterator[tuple[Unit, Passage]]:
    """Yield the units of a document with their passages; `roles` as for `find_terms`."""
    terms = find_terms(text, roles)
    neighbours = Neighbours()
    for unit in read_units(text):
        raw = text[unit.start : unit.end]
        yield unit, passage_of(unit, raw, neighbours.before(unit, raw), terms)
