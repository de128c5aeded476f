"""Steps → standings: what a plan's documents together said from one moment to the next.

Where two texts say the same, nothing is derived anew, since most versions of a page differ in nothing that a
fact rests on; nor where the same documents counted before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from app.db import Session
from app.timeline.texts import Texts
from extractors.facts import derive_facts
from extractors.model import Audience, Fact
from registry.changes import compare_facts
from registry.model import Cause, Change
from registry.past_texts import ReadText
from registry.pasts import Origin, Step

_State = tuple[tuple[int, int | None], ...]
"""Which document each source shows."""


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


class FactsOverTime:
    """Walks through the steps of a plan's documents and derives what they said from each moment on."""

    def __init__(self, session: Session, audience: Audience, ruleset: str, past: Sequence[Step]) -> None:
        """`past`: the steps before the first moment that is asked for."""
        self._audience = audience
        self._steps: dict[int, Step] = {}
        for step in past:
            _apply(self._steps, step)
        self._texts = Texts(session, ruleset, self._steps.values())
        self._facts: dict[_State, tuple[Fact, ...]] = {}
        self._changes: dict[tuple[_State, _State, Cause], tuple[Change, ...]] = {}
        self._meaning = self._texts.meaning(self._steps.values())
        self._stood = self._state()
        """Of the standing that was derived last."""
        self.last = self._begin()
        """How the plan stood last; `None` while nothing governs it."""

    def standings(
        self, coming: Sequence[Step], most_clauses: int
    ) -> Iterator[tuple[datetime, Standing | None]]:
        """Give each moment of the steps, and what the documents said from then on where that changed.

        Ends before the moment, but the first, for which more than so many clauses would have to be loaded.
        """
        moments = [(at, tuple(same)) for at, same in groupby(coming, key=lambda step: step.at)]
        for at, steps in moments[: self._texts.load([steps for _, steps in moments], most_clauses)]:
            cause = self._cause(steps)
            for step in steps:
                _apply(self._steps, step)
            meaning = self._texts.meaning(self._steps.values())
            news = None if meaning == self._meaning else self._standing(at, cause)
            self._meaning = meaning
            self.last = news or self.last
            yield at, news

    def _begin(self) -> Standing | None:
        if not self._steps:
            return None
        at = max(step.at for step in self._steps.values())
        return Standing(at, self._said(self._stood), (), None, self._shown())

    def _standing(self, at: datetime, cause: Cause) -> Standing | None:
        state, before, last = self._state(), self._stood, self.last
        facts = self._said(state)
        if last is None:
            self._stood = state
            return Standing(at, facts, (), None, self._shown())
        key = before, state, cause
        if key not in self._changes:
            self._changes[key] = self._compared(last.facts, facts, cause, (*before, *state))
        if not self._changes[key]:
            return None
        self._stood = state
        return Standing(at, facts, self._changes[key], cause, self._shown())

    def _compared(
        self, before: Sequence[Fact], after: Sequence[Fact], cause: Cause, states: _State
    ) -> tuple[Change, ...]:
        """What differs; in answers alone where not all of a text was weighed."""
        if all(self._texts.is_whole(document_id) for _, document_id in states):
            return compare_facts(before, after, cause)
        return compare_facts(_bare(before), _bare(after), cause)

    def _cause(self, steps: Sequence[Step]) -> Cause:
        """Whose doing a moment is: the vendor's only where both texts of each source were read alike."""
        alike = all(
            not step.ours
            and self._texts.is_read(step)
            and self._texts.is_read(self._steps.get(step.source_id))
            for step in steps
        )
        return Cause.TERMS if alike else Cause.RULES

    def _state(self) -> _State:
        return tuple(sorted((number, step.document_id) for number, step in self._steps.items()))

    def _shown(self) -> tuple[Shown, ...]:
        """Every source that governs, by its slug."""
        steps = sorted(self._steps.values(), key=lambda step: step.source)
        return tuple(Shown(one.source, one.at, one.origin, self._texts.of(one)) for one in steps)

    def _said(self, state: _State) -> tuple[Fact, ...]:
        if state not in self._facts:
            steps = sorted(self._steps.values(), key=lambda step: step.source)
            governing = [one for step in steps for one in self._texts.governing(step)]
            self._facts[state] = derive_facts(governing, self._audience)
        return self._facts[state]


def _apply(state: dict[int, Step], step: Step) -> None:
    if step.origin is Origin.RETIRED:
        state.pop(step.source_id, None)
    else:
        state[step.source_id] = step


def _bare(facts: Sequence[Fact]) -> list[Fact]:
    return [replace(fact, citations=()) for fact in facts]
