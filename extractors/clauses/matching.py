"""Where patterns stand in a sentence: the only module that calls spaCy.

Runs of plain words are looked up where their rarest word stands; numbers and repeated words become spaCy
token patterns with `IN` sets. Each distinct run is tried once. A pattern whose words cannot all be in a
sentence is never tried, and a sentence without candidates is never tokenised, so that most of a document
costs a set look-up.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import spacy
from spacy.matcher import Matcher
from spacy.tokens import Doc

from extractors.pattern import Pattern, Run, Step, Word

Span = tuple[int, int]
"""Start and end as token numbers, the end not included."""

_ENGLISH = spacy.blank("en")
"""The tokenizer; its vocabulary must be the one that the patterns are compiled with."""

_LINK = re.compile(r"!?\[([^\]\[]*)\]\([^()\s]*\)")
_TAG = re.compile(r"<br\s*/?>|\|")
_DROPPED = re.compile(r"[*_`\\“”\"«»\u2060\u200b\ufeff#]+")
_HYPHEN = re.compile(r"(?<=[A-Za-z0-9])[-‑–/](?=[A-Za-z])")
_WORDS = re.compile(r"[a-z]+")
_SHORTENED = re.compile(r"\b(ca|wo|sha)n't\b|(n't)\b|'(ll|ve|re)\b", re.IGNORECASE)
_IN_FULL = {
    "ca": "can not", "wo": "will not", "sha": "shall not", "n't": " not",
    "ll": " will", "ve": " have", "re": " are",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tokens:
    """A sentence with its lead as lower-case tokens; its own part starts at `own`."""

    doc: Doc
    words: tuple[str, ...]
    own: int
    places: Mapping[str, Sequence[int]]
    """Where each word stands."""


def plain_text(raw: str) -> str:
    """Return Markdown as words for matching: no links' targets, emphasis, quotes, hyphens or contractions."""
    # spaCy hashes UTF-8, which has no lone surrogates.
    encodable = raw.encode("utf-8", "replace").decode("utf-8")
    text = _in_full(_LINK.sub(r"\1", encodable))
    text = _HYPHEN.sub(" ", _DROPPED.sub("", _TAG.sub(" ; ", text)))
    return " ".join(text.split())


def _in_full(text: str) -> str:
    """Return a text without contractions: what rules say of "will not" holds for "won't"."""
    straight = text.replace("’", "'").replace("‘", "'")
    if "'" not in straight:
        return straight
    return _SHORTENED.sub(lambda found: _IN_FULL[(found[1] or found[2] or found[3]).lower()], straight)


def words_of(raw: str) -> set[str]:
    """Return the lower-case words of a text, as the gate sees them."""
    words = set(_WORDS.findall(_in_full(raw).lower()))
    if "cannot" in words:
        words |= {"can", "not"}
    return words


def tokenize(lead: str, own: str) -> Tokens:
    """Tokenize a plain sentence after its plain lead."""
    front = f"{lead} : " if lead else ""
    doc = _ENGLISH.make_doc(front + own)
    first = next((token.i for token in doc if token.idx >= len(front)), len(doc)) if front else 0
    words = tuple(token.lower_ for token in doc)
    places: dict[str, list[int]] = defaultdict(list)
    for number, word in enumerate(words):
        places[word].append(number)
    return Tokens(doc, words, first, places)


class _Finder:
    """Finds one run: plain words by look-up, numbers and repeated words by spaCy where the rest is there."""

    def __init__(self, run: Run) -> None:
        self._needs = [word.forms for word in run if not word.operator and not word.number]
        self._rows = _rows(run)
        self._matcher = Matcher(_ENGLISH.vocab)
        if not self._rows:
            self._matcher.add("run", [[_token_pattern(word) for word in run]])

    def find(self, tokens: Tokens) -> list[Span]:
        """Return where the run stands, in the sentence or its lead."""
        if any(need.isdisjoint(tokens.places.keys()) for need in self._needs):
            return []
        if self._rows:
            return [span for row in self._rows for span in _look_up(row, tokens)]
        return [(start, end) for _, start, end in self._matcher(tokens.doc)]


_Row = tuple[frozenset[str], ...]
"""Words that follow each other, each with its forms."""

_OPTIONAL = 4
"""Each optional word doubles the rows of a run; beyond this, spaCy is faster."""


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


def _look_up(row: _Row, tokens: Tokens) -> Iterator[Span]:
    """Yield where a row stands, starting from its word with the fewest forms."""
    anchor = min(range(len(row)), key=lambda place: len(row[place]))
    for word in row[anchor] & tokens.places.keys():
        for place in tokens.places[word]:
            start, end = place - anchor, place - anchor + len(row)
            if start >= 0 and end <= len(tokens.words):
                standing = zip(row, tokens.words[start:end], strict=True)
                if all(there in forms for forms, there in standing):
                    yield start, end


class PatternMatcher:
    """Compiled patterns by name; built once, used for every sentence."""

    def __init__(self, patterns: Mapping[str, Sequence[Pattern]], common: frozenset[str]) -> None:
        """`common` are words that stand in most sentences: that one is there rules nothing out."""
        self._runs: dict[Run, int] = {}
        self._finders: list[_Finder] = []
        self._patterns = [(name, pattern) for name, group in patterns.items() for pattern in group]
        self._needs = [_needs(pattern, common) for _, pattern in self._patterns]
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._ungated: list[int] = []
        for number, needs in enumerate(self._needs):
            rare = min((need for need in needs if not need & common), key=len, default=None)
            for word in rare or ():
                self._by_word[word].append(number)
            if rare is None:
                self._ungated.append(number)
        for _, pattern in self._patterns:
            for step in pattern.steps:
                for run in step.runs:
                    self._add(run)

    def candidates(self, words: set[str]) -> list[int]:
        """Return the numbers of the patterns whose words may all be there."""
        numbers = set(self._ungated)
        for word in words & self._by_word.keys():
            numbers.update(self._by_word[word])
        return sorted(
            number for number in numbers if all(not need.isdisjoint(words) for need in self._needs[number])
        )

    def names(self, numbers: Iterable[int]) -> set[str]:
        """Return the names that some pattern numbers belong to."""
        return {self._patterns[number][0] for number in numbers}

    def find(self, tokens: Tokens, numbers: Iterable[int]) -> list[tuple[str, Span]]:
        """Return names and places of patterns, where they end in the sentence's own part."""
        known: dict[int, list[Span]] = {}
        found: list[tuple[str, Span]] = []
        for number in numbers:
            name, pattern = self._patterns[number]
            found += [(name, span) for span in self._chain(tokens, pattern, known) if span[1] > tokens.own]
        return found

    def _chain(self, tokens: Tokens, pattern: Pattern, known: dict[int, list[Span]]) -> list[Span]:
        """Return the spans where the steps follow each other within their gaps."""
        reached: dict[int, int] = {}
        for position, step in enumerate(pattern.steps):
            spans = [span for run in step.runs for span in self._spans(tokens, self._runs[run], known)]
            onward: dict[int, int] = {}
            for start, end in spans:
                if position == 0:
                    onward[end] = max(start, onward.get(end, start))
                    continue
                nearest = _nearest(start, step, tokens.own)
                begins = [reached[at] for at in range(nearest, start + 1) if at in reached]
                if begins:
                    onward[end] = max(*begins, onward.get(end, begins[0]))
            reached = onward
            if not reached:
                return []
        return sorted((start, end) for end, start in reached.items())

    def _spans(self, tokens: Tokens, number: int, known: dict[int, list[Span]]) -> list[Span]:
        if number not in known:
            known[number] = self._finders[number].find(tokens)
        return known[number]

    def _add(self, run: Run) -> None:
        if run not in self._runs:
            self._runs[run] = len(self._finders)
            self._finders.append(_Finder(run))


def _nearest(start: int, step: Step, own: int) -> int:
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
        per_run = [[word.forms for word in run if not word.operator and not word.number] for run in step.runs]
        if len(per_run) == 1:
            needs += per_run[0]
        elif all(per_run):
            needs.append(frozenset().union(*(_rarest(forms, common) for forms in per_run)))
    return [need for need in needs if all(form.isascii() and form.isalpha() for form in need)]


def _rarest(needs: list[frozenset[str]], common: frozenset[str]) -> frozenset[str]:
    return min(needs, key=lambda forms: (len(forms & common), len(forms)))
