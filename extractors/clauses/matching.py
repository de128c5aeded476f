"""Where patterns stand in a sentence.

Places are bits of a number: the words of a class, a run of neighbouring words and a step within its gap are
found by shifting and masking such numbers, whatever the sentence's length. Numbers and repeated words are
spaCy's to find. A sentence whose words rule every pattern out is never tokenised, and each run is looked for
once in a sentence, whichever patterns it belongs to, so that most of a document costs a look-up a word.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractors.clauses.gate import Gate
from extractors.clauses.tokens import Span, TokenMatcher, Tokens
from extractors.pattern import Pattern, Run, Word

Places = Mapping[int, int]
"""Where something begins, by its length in tokens: bit 0 for the first token."""

_OPTIONAL = 4
"""Each optional word doubles the rows of a run; beyond this, spaCy is faster."""


class _Finder:
    """Finds one run: plain words by their places, numbers and repeated words by spaCy."""

    def __init__(self, run: Run) -> None:
        self._needs = _needed(run)
        self._rows = _rows(run)
        self._matcher = None if self._rows else TokenMatcher([_token_pattern(word) for word in run])

    def find(self, tokens: Tokens) -> Places:
        """Return where the run stands, in the sentence or its lead."""
        for need in self._needs:
            if need.isdisjoint(tokens.vocabulary):
                return {}
        found: dict[int, int] = {}
        for row in self._rows:
            if begins := _begins(row, tokens):
                found[len(row)] = found.get(len(row), 0) | begins
        for start, end in self._matcher.find(tokens) if self._matcher else ():
            found[end - start] = found.get(end - start, 0) | 1 << start
        return found


_Row = tuple[frozenset[str], ...]
"""Words that follow each other, each with its forms."""


def _rows(run: Run) -> list[_Row]:
    """Return a run with and without each of its optional words; none where only spaCy can find it."""
    optional = sum(word.operator == "?" for word in run)
    if optional > _OPTIONAL or any(word.number or word.operator == "*" for word in run):
        return []
    rows: list[_Row] = [()]
    for word in run:
        longer = [(*row, word.forms) for row in rows]
        rows = [*longer, *rows] if word.operator else longer
    return rows


def _begins(row: _Row, tokens: Tokens) -> int:
    """Return the places where a row begins."""
    begins = -1
    for distance, forms in enumerate(row):
        standing = 0
        for word in forms & tokens.vocabulary:
            standing |= tokens.places[word]
        begins &= standing >> distance
        if not begins:
            return 0
    return begins


class _Choice:
    """Finds any of several runs, of which only those are tried that have a rare word of theirs there."""

    def __init__(self, book: "RunBook", members: Sequence[tuple[int, Run]]) -> None:
        self._book = book
        self._always: list[int] = []
        self._by_word: dict[str, list[int]] = defaultdict(list)
        for number, run in members:
            rare = min(_needed(run), key=len, default=None)
            if rare is None:
                self._always.append(number)
            for word in rare or ():
                self._by_word[word].append(number)
        self._words = frozenset(self._by_word)

    def find(self, tokens: Tokens) -> Places:
        """Return where any of the runs stands."""
        tried = set(self._always)
        for word in self._words & tokens.vocabulary:
            tried.update(self._by_word[word])
        together: dict[int, int] = {}
        for number in tried:
            for length, begins in self._book.places(number, tokens).items():
                together[length] = together.get(length, 0) | begins
        return together


@dataclass(frozen=True, slots=True)
class _Step:
    """A step; its runs are known to the book by one number."""

    runs: int
    gap: int
    crosses: bool


class RunBook:
    """All runs that patterns are made of; matchers that share a book look for each run once in a sentence."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Run, ...], int] = {}
        self._finders: list[_Finder | _Choice] = []

    def number(self, runs: tuple[Run, ...]) -> int:
        """Return the number of some runs, one of which must stand; known or new."""
        if runs not in self._numbers:
            # Each run is in the book by itself before a choice of several is.
            finder = _Finder(runs[0]) if len(runs) == 1 else self._choice(runs)
            self._numbers[runs] = len(self._finders)
            self._finders.append(finder)
        return self._numbers[runs]

    def places(self, number: int, tokens: Tokens) -> Places:
        """Return where one of the runs stands in a sentence."""
        found = tokens.found.get(number)
        if found is None:
            found = tokens.found[number] = self._finders[number].find(tokens)
        return found

    def _choice(self, runs: tuple[Run, ...]) -> _Choice:
        return _Choice(self, [(self.number((run,)), run) for run in runs])


class PatternMatcher:
    """Compiled patterns by name; built once, used for every sentence."""

    def __init__(
        self, patterns: Mapping[str, Sequence[Pattern]], common: frozenset[str], book: RunBook | None = None
    ) -> None:
        """`common` are words that stand in most sentences: that one is there rules nothing out."""
        self._book = book or RunBook()
        every = [(name, pattern) for name, group in patterns.items() for pattern in group]
        self._names = [name for name, _ in every]
        self._steps = [
            [_Step(self._book.number(step.runs), step.gap, step.crosses) for step in pattern.steps]
            for _, pattern in every
        ]
        self._gate = Gate([_needs(pattern, common) for _, pattern in every], common)

    def candidates(self, words: set[str]) -> list[int]:
        """Return the numbers of the patterns whose words may all be there."""
        return self._gate.open_to(words)

    def names(self, numbers: Iterable[int]) -> set[str]:
        """Return the names that some pattern numbers belong to."""
        return {self._names[number] for number in numbers}

    def find(self, tokens: Tokens, numbers: Iterable[int]) -> list[tuple[str, Span]]:
        """Return names and places of patterns, where they end in the sentence's own part."""
        found: list[tuple[str, Span]] = []
        for number in numbers:
            steps = self._steps[number]
            if self._stands(tokens, steps):
                name = self._names[number]
                found += [(name, span) for span in self._chain(tokens, steps) if span[1] > tokens.own]
        return found

    def _stands(self, tokens: Tokens, steps: Sequence[_Step]) -> bool:
        """Whether the steps follow each other within their gaps anywhere; cheap, since most do not."""
        ends = 0
        for step in steps:
            allowed = _onward(ends, step, tokens.own) if ends else -1
            ends = 0
            for length, begins in self._book.places(step.runs, tokens).items():
                ends |= (begins & allowed) << length
            if not ends:
                return False
        return ends >> (tokens.own + 1) != 0

    def _chain(self, tokens: Tokens, steps: Sequence[_Step]) -> list[Span]:
        """Return the spans where the steps follow each other, for each end the latest begin."""
        reached: dict[int, int] = {}
        for position, step in enumerate(steps):
            onward: dict[int, int] = {}
            for start, end in _spans(self._book.places(step.runs, tokens)):
                if position == 0:
                    onward[end] = max(start, onward.get(end, start))
                    continue
                nearest = _nearest(start, step, tokens.own)
                begins = [reached[at] for at in range(nearest, start + 1) if at in reached]
                if begins:
                    onward[end] = max(*begins, onward.get(end, begins[0]))
            reached = onward
        return sorted((start, end) for end, start in reached.items())


def _spans(places: Places) -> Iterator[Span]:
    for length, begins in places.items():
        rest = begins
        while rest:
            start = (rest & -rest).bit_length() - 1
            yield start, start + length
            rest &= rest - 1


def _onward(ends: int, step: _Step, own: int) -> int:
    """Return where a step may begin, given where the step before ends: `_nearest` for all places at once."""
    near = _smeared(ends, step.gap)
    if not own:
        return near
    if step.crosses:
        after_lead = ((1 << (own + step.gap + 1)) - 1) >> own << own
        return near | (after_lead & -(ends & -ends))
    lead = (1 << own) - 1
    return (near & lead) | _smeared(ends >> (own + 1) << (own + 1), step.gap)


def _smeared(places: int, gap: int) -> int:
    """Return the places and all that stand up to `gap` after one."""
    reach = 0
    while reach < gap:
        further = min(reach + 1, gap - reach)
        places |= places << further
        reach += further
    return places


def _nearest(start: int, step: _Step, own: int) -> int:
    """Return where the step before must end at the earliest.

    A gap that crosses from the lead counts from where the sentence begins: how long the lead is says nothing.
    """
    if start < own:
        return max(0, start - step.gap)
    if not step.crosses:
        return max(start - step.gap, own + 1) if own else max(0, start - step.gap)
    return 0 if start - own <= step.gap else max(0, start - step.gap)


def _token_pattern(word: Word) -> dict[str, object]:
    pattern: dict[str, object] = {"LIKE_NUM": True} if word.number else {"LOWER": {"IN": sorted(word.forms)}}
    if word.operator:
        pattern["OP"] = word.operator
    return pattern


def _needs(pattern: Pattern, common: frozenset[str]) -> list[frozenset[str]]:
    """Return sets of words of which a sentence must hold at least one each."""
    needs: list[frozenset[str]] = []
    for step in pattern.steps:
        per_run = [_needed(run) for run in step.runs]
        if len(per_run) == 1:
            needs += per_run[0]
        elif all(per_run):
            needs.append(frozenset().union(*(_rarest(forms, common) for forms in per_run)))
    return [need for need in needs if all(form.isascii() and form.isalpha() for form in need)]


def _needed(run: Run) -> list[frozenset[str]]:
    """Return sets of words of which a run holds one each, wherever it stands."""
    return [word.forms for word in run if not word.operator and not word.number]


def _rarest(needs: list[frozenset[str]], common: frozenset[str]) -> frozenset[str]:
    return min(needs, key=lambda forms: (len(forms & common), len(forms)))
