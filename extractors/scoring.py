"""Clauses and facts against labels: how well a reading agrees with a person.

A clause covers a segment when their overlap is at least half of the shorter one. A labelled segment counts
once per family: found where a clause of the family covers it, whatever its stance; stances, periods and facts
are measured apart. A false safe is a fact told safe where the labels say something more permissive: the one
mistake that approves a tool that leaks. docs/LABELS.md says what is right.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from extractors.agreement import Found, Passage, Score, Share, WrongFact
from extractors.labels import Expected, Label, LabelledDocument
from extractors.model import CORE_FAMILIES, Answer, Audience, Clause, Fact, Family

Facts = Mapping[Audience, tuple[Fact, ...]]
"""As document_facts returns them."""


def score(document: LabelledDocument, clauses: Sequence[Clause], facts: Facts) -> Score:
    """Return how well clauses and facts of a document agree with its labels."""
    got: defaultdict[_Key, list[Clause]] = defaultdict(list)
    for clause in clauses:
        for segment in covered(clause, document.segments):
            got[segment, clause.family].append(clause)
    wrong = tuple(_wrong(document, facts))
    return Score(
        documents=1,
        families=_families(document, got),
        stances=_stances(document, got),
        periods=_periods(document, got),
        facts={
            family: Share(asked - sum(one.expected.family is family for one in wrong), asked)
            for family, asked in Counter(expected.family for expected in document.facts).items()
        },
        rules=_rules(document, got),
        passages=tuple(_passages(document, got)),
        wrong_facts=wrong,
    )


def covered(clause: Clause, segments: Sequence[tuple[int, int]]) -> Iterator[int]:
    """Yield the numbers of the segments that a clause covers."""
    return segments_covered(clause.start, clause.end, segments)


def segments_covered(start: int, end: int, segments: Sequence[tuple[int, int]]) -> Iterator[int]:
    """Yield the numbers of the segments that a passage covers."""
    for number, (left, right) in enumerate(segments):
        overlap = min(end, right) - max(start, left)
        if overlap > 0 and 2 * overlap >= min(end - start, right - left):
            yield number


_Key = tuple[int, Family]
"""A segment's number and a family."""
_Got = Mapping[_Key, Sequence[Clause]]


def _wanted(document: LabelledDocument, *, sure: bool) -> dict[_Key, list[Label]]:
    found: dict[_Key, list[Label]] = {}
    for label in document.labels:
        if label.sure is sure:
            found.setdefault((label.segment, label.family), []).append(label)
    return found


def _families(document: LabelledDocument, got: _Got) -> dict[Family, Found]:
    want = _wanted(document, sure=True).keys()
    maybe = _wanted(document, sure=False).keys()
    found: dict[Family, Found] = {}
    for family in {family for _, family in (*want, *maybe, *got)}:
        w, m, g = ({key for key in keys if key[1] is family} for keys in (want, maybe, got.keys()))
        found[family] = Found(right=len(w & g), false=len(g - w - m), missed=len(w - g))
    return found


def _stances(document: LabelledDocument, got: _Got) -> dict[Family, Share]:
    found: dict[Family, Share] = {}
    for key, labels in _wanted(document, sure=True).items():
        if key in got and key[1] in CORE_FAMILIES:
            told = {label.stance for label in labels}
            right = any(clause.stance in told for clause in got[key])
            found[key[1]] = found.get(key[1], Share()) + Share(int(right), 1)
    return found


def _periods(document: LabelledDocument, got: _Got) -> Share:
    found = Share()
    for key, labels in _wanted(document, sure=True).items():
        told = {label.period_days for label in labels if label.period_days}
        if key in got and told:
            found += Share(int(any(clause.period_days in told for clause in got[key])), 1)
    return found


def _rules(document: LabelledDocument, got: _Got) -> dict[str, Share]:
    labelled = {(label.segment, label.family) for label in document.labels}
    right: dict[tuple[str, int, int], bool] = {}
    for key, clauses in got.items():
        for clause in clauses:
            hit = (clause.rule, clause.start, clause.end)
            right[hit] = right.get(hit, False) or key in labelled
    found: dict[str, Share] = {}
    for (rule, _, _), was_right in right.items():
        found[rule] = found.get(rule, Share()) + Share(int(was_right), 1)
    return found


def _passages(document: LabelledDocument, got: _Got) -> Iterator[Passage]:
    want, maybe = _wanted(document, sure=True), _wanted(document, sure=False)
    for segment, family in sorted({*want, *got}):
        key = (segment, family)
        start, end = document.segments[segment]
        if key not in got:
            yield Passage(document.id, family, start, end, want[key][0])
        elif key not in want and key not in maybe:
            yield Passage(document.id, family, start, end, None, got[key][0].rule)


def _wrong(document: LabelledDocument, facts: Facts) -> Iterator[WrongFact]:
    for expected in document.facts:
        actual = _answer(facts, expected)
        if actual is not expected.answer:
            yield WrongFact(document.id, expected, actual)


def _answer(facts: Facts, expected: Expected) -> Answer:
    """Return what was told to the audience, else to all, else to anybody; nothing told is silence."""
    for audience in (expected.audience, Audience.ALL, *facts):
        if audience in facts:
            told = (fact.answer for fact in facts[audience] if fact.family is expected.family)
            return next(told, Answer.SILENT)
    return Answer.SILENT
