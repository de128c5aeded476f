"""The texts of a plan's past, loaded when they are needed and each once; what of them is weighed.

Only this module knows when two texts say the same, and that a text of which only the beginning was weighed is
a missing one besides: what it permits counts, and what comforts may be taken back further down.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from app.db import Session
from extractors.corrections import corrected
from extractors.model import CORE_FAMILIES, Clause, Correction, Governing, Reading
from registry.corrections import REVIEWED, correction_of, corrections_of
from registry.evidence import document_of
from registry.past_texts import KnownText, ReadText, known_texts, read_texts
from registry.pasts import Step
from registry.tables import DocumentRow

_Meaning = tuple[str | None, bool, tuple[Clause, ...]]


class Texts:
    """The documents that steps show, with what people corrected in them."""

    def __init__(self, session: Session, ruleset: str, steps: Iterable[Step]) -> None:
        """`steps`: those whose documents count at first."""
        self._session = session
        self._ruleset = ruleset
        self._corrections: dict[int, tuple[Correction, ...]] = {}
        self._texts: dict[int, ReadText] = {}
        self._meanings: dict[_Meaning, int] = {}
        self._said: dict[int, int] = {}
        """By document, the number of what it says."""
        sources = _documents(steps)
        self._take_in(sources, known_texts(session, sources, ruleset))

    def load(self, moments: Sequence[Sequence[Step]], most_clauses: int) -> int:
        """Load what the next moments show; return how many moments that is.

        All of them, or as many as take no more than so many clauses together, and the first in any case.
        """
        sources = _documents(step for steps in moments for step in steps)
        known = known_texts(self._session, [one for one in sources if one not in self._texts], self._ruleset)
        wanted: dict[int, KnownText] = {}
        fitting = 0
        for fitting, steps in enumerate(moments):
            news = {one: known[one] for one in _documents(steps) if one in known}
            if fitting and sum(one.weight for one in (wanted | news).values()) > most_clauses:
                break
            wanted |= news
        else:
            fitting = len(moments)
        self._take_in(sources, wanted)
        return fitting

    def of(self, step: Step) -> ReadText | None:
        """The text that a step shows; `None` where nobody could read it."""
        return None if step.document_id is None else self._texts[step.document_id]

    def is_read(self, step: Step | None) -> bool:
        """Whether what a step shows was read by the rules that are asked for."""
        text = None if step is None else self.of(step)
        return text is not None and text.ruleset == self._ruleset

    def is_whole(self, document_id: int | None) -> bool:
        """Whether nothing of a document was left unweighed."""
        return document_id is None or not self._texts[document_id].unlisted

    def meaning(self, steps: Iterable[Step]) -> tuple[tuple[int, int | None], ...]:
        """What facts rest on, by source: equal where two states say the same."""
        return tuple(
            sorted(
                (step.source_id, None if step.document_id is None else self._said[step.document_id])
                for step in steps
            )
        )

    def governing(self, step: Step) -> Iterator[Governing]:
        """What facts are derived from: the reading of a step's text, and what is missing of it."""
        text = self.of(step)
        if text is not None and text.ruleset is not None:
            reading = Reading(text.digest, text.ruleset, text.clauses)
            yield Governing(step.source, step.terms_type, reading)
        if text is None or text.ruleset is None or text.unlisted:
            yield Governing(step.source, step.terms_type, None)

    def _take_in(self, sources: Mapping[int, int], known: Mapping[int, KnownText]) -> None:
        for number, text in read_texts(self._session, known.values()).items():
            one = self._corrected(text, sources[number])
            self._texts[number] = one
            self._said[number] = self._meanings.setdefault(_meaning(one), len(self._meanings))

    def _corrected(self, text: ReadText, source_id: int) -> ReadText:
        # A text that is not weighed as a whole comforts nobody, so that there is nothing to take back.
        if text.unlisted or text.ruleset is None:
            return text
        if source_id not in self._corrections:
            rows = corrections_of(self._session, source_id, in_force=True)
            self._corrections[source_id] = tuple(
                correction_of(self._session, row) for row in rows if row.kind != REVIEWED
            )
        corrections = self._corrections[source_id]
        if not corrections:
            return text
        document = document_of(self._session.get_one(DocumentRow, text.document_id))
        reading = Reading(text.digest, text.ruleset, text.clauses)
        return replace(text, clauses=corrected(reading, document, corrections).clauses)


def _documents(steps: Iterable[Step]) -> dict[int, int]:
    """The documents that steps show, each with its source."""
    return {step.document_id: step.source_id for step in steps if step.document_id is not None}


def _meaning(text: ReadText) -> _Meaning:
    """A text's clauses that core facts can rest on, wherever in it they stand."""
    clauses = (clause for clause in text.clauses if clause.family in CORE_FAMILIES)
    return text.ruleset, bool(text.unlisted), tuple(replace(clause, start=0, end=0) for clause in clauses)
