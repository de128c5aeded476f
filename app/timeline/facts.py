"""Steps → standings: what a plan's documents together said from one moment to the next.

Only this module knows when two texts say the same: then nothing is derived anew, since most versions of a
page differ in nothing that a fact rests on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from app.db import Session
from extractors.corrections import corrected
from extractors.facts import derive_facts
from extractors.model import CORE_FAMILIES, Audience, Clause, Correction, Fact, Governing, Reading
from registry.changes import compare_facts
from registry.corrections import REVIEWED, correction_of, corrections_of
from registry.evidence import document_of
from registry.model import Cause, Change
from registry.pasts import Origin, ReadText, Step, texts_of
from registry.tables import DocumentRow

_AT_ONCE = 50
"""Moments whose clauses are in memory together."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A source that governed at a moment, and what it showed."""

    source: str
    since: datetime
    origin: Origin
    text: ReadText | None
    """`None` where nobody could read it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a plan's documents said from a moment on."""

    at: datetime
    facts: tuple[Fact, ...]
    changes: tuple[Change, ...]
    """What differs from the standing before; nothing where there was none."""
    cause: Cause | None
    """Of what differs: `None` where there was no standing before."""
    documents: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class _State:
    """The documents of a moment, by source."""

    steps: Mapping[int, Step]
    texts: Mapping[int, ReadText]
    """By document."""

    def shown(self) -> tuple[Shown, ...]:
        """Every source that governs, by its slug."""
        steps = sorted(self.steps.values(), key=lambda step: step.source)
        return tuple(
            Shown(
                step.source,
                step.at,
                step.origin,
                None if step.document_id is None else self.texts[step.document_id],
            )
            for step in steps
        )

    def meaning(self) -> tuple[object, ...]:
        """What facts rest on: equal where two states say the same."""
        return tuple(
            (number, None if step.document_id is None else _meaning(self.texts[step.document_id]))
            for number, step in sorted(self.steps.items())
        )


class FactsOverTime:
    """Walks through the steps of a plan's documents and derives what they said from each moment on."""

    def __init__(self, session: Session, audience: Audience, ruleset: str, past: Sequence[Step]) -> None:
        """`past`: the steps before the first moment that is asked for."""
        self._session = session
        self._audience = audience
        self._ruleset = ruleset
        self._corrections: dict[int, tuple[Correction, ...]] = {}
        self._steps: dict[int, Step] = {}
        for step in past:
            _apply(self._steps, step)
        self._texts = self._load(self._steps.values(), {})
        self.last = self._begin()
        """How the plan stood last; `None` while nothing governs it."""

    def standings(self, coming: Sequence[Step]) -> Iterator[tuple[datetime, Standing | None]]:
        """Give each moment of the steps, and what the documents said from then on where that changed."""
        moments = [(at, list(same)) for at, same in groupby(coming, key=lambda step: step.at)]
        meaning = self._state().meaning()
        for number, (at, steps) in enumerate(moments):
            if number % _AT_ONCE == 0:
                soon = [step for _, some in moments[number : number + _AT_ONCE] for step in some]
                self._texts = self._load([*self._steps.values(), *soon], self._texts)
            cause = self._cause(steps)
            for step in steps:
                _apply(self._steps, step)
            before, meaning = meaning, self._state().meaning()
            news = None if meaning == before else self._standing(at, cause)
            self.last = news or self.last
            yield at, news

    def _begin(self) -> Standing | None:
        if not self._steps:
            return None
        at = max(step.at for step in self._steps.values())
        return Standing(at, self._facts(), (), None, self._state().shown())

    def _standing(self, at: datetime, cause: Cause) -> Standing | None:
        facts, shown = self._facts(), self._state().shown()
        if self.last is None:
            return Standing(at, facts, (), None, shown)
        changes = compare_facts(self.last.facts, facts, cause)
        return Standing(at, facts, changes, cause, shown) if changes else None

    def _cause(self, steps: Sequence[Step]) -> Cause:
        """Whose doing a moment is: the vendor's only where both texts of each source were read alike."""
        alike = all(
            not step.ours and self._is_read(step) and self._is_read(self._steps.get(step.source_id))
            for step in steps
        )
        return Cause.TERMS if alike else Cause.RULES

    def _is_read(self, step: Step | None) -> bool:
        """Whether what a step shows was read by the rules that are asked for."""
        if step is None or step.document_id is None:
            return False
        return self._texts[step.document_id].ruleset == self._ruleset

    def _state(self) -> _State:
        return _State(dict(self._steps), self._texts)

    def _facts(self) -> tuple[Fact, ...]:
        governing = [
            Governing(step.source, step.terms_type, self._reading(step))
            for step in sorted(self._steps.values(), key=lambda step: step.source)
        ]
        return derive_facts(governing, self._audience)

    def _reading(self, step: Step) -> Reading | None:
        text = None if step.document_id is None else self._texts[step.document_id]
        if text is None or text.ruleset is None:
            return None
        return Reading(text.digest, text.ruleset, text.clauses)

    def _load(self, steps: Iterable[Step], known: Mapping[int, ReadText]) -> dict[int, ReadText]:
        """The texts that steps show, with what people corrected in them; those known are not read again."""
        sources = {step.document_id: step.source_id for step in steps if step.document_id is not None}
        found = texts_of(self._session, [one for one in sources if one not in known], self._ruleset)
        fresh = {number: self._corrected(text, sources[number]) for number, text in found.items()}
        return {number: known[number] for number in sources if number in known} | fresh

    def _corrected(self, text: ReadText, source_id: int) -> ReadText:
        if source_id not in self._corrections:
            rows = corrections_of(self._session, source_id, in_force=True)
            self._corrections[source_id] = tuple(
                correction_of(self._session, row) for row in rows if row.kind != REVIEWED
            )
        corrections = self._corrections[source_id]
        if not corrections or text.ruleset is None:
            return text
        document = document_of(self._session.get_one(DocumentRow, text.document_id))
        reading = Reading(text.digest, text.ruleset, text.clauses)
        return replace(text, clauses=corrected(reading, document, corrections).clauses)


def _apply(state: dict[int, Step], step: Step) -> None:
    if step.origin is Origin.RETIRED:
        state.pop(step.source_id, None)
    else:
        state[step.source_id] = step


def _meaning(text: ReadText) -> tuple[object, ...]:
    """A text's clauses that core facts can rest on, wherever in it they stand."""
    return text.ruleset, tuple(
        _placeless(clause) for clause in text.clauses if clause.family in CORE_FAMILIES
    )


def _placeless(clause: Clause) -> Clause:
    return replace(clause, start=0, end=0)
